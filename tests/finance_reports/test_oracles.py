"""Two real ledgers: every statement equals, number by number, what hledger and beancount make of the same lines."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest
from beancount import loader
from beanquery.query import run_query

from finance_reports.balance_sheet import balance_sheet
from finance_reports.calendar import DAY, Range
from finance_reports.cash_flow import cash_flow
from finance_reports.equity import equity
from finance_reports.exceptions import exceptions
from finance_reports.general_ledger import general_ledger
from finance_reports.income_statement import income_statement
from finance_reports.trial_balance import trial_balance

pytestmark = pytest.mark.integration
ZERO = Decimal(0)
NET_INCOME = {"august-year-end": Decimal("173208.48"), "calendar-year": Decimal("3988.38")}
TOTAL = {"august-year-end": Decimal("10186219.81"), "calendar-year": Decimal("1265350.82")}
OPENING_LINES = {"august-year-end": [77], "calendar-year": []}


def amount(line):
    return Decimal(line["debit"] or 0) - Decimal(line["credit"] or 0)


def day_of(lines, books):
    """Return when an entry counts: an opening balance stands at the end of the day before."""
    day = date.fromisoformat(lines[0]["entry_date"])
    return day - DAY if lines[0]["reference"] in {one.reference for one in books.openings} else day


class Beancount:
    """The ledger as beancount reads it, asked through beanquery."""

    def __init__(self, files, books):
        text = [f"1900-01-01 open {files.named(code)} USD" for code in files.accounts]
        for lines in files.entries().values():
            text.append(f'{day_of(lines, books)} * "{lines[0]["reference"]}"')
            text += [f"  {files.named(line['account_code'])} {amount(line)} USD" for line in lines]
        self.entries, self.faults, self.options = loader.load_string("\n".join(text))

    def monthly(self, condition=""):
        """Return the sum of each account in each month, by its first day."""
        query = f"select account, year, month, sum(number) {condition} group by account, year, month"
        _, rows = run_query(self.entries, self.options, query)
        return {(account.rpartition(":A")[2], date(year, month, 1)): total for account, year, month, total in rows}


class Hledger:
    """The ledger as hledger reads it; unbalanced entries are virtual postings."""

    def __init__(self, files, books):
        text = []
        for lines in files.entries().values():
            balanced = not sum(map(amount, lines), ZERO)
            text.append(f"{day_of(lines, books)} {lines[0]['reference']}")
            for line in lines:
                account = files.named(line["account_code"])
                text.append(f"  {account if balanced else f'({account})'}  {amount(line)}")
            text.append("")
        self.journal = "\n".join(text)

    def monthly(self):
        """Return the sum of each account in each month, by its first day."""
        done = subprocess.run(
            ["hledger", "-f", "-", "balance", "--flat", "--no-total", "--monthly", "-O", "csv"],
            input=self.journal, capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
        found = {}
        for row in csv.DictReader(io.StringIO(done.stdout)):
            code = row.pop("account").rpartition(":A")[2]
            found |= {(code, date.fromisoformat(f"{month}-01")): Decimal(total) for month, total in row.items()}
        return found


class Sums:
    """What a program says of each month, added up over whole months."""

    def __init__(self, monthly):
        self.monthly = monthly

    def __call__(self, first, last):
        found = defaultdict(Decimal)
        for (code, month), total in self.monthly.items():
            if first <= month <= last:
                found[code] += total
        return found


@pytest.fixture(params=["beancount", "hledger"])
def oracle(request, files, books):
    """Return the other program; hledger where it is installed, which continuous integration sees to."""
    if request.param == "beancount":
        return Sums(Beancount(files, books).monthly())
    if shutil.which("hledger") is None:
        if os.environ.get("CI"):
            pytest.fail("hledger is missing and CI is set: install it.")
        pytest.skip("hledger is not installed, so beancount alone was asked.")
    return Sums(Hledger(files, books).monthly())


def known(sums):
    return {code: total for code, total in sums.items() if total}


def ranges(books):
    """Return every fiscal year, one quarter, and all that there is."""
    years = books.calendar.years
    quarter = books.calendar.split(years[-1], "quarter")[1]
    return [*years, quarter, Range("all", years[0].first, years[-1].last)]


def test_the_trial_balance_is_theirs(mirror, books, oracle, files):
    for within in ranges(books):
        made = trial_balance(mirror, books, within)
        start = books.calendar.year_start(within.first)
        before, moved = oracle(date(1900, 1, 1), within.first - DAY), oracle(within.first, within.last)
        earlier = oracle(date(1900, 1, 1), start - DAY)
        is_result = {code: row["account_type"] in {"revenue", "expense"} for code, row in files.accounts.items()}
        opening = {
            code: total - (earlier.get(code, ZERO) if is_result[code] else ZERO) for code, total in before.items()
        }
        assert {row.code: row.opening for row in made.rows if row.code and row.opening} == known(opening)
        assert {row.code: row.debit - row.credit for row in made.rows if row.debit != row.credit} == known(moved)
        unclosed = sum((total for code, total in earlier.items() if is_result[code]), ZERO)
        assert sum((row.opening for row in made.rows if not row.code), ZERO) == unclosed


def test_gross_debits_and_credits_are_beancounts(mirror, books, files):
    beancount = Beancount(files, books)
    debited, credited = (Sums(beancount.monthly(f"where number {side} 0")) for side in "><")
    for within in ranges(books):
        made = trial_balance(mirror, books, within)
        assert {row.code: row.debit for row in made.rows if row.debit} == known(debited(within.first, within.last))
        assert {row.code: -row.credit for row in made.rows if row.credit} == known(credited(within.first, within.last))


def test_the_income_statement_of_every_month_is_theirs(mirror, books, oracle, files):
    for year in books.calendar.years:
        made = income_statement(mirror, books, year, by="month")
        for place, month in enumerate(made.columns):
            theirs = {
                code: -total
                for code, total in oracle(month.first, month.last).items()
                if files.accounts[code]["account_type"] in {"revenue", "expense"}
            }
            ours = {line.account.code: line.contributions[place] for line in made.lines}
            assert known(ours) == known(theirs)
            assert made.net_income[place] == sum(theirs.values(), ZERO)


def test_the_balance_sheet_of_every_quarter_end_is_theirs(mirror, books, oracle, files):
    days = [period.last for period in books.calendar.periods if period.number in {3, 6, 9, 12}]
    made = balance_sheet(mirror, books, days)
    for place, day in enumerate(days):
        theirs = known(oracle(date(1900, 1, 1), day))
        signed = {
            code: total if files.accounts[code]["account_type"] == "asset" else -total
            for code, total in theirs.items()
            if files.accounts[code]["account_type"] in {"asset", "liability", "equity"}
        }
        assert {line.account.code: line.amounts[place] for line in made.lines if line.amounts[place]} == signed
        result = -sum((total for code, total in theirs.items() if code not in signed), ZERO)
        assert made.earlier[place] + made.current[place] == result
        assert made.difference[place] == sum(theirs.values(), ZERO)


@pytest.mark.parametrize("method", ["indirect", "direct"])
def test_cash_is_theirs_and_every_other_account_in_one_line(mirror, books, oracle, files, method):
    is_cash = {code: row["is_cash"] == "1" for code, row in files.accounts.items()}
    for within in ranges(books):
        made = cash_flow(mirror, books, within, method=method)
        before, moved = oracle(date(1900, 1, 1), within.first - DAY), oracle(within.first, within.last)
        opening = sum((total for code, total in before.items() if is_cash[code]), ZERO)
        change = sum((total for code, total in moved.items() if is_cash[code]), ZERO)
        assert (made.opening_cash, made.closing_cash) == (opening, opening + change)
        if method == "indirect":
            assert sum((line.amount for line in made.lines), ZERO) == -sum(
                (total for code, total in moved.items() if not is_cash[code]), ZERO
            )
        placed = [account for line in made.lines for account in line.accounts]
        assert len(placed) == len(set(placed))


def test_equity_rolls_forward_to_theirs(mirror, books, oracle, files):
    for year in books.calendar.years:
        made = equity(mirror, books, year)
        theirs = oracle(date(1900, 1, 1), year.last)
        assert {row.account.code: row.closing for row in made.rows if row.account and row.closing} == known(
            {code: -total for code, total in theirs.items() if files.accounts[code]["account_type"] == "equity"}
        )
        assert made.net_income == -sum(
            (total for code, total in oracle(year.first, year.last).items()
             if files.accounts[code]["account_type"] in {"revenue", "expense"}), ZERO,
        )  # fmt: skip


def test_what_is_known_of_the_ledgers_comes_out(mirror, books, files):
    years = books.calendar.years
    every = Range("all", years[0].first, years[-1].last)
    made = trial_balance(mirror, books, every)
    opening = sum((one.debit for one in books.openings), ZERO)
    assert made.totals[2] + opening == made.totals[3] + opening == TOTAL[files.name]
    assert income_statement(mirror, books, every).net_income == (NET_INCOME[files.name],)
    assert [one.lines for one in books.openings] == OPENING_LINES[files.name]
    assert books.closings == ()


def test_every_entry_that_does_not_balance_is_named_with_its_difference(mirror, books, files):
    theirs = {
        lines[0]["reference"]: sum(map(amount, lines), ZERO)
        for lines in files.entries().values()
        if sum(map(amount, lines), ZERO)
    }
    found = [one for one in exceptions(mirror, books) if one.rule == "unbalanced_entry"]
    assert len(found) == len(theirs) == {"august-year-end": 0, "calendar-year": 346}[files.name]
    assert {one.text.split()[1]: one.amount for one in found} == theirs


@pytest.mark.parametrize("files", ["calendar-year"], indirect=True)
def test_a_ledger_that_does_not_tie_says_by_how_much(mirror, books):
    made = balance_sheet(mirror, books, [date(2022, 12, 31), date(2023, 6, 30)])
    assert made.difference == (Decimal("-26466.20"), ZERO)


def test_the_general_ledger_leads_from_opening_to_closing(mirror, books):
    year = books.calendar.years[-1]
    made = general_ledger(mirror, books, year, page_size=100_000)
    balances = {row.code: (row.opening, row.closing) for row in trial_balance(mirror, books, year).rows if row.code}
    assert {one.account.code: (one.opening, one.closing) for one in made.accounts} == balances
    assert [check.difference for check in made.checks] == [0]
    paged = defaultdict(list)
    for page in range(1, -(-made.rows // 700) + 1):
        for row in general_ledger(mirror, books, year, page=page, page_size=700).lines.iter_rows(named=True):
            paged[row["account_code"]].append(row)
    assert [row for rows in paged.values() for row in rows] == made.lines.to_dicts()
