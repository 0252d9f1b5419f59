"""The same funnel in SQL alone: one ASOF join per step, for machines without a compiler and as a second opinion.

It answers funnels in order without exclusions, optional steps, windows of single steps and shared events, counted by
user, session or property. Its answer is that of the compiled pass, moment by moment; of events of one moment it may
name another.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb
import numpy as np
import polars as pl

from queries.funnels.definition import BadDefinition, Definition
from queries.funnels.follow import MICRO, Paths, prepared

if TYPE_CHECKING:
    from queries.funnels.log import Log

HERE: Final = Path(__file__).parent


def answers(definition: Definition) -> bool:
    """Tell whether a funnel is one that SQL answers."""
    return (
        definition.order == "ordered"
        and definition.count_by != "attempt"
        and not definition.exclusions
        and not definition.optional
        and not definition.shared
        and all(step.within_seconds is None for step in definition.steps)
    )


def follow(log: Log, definition: Definition) -> Paths:
    """Follow every actor through a funnel.

    Raises:
        BadDefinition: The funnel is not one that SQL answers, or names a property that the events cannot have.
    """
    if not answers(definition):
        raise BadDefinition("SQL answers only plain funnels in order.", "Leave the engine to the suite.")
    ready = prepared(log, definition)
    events = pl.DataFrame({
        "entity": ready.entities.astype(np.int64), "moment": ready.times, "mask": ready.marks.astype(np.int64),
        "place": np.arange(len(ready.times), dtype=np.int64),
    }).filter(pl.col("mask") != 0)  # fmt: skip
    beside = (pl.col("entity") == pl.col("entity").shift()) & (pl.col("moment") == pl.col("moment").shift())
    alone = ~(beside | beside.shift(-1)).fill_null(False)
    levels: list[pl.DataFrame] = []
    with duckdb.connect() as connection:
        # Frames come without estimates of their size, and few estimated rows would be looked through one by one.
        connection.execute("set asof_loop_join_threshold = 0")
        connection.register("fitting", events.with_columns(crowded=~alone).to_arrow())
        for level in range(len(definition.steps)):
            if level:
                connection.register("reached", levels[-1].to_arrow())
                parameters = {"bit": 1 << level, "span": round(definition.window_seconds * MICRO)}
                levels.append(connection.execute((HERE / "next.sql").read_text(encoding="utf-8"), parameters).pl())
            else:
                levels.append(connection.execute((HERE / "first.sql").read_text(encoding="utf-8")).pl())
    # The first to reach the deepest step, and of those the latest to enter, is the attempt that counts.
    best = pl.concat(
        found.select("entity", "start", "moment", depth=pl.lit(place, pl.Int8))
        for place, found in enumerate(levels, start=1)
    )
    best = best.sort("entity", "depth", "moment", "start", descending=[False, True, False, True])
    best = best.unique("entity", keep="first", maintain_order=True)
    rows = np.full((best.height, len(levels)), -1, dtype=np.int64)
    for place, found in enumerate(levels):
        own = found.group_by("entity", "start").agg(pl.col("place").sort_by("moment").first())
        held = best.join(own, on=["entity", "start"], how="left", maintain_order="left")
        rows[:, place] = (
            held.select(pl.when(pl.col("depth") > place).then(pl.col("place")).fill_null(-1)).to_series().to_numpy()
        )
    return ready.paths(best["depth"].to_numpy(), lambda: rows, lambda: best["entity"].to_numpy() - 1)
