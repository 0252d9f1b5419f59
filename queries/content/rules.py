"""The rules of coverage: what counts as content, read from `coverage.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from catalogue import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE: Final = Path(__file__).with_name("coverage.toml")
SIGNALS: Final = ("visitors", "searches", "favorites", "conversations", "garages", "projects")
"""What people do that shows interest in a car."""


class BadRules(ValueError):
    """The file of rules contradicts itself or the data dictionary."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of content; the fields are those of the file."""

    key: str
    title: str
    weight: float
    tables: tuple[str, ...]
    links: tuple[str, ...]
    target: int
    fields: tuple[str, ...]
    not_for: tuple[str, ...]
    fields_not_for: tuple[tuple[str, tuple[str, ...]], ...]
    half_life: float
    owner: str
    minutes: int
    job: str | None


@dataclass(frozen=True, slots=True)
class CarClass:
    """Cars told by a value of `category` (or by not having it) or by slug."""

    key: str
    category: str | None = None
    category_not: str | None = None
    slugs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of one version."""

    version: int
    kinds: tuple[Kind, ...]
    classes: tuple[CarClass, ...]
    reliable_from: int
    signals: tuple[tuple[str, float], ...]

    @property
    def by_key(self) -> Mapping[str, Kind]:
        """Return the kinds by their keys."""
        return MappingProxyType({kind.key: kind for kind in self.kinds})

    @property
    def owners(self) -> tuple[str, ...]:
        """Return who writes, each once."""
        return tuple(sorted({kind.owner for kind in self.kinds}))

    def with_weight(self, key: str, weight: float) -> Rules:
        """Return the rules with another weight of one kind.

        Raises:
            BadRules: There is no such kind, or the weight is below zero.
        """
        if key not in self.by_key:
            raise BadRules(f"There is no kind {key!r}: choose one of {', '.join(self.by_key)}.")
        if weight < 0:
            raise BadRules(f"The weight of {key} cannot be {weight:g}: give zero or more.")
        return replace(
            self, kinds=tuple(replace(kind, weight=weight) if kind.key == key else kind for kind in self.kinds)
        )


@cache
def current() -> Rules:
    """Return the rules that are in force."""
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> Rules:
    """Return the rules that a text of TOML holds.

    Raises:
        BadRules: The text is no TOML, or names a table, column or class that does not exist.
    """
    try:
        told = tomllib.loads(text)
        demand = dict(told["demand"])
        rules = Rules(
            told["version"],
            tuple(_kind(key, given) for key, given in told["kinds"].items()),
            tuple(
                CarClass(key, given.get("category"), given.get("category_not"), frozenset(given.get("slugs", ())))
                for key, given in told.get("classes", {}).items()
            ),
            demand.pop("reliable_from"),
            tuple(demand.items()),
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as wrong:
        raise BadRules(f"The rules of coverage cannot be read: {wrong}. Compare them with coverage.toml.") from wrong
    for sentence in _contradictions(rules):
        raise BadRules(sentence)
    return rules


def _kind(key: str, given: dict[str, Any]) -> Kind:
    return Kind(
        key,
        given["title"],
        float(given["weight"]),
        tuple(given["tables"]),
        tuple(given["links"]),
        int(given.get("target", 0)),
        tuple(given.get("fields", ())),
        tuple(given.get("not_for", ())),
        tuple((name, tuple(fields)) for name, fields in given.get("fields_not_for", {}).items()),
        float(given["half_life"]),
        given["owner"],
        int(given["minutes"]),
        given.get("job"),
    )


def _contradictions(rules: Rules) -> list[str]:
    """Say what cannot be meant."""
    classes = {known.key for known in rules.classes}
    found = [f"Nobody can count {name!r}: signals are {', '.join(SIGNALS)}." for name, _ in rules.signals
             if name not in SIGNALS]  # fmt: skip
    for kind in rules.kinds:
        if kind.weight < 0:
            found.append(f"The weight of {kind.key} is below zero.")
        if (kind.target > 0) == bool(kind.fields):
            found.append(f"{kind.key} needs either a target above zero or a list of fields.")
        for table in kind.tables:
            if table not in TABLES:
                found.append(f"{kind.key} is read from {table}, which the dictionary does not know.")
                continue
            columns = TABLES[table].columns
            found += [f"{table} has no column {name}." for name in (*kind.links, *kind.fields) if name not in columns]
        named = {*kind.not_for, *(name for name, _ in kind.fields_not_for)}
        found += [f"{kind.key} names the class {name}, which is not defined." for name in sorted(named - classes)]
    return found
