"""Fiscal years and periods as the database states them, and the ranges that people name."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from finance_reports.chart import Doubt
from replica.errors import ReplicaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

Grain = Literal["month", "quarter", "year"]
DAY: Final = timedelta(days=1)
OUTSIDE: Final = "Outside periods"
_MONTHS_OF_A_QUARTER: Final = 3
_LAST_QUARTER: Final = 4
_ADJUSTING: Final = 13


class UnknownPeriod(ReplicaError):
    """A period, year or range that the ledger does not have."""

    exit_code: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class Period:
    """A fiscal period; `last` is included, `number` its place in the year from 1 on."""

    name: str
    first: date
    last: date
    year: int | None
    number: int | None
    closed: bool = False

    @property
    def label(self) -> str:
        """Return `2022-08` for a calendar month, else the period's own name."""
        whole = self.first.day == 1 and self.last == _month_end(self.first)
        return f"{self.last:%Y-%m}" if whole else self.name or f"{self.first}/{self.last}"


@dataclass(frozen=True, slots=True)
class Range:
    """Days from `first` to `last`, both included, under a name."""

    name: str
    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse a range that ends before it begins.

        Raises:
            UnknownPeriod: It does.
        """
        if self.last < self.first:
            raise UnknownPeriod(f"The range {self.first} to {self.last} ends before it begins.", "Swap the two days.")


@dataclass(frozen=True, slots=True)
class Calendar:
    """The periods in order of their first day, and the fiscal years they make up."""

    periods: tuple[Period, ...]

    @property
    def years(self) -> tuple[Range, ...]:
        """Return the fiscal years in order, each from the first to the last day of its periods."""
        found: dict[int, list[Period]] = {}
        for period in self.periods:
            if period.year is not None:
                found.setdefault(period.year, []).append(period)
        return tuple(
            Range(f"FY{year}", min(one.first for one in parts), max(one.last for one in parts))
            for year, parts in sorted(found.items(), key=lambda pair: min(one.first for one in pair[1]))
        )

    def year_of(self, day: date) -> Range | None:
        """Return the fiscal year that holds a day."""
        return next((year for year in self.years if year.first <= day <= year.last), None)

    def year_start(self, day: date) -> date:
        """Return the first day of the fiscal year of a day; outside every year, the day after the last one ended."""
        year = self.year_of(day)
        if year is not None:
            return year.first
        return max((year.last + DAY for year in self.years if year.last < day), default=date.min)

    def year_before(self, year: Range) -> Range | None:
        """Return the fiscal year before this one."""
        return max((one for one in self.years if one.last < year.first), key=lambda one: one.last, default=None)

    def fiscal_year(self, number: int) -> Range:
        """Return a fiscal year by its number.

        Raises:
            UnknownPeriod: No period is of that year.
        """
        found = next((year for year in self.years if year.name == f"FY{number}"), None)
        if found is None:
            known = ", ".join(year.name.removeprefix("FY") for year in self.years) or "none"
            raise UnknownPeriod(f"There is no fiscal year {number} in fiscal_periods.", f"There are: {known}.")
        return found

    def named(self, name: str) -> Range:
        """Return the range that a name stands for: `2022-08`, `2022-Q3`, `FY2022`, or a period's own name.

        Raises:
            UnknownPeriod: No period is called so.
        """
        wanted = name.strip()
        if match := re.fullmatch(r"(?:FY)?([0-9]{4})", wanted, re.IGNORECASE):
            return self.fiscal_year(int(match[1]))
        every = [Range(period.label, period.first, period.last) for period in self.periods]
        every += [Range(period.name, period.first, period.last) for period in self.periods if period.name]
        for year in self.years:
            every += self.split(year, "quarter")
        found = next((one for one in every if one.name.lower() == wanted.lower()), None)
        if found is None:
            raise UnknownPeriod(
                f"There is no period {wanted!r} in fiscal_periods.",
                "Write a month as 2025-08, a quarter as 2025-Q3, a year as FY2025, or a period's own name.",
            )
        return found

    def split(self, within: Range, by: Grain) -> tuple[Range, ...]:
        """Return the months, quarters or years of a range, cut to it; days of no period form ranges of their own."""
        pieces = self._pieces(within)
        if by == "month":
            return tuple(_distinct([Range(period.label, first, last) for period, first, last in pieces]))
        if by == "quarter":
            return tuple(_joined(pieces, _quarter))
        return tuple(_joined(pieces, lambda period: f"FY{period.year}" if period.year is not None else period.label))

    def previous(self, current: Range) -> Range:
        """Return the equally many periods before this range, or the equally many days where it cuts a period."""
        if (
            year := next((one for one in self.years if (one.first, one.last) == (current.first, current.last)), None)
        ) and (before := self.year_before(year)):
            return before
        inside = [
            place for place, one in enumerate(self.periods) if current.first <= one.first <= one.last <= current.last
        ]
        if inside and self._is_whole(current, inside) and inside[0] >= len(inside):
            earlier = self.periods[inside[0] - len(inside) : inside[0]]
            return Range(_span_name(earlier), earlier[0].first, earlier[-1].last)
        days = current.last - current.first + DAY
        return Range(f"{current.first - days}/{current.first - DAY}", current.first - days, current.first - DAY)

    def year_earlier(self, current: Range) -> Range:
        """Return the periods of the same numbers one fiscal year earlier, or the same days where it cuts a period."""
        inside = [
            place for place, one in enumerate(self.periods) if current.first <= one.first <= one.last <= current.last
        ]
        if inside and self._is_whole(current, inside):
            wanted = {
                (one.year - 1, one.number) for one in map(self.periods.__getitem__, inside) if one.year is not None
            }
            earlier = [one for one in self.periods if (one.year, one.number) in wanted]
            if len(earlier) == len(inside):
                year = next(
                    (one for one in self.years if (one.first, one.last) == (earlier[0].first, earlier[-1].last)), None
                )
                return year or Range(_span_name(earlier), earlier[0].first, earlier[-1].last)
        first, last = _a_year_before(current.first), _a_year_before(current.last)
        return Range(f"{first}/{last}", first, last)

    def trailing(self, last: date, periods: int = 12) -> Range:
        """Return the last so many periods up to a day, the one that holds it included."""
        found = [one for one in self.periods if one.first <= last][-periods:]
        if not found:
            return Range(f"{periods} periods to {last}", _a_year_before(last) + DAY, last)
        return Range(f"{len(found)} periods to {last}", found[0].first, max(last, found[0].first))

    def _is_whole(self, current: Range, inside: list[int]) -> bool:
        return (self.periods[inside[0]].first, self.periods[inside[-1]].last) == (current.first, current.last)

    def _pieces(self, within: Range) -> list[tuple[Period, date, date]]:
        """Return the periods that meet the range, cut to it and to one another, with the days that none of them has."""
        pieces: list[tuple[Period, date, date]] = []
        upto = within.first
        for period in self.periods:
            first, last = max(period.first, upto), min(period.last, within.last)
            if first > last:
                continue
            if first > upto:
                pieces.append((_outside(upto, first - DAY), upto, first - DAY))
            pieces.append((period, first, last))
            upto = last + DAY
        if upto <= within.last:
            pieces.append((_outside(upto, within.last), upto, within.last))
        return pieces


def calendar_of(periods: pl.DataFrame) -> tuple[Calendar, tuple[Doubt, ...]]:
    """Return the calendar that `queries.finance.periods` answered, and the gaps and overlaps in it."""
    found = tuple(
        Period(
            (row["period_name"] or "").strip(), row["start_date"], row["end_date"], row["fiscal_year"],
            row["fiscal_month"], row["is_closed"],
        )
        for row in periods.iter_rows(named=True)
    )  # fmt: skip
    doubts = []
    for earlier, later in pairwise(found):
        names = f"{earlier.name or earlier.label} and {later.name or later.label}"
        if later.first <= earlier.last:
            doubts.append(
                Doubt(
                    "overlapping_periods",
                    "",
                    f"{names} overlap; days of both count for {earlier.name or earlier.label}.",
                )
            )
        elif later.first > earlier.last + DAY:
            doubts.append(
                Doubt("gap_between_periods", "", f"Between {names} no period holds the days after {earlier.last}.")
            )
    if not found:
        doubts.append(Doubt("no_periods", "", "fiscal_periods has no usable row: fiscal years are unknown."))
    return Calendar(found), tuple(doubts)


def _span_name(periods: Sequence[Period]) -> str:
    return periods[0].label if len(periods) == 1 else f"{periods[0].label} to {periods[-1].label}"


def _a_year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def _outside(first: date, last: date) -> Period:
    return Period(f"{OUTSIDE} {first}/{last}", first, last, None, None)


def _quarter(period: Period) -> str:
    if period.year is None or period.number is None:
        return period.label
    # A thirteenth period adjusts the year and belongs to its last quarter.
    quarter = (period.number - 1) // _MONTHS_OF_A_QUARTER + 1
    return f"{period.year}-Q{_LAST_QUARTER if period.number == _ADJUSTING else quarter}"


def _joined(pieces: Sequence[tuple[Period, date, date]], name: object) -> list[Range]:
    label = name if callable(name) else str
    groups = [(key, list(group)) for key, group in groupby(pieces, key=lambda piece: label(piece[0]))]
    return _distinct([Range(key, group[0][1], group[-1][2]) for key, group in groups])


def _distinct(ranges: list[Range]) -> list[Range]:
    """Return the ranges with names of their own: a name that came before gets its first day beside it."""
    seen: set[str] = set()
    found = []
    for one in ranges:
        name = one.name if one.name not in seen else f"{one.name} ({one.first})"
        seen.add(name)
        found.append(Range(name, one.first, one.last))
    return found


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
