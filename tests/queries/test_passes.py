"""One pass over sorted events: the same by a table of quarters of an hour as by looking up, in any shares."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from queries import passes
from queries.periods import DAY, calendar

RNG = np.random.default_rng(3)


@pytest.fixture
def events():
    """Return actors, moments and offsets of two thousand events over forty days."""
    actors = np.sort(RNG.integers(0, 60, 2000)).astype(np.uint32)
    moments = RNG.integers(0, 40 * DAY, 2000)
    moments = moments[np.lexsort((moments, actors))]
    return actors, moments, passes.boundaries(actors)


def test_boundaries_are_where_actors_change():
    assert passes.boundaries(np.array([4, 4, 7, 9, 9], np.uint32)).tolist() == [0, 2, 3, 5]
    assert passes.boundaries(np.empty(0, np.uint32)).tolist() == [0]


def test_a_day_that_begins_between_two_quarters_of_an_hour_is_looked_up(events):
    """Until 1937 clocks in Amsterdam went 19 minutes and 32 seconds before those of Greenwich."""
    _, moments, offsets = events
    days = calendar(date(1930, 1, 1), date(1930, 2, 9), "day", "Europe/Amsterdam")
    assert len(days.table) == 0
    plain = calendar(date(1970, 1, 1), date(1970, 2, 9), "day", "UTC")
    assert len(plain.table) == 40 * 96
    shifted = moments + days.edges[0]
    assert days.place(shifted).tolist() == plain.place(moments).tolist()
    found = passes.active(offsets, shifted, (days.edges, days.table), 7, 30)
    wanted = passes.active(offsets, moments, (plain.edges, plain.table), 7, 30)
    assert [one.tolist() for one in found] == [one.tolist() for one in wanted]


def test_shares_of_many_threads_add_up(events, monkeypatch):
    actors, moments, offsets = events
    days = calendar(date(1970, 1, 1), date(1970, 2, 9), "day", "UTC")
    codes, wanted = (actors % 3).astype(np.uint8), np.array([True, False, True])
    columns = np.arange(11, dtype=np.int32)

    def asked():
        entered = passes.first_moments(offsets, moments, codes, wanted)
        cohort = np.where(entered == passes.NEVER, -1, days.place(np.maximum(entered, 0)))
        counts = passes.returned(
            (offsets, moments, codes, wanted), (entered, cohort), (days.edges, days.table), columns, shape=(40, 11)
        )
        found = passes.active(offsets, moments, (days.edges, days.table), 7, 30)
        return entered.tolist(), counts.tolist(), [one.tolist() for one in found], passes.extent(moments)

    alone = asked()
    monkeypatch.setattr(passes, "threads", lambda _rows: 3)
    assert asked() == alone
    assert sum(map(sum, alone[1])) > 100
