"""Alerts: rules about metrics, each judged over the last period that is over, and what became of it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final, Literal
from zoneinfo import ZoneInfo

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from metrics.registry import BY_KEY, Metric
from metrics.written import number
from queries import founders
from queries.span import Grain, Span
from replica.errors import ReplicaError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from replica import Mirror

FILE: Final = Path(__file__).with_name("alerts.toml")
Condition = Literal["above", "below", "above band", "below band", "outside band"]
Severity = Literal["critical", "warning", "info"]
SEVERITIES: Final[tuple[Severity, ...]] = ("critical", "warning", "info")
State = Literal["fired", "fine", "unknown"]
COMPARED: Final[dict[Grain, tuple[int, int]]] = {"day": (8, 7), "week": (8, 1), "month": (12, 1)}
"""For a period: how many earlier ones it is compared with, and how many periods lie from one to the next."""
_ENOUGH: Final = 5
"""Earlier periods from which a band can be told."""
_ROWS: Final = 5
_SPREAD: Final = Decimal("4.4478")
"""Three standard deviations, as multiples of the median absolute deviation of a normal distribution."""
_COUNTED: Final = frozenset({"people", "conversations", "answers", "pieces", "records", "messages"})


class BadRules(ReplicaError):
    """The file of rules cannot be read or contradicts itself."""

    exit_code = 2


class Rule(BaseModel):
    """A rule of the file; its fields are explained there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    metric: str
    window: Grain
    when: Condition
    severity: Severity
    silence_hours: int = Field(ge=0)
    threshold: Decimal | None = None

    @model_validator(mode="after")
    def _whole(self) -> Rule:
        if self.metric not in BY_KEY:
            raise ValueError(f"there is no metric {self.metric!r}; the glossary lists them")
        if (self.threshold is None) != self.when.endswith("band"):
            raise ValueError("above and below take a threshold, a band takes none")
        return self

    @property
    def of(self) -> Metric:
        """Return the metric that it judges."""
        return BY_KEY[self.metric]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule says of a period: the value, what was to be expected, a sentence, and the newest rows behind it.

    `value` is None where it is unknown and the state then is unknown too: a rule never fires on missing data.
    """

    rule: Rule
    state: State
    sentence: str
    period: date | None = None
    value: int | Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    rows: tuple[str, ...] = ()


def rules(home: Path | None = None) -> tuple[Rule, ...]:
    """Return the rules in force: those of `alerts.toml` in `home` where there is one, else ours.

    Raises:
        BadRules: The file cannot be read; the sentence names the rule and the field.
    """
    own = home / FILE.name if home is not None else FILE
    file = own if own.exists() else FILE
    try:
        return read(file.read_text(encoding="utf-8"), file.name)
    except (OSError, UnicodeDecodeError) as unreadable:
        raise BadRules(f"{file.name} cannot be read: {type(unreadable).__name__}.", "Look at the file.") from None


def read(text: str, name: str = FILE.name) -> tuple[Rule, ...]:
    """Return the rules that a text of TOML holds, the most severe first.

    Raises:
        BadRules: The text is no TOML, or a rule makes no sense.
    """
    help_ = "Compare the file with metrics/alerts.toml, which explains each field."
    try:
        told = tomllib.loads(text).get("alerts", {})
    except tomllib.TOMLDecodeError as wrong:
        raise BadRules(f"{name} is no TOML: {wrong}.", help_) from None
    if not isinstance(told, dict) or not all(isinstance(given, dict) for given in told.values()):
        raise BadRules(f"{name} has something else than rules under alerts.", help_)
    found = []
    for key, given in told.items():
        try:
            found.append(Rule(key=key, **given))
        except (ValidationError, TypeError) as wrong:
            reason = _reason(wrong) if isinstance(wrong, ValidationError) else "key stands in it"
            raise BadRules(f"The alert {key} of {name} makes no sense: {reason}.", help_) from None
    return tuple(sorted(found, key=lambda rule: (SEVERITIES.index(rule.severity), rule.key)))


def _reason(wrong: ValidationError) -> str:
    first = wrong.errors(include_url=False, include_context=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    reason = first["msg"].removeprefix("Value error, ")
    return f"{field}: {reason}" if field else reason


def judged(mirror: Mirror, *, told: Sequence[Rule], timezone: str = "UTC") -> tuple[Judgement, ...]:
    """What does each rule say of the last period that is over?"""
    as_of = mirror.freshness().snapshot_at
    return tuple(judge(mirror, rule, as_of=as_of, timezone=timezone) for rule in told)


def judge(mirror: Mirror, rule: Rule, *, as_of: datetime, timezone: str = "UTC") -> Judgement:
    """Judge the last period that was over at `as_of`; what cannot be known is unknown, with the reason."""
    many, step = COMPARED[rule.window]
    span = Span.over(as_of.astimezone(ZoneInfo(timezone)).date(), many * step + 1, rule.window, timezone)
    periods = span.periods()
    period = periods[-1]
    try:
        values = dict(rule.of.question(mirror, span=span).drop_nulls("period").select("period", "value").iter_rows())
    except ReplicaError as fault:
        return Judgement(rule, "unknown", f"{rule.of.title} cannot be known: {fault.sentence}", period)
    value = values.get(period)
    if value is None:
        return Judgement(rule, "unknown", f"{rule.of.title} is unknown for {_named(rule, period)}.", period)
    low = rule.threshold if rule.when == "below" else None
    high = rule.threshold if rule.when == "above" else None
    if rule.when.endswith("band"):
        # The last period of the span is the one judged; the others are counted back from it.
        earlier = [values.get(periods[-1 - step * back]) for back in range(1, many + 1)]
        known = [Decimal(one) for one in earlier if one is not None]
        if len(known) < _ENOUGH:
            said = f"{rule.of.title} has {len(known)} known {rule.window}s to compare with; {_ENOUGH} are needed."
            return Judgement(rule, "unknown", said, period, value)
        low, high = band(known, counted=rule.of.unit in _COUNTED)
    below = low is not None and value < low and rule.when in {"below", "below band", "outside band"}
    above = high is not None and value > high and rule.when in {"above", "above band", "outside band"}
    sentence = (
        f"{rule.of.title}: {number(value, rule.of.unit)} in {_named(rule, period)}; {_expected(rule, low, high)}."
    )
    if not below and not above:
        return Judgement(rule, "fine", sentence, period, value, low, high)
    return Judgement(rule, "fired", sentence, period, value, low, high, _behind(mirror, rule, period, span))


def band(known: Sequence[Decimal], *, counted: bool) -> tuple[Decimal, Decimal]:
    """Return between which values the next is expected, by the median and the median absolute deviation.

    Where most values are equal that deviation is 0 and the mean one stands for it. Counts vary by chance alone: the
    band is at least three times the square root of the median wide to either side, other values at least a tenth of it.
    """
    middle = median(known)
    away = [abs(one - middle) for one in known]
    margin = _SPREAD * (median(away) or sum(away, Decimal(0)) / len(away))
    margin = max(margin, 3 * max(middle, Decimal(1)).sqrt() if counted else abs(middle) / 10)
    low = middle - margin
    return (max(low, Decimal(0)) if counted else low), middle + margin


def _named(rule: Rule, period: date) -> str:
    return {"day": f"{period}", "week": f"the week from {period}", "month": f"{period:%B %Y}"}[rule.window]


def _expected(rule: Rule, low: Decimal | None, high: Decimal | None) -> str:
    unit = rule.of.unit
    if rule.when == "above":
        return f"expected at most {number(high, unit)}"
    if rule.when == "below":
        return f"expected at least {number(low, unit)}"
    many, _ = COMPARED[rule.window]
    earlier = f"the same weekday of {many} weeks" if rule.window == "day" else f"{many} {rule.window}s"
    return f"expected {number(low, unit)} to {number(high, unit)} by {earlier} before"


def _behind(mirror: Mirror, rule: Rule, period: date, span: Span) -> tuple[str, ...]:
    """Write the newest rows behind a value, of a quotient those of what is divided."""
    metric = rule.of.behind[0]
    last = span.following(period) - timedelta(days=1)
    one = Span(period, last, span.timezone)
    try:
        rows = founders.behind(mirror, facts=metric.facts, measured=metric.measured, span=one, most=_ROWS)
    except ReplicaError as fault:
        return (fault.sentence,)
    told = rows.select(
        pl.col("moment").dt.strftime("%Y-%m-%d %H:%M"), pl.col("what").fill_null("–"), pl.col("who").fill_null("")
    )
    return tuple(" ".join(filter(None, row)) for row in told.iter_rows())


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told of a judgement: that it fired, that it is over, or that it cannot be known."""

    found: Judgement
    what: Literal["fired", "over", "unknown"]


def due(found: Sequence[Judgement], said: Mapping[str, tuple[str, datetime]], now: datetime) -> tuple[Notice, ...]:
    """Return what is to be told now; `said` holds what was told last of each rule, and when.

    A rule that fired or became unknown is silent for its hours; that it is over is told once.
    """
    notices = []
    for one in sorted(found, key=order):
        what, at = said.get(one.rule.key, ("", now))
        if one.state == "fine":
            if what == "fired":
                notices.append(Notice(one, "over"))
        elif what != one.state or now - at >= timedelta(hours=one.rule.silence_hours):
            notices.append(Notice(one, one.state))
    return tuple(notices)


def subject(notices: Sequence[Notice]) -> str:
    """Sum notices up in one line."""
    counts = {what: sum(one.what == what for one in notices) for what in ("fired", "unknown", "over")}
    told = {"fired": "alert", "unknown": "that cannot be known", "over": "over"}
    parts = [f"{count} {told[what]}{'s' if what == 'fired' and count > 1 else ''}" for what, count in counts.items()
             if count]  # fmt: skip
    return ", ".join(parts)


def message(notices: Sequence[Notice]) -> str:
    """Write notices as plain text, each with what was expected and the newest rows behind it."""
    lines = []
    for one in notices:
        head = {"fired": one.found.rule.severity.upper(), "over": "OVER", "unknown": "UNKNOWN"}[one.what]
        lines.append(f"{head}  {one.found.rule.key}")
        lines.append(f"  {one.found.sentence}")
        lines += [f"    {row}" for row in one.found.rows]
        lines.append("")
    return "\n".join(lines)


def order(found: Judgement) -> tuple[int, int]:
    """Return where a judgement stands in a list: fired before unknown before fine, the severe first."""
    states: dict[Any, int] = {"fired": 0, "unknown": 1, "fine": 2}
    return states[found.state], SEVERITIES.index(found.rule.severity)
