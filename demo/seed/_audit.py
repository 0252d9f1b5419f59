"""The audit trail: who changed which row, from what to what, over the half year before the anchor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from demo.seed._draw import DAY, HOUR, moment, places_by, stamps, text_of

if TYPE_CHECKING:
    from demo.world import World

WINDOW_DAYS: Final = 180
GONE: Final = 500
"""How many rows that are no longer there the trail still tells of."""

CHANGES: Final = (
    # table, weight, column, before, after
    ("car_issues", 22, "severity", "low", "medium"),
    ("car_issues", 6, "description", "", "Rewritten from two owner reports."),
    ("parts", 18, "is_active", True, False),
    ("part_fitments", 16, "verified", False, True),
    ("events", 14, "status", "pending", "approved"),
    ("youtube_videos", 0, "processing_status", "pending", "processed"),
    ("cars", 6, "price_avg", 42_000, 43_500),
    ("community_insights", 8, "confidence", 0.7, 0.8),
    ("user_profiles", 3, "onboarding_step", 2, 3),
    ("user_vehicles", 2, "current_mileage", 30_400, 31_020),
    ("user_feedback", 2, "status", "new", "resolved"),
    ("scrape_jobs", 5, "status", "running", "completed"),
    ("vehicle_service_intervals", 6, "interval_miles", 5_000, 7_500),
)


def audit_log(world: World) -> pl.DataFrame:
    """Draw the trail; nightly imports write without a person, staff change single rows by day."""
    rng = world.random("audit_log")
    count = world.rows("audit_log")
    now = moment(world.now)
    changes = [
        change for change in CHANGES if change[1] and "id" in world.tables.get(change[0], pl.DataFrame()).columns
    ]
    change = places_by(rng, count, [float(each[1]) for each in changes])
    action = np.array(["INSERT", "UPDATE", "DELETE"])[places_by(rng, count, (46, 50, 4))]
    nightly = rng.random(count) < 0.7
    day = WINDOW_DAYS * rng.random(count) ** 1.1
    clock = np.where(nightly, 7 + rng.exponential(0.4, count), rng.normal(18, 3, count).clip(0, 23.9))
    at = (now // DAY - 1 - day.astype(np.int64)) * DAY + (clock * HOUR).astype(np.int64)

    record = np.full(count, None, dtype=object)
    gone = world.ids("audit_log.gone", GONE).to_numpy()
    for number, (table, *_) in enumerate(changes):
        here = np.flatnonzero(change == number)
        ids = world.tables[table]["id"]
        record[here] = ids.gather(rng.integers(0, ids.len(), len(here))).to_numpy()
    deleted = action == "DELETE"
    record[deleted] = gone[rng.integers(0, GONE, int(deleted.sum()))]
    staff = world.tables["user_profiles"].filter("is_staff")["id"].extend_constant(None, 1)
    who = np.where(nightly, staff.len() - 1, rng.integers(0, staff.len() - 1, count))
    frame = pl.DataFrame({
        "id": world.ids("audit_log", count),
        "action": pl.Series(action),
        "table_name": pl.Series([each[0] for each in changes]).gather(change),
        "record_id": pl.Series(record, dtype=pl.String),
        "changed_by": staff.gather(who),
        "old_values": pl.Series([text_of({each[2]: each[3]}) for each in changes]).gather(change),
        "new_values": pl.Series([text_of({each[2]: each[4]}) for each in changes]).gather(change),
        "changed_at": stamps(at),
    })  # fmt: skip
    return frame.with_columns(
        pl.when(pl.col("action") != "INSERT").then("old_values").alias("old_values"),
        pl.when(pl.col("action") != "DELETE").then("new_values").alias("new_values"),
    ).sort("changed_at", maintain_order=True)
