"""The contract of `autorev report` and `autorev ledger import`."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration
COMMAND = [sys.executable, str(Path(__file__).parents[2] / "autorev.py")]
ACCOUNTS = """account_code,account_name,account_type,normal_balance,is_active,parent_code,is_cash
1500,Bank,asset,debit,1,,1
3010,Stock,equity,credit,1,,0
3200,Retained earnings,equity,credit,1,,0
4010,=Sales,revenue,credit,1,,0
6010,Rent,expense,debit,1,,0
"""
LINES = """line_id,journal_entry_id,entry_date,posted_at,status,kind,reference,entry_description,\
account_code,debit,credit,line_description
1,1,2024-07-01,,posted,opening,A1,,1500,100.00,,
2,1,2024-07-01,,posted,opening,A1,,3010,,100.00,
3,2,2024-09-03,,posted,,A2,Sale,1500,25.50,,
4,2,2024-09-03,,posted,,A2,Sale,4010,,25.50,
5,3,2025-06-30,,posted,,A3,,4010,25.50,,
6,3,2025-06-30,,posted,,A3,,3200,,25.50,
7,4,2025-06-29,,draft,,A4,,6010,9.00,,
8,4,2025-06-29,,draft,,A4,,1500,,8.00,
"""


@pytest.fixture(scope="module")
def autorev(embedded_home, embedded_pair, tmp_path_factory):
    """Return a runner of the command; the ledger above is imported as `books`."""
    folder = tmp_path_factory.mktemp("books")
    (folder / "accounts.csv").write_text(ACCOUNTS, encoding="utf-8")
    (folder / "lines.csv").write_text(LINES, encoding="utf-8")

    def run(*arguments):
        return subprocess.run(
            [*COMMAND, *arguments],
            env={"PATH": "/usr/bin:/bin", "HOME": str(embedded_home), "AUTOREV_HOME": str(embedded_home)},
            cwd=folder, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip

    done = run("ledger", "import", "accounts.csv", "lines.csv", "--into", "books", "--fiscal-year-end", "6")
    assert (done.returncode, done.stdout) == (0, "")
    return run


def rows(done):
    assert done.returncode == 0, done.stderr
    return [list(row.values()) for row in csv.DictReader(io.StringIO(done.stdout))]


def test_the_trial_balance_has_its_columns_and_no_total(autorev):
    done = autorev("report", "trial-balance", "--database", "books", "--format", "csv")
    assert rows(done) == [
        ["1500", "Bank", "asset", "100.00", "0.00", "25.50", "0.00", "125.50", "0.00"],
        ["3010", "Stock", "equity", "0.00", "100.00", "0.00", "0.00", "0.00", "100.00"],
        ["3200", "Retained earnings", "equity", "0.00", "0.00", "0.00", "25.50", "0.00", "25.50"],
        ["4010", "'=Sales", "revenue", "0.00", "0.00", "25.50", "25.50", "0.00", "0.00"],
    ]
    assert done.stdout.splitlines()[0] == (
        "account_code,account_name,account_type,opening_debit,opening_credit,period_debit,period_credit,"
        "closing_debit,closing_credit"
    )


def test_the_income_statement_leaves_closings_out_and_drafts_in_when_asked(autorev):
    asked = ("report", "income-statement", "--database", "books", "--no-refresh", "--format")
    assert rows(autorev(*asked, "csv")) == [["revenue", "4010", "'=Sales", "FY2025", "25.50"]]
    split = rows(autorev(*asked, "csv", "--by", "quarter", "--status", "posted,draft"))
    assert [row[3:] for row in split if row[4] != "0.00"] == [["2025-Q1", "25.50"], ["2025-Q4", "9.00"]]
    answer = json.loads(autorev(*asked, "json").stdout)
    assert answer["subtotals"][0]["net_income"] == "25.50"
    assert [one["reference"] for one in (*answer["openings"], *answer["closings"])] == ["A1", "A3"]


def test_a_month_stands_beside_the_year_to_date_and_the_last_twelve_periods(autorev):
    asked = ("report", "income-statement", "--database", "books", "--no-refresh", "--format", "csv")
    beside = rows(autorev(*asked, "--period", "2025-03", "--compare", "ytd", "--compare", "trailing"))
    assert [row[3:] for row in beside] == [
        ["2025-03", "0.00"], ["FY2025 to date", "25.50"], ["9 periods to 2025-03-31", "25.50"],
    ]  # fmt: skip
    assert rows(autorev(*asked, "--period", "ytd"))[0][3:] == ["FY2025 to date", "25.50"]
    assert rows(autorev(*asked, "--period", "rolling-12"))[0][3:] == ["12 periods to 2025-06-30", "25.50"]


def test_cash_and_exceptions_are_as_the_contract_says(autorev):
    asked = ("--database", "books", "--no-refresh", "--format", "csv")
    assert rows(autorev("report", "cash-flow", *asked)) == [
        ["operating", "Net income", "25.50"],
        ["opening_cash", "Cash at the beginning", "100.00"],
        ["closing_cash", "Cash at the end", "125.50"],
        ["check", "Change of cash that no section explains", "0.00"],
    ]
    figures = {row[0]: row[1:] for row in rows(autorev("report", "dashboard", *asked))}
    assert figures["revenue"][0] == "25.50"
    # These books hold no subscriptions: what recurs is unknown, and not 0.
    assert figures["mrr"][0] == ""
    assert "subscriptions" in figures["mrr"][3]
    found = rows(autorev("report", "exceptions", *asked, "--status", "posted,draft"))
    assert [(row[0], row[4]) for row in found] == [("unbalanced_entry", "1.00")]


def test_what_no_statement_can_hold_is_named_and_nothing_is_dropped_silently(autorev, tmp_path):
    head, *_ = LINES.splitlines()
    usual = [f"u{number},2,2025-01-03,,posted,,B2,,{side}," for number, side in enumerate(
        ("1500,1000000000000000.01,", "4010,,1000000000000000.01"))]  # fmt: skip
    decimals = ["t1,3,2025-01-04,,posted,,B3,,1500,1.005,,", "t2,3,2025-01-04,,posted,,B3,,4010,,1.005,"]
    nothing = [f"n{number},4,2025-01-05,,posted,,B4,,1500,,," for number in range(12)]
    late = ["y1,5,20000-01-01,,posted,,B5,,1500,7.00,,", "y2,5,20000-01-01,,posted,,B5,,4010,,7.00,"]
    (tmp_path / "accounts.csv").write_text(ACCOUNTS, encoding="utf-8")
    (tmp_path / "lines.csv").write_text("\n".join([head, *usual, *decimals, *nothing, *late]), encoding="utf-8")
    files = (str(tmp_path / "accounts.csv"), str(tmp_path / "lines.csv"))
    assert autorev("ledger", "import", *files, "--into", "odd").returncode == 0
    found = rows(autorev("report", "exceptions", "--database", "odd", "--format", "csv"))
    assert [row[0] for row in found].count("line_without_amount") == 12
    words = " ".join(row[5] for row in found)
    assert "journal_entry_lines.debit" in words
    assert "journal_entries.entry_date" in words
    shown = rows(autorev("report", "trial-balance", "--database", "odd", "--no-refresh", "--format", "csv"))
    assert {row[0]: row[7:] for row in shown}["1500"][0].startswith("100000000000000")


def test_wrong_input_ends_with_2_and_a_sentence(autorev):
    asked = ("--database", "books", "--no-refresh")
    for arguments, words in (
        (("report", "balance-sheet", "--fiscal-year", "1999", *asked), "There is no fiscal year 1999"),
        (("report", "general-ledger", "--account", "77", *asked), "There is no account '77'"),
        (("report", "income-statement", "--by", "month", "--compare", "ytd", *asked), "Give --by or --compare"),
        (("report", "pack", "--format", "csv", *asked), "A pack is several statements"),
        (("report", "cash-flow", "--status", "booked", *asked), "There is no status 'booked'"),
        (("ledger", "import", "accounts.csv", "lines.csv", "--into", "books"), "There is a database books"),
        (("ledger", "import", "lines.csv", "accounts.csv", "--into", "other"), "has no column"),
    ):
        done = autorev(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert words in done.stderr
