"""The made-up AutoRev world while it is being made: what was asked for, its chance, and its tables so far."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Self

import numpy as np
import polars as pl

from catalogue import TABLES, note_of

SCALED: Final = frozenset({
    "application_errors",
    "audit_log",
    "click_events",
    "journal_entries",
    "journal_entry_lines",
    "page_engagement",
    "page_views",
    "user_events",
})  # fmt: skip
"""The event-like tables whose rows `Plan.scale` multiplies."""

_UUID_LETTERS: Final = 36
_HYPHENS: Final = (8, 13, 18, 23)
_LETTER_PLACES: Final = [place for place in range(_UUID_LETTERS) if place not in _HYPHENS]


def _today() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the demo database shall hold; equal plans give identical rows.

    `now` is the moment the data end at (UTC), `as_documented` leaves the ledger empty, `clean` plants no defects.
    """

    scale: int = 1
    seed: int = 20260127
    now: datetime = field(default_factory=_today)
    as_documented: bool = False
    clean: bool = False

    def __post_init__(self) -> None:
        """Refuse a plan that cannot be built.

        Raises:
            ValueError: The scale is below 1, the seed is negative or `now` has no time zone.
        """
        if self.scale < 1:
            raise ValueError(f"The scale is {self.scale}; it must be a whole number from 1 on.")
        if self.seed < 0:
            raise ValueError(f"The seed is {self.seed}; it must be 0 or more.")
        if self.now.tzinfo is None:
            raise ValueError("The moment `now` has no time zone; write it as 2026-01-27T00:00:00Z.")

    def as_record(self) -> dict[str, Any]:
        """Return the plan as plain values for JSON."""
        return {**asdict(self), "now": self.now.astimezone(UTC).isoformat()}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Self:
        """Return the plan that `as_record` wrote down."""
        return cls(**{**record, "now": datetime.fromisoformat(record["now"])})


class World:
    """The tables made so far, under documented names, and the chance they are made from.

    Frames hold columns of the catalogue only; a column left out is NULL in the database.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.now = plan.now.astimezone(UTC)
        self.tables: dict[str, pl.DataFrame] = {}

    def rows(self, table: str) -> int:
        """Return how many rows the table shall have: as documented, times the scale where it counts events."""
        return (note_of(TABLES[table]).rows or 0) * (self.plan.scale if table in SCALED else 1)

    def random(self, name: str) -> np.random.Generator:
        """Return the stream of chance of that name, the same whenever it is asked for."""
        digest = hashlib.sha256(name.encode()).digest()
        words = [int.from_bytes(digest[place : place + 4], "little") for place in range(0, 16, 4)]
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence([self.plan.seed, *words])))

    def ids(self, name: str, n: int) -> pl.Series:
        """Return the first `n` UUIDs of that name as text.

        Fewer of the same name are the beginning of more, so a table may refer to rows that are made after it:
        `ids("tracks", 450)` is `tracks.id` wherever it is asked for.
        """
        octets = np.frombuffer(self.random(f"ids of {name}").bytes(16 * n), dtype=np.uint8).reshape(n, 16).copy()
        octets[:, 6] = octets[:, 6] & 0x0F | 0x40
        octets[:, 8] = octets[:, 8] & 0x3F | 0x80
        text = np.full((n, _UUID_LETTERS), ord("-"), dtype=np.uint8)
        text[:, _LETTER_PLACES] = np.frombuffer(octets.tobytes().hex().encode(), dtype=np.uint8).reshape(n, 32)
        return pl.Series(name, text.view(f"S{_UUID_LETTERS}").reshape(n), dtype=pl.Binary).cast(pl.String)
