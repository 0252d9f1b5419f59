"""Which line of a statement an account belongs to: a readable file of code patterns, replaceable by the operator's."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Final, Literal, Self

from replica.errors import ReplicaError

SHIPPED: Final = Path(__file__).with_name("mapping.toml")
Section = Literal["operating", "investing", "financing", "unclassified"]
SECTIONS: Final[tuple[Section, ...]] = ("operating", "investing", "financing", "unclassified")


class BadMapping(ReplicaError):
    """The operator's mapping cannot be read."""

    exit_code: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the cash flow statement and the section it stands in."""

    section: Section
    line: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """What the file says."""

    cash: tuple[str, ...]
    cash_subcategories: frozenset[str]
    never_cash: frozenset[str]
    retained: tuple[str, ...]
    retained_names: tuple[str, ...]
    current_assets: tuple[str, ...]
    quick_assets: tuple[str, ...]
    current_liabilities: tuple[str, ...]
    indirect: tuple[Place, ...]
    direct: tuple[Place, ...]

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the mapping that a file holds.

        Raises:
            BadMapping: It is no TOML, lacks a part, or names a section that there is not.
        """
        try:
            given = tomllib.loads(text)
            cash, retained, current = given["cash"], given["retained_earnings"], given["current"]
            return cls(
                cash=_patterns(cash["codes"]),
                cash_subcategories=frozenset(cash["subcategories"]),
                never_cash=frozenset(cash["never"]),
                retained=_patterns(retained["codes"]),
                retained_names=tuple(name.lower() for name in retained["names"]),
                current_assets=_patterns(current["assets"]),
                quick_assets=_patterns(current["quick"]),
                current_liabilities=_patterns(current["liabilities"]),
                indirect=tuple(map(_place, given["indirect"])),
                direct=tuple(map(_place, given["direct"])),
            )
        except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as wrong:
            raise BadMapping(
                f"The mapping of accounts to statement lines cannot be used: {wrong}.",
                "Compare it with the shipped one.",
            ) from wrong

    def is_cash(self, code: str, subcategory: str | None) -> bool:
        """Tell whether an asset of this code and heading is cash."""
        heading = (subcategory or "").strip().lower()
        if heading in self.never_cash:
            return False
        return heading in self.cash_subcategories or fits(code, self.cash)

    def is_retained(self, code: str, name: str) -> bool:
        """Tell whether an equity account of this code and name holds earnings kept."""
        return fits(code, self.retained) or any(part in name.lower() for part in self.retained_names)


def placed(code: str, places: tuple[Place, ...]) -> Place | None:
    """Return the first place whose patterns fit the code."""
    return next((place for place in places if fits(code, place.codes)), None)


def fits(code: str, patterns: tuple[str, ...]) -> bool:
    """Tell whether a code fits one of the patterns, in which x stands for any digit."""
    return any(
        len(code) == len(pattern)
        and all(wanted in ("x", given) for wanted, given in zip(pattern, code, strict=True))
        and code.isdigit()
        for pattern in patterns
    )


def mapping_of(home: Path) -> Mapping:
    """Return the operator's mapping where the folder holds one, else the shipped one."""
    own = home / SHIPPED.name
    try:
        return _read(own if own.is_file() else SHIPPED, own.stat().st_mtime_ns if own.is_file() else 0)
    except OSError as unreadable:
        raise BadMapping(f"The mapping {own.name} cannot be read: {unreadable.strerror}.") from unreadable


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> Mapping:
    return Mapping.read(path.read_text(encoding="utf-8"))


def _patterns(given: list[Any]) -> tuple[str, ...]:
    for pattern in given:
        if not re.fullmatch(r"[0-9x]+", pattern):
            raise ValueError(f"{pattern!r} is no pattern of digits and x")
    return tuple(given)


def _place(given: dict[str, Any]) -> Place:
    if given["section"] not in SECTIONS:
        raise ValueError(f"there is no section {given['section']!r}")
    return Place(given["section"], str(given["line"]), _patterns(given["codes"]))
