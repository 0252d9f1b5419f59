"""Daily answers kept as Parquet, one file a day: what a trend is drawn from."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING, Final

import polars as pl

from store.state import StoreUnavailable

if TYPE_CHECKING:
    from pathlib import Path


class Days:
    """The days of one answer in one folder; the first answer of a day is the one kept."""

    def __init__(self, folder: Path) -> None:
        self.folder: Final = folder

    def keep(self, day: date, frame: pl.DataFrame) -> bool:
        """Keep the answer of a day; returns whether the day was new.

        Raises:
            StoreUnavailable: The folder cannot be written.
        """
        path = self._path(day)
        if path.exists():
            return False
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            frame.write_parquet(unfinished)
            unfinished.replace(path)
        except OSError as failed:
            raise StoreUnavailable(
                f"Today's answer cannot be kept in {self.folder.name}. Make room in the folder of AUTOREV_HOME."
            ) from failed
        return True

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the days' files, the earliest first; they change with every day that is kept."""
        return tuple(path.name for path in sorted(self.folder.glob("????-??-??.parquet")))

    def read(self, *, since: date | None = None) -> pl.DataFrame:
        """Return all rows that were kept from a day on, with the day in front; a damaged file is left out."""
        parts = []
        for path in sorted(self.folder.glob("????-??-??.parquet")):
            try:
                day = date.fromisoformat(path.stem)
                if since is None or day >= since:
                    parts.append(pl.read_parquet(path).select(pl.lit(day).alias("day"), pl.all()))
            except (ValueError, OSError, pl.exceptions.PolarsError):
                continue
        return pl.concat(parts, how="diagonal") if parts else pl.DataFrame(schema={"day": pl.Date})

    def _path(self, day: date) -> Path:
        return self.folder / f"{day.isoformat()}.parquet"
