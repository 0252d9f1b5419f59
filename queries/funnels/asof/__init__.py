"""The same funnel in SQL alone: one ASOF join per step, for machines without a compiler and as a second opinion.

It answers funnels in order without exclusions, optional steps, windows of single steps and shared events, counted by
user, session or property. Its answer is that of the compiled pass, moment by moment.
"""

from __future__ import annotations

from dataclasses import replace
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
    })  # fmt: skip
    found: dict[int, tuple[int, list[int]]] = {}
    with duckdb.connect() as connection:
        connection.register("fitting", events.filter(pl.col("mask") != 0).to_arrow())
        reached = connection.execute((HERE / "first.sql").read_text(encoding="utf-8")).pl()
        for level in range(len(definition.steps)):
            if level:
                connection.register("reached", reached.to_arrow())
                parameters = {"bit": 1 << level, "span": round(definition.window_seconds * MICRO)}
                reached = connection.execute((HERE / "next.sql").read_text(encoding="utf-8"), parameters).pl()
            # The first to reach the step, and of those the latest to enter, is the attempt that counts.
            best = reached.sort("moment", "start", descending=[False, True]).unique("entity", keep="first")
            found |= {row["entity"]: (level + 1, row["chain"]) for row in best.iter_rows(named=True)}
    who = sorted(found)
    rows = np.full((len(who), len(definition.steps)), -1, dtype=np.int64)
    for place, entity in enumerate(who):
        depth, chain = found[entity]
        rows[place, :depth] = chain
    depths = np.array([found[entity][0] for entity in who], dtype=np.int8)
    return replace(ready.paths(depths, rows, np.array(who, dtype=np.int64) - 1), excluded=0)
