"""Sessions as computed: the same actor, no pause of more than 30 minutes, never longer than 24 hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numba as nb
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import polars as pl

IDLE_SECONDS: Final = 30 * 60
LONGEST_SECONDS: Final = 24 * 3600
_MICRO: Final = 1_000_000


@nb.njit(cache=True, nogil=True)
def _number(actors: Any, moments: Any, idle: int, longest: int) -> Any:  # pragma: no cover  compiled
    found = np.empty(len(actors), dtype=np.uint32)
    number = np.uint32(0)
    start = np.int64(0)
    for row in range(len(actors)):
        fresh = row == 0 or actors[row] != actors[row - 1]
        if fresh or moments[row] - moments[row - 1] > idle or moments[row] - start >= longest:
            number += np.uint32(1)
            start = moments[row]
        found[row] = number
    return found


def session_numbers(actors: pl.Series, at: pl.Series) -> npt.NDArray[np.uint32]:
    """Return the session of every row, numbered from 1, of rows sorted by actor and time.

    A pause of exactly 30 minutes goes on; a session ends before the event that is 24 hours after its first.
    """
    moments = at.to_physical().to_numpy()
    numbers: npt.NDArray[np.uint32] = _number(
        actors.to_numpy(), moments, IDLE_SECONDS * _MICRO, LONGEST_SECONDS * _MICRO
    )
    return numbers
