"""Incidents: from the run in which a check first failed to the run in which it passed again, in one Parquet file.

An error neither opens nor ends an incident, and neither does a mute: what is silent still stands.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from store import Decision, Mute

MOMENT: Final = pl.Datetime("us", "UTC")
INCIDENTS: Final[dict[str, Any]] = {
    "id": pl.String,
    "table_name": pl.String,
    "severity": pl.String,
    "owner": pl.String,
    "sentence": pl.String,
    "opened_at": MOMENT,
    "last_ok": MOMENT,
    "seen_at": MOMENT,
    "resolved_at": MOMENT,
    "runs": pl.Int64,
    "rows_first": pl.Int64,
    "rows_last": pl.Int64,
    "rows_most": pl.Int64,
}
"""The columns of the file, one row an incident; `last_ok` is the last run before it in which the check passed."""
KEPT_RESOLVED: Final = 5_000


def place(folder: Path) -> Path:
    """Return the file of a database's incidents."""
    return folder / "incidents.parquet"


def read(folder: Path) -> pl.DataFrame:
    """Return every incident, those that stand and those that ended; empty before the first run."""
    path = place(folder)
    return pl.read_parquet(path) if path.exists() else pl.DataFrame(schema=INCIDENTS)


def standing(folder: Path) -> pl.DataFrame:
    """Return the incidents that stand, one row a check at most."""
    return read(folder).filter(pl.col("resolved_at").is_null())


def write(folder: Path, found: pl.DataFrame) -> None:
    """Keep the incidents, whole or not at all; of those that ended the newest 5,000."""
    ended = found.filter(pl.col("resolved_at").is_not_null()).sort("resolved_at").tail(KEPT_RESOLVED)
    kept = pl.concat([ended, found.filter(pl.col("resolved_at").is_null())])
    unfinished = place(folder).with_suffix(".tmp")
    kept.write_parquet(unfinished, compression="zstd")
    os.replace(unfinished, place(folder))  # noqa: PTH105  atomic, as said


def carried(before: pl.DataFrame, run: pl.DataFrame, passed: Mapping[str, datetime]) -> pl.DataFrame:
    """Return the incidents after a run, by those before it.

    Args:
        before: The incidents so far.
        run: The rows of the run, as `history.frame` makes them.
        passed: When each check passed last before this run.
    """
    stands = {row["id"]: row for row in before.iter_rows(named=True) if row["resolved_at"] is None}
    ended = before.filter(pl.col("resolved_at").is_not_null())
    for row in run.filter(pl.col("id").is_in([*stands]) | (pl.col("state") == "fail")).iter_rows(named=True):
        known, at = stands.get(row["id"]), row["started_at"]
        if row["state"] == "pass" and known is not None:
            known["resolved_at"] = at
        elif row["state"] in {"fail", "muted"} and known is not None:
            known |= _said(row) | {
                "seen_at": at, "runs": known["runs"] + 1, "rows_last": row["rows"],
                "rows_most": max(known["rows_most"] or 0, row["rows"] or 0),
            }  # fmt: skip
        elif row["state"] == "fail":
            stands[row["id"]] = _said(row) | {
                "id": row["id"], "opened_at": at, "last_ok": passed.get(row["id"]), "seen_at": at, "resolved_at": None,
                "runs": 1, "rows_first": row["rows"], "rows_last": row["rows"], "rows_most": row["rows"],
            }  # fmt: skip
    return pl.concat([ended, pl.DataFrame([*stands.values()], schema=INCIDENTS)])


def _said(row: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: row[name] for name in ("table_name", "severity", "owner")}
    # A muted result has no sentence of its own to keep; the one it was opened with stands.
    return said | ({"sentence": row["sentence"]} if row["sentence"] else {})


def told(
    found: pl.DataFrame, decisions: Mapping[str, Decision], mutes: Mapping[str, Mute], now: datetime
) -> pl.DataFrame:
    """Return the incidents with what people said of them.

    Adds `state` (open, acknowledged, muted, resolved), `by` (who acknowledged or muted it), `assignee`, `until` (the
    last day of a mute), `reason` and `age_days`. An acknowledgement holds for the incident it was given to: a check
    that fails anew is open anew.
    """
    extra: dict[str, Any] = {
        "state": pl.String, "by": pl.String, "assignee": pl.String, "until": pl.Date, "reason": pl.String,
        "age_days": pl.Float64,
    }  # fmt: skip
    rows = []
    for row in found.iter_rows(named=True):
        decided, mute = decisions.get(row["id"]), mutes.get(row["id"])
        end = row["resolved_at"] or now
        state, by, reason = "open", None, None
        if row["resolved_at"] is not None:
            state = "resolved"
        elif mute is not None:
            state, by, reason = "muted", mute.who, mute.reason
        elif decided is not None and decided.acknowledged_at and decided.acknowledged_at >= row["opened_at"]:
            state, by = "acknowledged", decided.acknowledged_by
        rows.append(
            row
            | {
                "state": state,
                "by": by,
                "reason": reason,
                "until": mute.until if state == "muted" and mute else None,
                "assignee": decided.assignee if decided else None,
                "age_days": (end - row["opened_at"]).total_seconds() / 86_400,
            }
        )
    return pl.DataFrame(rows, schema=INCIDENTS | extra)
