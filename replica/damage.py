"""What a failure says about the mirror's own file: damaged, or the disk is full; the replica had no part in it."""

from __future__ import annotations

import re
from typing import Final

import duckdb

_DAMAGED: Final = re.compile(
    r"corrupt|checksum|could not read enough bytes|not a valid duckdb database|failed to (load|deserialize)",
    re.IGNORECASE,
)
_FULL: Final = re.compile(
    r"no space left|disk quota|file too large|failed to offload|max_temp_directory_size", re.IGNORECASE
)


def is_damage(failed: BaseException) -> bool:
    """Return whether the mirror's file is damaged, whatever else may be wrong."""
    return isinstance(failed, duckdb.SerializationException) or (
        isinstance(failed, (duckdb.Error, OSError)) and _DAMAGED.search(str(failed)) is not None
    )


def is_full(failed: BaseException) -> bool:
    """Return whether the disk, or what we may use of it, was full."""
    return isinstance(failed, (duckdb.Error, OSError)) and _FULL.search(str(failed)) is not None
