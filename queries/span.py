"""The days a question is about: inclusive as a person types them, half-open inside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

Grain = Literal["day", "week", "month"]
GRAINS: tuple[Grain, ...] = get_args(Grain)
LONGEST_DAILY = 62
LONGEST_WEEKLY = 400


@dataclass(frozen=True, slots=True)
class Span:
    """Inclusive days in a time zone, cut into days, weeks (from Monday) or months.

    Raises:
        ValueError: When the last day comes before the first.
    """

    first: date
    last: date
    timezone: str = "UTC"
    grain: Grain = "day"

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"The range ends on {self.last}, before it begins on {self.first}: swap the two days.")

    @classmethod
    def of(cls, first: date, last: date, timezone: str = "UTC") -> Span:
        """Return the span with the grain that gives a readable chart."""
        days = (last - first).days + 1
        grain: Grain = "day" if days <= LONGEST_DAILY else "week" if days <= LONGEST_WEEKLY else "month"
        return cls(first, last, timezone, grain)

    @classmethod
    def over(cls, today: date, periods: int, grain: Grain, timezone: str = "UTC") -> Span:
        """Return the latest `periods` days, weeks or months that are over on a day."""
        probe = cls(today, today, timezone, grain)
        last = first = probe.period_of(probe.period_of(today) - timedelta(days=1))
        for _ in range(periods - 1):
            first = probe.period_of(first - timedelta(days=1))
        return cls(first, probe.following(last) - timedelta(days=1), timezone, grain)

    @property
    def days(self) -> int:
        """Return how many days the range holds."""
        return (self.last - self.first).days + 1

    @property
    def start(self) -> datetime:
        """Return the instant at which the range begins."""
        return self._midnight(self.first)

    @property
    def end(self) -> datetime:
        """Return the instant just after the range."""
        return self._midnight(self.last + timedelta(days=1))

    def previous(self) -> Span:
        """Return the equally long range that ends the day before this one begins."""
        length = timedelta(days=self.days)
        return replace(self, first=self.first - length, last=self.last - length)

    def year_before(self) -> Span:
        """Return the same days one year earlier; 29 February becomes 28 February."""
        return replace(self, first=_a_year_before(self.first), last=_a_year_before(self.last))

    def periods(self) -> list[date]:
        """Return the first day of every day, week or month that the range touches."""
        found = [self.period_of(self.first)]
        while (following := self.following(found[-1])) <= self.last:
            found.append(following)
        return found

    def ends(self) -> tuple[date, ...]:
        """Return the last day of every period, of the last one that of the range."""
        return tuple(min(self.last, self.following(period) - timedelta(days=1)) for period in self.periods())

    def period_of(self, day: date) -> date:
        """Return the first day of the period that holds a day."""
        if self.grain == "week":
            return day - timedelta(days=day.weekday())
        return day.replace(day=1) if self.grain == "month" else day

    def following(self, period: date) -> date:
        """Return the first day of the next period."""
        if self.grain == "month":
            return (period.replace(day=28) + timedelta(days=4)).replace(day=1)
        return period + timedelta(days=7 if self.grain == "week" else 1)

    def is_complete(self, period: date, as_of: datetime | None) -> bool:
        """Tell whether a period lies whole inside the range and is over at `as_of`."""
        following = self.following(period)
        whole = period >= self.first and following <= self.last + timedelta(days=1)
        return whole and as_of is not None and self._midnight(following) <= as_of

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, ZoneInfo(self.timezone)).astimezone(UTC)


def _a_year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
