"""Audit: who revealed personal data, of which kind, where and why."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import polars as pl

from dashboards.view import Column, Computed, Figure, Number, TableSettings, View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store import Reveal

RECORDED: Final = Computed(
    "Each entry of the record that the suite keeps of revealed personal data, newest first, at most 1,000: when it "
    "began, which pages read which tables meanwhile, what was exported, when it was hidden again. Without an ended "
    "entry it ran out by itself. Entries are only ever added.",
    ("reveals (the suite's own state)",),
    sql=("select at, what, who, role, place, tables, kinds, reason\nfrom reveals\norder by id desc\nlimit 1000",),
)
SHAPE: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "at": pl.Datetime(time_zone="UTC"),
    "what": pl.String,
    "who": pl.String,
    "role": pl.String,
    "place": pl.String,
    "tables": pl.List(pl.String),
    "kinds": pl.List(pl.String),
    "reason": pl.String,
}


def reveals(entries: Sequence[Reveal]) -> View:
    """List the record and count what was begun, by how many people."""
    frame = pl.DataFrame([asdict(one) for one in entries], schema=SHAPE, orient="row")
    begun = frame.filter(pl.col("what") == "begun")
    numbers = (
        Number("reveals", "Reveals", begun.height, "times", RECORDED, good="neither", table=begun),
        Number("people", "People", begun["who"].n_unique(), "people", RECORDED, good="neither", table=begun),
        Number("exports", "Exports", frame.filter(pl.col("what") == "exported").height, "files", RECORDED,
               good="neither", table=frame),
    )  # fmt: skip
    figure = Figure(
        "reveals",
        "Revealed personal data",
        frame,
        f"{frame.height:,} entries of the record, newest first.",
        RECORDED,
        settings=TableSettings(
            (
                Column("at", "When", "time"),
                Column("what", "What"),
                Column("who", "Who"),
                Column("role", "Role"),
                Column("place", "Where"),
                Column("tables", "Tables", "list"),
                Column("reason", "Reason", width="large"),
                Column("kinds", "Kinds", "list"),
            ),
            height=640 if frame.height > 15 else None,
        ),
        empty="Nobody revealed personal data yet.",
    )
    return View(numbers, (figure,))
