"""The books as opened for one reader: which entries count, what opens and closes years, and sums between days."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar, Final

import polars as pl

from finance_reports.calendar import DAY, Calendar, Range, calendar_of
from finance_reports.chart import NO_ACCOUNT, Account, Chart, Doubt, chart_of
from finance_reports.mapping import mapping_of
from queries import finance
from replica.errors import ReplicaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from finance_reports.mapping import Mapping as LineMapping
    from replica import Mirror

ZERO: Final = Decimal("0.00")
_WORDS: Final = {"draft": "draft", "posted": "posted", "void": "void"}


class UnknownStatus(ReplicaError):
    """A status that no entry can have."""

    exit_code: ClassVar[int] = 2


class UnknownEntry(ReplicaError):
    """An entry that is not in the ledger."""

    exit_code: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class Treatment:
    """What a person decided against the rules: entries, by id, to read as openings, closings or ordinary ones."""

    openings: frozenset[str] = frozenset()
    closings: frozenset[str] = frozenset()
    ordinary: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Special:
    """An entry that opens the ledger or closes a year, and whether a person said so."""

    entry_id: str
    day: date
    reference: str
    description: str
    debit: Decimal
    credit: Decimal
    lines: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Books:
    """All that a statement needs to know beside the amounts."""

    chart: Chart
    mapping: LineMapping
    calendar: Calendar
    statuses: tuple[str, ...]
    openings: tuple[Special, ...]
    closings: tuple[Special, ...]
    first_day: date | None
    last_day: date | None
    lines: int
    doubts: tuple[Doubt, ...]
    entity: str
    currency: str
    as_of: datetime
    ahead: Amounts | None = field(default=None, repr=False, compare=False)
    """Amounts read once for several statements; one that needs other days reads its own."""

    @property
    def is_empty(self) -> bool:
        """Tell whether no line counts."""
        return self.lines == 0

    @property
    def status_words(self) -> str:
        """Say which entries count."""
        named = [_WORDS[status] for status in self.statuses if status in _WORDS]
        if named == ["posted"]:
            return "Posted entries"
        return f"NOT FINAL: {', '.join(named)} entries"

    def default_year(self) -> Range:
        """Return the fiscal year of the last entry up to the end of its last booked period.

        Without entries it is the year of the snapshot, without periods the days from the first to the last entry.
        """
        today = self.as_of.date()
        day = self.last_day or today
        year = self.calendar.year_of(day)
        if year is None:
            return Range("All entries", self.first_day or day, day)
        ending = min((one.last for one in self.calendar.periods if one.first <= day <= one.last), default=day)
        return Range(year.name, year.first, min(year.last, ending))

    def named(self, name: str) -> Range:
        """Return the range that a name stands for: `ytd`, `rolling-12`, or what the calendar knows by it.

        Both end with the last booked period.

        Raises:
            UnknownPeriod: No period is called so.
        """
        usual = self.default_year()
        match name.strip().lower():
            case "ytd":
                return Range(f"{usual.name} to date", usual.first, usual.last)
            case "rolling-12":
                return self.calendar.trailing(usual.last)
        return self.calendar.named(name)


@dataclass(frozen=True, slots=True)
class Sums:
    """Debits and credits of an account over some days."""

    debit: Decimal = ZERO
    credit: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        """Return debits less credits."""
        return self.debit - self.credit

    @property
    def moved(self) -> bool:
        """Tell whether anything was booked."""
        return bool(self.debit or self.credit)


NOTHING: Final = Sums()


@dataclass(frozen=True, slots=True)
class Amounts:
    """What accounts moved, summed between any two of the `bounds` that were asked for.

    For each account, with and without closing entries, the debits and credits before each bound.
    """

    bounds: tuple[date, ...]
    with_closings: Mapping[str, tuple[Sums, ...]] = field(repr=False)
    without_closings: Mapping[str, tuple[Sums, ...]] = field(repr=False)
    _place: dict[date, int] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Index the bounds."""
        self._place.update((day, place) for place, day in enumerate(self.bounds))

    def between(self, account: str, first: date, last: date, *, closings: bool = True) -> Sums:
        """Return what an account moved from `first` to `last`, both included."""
        later, earlier = self.upto(account, last, closings=closings), self.before(account, first, closings=closings)
        return Sums(later.debit - earlier.debit, later.credit - earlier.credit)

    def upto(self, account: str, last: date, *, closings: bool = True) -> Sums:
        """Return what an account moved up to and with a day."""
        return self.before(account, last + DAY, closings=closings)

    def before(self, account: str, day: date, *, closings: bool = True) -> Sums:
        """Return what an account moved before a day."""
        if day == date.min:
            return NOTHING
        running = (self.with_closings if closings else self.without_closings).get(account)
        return NOTHING if running is None else running[self._place[day]]

    def net(self, accounts: Iterable[Account], first: date, last: date, *, closings: bool = True) -> Decimal:
        """Return debits less credits of several accounts together."""
        return sum((self.between(one.id, first, last, closings=closings).net for one in accounts), ZERO)

    @property
    def accounts(self) -> frozenset[str]:
        """Return the accounts that anything was booked on, before, between or after the bounds."""
        return frozenset(self.with_closings)


def open_books(mirror: Mirror, *, statuses: Sequence[str] = ("posted",), treatment: Treatment = Treatment()) -> Books:
    """Open the books: chart, calendar, what opens and closes, and how far they go.

    Args:
        mirror: Where to read.
        statuses: Of the entries that count; a reversed entry was posted and counts with the posted ones.
        treatment: What a person decided against the rules.

    Raises:
        UnknownStatus: A status is not draft, posted or void.
        UnknownEntry: The treatment names an entry that there is not.
    """
    counted = _counted(statuses)
    mapping = mapping_of(mirror.settings.home)
    chart = chart_of(finance.accounts(mirror), mapping)
    calendar, doubts = calendar_of(finance.periods(mirror))
    extent = finance.extent(mirror).filter(pl.col("status").is_in(counted))
    opened = _special(mirror, finance.openings(mirror, statuses=counted), treatment.openings, treatment)
    closed = _special(mirror, finance.closings(mirror, statuses=counted), treatment.closings, treatment)
    return Books(
        chart=chart,
        mapping=mapping,
        calendar=calendar,
        statuses=counted,
        openings=opened,
        closings=tuple(one for one in closed if one.entry_id not in {other.entry_id for other in opened}),
        first_day=extent["first_day"].min(),  # type: ignore[arg-type]
        last_day=extent["last_day"].max(),  # type: ignore[arg-type]
        lines=int(extent["lines"].sum()),
        doubts=(*chart.doubts, *doubts),
        entity=mirror.settings.entity,
        currency=mirror.settings.currency,
        as_of=mirror.freshness().snapshot_at,
    )


def amounts(mirror: Mirror, books: Books, days: Iterable[date]) -> Amounts:
    """Return what every account moved, with a bound at the beginning of each of these days and at the very end."""
    bounds = _bounds(days)
    if books.ahead is not None and set(bounds) <= set(books.ahead.bounds):
        return books.ahead
    frame = finance.movements(
        mirror,
        bounds=bounds,
        statuses=books.statuses,
        openings=[one.entry_id for one in books.openings],
        closings=[one.entry_id for one in books.closings],
    )
    return amounts_of(frame, bounds, books.chart)


def read_ahead(mirror: Mirror, books: Books, days: Iterable[date]) -> Books:
    """Return the books with the amounts at these days, for statements that share them."""
    return replace(books, ahead=amounts(mirror, books, days))


def counterparts(mirror: Mirror, books: Books, days: Iterable[date]) -> Amounts:
    """Return what the entries that touch cash moved on other accounts, closings left out, with the same bounds."""
    bounds = _bounds(days)
    frame = finance.cash_counterparts(
        mirror,
        cash=[account.id for account in books.chart.accounts if account.cash],
        bounds=bounds,
        statuses=books.statuses,
        openings=[one.entry_id for one in books.openings],
        closings=[one.entry_id for one in books.closings],
    )
    return amounts_of(frame, bounds, books.chart)


def amounts_of(frame: pl.DataFrame, bounds: Sequence[date], chart: Chart) -> Amounts:
    """Return the running sums of a frame of `queries.finance.Movements`, lines of no known account kept together."""
    width = len(bounds)
    every: dict[str, list[Sums]] = defaultdict(lambda: [NOTHING] * width)
    plain: dict[str, list[Sums]] = defaultdict(lambda: [NOTHING] * width)
    for account, bucket, closing, debit, credit, _ in frame.iter_rows():
        key = account if account in chart.by_id else NO_ACCOUNT
        moved = Sums(debit, credit)
        # Bucket n ends at bound n; what lies after the last bound is in no sum, but its account is known.
        for kept in (every,) if closing else (every, plain):
            sums = kept[key]
            if bucket < width:
                sums[bucket] = _plus(sums[bucket], moved)
    return Amounts(
        tuple(bounds),
        {key: tuple(accumulate(sums, _plus)) for key, sums in every.items()},
        {key: tuple(accumulate(sums, _plus)) for key, sums in plain.items()},
    )


def _sum(column: pl.Series) -> Decimal:
    return sum((one for one in column if one is not None), ZERO)


def _plus(one: Sums, other: Sums) -> Sums:
    return Sums(one.debit + other.debit, one.credit + other.credit)


def _bounds(days: Iterable[date]) -> tuple[date, ...]:
    return tuple(sorted({day for day in days if day > date.min}))


def _counted(statuses: Sequence[str]) -> tuple[str, ...]:
    given = [status.strip().lower() for status in statuses if status.strip()]
    unknown = [status for status in given if status not in finance.STATUSES]
    if unknown or not given:
        raise UnknownStatus(
            f"There is no status {', '.join(map(repr, unknown)) or '(none given)'}.",
            "Choose from posted, draft and void, with commas between them.",
        )
    wanted = {*given, *(finance.POSTED if {"posted", "reversed"} & set(given) else ())}
    return tuple(status for status in ("posted", "reversed", "draft", "void") if status in wanted)


def _special(mirror: Mirror, found: pl.DataFrame, chosen: frozenset[str], treatment: Treatment) -> tuple[Special, ...]:
    """Return the entries found, less those that a person called otherwise, and those that a person named."""
    otherwise = (treatment.ordinary | treatment.openings | treatment.closings) - chosen
    kept = [
        Special(
            row["entry_id"], row["entry_date"], row["reference"] or "", row["description"] or "", row["debit"],
            row["credit"], row["lines"], row["entry_id"] in chosen,
        )
        for row in found.iter_rows(named=True)
        if row["entry_id"] not in otherwise
    ]  # fmt: skip
    for entry_id in sorted(chosen - {one.entry_id for one in kept}):
        lines = finance.entry(mirror, entry_id=entry_id)
        if lines.is_empty() or lines["entry_date"][0] is None:
            raise UnknownEntry(f"There is no dated entry {entry_id!r}.", "Copy its id from the general ledger.")
        first = lines.row(0, named=True)
        kept.append(
            Special(
                entry_id, first["entry_date"], first["reference"] or "", first["entry_description"] or "",
                _sum(lines["debit"]), _sum(lines["credit"]), lines.height, True,
            )
        )  # fmt: skip
    return tuple(kept)
