"""What a funnel asks: one JSON form for page, URL, saved views, command line and tests."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from replica.errors import ReplicaError

if TYPE_CHECKING:
    from collections.abc import Mapping

Order = Literal["ordered", "strict", "unordered"]
Touch = Literal["first", "last", "step"]
RangeApplies = Literal["entry", "both"]
Unit = Literal["hour", "day", "week", "month"]

VERSION: Final = 1
MOST_STEPS: Final = 20
MOST_OPTIONAL: Final = 8
LONGEST_WINDOW: Final = 10 * 366 * 86_400
DEFAULT_WINDOW: Final = 14 * 86_400
PROPERTY: Final = "props."
_ANSWERS: Final = "Correct the definition."
_KEYS: Final = frozenset({
    "version", "steps", "order", "window_s", "exclusions", "optional_steps", "to_step", "count_by", "identity_map",
    "report_range_s", "range_applies_to", "trend_unit", "timezone", "origin", "breakdown", "one_row_many_steps",
})  # fmt: skip
_STEP_KEYS: Final = frozenset({"event", "any_of", "where", "min", "optional", "within_s", "name"})
_EXCLUSION_KEYS: Final = frozenset({"event", "any_of", "where", "min", "from_step", "to_step"})


class BadDefinition(ReplicaError):
    """A definition that cannot be asked, with the part that is wrong."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Condition:
    """Which events fit: one of the names, every property as stated, and at least `minimum` where one is given.

    `minimum` compares the property `minimum_of`, else the first property of the event that is a number.
    """

    names: tuple[str, ...]
    where: tuple[tuple[str, str], ...] = ()
    minimum: float | None = None
    minimum_of: str | None = None

    @property
    def label(self) -> str:
        """Return the condition in a few words."""
        parts = [f"{key} {value}" for key, value in self.where]
        parts += [] if self.minimum is None else [f"{self.minimum_of or ''} ≥ {self.minimum:g}".strip()]
        return " or ".join(self.names) + (f" ({', '.join(parts)})" if parts else "")

    def as_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        names = {"event": self.names[0]} if len(self.names) == 1 else {"any_of": list(self.names)}
        minimum: Any = self.minimum if self.minimum_of is None else {"property": self.minimum_of, "value": self.minimum}
        return {
            **names,
            **({"where": dict(self.where)} if self.where else {}),
            **({"min": minimum} if self.minimum is not None else {}),
        }


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what fits, whether it may be skipped, how soon after the step before it must come."""

    condition: Condition
    optional: bool = False
    within_seconds: float | None = None
    name: str | None = None

    @property
    def label(self) -> str:
        """Return the step's name, else its condition in a few words."""
        return self.name or self.condition.label

    def as_json(self) -> Any:
        """Return the JSON form; a step that is only an event is its name."""
        found = {
            **self.condition.as_json(),
            **({"optional": True} if self.optional else {}),
            **({"within_s": self.within_seconds} if self.within_seconds is not None else {}),
            **({"name": self.name} if self.name else {}),
        }
        return found["event"] if list(found) == ["event"] else found


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What must not happen after step `from_step` and before step `to_step`, counted from 1."""

    condition: Condition
    from_step: int
    to_step: int

    def as_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {**self.condition.as_json(), "from_step": self.from_step, "to_step": self.to_step}


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The property by which actors are told apart, and which event of theirs says it.

    first, last: the first or last event among those that fit a step and have the property, else among all events;
    step: the event that filled step `step`.
    """

    property: str
    touch: Touch = "first"
    step: int = 1

    def as_json(self) -> Any:
        """Return the JSON form; by first touch it is the property's name."""
        if self.touch == "first":
            return self.property
        place = {"step": self.step} if self.touch == "step" else {}
        return {"property": self.property, "touch": self.touch, **place}


@dataclass(frozen=True, slots=True)
class Definition:
    """A funnel, checked.

    The window runs from step 1, its end included. `count_by` is user, session, attempt or `props.NAME`.
    `range_seconds`, from and to since 1970, limits entries, or with `range_applies_to` both also every later step.
    """

    steps: tuple[Step, ...]
    order: Order = "ordered"
    window_seconds: float = DEFAULT_WINDOW
    exclusions: tuple[Exclusion, ...] = ()
    count_by: str = "user"
    to_step: int | None = None
    range_seconds: tuple[float, float] | None = None
    range_applies_to: RangeApplies = "entry"
    trend_unit: Unit | None = None
    timezone: str = "UTC"
    origin: datetime | None = None
    breakdown: Breakdown | None = None
    one_row_many_steps: bool | None = None
    identity_map: tuple[tuple[str, str], ...] = field(default=())

    @property
    def target(self) -> int:
        """Return the step, from 1, that counts as converted."""
        return self.to_step or len(self.steps)

    @property
    def shared(self) -> bool:
        """Return whether one event may fill many steps: as stated, else where steps are thresholds of one event."""
        if self.one_row_many_steps is not None:
            return self.one_row_many_steps
        conditions = [step.condition for step in self.steps]
        rising = any(
            (before.names, before.where, before.minimum_of) == (after.names, after.where, after.minimum_of)
            and before.minimum is not None
            and after.minimum is not None
            and before.minimum < after.minimum
            for before, after in pairwise(conditions)
        )
        return rising and len(set(conditions)) == len(conditions)

    @property
    def optional(self) -> tuple[int, ...]:
        """Return the places, from 0, of the steps that may be skipped."""
        return tuple(place for place, step in enumerate(self.steps) if step.optional)

    def as_json(self) -> dict[str, Any]:
        """Return the JSON form, without what is as by default."""
        found: dict[str, Any] = {"version": VERSION, "steps": [step.as_json() for step in self.steps]}
        found["order"] = self.order
        found["window_s"] = _plain(self.window_seconds)
        if self.exclusions:
            found["exclusions"] = [one.as_json() for one in self.exclusions]
        found["count_by"] = self.count_by
        optional: tuple[tuple[str, Any, Any], ...] = (
            ("to_step", self.to_step, None),
            ("report_range_s", list(self.range_seconds) if self.range_seconds else None, None),
            ("range_applies_to", self.range_applies_to, "entry"),
            ("trend_unit", self.trend_unit, None),
            ("timezone", self.timezone, "UTC"),
            ("origin", self.origin.isoformat() if self.origin else None, None),
            ("breakdown", self.breakdown.as_json() if self.breakdown else None, None),
            ("one_row_many_steps", self.one_row_many_steps, None),
            ("identity_map", dict(self.identity_map), {}),
        )
        return found | {key: value for key, value, usual in optional if value != usual}

    def text(self) -> str:
        """Return the JSON form in one line, as it goes into an address."""
        return json.dumps(self.as_json(), ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> Definition:
    """Return the definition that a JSON text holds.

    Raises:
        BadDefinition: It is no JSON, or cannot be asked.
    """
    try:
        given = json.loads(text)
    except ValueError as wrong:
        raise BadDefinition(f"The definition is not JSON: {wrong}.", _ANSWERS) from wrong
    return parse(given)


def parse(given: Any) -> Definition:
    """Return the definition that decoded JSON holds.

    Raises:
        BadDefinition: It cannot be asked; the sentence names the part.
    """
    record = _record(given, "The definition", _KEYS)
    version = record.get("version", VERSION)
    if version != VERSION:
        raise BadDefinition(
            f"The definition is of version {version!r}, and this suite reads version {VERSION}.",
            "Build the funnel anew on its page, or set the version that fits its keys.",
        )
    steps = _steps(record)
    found = Definition(
        steps=steps,
        order=_one_of(record, "order", get_args(Order), "ordered"),
        window_seconds=_seconds(record.get("window_s", DEFAULT_WINDOW), "window_s"),
        exclusions=tuple(_exclusion(one, len(steps)) for one in _list(record, "exclusions")),
        count_by=_count_by(record.get("count_by", "user")),
        to_step=None if record.get("to_step") is None else _step_number(record["to_step"], "to_step", len(steps)),
        range_seconds=_range(record.get("report_range_s")),
        range_applies_to=_one_of(record, "range_applies_to", get_args(RangeApplies), "entry"),
        trend_unit=_one_of(record, "trend_unit", get_args(Unit), None),
        timezone=_zone(record.get("timezone") or "UTC"),
        origin=_moment(record.get("origin")),
        breakdown=_breakdown(record.get("breakdown"), len(steps)),
        one_row_many_steps=(
            _flag(record, "one_row_many_steps") if record.get("one_row_many_steps") is not None else None
        ),
        identity_map=tuple(sorted(_texts(record.get("identity_map") or {}, "identity_map").items())),
    )
    _check_together(found)
    return found


def _check_together(found: Definition) -> None:
    if found.order == "unordered":
        if found.optional:
            raise BadDefinition("In any order no step is before another: none can be optional.", _ANSWERS)
        if any(step.within_seconds is not None for step in found.steps):
            raise BadDefinition("In any order a step has no step before it: within_s cannot be measured.", _ANSWERS)
        if found.count_by == "attempt":
            raise BadDefinition("Attempts are told apart by step 1: they need steps in order.", _ANSWERS)
    if found.order == "strict" and found.optional:
        raise BadDefinition("In strict order every step follows directly: none can be optional.", _ANSWERS)
    if len(found.optional) > MOST_OPTIONAL:
        raise BadDefinition(f"{len(found.optional)} steps are optional; at most {MOST_OPTIONAL} can be.", _ANSWERS)
    if found.steps[0].optional:
        raise BadDefinition("Step 1 is where an actor enters: it cannot be optional.", _ANSWERS)
    if found.steps[0].within_seconds is not None:
        raise BadDefinition("Step 1 has no step before it: within_s cannot be measured.", _ANSWERS)


def _steps(record: Mapping[str, Any]) -> tuple[Step, ...]:
    given = _list(record, "steps")
    if not given:
        raise BadDefinition("A funnel needs at least one step.", "Name an event under `steps`.")
    if len(given) > MOST_STEPS:
        raise BadDefinition(f"The funnel has {len(given)} steps; at most {MOST_STEPS} can be asked.", _ANSWERS)
    places = {_step_number(place, "optional_steps", len(given)) for place in _list(record, "optional_steps")}
    return tuple(_step(one, f"Step {place}", optional=place in places) for place, one in enumerate(given, start=1))


def _step(given: Any, what: str, *, optional: bool) -> Step:
    if isinstance(given, str):
        return Step(_condition({"event": given}, what), optional)
    record = _record(given, what, _STEP_KEYS)
    within = record.get("within_s")
    return Step(
        _condition(record, what),
        optional or _flag(record, "optional"),
        None if within is None else _seconds(within, f"within_s of {what.lower()}"),
        _text(record["name"], f"name of {what.lower()}") if record.get("name") else None,
    )


def _exclusion(given: Any, steps: int) -> Exclusion:
    record = _record(given, "An exclusion", _EXCLUSION_KEYS)
    first = _step_number(record.get("from_step", 1), "from_step", steps)
    last = _step_number(record.get("to_step", steps), "to_step", steps)
    if last <= first:
        raise BadDefinition(f"An exclusion lies between two steps: from {first} to {last} holds none.", _ANSWERS)
    return Exclusion(_condition(record, "An exclusion"), first, last)


def _condition(record: Mapping[str, Any], what: str) -> Condition:
    if ("event" in record) == ("any_of" in record):
        raise BadDefinition(f"{what} needs either `event` or `any_of`.", _ANSWERS)
    names = [record["event"]] if "event" in record else _list(record, "any_of")
    if not names or not all(isinstance(name, str) and name.strip() for name in names):
        raise BadDefinition(f"{what} names no event.", "Name at least one.")
    minimum, minimum_of = record.get("min"), None
    if isinstance(minimum, dict):
        inner = _record(minimum, f"min of {what.lower()}", frozenset({"property", "value"}))
        minimum, minimum_of = inner.get("value"), _property(inner.get("property"), f"min of {what.lower()}")
    where = {_property(key, what): text for key, text in _texts(record.get("where") or {}, f"where of {what}").items()}
    return Condition(
        tuple(dict.fromkeys(names)),
        tuple(sorted(where.items())),
        None if minimum is None else _number(minimum, f"min of {what.lower()}"),
        minimum_of,
    )


def _breakdown(given: Any, steps: int) -> Breakdown | None:
    if given is None:
        return None
    if isinstance(given, str):
        return Breakdown(_property(given, "breakdown"))
    record = _record(given, "The breakdown", frozenset({"property", "touch", "step"}))
    touch: Touch = _one_of(record, "touch", get_args(Touch), "step" if "step" in record else "first")
    step = _step_number(record.get("step", 1), "step of the breakdown", steps)
    return Breakdown(_property(record.get("property"), "breakdown"), touch, step)


def _record(given: Any, what: str, allowed: frozenset[str]) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise BadDefinition(f"{what} must be a JSON object, not {_kind(given)}.", _ANSWERS)
    unknown = sorted(str(key) for key in given if key not in allowed)
    if unknown:
        raise BadDefinition(f"{what} has no key {unknown[0]!r}.", f"Known are {', '.join(sorted(allowed))}.")
    return given


def _list(record: Mapping[str, Any], key: str) -> list[Any]:
    given = record.get(key)
    if given is None:
        return []
    if not isinstance(given, list):
        raise BadDefinition(f"`{key}` must be a list, not {_kind(given)}.", _ANSWERS)
    return given


def _texts(given: Any, what: str) -> dict[str, str]:
    if not isinstance(given, dict):
        raise BadDefinition(f"{what} must be a JSON object, not {_kind(given)}.", _ANSWERS)
    wrong = [key for key, value in given.items() if isinstance(value, (dict, list)) or value is None]
    if wrong:
        raise BadDefinition(f"{what} needs a plain value for {wrong[0]!r}.", _ANSWERS)
    return {str(key): _as_text(value) for key, value in given.items()}


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def _one_of(record: Mapping[str, Any], key: str, choices: tuple[str, ...], usual: Any) -> Any:
    given = record.get(key)
    if given is None:
        return usual
    if given not in choices:
        raise BadDefinition(f"`{key}` cannot be {given!r}.", f"Choose one of {', '.join(choices)}.")
    return given


def _number(given: Any, what: str) -> float:
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not math.isfinite(given):
        raise BadDefinition(f"`{what}` must be a number, not {_kind(given)}.", _ANSWERS)
    return float(given)


def _seconds(given: Any, what: str) -> float:
    seconds = _number(given, what)
    if not 0 <= seconds <= LONGEST_WINDOW:
        raise BadDefinition(f"`{what}` is {seconds:g} seconds.", f"Give 0 to {LONGEST_WINDOW:,} (ten years).")
    return seconds


def _step_number(given: Any, what: str, steps: int) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= steps:
        raise BadDefinition(f"`{what}` names step {given!r}; there are steps 1 to {steps}.", _ANSWERS)
    return given


def _flag(record: Mapping[str, Any], key: str) -> bool:
    given = record.get(key, False)
    if not isinstance(given, bool):
        raise BadDefinition(f"`{key}` must be true or false, not {_kind(given)}.", _ANSWERS)
    return given


def _count_by(given: Any) -> str:
    if isinstance(given, str) and (given in {"user", "session", "attempt"} or given.removeprefix(PROPERTY) != given):
        return given if given != PROPERTY else _property("", "count_by")
    raise BadDefinition(f"`count_by` cannot be {given!r}.", "Choose user, session, attempt or props.NAME.")


def _property(given: Any, what: str) -> str:
    name = given.removeprefix(PROPERTY).strip() if isinstance(given, str) else ""
    if not name:
        raise BadDefinition(f"`{what}` names no property.", "Give its name.")
    return name


def _range(given: Any) -> tuple[float, float] | None:
    if given is None:
        return None
    if not isinstance(given, list) or len(given) != 2:
        raise BadDefinition("`report_range_s` must be a list of two numbers.", _ANSWERS)
    first, last = (_number(one, "report_range_s") for one in given)
    if last < first:
        raise BadDefinition(f"`report_range_s` ends at {last:g}, before it begins at {first:g}.", "Swap the two.")
    return first, last


def _zone(given: Any) -> str:
    try:
        ZoneInfo(given)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError) as unknown:
        raise BadDefinition(f"There is no time zone {given!r}.", "Name one, such as Europe/Berlin.") from unknown
    return str(given)


def _moment(given: Any) -> datetime | None:
    if given is None:
        return None
    try:
        found = datetime.fromisoformat(given)
    except (TypeError, ValueError) as wrong:
        raise BadDefinition(f"`origin` is no moment: {given!r}.", "Write it as 2026-01-31T00:00:00Z.") from wrong
    return found.replace(tzinfo=found.tzinfo or UTC)


def _text(given: Any, what: str) -> str:
    if not isinstance(given, str):
        raise BadDefinition(f"`{what}` must be a text, not {_kind(given)}.", _ANSWERS)
    return given


def _plain(number: float) -> float:
    return int(number) if number == int(number) else number


def _kind(given: Any) -> str:
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "a flag", int: "a number", float: "a number"}
    return "nothing" if given is None else kinds.get(type(given), "something else")
