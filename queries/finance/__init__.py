"""The ledger as it is written: accounts, periods, movements between days, lines, and what is wrong with them.

Every amount is exact, in currency units. Which entries count is always the caller's choice (`statuses`); a reversed
entry was posted, and stays beside its reversal.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import dataframely as dy
import polars as pl

from queries.kept import PerGeneration

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from replica import Mirror

HERE = Path(__file__).parent
STATUSES: Final = ("draft", "posted", "reversed", "void")
POSTED: Final = ("posted", "reversed")
OPTIONAL: Final = frozenset(
    {
        "gl_accounts.normal_balance",
        "gl_accounts.parent_account_id",
        "gl_accounts.description",
        "gl_accounts.subcategory",
        "gl_accounts.is_active",
        "gl_accounts.account_name",
        "journal_entries.reverses_entry_id",
        "journal_entries.fiscal_year",
        "journal_entries.fiscal_month",
        "journal_entries.posted_at",
        "journal_entries.description",
        "journal_entries.reference",
        "journal_entry_lines.description",
        "journal_entry_lines.line_number",
        "fiscal_periods.fiscal_month",
        "fiscal_periods.closed_at",
        "fiscal_periods.period_name",
        "fiscal_periods.is_closed",
    }
)
"""What statements can do without: it reads as unknown where the database lacks it."""


class Accounts(dy.Schema):
    """One row per account, by code."""

    account_id = dy.String(primary_key=True, description="gl_accounts.id")
    account_code = dy.String(nullable=True, description="Number of the account.")
    account_name = dy.String(nullable=True, description="Its name.")
    account_type = dy.String(nullable=True, description="asset, liability, equity, revenue or expense.")
    normal_balance = dy.String(nullable=True, description="debit or credit.")
    is_active = dy.Bool(nullable=True, description="Whether it may be posted to.")
    parent_id = dy.String(nullable=True, description="Account it is a part of.")
    subcategory = dy.String(nullable=True, description="Finer heading within its section.")
    description = dy.String(nullable=True, description="What belongs on it.")
    uses = dy.Int64(min=0, description="Lines booked on it, of any status.")


class Periods(dy.Schema):
    """One row per fiscal period with both of its days, in order."""

    period_id = dy.String(primary_key=True, description="fiscal_periods.id")
    period_name = dy.String(nullable=True, description="Its name.")
    start_date = dy.Date(description="First day.")
    end_date = dy.Date(description="Last day, included.")
    fiscal_year = dy.Int64(nullable=True, description="Fiscal year it is part of.")
    fiscal_month = dy.Int64(nullable=True, description="Its place in that year, from 1.")
    is_closed = dy.Bool(description="Whether nothing more may be posted into it.")
    closed_at = dy.Datetime(nullable=True, time_zone="UTC", description="When it was closed.")


class Extent(dy.Schema):
    """One row per status of entries."""

    status = dy.String(nullable=True, description="State of the entries, in small letters.")
    entries = dy.Int64(min=0, description="How many entries.")
    lines = dy.Int64(min=0, description="How many lines they have.")
    first_day = dy.Date(nullable=True, description="Earliest entry date.")
    last_day = dy.Date(nullable=True, description="Latest entry date.")


class Entries(dy.Schema):
    """One row per entry, with the totals of its lines."""

    entry_id = dy.String(primary_key=True, description="journal_entries.id")
    entry_date = dy.Date(nullable=True, description="Day it counts for.")
    reference = dy.String(nullable=True, description="Number of the document behind it.")
    description = dy.String(nullable=True, description="What it was.")
    lines = dy.Int64(min=0, description="How many lines.")
    debit = dy.Decimal(38, 2, description="Sum of its debits.")
    credit = dy.Decimal(38, 2, description="Sum of its credits.")


class Movements(dy.Schema):
    """One row per account, bucket and whether closing entries moved it; without an account where lines have none."""

    account_id = dy.String(nullable=True, description="gl_accounts.id; null where the line names none.")
    bucket = dy.Int64(min=0, description="0 before the first bound, n from the nth bound on.")
    closing = dy.Bool(description="Whether closing entries moved it.")
    debit = dy.Decimal(38, 2, description="Sum of debits.")
    credit = dy.Decimal(38, 2, description="Sum of credits.")
    lines = dy.Int64(min=1, description="How many lines.")


class Lines(dy.Schema):
    """One row per line of the chosen accounts, in order."""

    account_id = dy.String(nullable=True, description="gl_accounts.id")
    account_code = dy.String(nullable=True, description="Number of the account.")
    account_name = dy.String(nullable=True, description="Its name.")
    entry_date = dy.Date(description="Day the entry counts for.")
    reference = dy.String(nullable=True, description="Number of the document.")
    description = dy.String(nullable=True, description="What the line was for, else the entry.")
    debit = dy.Decimal(38, 2, description="Debit side.")
    credit = dy.Decimal(38, 2, description="Credit side.")
    balance = dy.Decimal(38, 2, description="Debits less credits of the account up to and with this line.")
    status = dy.String(nullable=True, description="State of the entry.")
    entry_id = dy.String(description="journal_entries.id")
    line_id = dy.String(primary_key=True, description="journal_entry_lines.id")


class RecordedCosts(dy.Schema):
    """One row per recorded cost of the range."""

    cost_id = dy.String(primary_key=True, description="cost_entries.id")
    day = dy.Date(description="Day it counts for.")
    category = dy.String(nullable=True, description="What kind of cost.")
    vendor = dy.String(nullable=True, description="Who was paid.")
    description = dy.String(nullable=True, description="What for.")
    amount = dy.Decimal(18, 2, nullable=True, description="Currency units.")
    recurring = dy.Bool(description="Whether it comes back.")
    account_code = dy.String(nullable=True, description="Account it belongs on.")
    account_name = dy.String(nullable=True, description="Name of that account.")


class Costs(RecordedCosts):
    """The same, each beside the line of the ledger that matches it."""

    reference = dy.String(nullable=True, description="Document of the line that matches it.")
    booked_on = dy.Date(nullable=True, description="Day of that line.")
    matched = dy.Bool(description="Whether a line of the ledger matches it.")


class CostCandidates(dy.Schema):
    """One row per cost and line that may match it, nearest first."""

    cost_id = dy.String(primary_key=True, description="cost_entries.id")
    line_id = dy.String(primary_key=True, description="journal_entry_lines.id")
    reference = dy.String(nullable=True, description="Document of the line.")
    booked_on = dy.Date(description="Its day.")


class CostsByMonth(dy.Schema):
    """One row per month, category, vendor and kind of recorded cost."""

    month = dy.Date(description="Its first day.")
    category = dy.String(description="What kind of cost.")
    vendor = dy.String(description="Who was paid.")
    recurring = dy.Bool(description="Whether it comes back.")
    amount = dy.Decimal(38, 2, description="Currency units.")
    costs = dy.Int64(min=1, description="How many were recorded.")


class BookedCosts(dy.Schema):
    """One row per expense account with anything booked or recorded in the range."""

    account_code = dy.String(nullable=True, description="Number of the account.")
    account_name = dy.String(nullable=True, description="Its name.")
    booked = dy.Decimal(38, 2, description="Debits less credits in the ledger.")
    recorded = dy.Decimal(38, 2, description="Recorded costs.")
    state = dy.String(description="matched, differs, cost only or ledger only.")


class AssistantCosts(dy.Schema):
    """One row per language model used in the range."""

    model = dy.String(primary_key=True, description="Name of the model.")
    requests = dy.Int64(min=1, description="How often it was asked.")
    amount = dy.Decimal(38, 2, description="What it cost, in currency units.")


class RecurringRevenue(dy.Schema):
    """One row per period in which anybody ever paid; start and movements add up to the end."""

    last_day = dy.Date(primary_key=True, description="Last day of the period.")
    opening = dy.Decimal(38, 2, description="At the end of the period before.")
    new = dy.Decimal(38, 2, description="Of people who never paid before.")
    reactivation = dy.Decimal(38, 2, description="Of people who had stopped paying.")
    expansion = dy.Decimal(38, 2, description="Of people who pay more.")
    contraction = dy.Decimal(38, 2, description="Of people who pay less, below zero.")
    churn = dy.Decimal(38, 2, description="Of people who stopped paying, below zero.")
    closing = dy.Decimal(38, 2, description="At the end of the period.")


class People(dy.Schema):
    """One row: the people of a range."""

    users = dy.Int64(min=0, description="At its end.")
    new_users = dy.Int64(min=0, description="Who came within it.")
    paying_users = dy.Int64(min=0, description="With a running subscription at its end, on no trial.")


class Count(dy.Schema):
    """One row."""

    lines = dy.Int64(min=0, description="How many lines.")


class Entry(dy.Schema):
    """One row per line of an entry, in order; one row without a line for an entry that has none."""

    entry_id = dy.String(description="journal_entries.id")
    entry_date = dy.Date(nullable=True, description="Day it counts for.")
    reference = dy.String(nullable=True, description="Number of the document.")
    entry_description = dy.String(nullable=True, description="What the transaction was.")
    status = dy.String(nullable=True, description="State of the entry.")
    posted_at = dy.Datetime(nullable=True, time_zone="UTC", description="When it was posted.")
    reverses_entry_id = dy.String(nullable=True, description="Entry that it takes back.")
    line_id = dy.String(nullable=True, description="journal_entry_lines.id")
    account_code = dy.String(nullable=True, description="Number of the account.")
    account_name = dy.String(nullable=True, description="Its name.")
    description = dy.String(nullable=True, description="What the line was for.")
    debit = dy.Decimal(38, 2, nullable=True, description="Debit side.")
    credit = dy.Decimal(38, 2, nullable=True, description="Credit side.")


class Exceptions(dy.Schema):
    """One row per rule and what breaks it."""

    rule = dy.String(description="Name of the rule.")
    entry_id = dy.String(nullable=True, description="journal_entries.id")
    line_id = dy.String(nullable=True, description="journal_entry_lines.id")
    account_code = dy.String(nullable=True, description="Number of the account.")
    amount = dy.Decimal(38, 2, nullable=True, description="Currency units; of an unbalanced entry debits less credits.")
    day = dy.Date(nullable=True, description="Day the entry counts for.")
    subject = dy.String(nullable=True, description="Number of the document, or what else names it.")


# Every statement of the books begins with these, whatever its range.
_extents: Final[PerGeneration[dy.DataFrame[Extent]]] = PerGeneration(most=16)
_kept: Final[PerGeneration[dy.DataFrame[Entries]]] = PerGeneration(most=64)


def accounts(mirror: Mirror) -> dy.DataFrame[Accounts]:
    """Which accounts does the ledger have?"""
    return mirror.ask(HERE / "accounts.sql", Accounts, optional=OPTIONAL)


def periods(mirror: Mirror) -> dy.DataFrame[Periods]:
    """Into which fiscal periods is time divided?"""
    return mirror.ask(HERE / "periods.sql", Periods, optional=OPTIONAL)


def extent(mirror: Mirror) -> dy.DataFrame[Extent]:
    """How many entries of which status are there, and from when to when?"""
    return _extents.of(mirror, None, lambda: mirror.ask(HERE / "extent.sql", Extent))


def openings(mirror: Mirror, *, statuses: Sequence[str]) -> dy.DataFrame[Entries]:
    """Which entries bring balances forward from before the ledger began?"""
    return _entries(mirror, "openings", statuses)


def closings(mirror: Mirror, *, statuses: Sequence[str]) -> dy.DataFrame[Entries]:
    """Which entries close a year, by what they do or by what they say?"""
    return _entries(mirror, "closings", statuses)


def _entries(mirror: Mirror, name: str, statuses: Sequence[str]) -> dy.DataFrame[Entries]:
    return _kept.of(
        mirror,
        (name, *statuses, mirror.sees),
        lambda: mirror.ask(HERE / f"{name}.sql", Entries, optional=OPTIONAL, statuses=list(statuses)),
    )


def movements(
    mirror: Mirror,
    *,
    bounds: Sequence[date],
    statuses: Sequence[str],
    openings: Sequence[str] = (),
    closings: Sequence[str] = (),
) -> dy.DataFrame[Movements]:
    """What did each account move before, between and after the bounds (first days of the buckets, in order)?"""
    return mirror.ask(
        HERE / "movements.sql",
        Movements,
        bounds=[day.isoformat() for day in bounds],
        statuses=list(statuses),
        openings=list(openings),
        closings=list(closings),
    )


def cash_counterparts(
    mirror: Mirror,
    *,
    cash: Sequence[str],
    bounds: Sequence[date],
    statuses: Sequence[str],
    openings: Sequence[str] = (),
    closings: Sequence[str] = (),
) -> dy.DataFrame[Movements]:
    """What did the entries that touch these cash accounts move on all other accounts, between the bounds?"""
    return mirror.ask(
        HERE / "cash_counterparts.sql",
        Movements,
        cash=list(cash),
        bounds=[day.isoformat() for day in bounds],
        statuses=list(statuses),
        openings=list(openings),
        closings=list(closings),
    )


def lines(  # noqa: PLR0913  the range, what counts, and the page
    mirror: Mirror,
    *,
    first: date,
    last: date,
    year_start: date,
    statuses: Sequence[str],
    accounts: Sequence[str] | None = None,
    openings: Sequence[str] = (),
    page: int = 1,
    page_size: int = 100,
) -> dy.DataFrame[Lines]:
    """Which lines do these accounts (all when None) have from `first` to `last`, page by page from 1 on?

    The running balance of revenue and expense begins at zero on `year_start`, that of others with the ledger.
    """
    return mirror.ask(
        HERE / "lines.sql",
        Lines,
        optional=OPTIONAL,
        first=first,
        last=last,
        year_start=year_start,
        statuses=list(statuses),
        openings=list(openings),
        every=accounts is None,
        accounts=list(accounts or ()),
        size=page_size,
        skip=(page - 1) * page_size,
    )


def count_lines(
    mirror: Mirror,
    *,
    first: date,
    last: date,
    statuses: Sequence[str],
    accounts: Sequence[str] | None = None,
    openings: Sequence[str] = (),
) -> int:
    """How many lines do these accounts (all when None) have from `first` to `last`?"""
    found = mirror.ask(
        HERE / "count_lines.sql",
        Count,
        first=first,
        last=last,
        statuses=list(statuses),
        openings=list(openings),
        every=accounts is None,
        accounts=list(accounts or ()),
    )
    return int(found.item())


def entry(mirror: Mirror, *, entry_id: str) -> dy.DataFrame[Entry]:
    """What was booked in one entry?"""
    return mirror.ask(HERE / "entry.sql", Entry, optional=OPTIONAL, entry=entry_id)


def costs(mirror: Mirror, *, first: date, last: date) -> dy.DataFrame[Costs]:
    """What was recorded as cost, and which line of the ledger matches each?

    A line matches one cost at most; the nearest in time are matched first.
    """
    recorded = mirror.ask(HERE / "costs.sql", RecordedCosts, optional=OPTIONAL, first=first, last=last)
    found = mirror.ask(HERE / "cost_candidates.sql", CostCandidates, optional=OPTIONAL, first=first, last=last)
    matches: dict[str, dict[str, object]] = {}
    taken: set[str] = set()
    for pair in found.iter_rows(named=True):
        if pair["cost_id"] not in matches and pair["line_id"] not in taken:
            taken.add(pair["line_id"])
            matches[pair["cost_id"]] = pair
    pairs = pl.DataFrame(list(matches.values()), schema=found.schema).drop("line_id")
    joined = recorded.join(pairs.with_columns(matched=True), on="cost_id", how="left", maintain_order="left")
    return Costs.validate(joined.with_columns(pl.col("matched").fill_null(value=False)))


def costs_by_month(mirror: Mirror, *, first: date, last: date) -> dy.DataFrame[CostsByMonth]:
    """What was recorded as cost in each month of a range, by category, vendor and whether it comes back?"""
    return mirror.ask(HERE / "costs_by_month.sql", CostsByMonth, first=first, last=last)


def booked_costs(mirror: Mirror, *, first: date, last: date, closings: Sequence[str]) -> dy.DataFrame[BookedCosts]:
    """What does each expense account hold, beside what was recorded for it?"""
    return mirror.ask(
        HERE / "booked_costs.sql", BookedCosts, optional=OPTIONAL, first=first, last=last, closings=list(closings)
    )


def assistant_costs(mirror: Mirror, *, first: date, last: date) -> dy.DataFrame[AssistantCosts]:
    """What did language models cost, by the log of their use?"""
    return mirror.ask(HERE / "assistant_costs.sql", AssistantCosts, first=first, last=last)


def recurring_revenue(mirror: Mirror, *, ends: Sequence[date]) -> dy.DataFrame[RecurringRevenue]:
    """What recurs monthly from subscriptions at each of these days, and what moved it since the one before?"""
    return mirror.ask(HERE / "recurring_revenue.sql", RecurringRevenue, ends=[day.isoformat() for day in ends])


def people(mirror: Mirror, *, first: date, last: date) -> dy.DataFrame[People]:
    """How many people were there at the end of a range, new in it, and paying?"""
    return mirror.ask(HERE / "people.sql", People, first=first, last=last)


def exceptions(mirror: Mirror, *, statuses: Sequence[str]) -> dy.DataFrame[Exceptions]:
    """Which entries and lines would an accountant question?"""
    found = [
        mirror.ask(HERE / name, Exceptions, optional=OPTIONAL, statuses=list(statuses))
        for name in ("exceptions_entries.sql", "exceptions_lines.sql")
    ]
    return Exceptions.validate(pl.concat(found))
