"""How fast do statements come from the mirror, beside hledger, ledger and bean-query on the same entries?"""

from __future__ import annotations

import itertools
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

import duckdb
import polars as pl

from benchmarks.report import Result
from demo import ddl
from demo.build import Contents, publish
from demo.ledger import TABLES
from finance_reports import general_ledger, pack
from finance_reports.balance_sheet import balance_sheet
from finance_reports.books import open_books
from finance_reports.calendar import Range
from finance_reports.income_statement import income_statement
from finance_reports.trial_balance import trial_balance
from finance_reports.workbook import workbook
from replica import Mirror
from replica.mirror import forget
from replica.refresh import refresh
from replica.settings import load_settings, mirror_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from demo.cluster import EmbeddedPair
    from finance_reports.books import Books
    from replica.settings import Settings

SIZES: Final = (10_000, 100_000, 1_000_000)
SIZES_IN_FULL: Final = (*SIZES, 10_000_000)
ROUNDS: Final = 3
OTHERS_UP_TO: Final = 1_000_000
"""Lines that the other programs are given; beyond, they take minutes and gigabytes."""
BEANCOUNT_UP_TO: Final = 100_000
"""Lines up to which bean-query is asked all questions; beyond, the trial balance alone."""
FAST, NEAR = (50.0, 20.0), (5.0, 1.0)
"""Aim and floor at a million lines: what is asked of us beside hledger, and beside the compiled ledger."""
SMALL: Final = (1.0, 0.0)
"""For a smaller ledger nothing is asked: opening the books costs us more than its lines do, and no ratio is missed."""
QUESTIONS: Final = ("trial balance", "income statement", "balance sheet", "ledger page")
SHEET_ROWS: Final = 100_000
FIRST, LAST, YEAR = date(2023, 1, 1), date(2025, 12, 31), date(2025, 1, 1)
MONTH: Final = date(2025, 12, 1)
_PER_ENTRY: Final = 4
_KINDS: Final = {
    "asset": ("Assets", 1000), "liability": ("Liabilities", 2000), "equity": ("Equity", 3200),
    "revenue": ("Income", 4000), "expense": ("Expenses", 6000),
}  # fmt: skip
_EACH: Final = 9
"""Accounts of each type, ten numbers apart; the first asset is cash."""

_ENTRIES: Final = """
select
    number,
    md5('entry ' || number)::uuid::varchar as id,
    date '2023-01-01' + (number * 1096 // $entries)::integer as entry_date,
    'E' || number as reference,
    'posted' as status,
    number % 3 = 0 as sale,
    ((100 + hash(number) % 99900) / 100)::decimal(18, 2) as one,
    ((100 + hash(number + 7) % 99900) / 100)::decimal(18, 2) as other
from range($entries) as numbers(number)
"""
_LINES: Final = """
with sides as (
    select *, unnest([1, 2, 3, 4]) as line_number
    from entries
),

booked as (
    select
        *,
        case line_number
            when 1 then if(sale, 1010, 6010 + 10 * (number % 9))
            when 2 then if(sale, 1020 + 10 * (number % 8), 6010 + 10 * (number // 9 % 9))
            when 3 then if(sale, 4010 + 10 * (number % 9), 1010)
            else if(sale, 4010 + 10 * (number // 9 % 9), 2010 + 10 * (number % 9))
        end::varchar as account_code
    from sides
)

select
    md5('line ' || number || ' ' || line_number)::uuid::varchar as id,
    booked.id as journal_entry_id,
    accounts.id as account_id,
    case line_number when 1 then one when 2 then other end as debit,
    case line_number when 3 then one when 4 then other end as credit,
    line_number
from booked
inner join accounts on booked.account_code = accounts.account_code
"""
_TEXT: Final = """
select
    number,
    strftime(any_value(entry_date), '%Y-%m-%d') || $before || any_value(reference) || $after || chr(10)
    || string_agg('  ' || path || '  ' || coalesce(debit, -credit) || ' USD', chr(10) order by line_number)
    || chr(10) || chr(10) as text
from lines
inner join entries on lines.journal_entry_id = entries.id
inner join accounts on lines.account_id = accounts.id
group by number
order by number
"""
_PERIODS: Final = """
select
    md5('period ' || month)::uuid::varchar as id,
    strftime(month, '%Y-%m') as period_name,
    month::date as start_date,
    last_day(month) as end_date,
    false as is_closed,
    year(month) as fiscal_year,
    month(month) as fiscal_month
from range(date '2023-01-01', date '2026-01-01', interval 1 month) as months(month)
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What a process took: seconds of CPU, user and system, and its largest memory in MB; `text` is what it wrote."""

    seconds: float
    megabytes: float
    text: str


def measure(pair: EmbeddedPair, say: Callable[[str], None], sizes: Sequence[int] = SIZES) -> list[Result]:
    """Build a ledger of each size and put the same questions to the mirror and to the other programs.

    Raises:
        LookupError: Cash is not the same amount in all of them.
    """
    home = pair.folder.parent
    ours: dict[int, tuple[dict[str, Any], Run]] = {}
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="autorev-bench-ledger-") as folder:
        for size in sizes:
            say(f"ledger of {size:,} lines")
            texts = _build(pair, size, Path(folder) / str(size))
            say(f"{size:,} lines from the mirror")
            ours[size] = _ours(home, size)
            if size <= OTHERS_UP_TO:
                results += _beside(size, *ours[size], texts, say)
            shutil.rmtree(Path(folder) / str(size))
    say("month pack and workbook")
    return [*results, *_growth(ours), *_files(home, sizes)]


def _beside(
    size: int, answer: dict[str, Any], process: Run, texts: Mapping[str, Path], say: Callable[[str], None]
) -> list[Result]:
    """Return ratios of time, question by question, and of memory for each program that is installed."""
    results = []
    for program, (bounds, questions) in _programs(texts).items():
        if shutil.which(program, path=_PATH) is None:
            say(f"{program} is not installed")
            continue
        memory = 0.0
        for name, command in questions.items():
            if program == "bean-query" and size > BEANCOUNT_UP_TO and name != QUESTIONS[0]:
                continue
            say(f"{size:,} lines, {name}, {program}")
            theirs = _run(command)
            memory = max(memory, theirs.megabytes)
            if name == "balance sheet" and answer["cash"] not in theirs.text.replace(",", ""):
                raise LookupError(f"{program} does not find cash of {answer['cash']} in {size:,} lines.")
            seconds = answer["seconds"][name]
            aim, floor = bounds if size >= OTHERS_UP_TO else SMALL
            results.append(
                Result(
                    f"CPU of {name}, {size:,} lines, against {program}", [theirs.seconds / one for one in seconds], "×",
                    aim, floor, f"{program} {theirs.seconds:.2f} CPU-s; ours {1000 * median(seconds):,.0f} ms, "
                    "books opened and lines read from the mirror each time",
                )
            )  # fmt: skip
        if size < OTHERS_UP_TO:
            continue
        results.append(
            Result(
                f"Peak memory, {size:,} lines, {program} against ours", [memory / process.megabytes], "×", 1, 0.5,
                f"{program} {memory:,.0f} MB; our process {process.megabytes:,.0f} MB for all four questions",
            )
        )  # fmt: skip
    return results


_PATH: Final = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])


def _programs(texts: Mapping[str, Path]) -> dict[str, tuple[tuple[float, float], dict[str, list[str]]]]:
    """Return aim and floor, and the command of each question, for each program."""
    plain, beancount = str(texts["ledger"]), str(texts["beancount"])
    hledger, ledger = ["hledger", "-f", plain], ["ledger", "-f", plain, "--no-pager"]
    bean = [shutil.which("bean-query", path=_PATH) or "bean-query", "-q", beancount]
    commands = {
        "hledger": (
            FAST,
            (
                [*hledger, "balance", "--flat", "-b", "2025-01-01", "-e", "2026-01-01"],
                [*hledger, "incomestatement", "--flat", "-M", "-b", "2023-01-01", "-e", "2026-01-01"],
                [*hledger, "balancesheetequity", "--flat", "-e", "2026-01-01"],
                [*hledger, "register", "A1010", "-b", "2025-12-31", "-e", "2026-01-01"],
            ),
        ),
        "ledger": (
            NEAR,
            (
                [*ledger, "balance", "--flat", "-b", "2025-01-01", "-e", "2026-01-01"],
                [*ledger, "register", "--monthly", "^Income", "^Expenses"],
                [*ledger, "balance", "--flat", "^Assets", "^Liabilities", "^Equity", "-e", "2026-01-01"],
                [*ledger, "register", "A1010", "-b", "2025-12-31", "-e", "2026-01-01"],
            ),
        ),
        "bean-query": (
            FAST,
            (
                [*bean, "select account, sum(position) where year = 2025 group by account"],
                [*bean, "select account, year, month, sum(position) where account ~ '^(Inc|Exp)' group by 1, 2, 3"],
                [*bean, "select account, sum(position) where account ~ '^[AL]' group by account"],
                [*bean, "select date, narration, position, balance where account ~ 'A1010' and date = 2025-12-31"],
            ),
        ),
    }  # fmt: skip
    return {
        program: (bounds, dict(zip(QUESTIONS, asked, strict=True))) for program, (bounds, asked) in commands.items()
    }


def _growth(ours: Mapping[int, tuple[dict[str, Any], Run]]) -> list[Result]:
    """Return how the time per line grows from one size to the next, and the memory of the largest."""
    results = []
    for less, more in itertools.pairwise(ours):
        for name in QUESTIONS:
            before, after = (ours[size][0]["seconds"][name] for size in (less, more))
            results.append(
                Result(
                    f"{name}, time per line, {more:,} against {less:,} lines",
                    [one / median(before) * less / more for one in after], "×", 1, 1.25,
                    f"{1000 * median(before):,.0f} ms and {1000 * median(after):,.0f} ms; 1 × is linear growth",
                )
            )  # fmt: skip
    size = max(ours)
    held = ours[size][1].megabytes
    return [
        *results,
        Result(f"Peak memory of our process, {size:,} lines", [held], "MB", 1_000, 2_000, "four statements, in turn"),
    ]


def _files(home: Path, sizes: Sequence[int]) -> list[Result]:
    large = max(size for size in sizes if size <= OTHERS_UP_TO)
    rows = min((size for size in sizes if size >= SHEET_ROWS), default=large)
    paper, sheet = (
        json.loads(_run([sys.executable, "-m", "benchmarks.finance", str(home), str(size), key]).text)
        for size, key in ((large, "pack"), (rows, "workbook"))
    )
    how = "wall time, {:,} lines in the ledger, questions included"
    return [
        Result("Month pack as PDF", paper, "ms", 1_000, 2_000, how.format(large)),
        Result(f"Workbook of {SHEET_ROWS:,} ledger rows", sheet, "ms", 5_000, 10_000, how.format(rows)),
    ]


def _build(pair: EmbeddedPair, size: int, folder: Path) -> dict[str, Path]:
    """Make the database, its mirror, and the same entries as texts for the other programs."""
    name = f"ledger_{size}"
    folder.mkdir()
    accounts = pl.DataFrame(
        [
            (str(uuid.uuid5(uuid.NAMESPACE_OID, code)), code, f"Account {code}", kind, True, f"{root}:A{code}")
            for kind, (root, start) in _KINDS.items()
            for code in (str(start + 10 * place) for place in range(1, _EACH + 1))
        ],
        schema=["id", "account_code", "account_name", "account_type", "is_active", "path"],
        orient="row",
    )
    with duckdb.connect() as made:
        made.register("accounts", accounts)
        made.execute("create temp table entries as " + _ENTRIES, {"entries": size // _PER_ENTRY})
        made.execute("create temp table lines as " + _LINES)
        frames = {
            "gl_accounts": accounts.drop("path"),
            "journal_entries": made.sql("select id, entry_date, reference, status from entries").pl(),
            "journal_entry_lines": made.sql("from lines").pl(),
            "fiscal_periods": made.sql(_PERIODS).pl(),
        }
        texts = {"ledger": folder / "books.ledger", "beancount": folder / "books.beancount"}
        if size <= OTHERS_UP_TO:
            opened = "".join(f"2000-01-01 open {path} USD\n" for path in accounts["path"])
            _write(made, texts["ledger"], "", " ", "")
            _write(made, texts["beancount"], opened, ' * "', '"')
    documented = ddl.documented_shapes()
    shapes = {table: documented[table] for table in TABLES}
    publish(pair, name, Contents((), shapes, frames), "", {}, replace=True, say=lambda _step, _done, _total: None)
    refresh(_settings(pair.folder.parent, size, pair.reader_url(name)), full=True)
    return texts


def _write(made: duckdb.DuckDBPyConnection, file: Path, head: str, before: str, after: str) -> None:
    found = made.execute(_TEXT, {"before": before, "after": after})
    with file.open("w", encoding="utf-8") as opened:
        opened.write(head)
        while rows := found.fetchmany(50_000):
            opened.writelines(text for _, text in rows)


def _settings(home: Path, size: int, url: str | None = None) -> Settings:
    return load_settings(home=home, database_url=url, mirror_name=f"ledger_{size}", question_seconds=600)


def _ours(home: Path, size: int) -> tuple[dict[str, Any], Run]:
    """Return what a process of its own measured of the mirror, and what the process took."""
    run = _run([sys.executable, "-m", "benchmarks.finance", str(home), str(size)])
    found: dict[str, Any] = json.loads(run.text)
    return found, run


def answer(home: Path, size: int) -> dict[str, Any]:
    """Return seconds of CPU of each question, books opened anew each time, and the trial balance itself."""
    settings = _settings(home, size)
    mirror = Mirror(mirror_folder(settings), settings)
    year, whole = Range("2025", YEAR, LAST), Range("all", FIRST, LAST)
    questions: dict[str, Callable[[Books], object]] = {
        "trial balance": lambda books: trial_balance(mirror, books, year),
        "income statement": lambda books: income_statement(mirror, books, whole, by="month"),
        "balance sheet": lambda books: balance_sheet(mirror, books, (LAST,)),
        "ledger page": lambda books: general_ledger.general_ledger(
            mirror, books, Range("day", LAST, LAST), accounts=general_ledger.chosen(books, ("1010",))
        ),
    }

    def anew(ask: Callable[[Books], object]) -> float:
        forget(mirror.folder)
        return _cpu(lambda: ask(open_books(mirror)))

    taken = {name: [anew(ask) for _ in range(ROUNDS)] for name, ask in questions.items()}
    books = open_books(mirror)
    sheet = balance_sheet(mirror, books, (LAST,))
    return {"seconds": taken, "cash": str(next(one.amounts[0] for one in sheet.lines if one.account.code == "1010"))}


def file(home: Path, size: int, key: str) -> list[float]:
    """Return milliseconds of the month pack as PDF, or of a workbook of many ledger rows, questions included."""
    settings = _settings(home, size)
    mirror = Mirror(mirror_folder(settings), settings)

    def rows() -> bytes:
        forget(mirror.folder)
        made = general_ledger.general_ledger(
            mirror, open_books(mirror), Range("all", FIRST, LAST), page_size=SHEET_ROWS
        )  # fmt: skip
        if made.lines.height != min(SHEET_ROWS, size):
            raise LookupError(f"The page has {made.lines.height:,} rows instead of {SHEET_ROWS:,}.")
        return workbook([general_ledger.statement(made)])

    def paper() -> bytes:
        forget(mirror.folder)
        return pack.report(mirror, open_books(mirror), "pack", Range("2025-12", MONTH, LAST)).file("pdf")

    return [1_000 * _seconds(paper if key == "pack" else rows) for _ in range(ROUNDS)]


def _cpu(action: Callable[[], object]) -> float:
    """Return seconds of CPU of all threads: what is asked of a machine that does other things too."""
    started = time.process_time()
    action()
    return time.process_time() - started


def _seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _run(command: Sequence[str]) -> Run:
    """Run a program to its end; memory is the most that was resident, as the kernel kept it, read every few moments."""
    before = _children()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as words:
        running = subprocess.Popen(command, stdout=out, stderr=words)  # noqa: S603  programs named here
        status, kilobytes = Path(f"/proc/{running.pid}/status"), 0
        while running.poll() is None:
            # What the kernel reports at the end (ru_maxrss) would count the memory of the process that forked.
            held = re.search(r"^VmHWM:\s+(\d+)", status.read_text(encoding="utf-8"), re.MULTILINE)
            kilobytes = int(held[1]) if held else kilobytes
            time.sleep(0.01)
        seconds = _children() - before
        if running.returncode:
            words.seek(0)
            raise RuntimeError(f"{command[0]} ended with {running.returncode}: {words.read()[-500:]!r}")
        out.seek(0)
        return Run(seconds, kilobytes / 1024, out.read().decode())


if __name__ == "__main__":
    of, lines = Path(sys.argv[1]), int(sys.argv[2])
    sys.stdout.write(json.dumps(file(of, lines, sys.argv[3]) if sys.argv[3:] else answer(of, lines)))
