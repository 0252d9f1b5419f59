"""Financial statements from the journal, in the terminal and as files."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path  # noqa: TC003  typer reads it from the annotation
from typing import TYPE_CHECKING, Annotated

import typer

from commands.common import Request, command, done, say
from demo import ready
from demo.cluster import EmbeddedPair
from demo.ledger import import_ledger
from finance_reports import pack
from finance_reports.books import Books, Treatment, open_books
from finance_reports.calendar import Range
from replica.settings import load_settings

if TYPE_CHECKING:
    from finance_reports.pack import Report

app = typer.Typer()
ledger_app = typer.Typer(no_args_is_help=True, help="Anyone's books, to try the statements on.")


class Kind(StrEnum):
    """Which statement."""

    trial_balance = "trial-balance"
    income_statement = "income-statement"
    balance_sheet = "balance-sheet"
    cash_flow = "cash-flow"
    retained_earnings = "retained-earnings"
    equity = "equity"
    general_ledger = "general-ledger"
    dashboard = "dashboard"
    exceptions = "exceptions"
    stored = "stored"
    pack = "pack"


class Grain(StrEnum):
    """Into which periods the income statement is split."""

    month = "month"
    quarter = "quarter"
    year = "year"


class Beside(StrEnum):
    """What the income statement is put beside."""

    previous = "previous"
    year = "year"
    ytd = "ytd"
    trailing = "trailing"


class Method(StrEnum):
    """How the cash flow is derived."""

    indirect = "indirect"
    direct = "direct"


class Written(StrEnum):
    """How a statement is written."""

    table = "table"
    csv = "csv"
    json = "json"
    xlsx = "xlsx"
    pdf = "pdf"


@command(app, "report", formats=Written)
def report(  # noqa: PLR0913  every option of the contract
    request: Request,
    kind: Annotated[Kind, typer.Argument(help="Which statement.")],
    *,
    first: Annotated[str | None, typer.Option("--from", help="First day.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day, included.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Day of the balance, and the year up to it.")] = None,
    period: Annotated[
        str | None, typer.Option("--period", help="2025-08, 2025-Q3, FY2025, ytd, rolling-12 or a name.")
    ] = None,
    fiscal_year: Annotated[int | None, typer.Option("--fiscal-year", help="A year of fiscal_periods.")] = None,
    by: Annotated[Grain | None, typer.Option("--by", help="Split the income statement.")] = None,
    compare: Annotated[
        list[Beside] | None, typer.Option("--compare", help="Columns beside the income statement's; repeatable.")
    ] = None,
    method: Annotated[Method, typer.Option("--method", help="Of the cash flow.")] = Method.indirect,
    account: Annotated[list[str] | None, typer.Option("--account", help="Code of an account; repeatable.")] = None,
    status: Annotated[str, typer.Option("--status", help="posted, draft, void, with commas.")] = "posted",
    opening: Annotated[list[str] | None, typer.Option("--opening", help="Read this entry as an opening.")] = None,
    closing: Annotated[list[str] | None, typer.Option("--closing", help="Read this entry as a closing.")] = None,
    ordinary: Annotated[list[str] | None, typer.Option("--ordinary", help="Read this entry as any other.")] = None,
) -> None:
    """Print a financial statement; without days it is of the fiscal year of the last entry."""
    if by and compare:
        raise ValueError("Give --by or --compare, not both: the columns are parts of the range or stand beside it.")
    days = {"from": _day("--from", first), "to": _day("--to", last), "as_of": _day("--as-of", as_of)}
    treatment = Treatment(frozenset(opening or ()), frozenset(closing or ()), frozenset(ordinary or ()))
    with request.mirror() as mirror:
        books = open_books(mirror, statuses=status.split(","), treatment=treatment)
        within = _range(books, days, period, fiscal_year)
        made = pack.report(
            mirror, books, kind.value, within, by=by.value if by else None,
            compare=[one.value for one in compare or ()], method=method.value, accounts=account or (),
            ranged=any([*days.values(), period, fiscal_year]),
        )  # fmt: skip
    _write(request, made)


@ledger_app.command("import")
def import_files(
    accounts: Annotated[Path, typer.Argument(help="CSV of accounts: account_code, account_name, account_type, …")],
    lines: Annotated[Path, typer.Argument(help="CSV of lines: line_id, journal_entry_id, entry_date, status, …")],
    into: Annotated[str, typer.Option("--into", help="Name of the new database.")],
    *,
    fiscal_year_end: Annotated[int, typer.Option("--fiscal-year-end", help="Month the fiscal year ends in.")] = 12,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a database of that name.")] = False,
) -> None:
    """Make a database of two CSV files, with monthly fiscal periods."""
    with EmbeddedPair(load_settings().home) as pair:
        import_ledger(
            pair, into, accounts, lines, year_end=fiscal_year_end, replace_it=replace, progress=ready.stepwise(say)
        )
    done(f"Imported {into}.")


def _write(request: Request, made: Report) -> None:
    match request.form:
        case Written.json:
            request.write_json(made.answer())
        case Written.csv:
            columns, rows = made.rows()
            request.write(rows, columns)
        case Written.table:
            request.write_text(made.text())
        case _:
            request.write_bytes(made.file(request.form.value))


def _range(books: Books, days: dict[str, date | None], period: str | None, fiscal_year: int | None) -> Range:
    ways = [bool(days["from"] or days["to"]), days["as_of"] is not None, period is not None, fiscal_year is not None]
    if sum(ways) > 1:
        raise ValueError("Give one of --from/--to, --as-of, --period and --fiscal-year.")
    if fiscal_year is not None:
        return books.calendar.fiscal_year(fiscal_year)
    if period is not None:
        return books.named(period)
    usual = books.default_year()
    last = days["as_of"] or days["to"] or (usual.last if days["from"] else None)
    if last is None:
        return usual
    start = books.calendar.year_start(last)
    first = days["from"] or (start if start > date.min else books.first_day or last)
    return Range(f"{min(first, last) if days['from'] is None else first}/{last}", first, last)


def _day(option: str, typed: str | None) -> date | None:
    if typed is None:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError as wrong:
        raise ValueError(f"{option} {typed!r} is no day; write it as 2026-01-27.") from wrong
