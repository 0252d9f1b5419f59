"""Audit: who revealed personal data, of which kind, where and why; and who looked at which page."""

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


LOOKED: Final = Computed(
    "Each run of a page that the suite keeps, the newest 5,000 runs of pages and refreshes: who looked at which page, "
    "in which role, how long the server took and how it ended. A page runs again with every choice on it.",
    ("history (the suite's own state)",),
    sql=("select subject, started_at, seconds, outcome, details\nfrom history\nwhere kind = 'page'\norder by id desc",),
)
_LISTED: Final = 500


def page_views(frame: pl.DataFrame) -> View:
    """List who looked at which page, and sum it up by page; `frame` as `Store.page_runs`."""
    by_page = (
        frame.group_by("page")
        .agg(
            pl.len().cast(pl.Int64).alias("runs"),
            pl.col("who").drop_nulls().n_unique().cast(pl.Int64).alias("people"),
            (pl.col("outcome") != "shown").mean().alias("failed_share"),
            pl.col("seconds").median().alias("median_seconds"),
            pl.col("seconds").quantile(0.95, "linear").alias("slow_seconds"),
            pl.col("at").max().alias("last_at"),
        )
        .sort("runs", "page", descending=[True, False])
    )
    numbers = (
        Number("page-runs", "Page runs", frame.height, "runs", LOOKED, good="neither", table=frame),
        Number("page-people", "People who looked", frame["who"].drop_nulls().n_unique(), "people", LOOKED,
               good="neither", table=frame),
        Number("page-failed", "Runs that failed", frame.filter(pl.col("outcome") != "shown").height, "runs", LOOKED,
               good="down", table=frame),
    )  # fmt: skip
    figures = (
        Figure(
            "page-use", "Use of pages", by_page, f"{by_page.height} pages were looked at.", LOOKED,
            settings=TableSettings((
                Column("page", "Page"), Column("runs", "Runs", "integer"), Column("people", "People", "integer"),
                Column("failed_share", "Failed", "percent"), Column("median_seconds", "Seconds, median", "decimal"),
                Column("slow_seconds", "Seconds, 95 of 100 below", "decimal"), Column("last_at", "Last", "time"),
            )),
            empty="Nobody looked at a page yet.",
        ),
        Figure(
            "page-views", "Who looked", frame.head(_LISTED), f"The newest {min(_LISTED, frame.height)} runs.", LOOKED,
            settings=TableSettings((
                Column("at", "When", "time"), Column("page", "Page"), Column("who", "Who"), Column("role", "Role"),
                Column("seconds", "Seconds", "decimal"), Column("outcome", "Ended"),
            )),
            empty="Nobody looked at a page yet.",
        ),
    )  # fmt: skip
    return View(numbers, figures)
