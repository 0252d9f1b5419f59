"""One pass against every possible attempt, tried out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations, pairwise, permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.funnels import kernel

CLEAN = st.just(0)


@dataclass(frozen=True)
class Row:
    at: int
    fits: int
    spoils: int = 0


def run_general(rows, steps, window, *, within=None, optional=(), strict=False, shared=False):
    depths, filled = np.zeros(1, np.int8), np.full((1, steps), -1, np.int64)
    kernel.general(
        *arrays(rows), steps, window, np.array(within or [-1] * steps, np.int64),
        np.array([place in optional for place in range(steps)], np.int8), strict, shared, depths, filled,
    )  # fmt: skip
    return int(depths[0]), filled[0].tolist()


def arrays(rows):
    return (
        np.array([0, len(rows)], np.int64),
        np.array([row.at for row in rows], np.int64),
        np.array([row.fits for row in rows], np.uint32),
        np.array([row.spoils for row in rows], np.uint32),
    )


def attempts(rows, steps, window, within, optional, shared):
    """Yield every attempt there is, whole or broken off, as the rows that fill its steps."""

    def go_on(filled):
        level, last = filled[-1]
        yield filled
        for step in range(level + 1, steps):
            for place, row in enumerate(rows):
                used = not shared and any(place == other for _, other in filled)
                if used or not row.fits >> step & 1 or row.at < rows[last].at:
                    continue
                soon = within[step] < 0 or row.at - rows[last].at <= within[step]
                if soon and row.at - rows[filled[0][1]].at <= window:
                    yield from go_on([*filled, (step, place)])
            if step not in optional:
                break

    for place, row in enumerate(rows):
        if row.fits & 1:
            yield from go_on([(0, place)])


def best(rows, steps, window, within=None, optional=(), *, shared=False):
    """Return depth, moment of reaching it, optional steps filled and entry of the attempt that counts."""
    found = [
        (
            -filled[-1][0] - 1,
            rows[filled[-1][1]].at,
            -sum(step in optional for step, _ in filled),
            -rows[filled[0][1]].at,
        )
        for filled in attempts(rows, steps, window, within or [-1] * steps, optional, shared)
    ]
    return min(found, default=None)


def told(rows, depth, filled, optional=()):
    if depth < 1:
        return None
    taken = [(step, place) for step, place in enumerate(filled) if place >= 0]
    assert taken[-1][0] == depth - 1
    return -depth, rows[taken[-1][1]].at, -sum(step in optional for step, _ in taken), -rows[filled[0]].at


def logs(steps, *, most=7, spoils=CLEAN, fits=None):
    row = st.builds(Row, st.integers(0, 6), st.integers(0, 2**steps - 1) if fits is None else fits, spoils)
    return st.lists(row, max_size=most).map(lambda rows: sorted(rows, key=lambda one: one.at))


def check(rows, steps, depth, filled, *, shared=False):
    """An attempt is told by rows that fit, in order, each once."""
    taken = [(step, place) for step, place in enumerate(filled) if place >= 0]
    assert all(rows[place].fits >> step & 1 for step, place in taken)
    assert [rows[place].at for _, place in taken] == sorted(rows[place].at for _, place in taken)
    assert shared or len({place for _, place in taken}) == len(taken)


@settings(max_examples=400, deadline=None)
@given(logs(3), st.integers(0, 6))
def test_the_plain_pass_finds_the_best_of_all_attempts(rows, window):
    depths, filled = np.zeros(1, np.int8), np.full((1, 3), -1, np.int64)
    offsets, times, marks, _ = arrays(rows)
    kernel.ordered(offsets, times, marks.astype(np.uint8), 3, window, depths, filled)
    check(rows, 3, depths[0], filled[0])
    assert told(rows, int(depths[0]), filled[0].tolist()) == best(rows, 3, window)
    # Without room for the rows it tells the same depth.
    alone = np.zeros(1, np.int8)
    kernel.ordered(offsets, times, marks.astype(np.uint8), 3, window, alone, np.empty((0, 0), np.int64))
    assert alone[0] == depths[0]
    assert run_general(rows, 3, window) == (int(depths[0]), filled[0].tolist())


def test_steps_are_followed_across_thousands_of_events_of_one_actor():
    """Events are looked at in blocks; an attempt, or a moment, may lie across two of them."""
    rng = np.random.default_rng(2)
    for steps in (3, 12):
        times = np.sort(rng.integers(0, 700, 2000))
        marks = np.where(rng.random(2000) < 0.4, 1 << rng.integers(0, steps, 2000), 0).astype(np.uint32)
        for window in (3, 40, 700):
            depths, filled = np.zeros(1, np.int8), np.full((1, steps), -1, np.int64)
            kernel.ordered(np.array([0, 2000]), times, marks, steps, window, depths, filled)
            rows = [Row(int(at), int(fits)) for at, fits in zip(times, marks, strict=True)]
            assert run_general(rows, steps, window) == (int(depths[0]), filled[0].tolist())
            alone = np.zeros(1, np.int8)
            kernel.ordered(np.array([0, 2000]), times, marks, steps, window, alone, np.empty((0, 0), np.int64))
            assert alone[0] == depths[0] > 1


@settings(max_examples=400, deadline=None)
@given(logs(4), st.integers(0, 6), st.lists(st.integers(-1, 4), min_size=4, max_size=4))
def test_windows_of_single_steps_are_kept(rows, window, within):
    depth, filled = run_general(rows, 4, window, within=within)
    check(rows, 4, depth, filled)
    expected = best(rows, 4, window, within)
    assert (depth, told(rows, depth, filled) and told(rows, depth, filled)[1]) == (
        (-expected[0], expected[1]) if expected else (0, None)
    )


@settings(max_examples=400, deadline=None)
@given(logs(4), st.integers(0, 6), st.sets(st.sampled_from([1, 2, 3])))
def test_optional_steps_are_filled_where_they_can_be_and_never_cost_depth(rows, window, optional):
    depth, filled = run_general(rows, 4, window, optional=optional)
    check(rows, 4, depth, filled)
    assert told(rows, depth, filled, optional) == best(rows, 4, window, optional=optional)


@settings(max_examples=300, deadline=None)
@given(logs(3), st.integers(0, 6))
def test_one_event_may_fill_many_steps_where_it_is_asked_for(rows, window):
    depth, filled = run_general(rows, 3, window, shared=True)
    check(rows, 3, depth, filled, shared=True)
    assert told(rows, depth, filled) == best(rows, 3, window, shared=True)


def excluded(rows, steps, window):
    """Follow the earliest attempt of every entry; an exclusion ends it with the step that it stands before.

    An attempt that a later entry catches up with, at the same step at the same moment, is that entry's from then on.
    Beside another event of its moment an exclusion does not count.
    """
    kinds = {}
    for row in rows:
        if row.fits or row.spoils:
            kinds.setdefault(row.at, set()).add((row.fits, row.spoils))
    rows = [row if len(kinds.get(row.at, ())) == 1 else replace(row, spoils=0) for row in rows]
    chains = {}
    for filled in attempts(rows, steps, window, [-1] * steps, (), shared=False):
        entry, times = rows[filled[0][1]].at, [rows[place].at for _, place in filled]
        known = chains.get(entry)
        if known is None or (-len(times), times) < (-len(known), known):
            chains[entry] = times
    ends = set()
    for entry, times in chains.items():
        later = [other for at, other in chains.items() if at > entry]
        if any(mine == theirs for other in later for mine, theirs in zip(times[1:], other[1:], strict=False)):
            continue
        depth, clean = 1, True
        for level, after in enumerate([*times[1:], None], start=1):
            until = entry + window + 1 if after is None else after
            spoilt = any(times[level - 1] < one.at < until and one.spoils >> (level - 1) & 1 for one in rows)
            depth = level if after is None else level + 1
            clean = not (spoilt and level < steps)
            if not clean:
                break
        ends.add((depth, clean))
    deepest = max((depth for depth, _ in ends), default=0)
    return kernel.EXCLUDED if ends and (deepest, True) not in ends else deepest


@settings(max_examples=500, deadline=None)
@given(logs(3, spoils=st.sampled_from([0, 0, 0, 1, 2, 3]), fits=st.sampled_from([0, 1, 2, 4])), st.integers(0, 6))
def test_whose_deepest_attempt_is_excluded_leaves_unless_a_clean_one_is_as_deep(rows, window):
    depth, filled = run_general(rows, 3, window)
    assert depth == excluded(rows, 3, window)
    check(rows, 3, depth, filled)


def strict(rows, steps, window):
    deepest = 0
    for filled in attempts(rows, steps, window, [-1] * steps, (), shared=False):
        unbroken = all(
            rows[between].fits >> step & 1
            for (step, place), (_, following) in pairwise(filled)
            for between in range(place + 1, following)
        )
        deepest = max(deepest, len(filled) if unbroken else 0)
    return deepest


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 7), max_size=7), st.integers(0, 6))
def test_in_strict_order_only_repeats_of_the_step_just_filled_may_come_between(fits, window):
    rows = [Row(at, mask) for at, mask in enumerate(fits)]
    assert run_general(rows, 3, window, strict=True)[0] == strict(rows, 3, window)


def spread(rows, steps, window, *, shared):
    deepest = 0
    for size in range(1, len(rows) + 1):
        for chosen in combinations(rows, size):
            first, last = chosen[0].at, chosen[-1].at
            if last - first > window or any(first < one.at < last and one.spoils for one in rows):
                continue
            if shared:
                union = 0
                for one in chosen:
                    union |= one.fits
                deepest = max(deepest, union.bit_count())
            elif size <= steps and any(
                all(one.fits >> step & 1 for one, step in zip(chosen, order, strict=False))
                for order in permutations(range(steps), size)
            ):
                deepest = max(deepest, size)
    return deepest


@settings(max_examples=300, deadline=None)
@given(logs(3, most=6, spoils=st.sampled_from([0, 0, 0, 1])), st.integers(0, 6), st.booleans())
def test_in_any_order_the_most_different_steps_within_a_window_count(rows, window, shared):
    depths, filled = np.zeros(1, np.int8), np.full((1, 3), -1, np.int64)
    kernel.unordered(*arrays(rows), 3, window, 10**9, shared, depths, filled)
    assert depths[0] == spread(rows, 3, window, shared=shared)
    assert (filled[0] >= 0).sum() == depths[0]


@settings(max_examples=200, deadline=None)
@given(logs(3), st.integers(0, 6))
def test_attempts_convert_no_more_often_than_they_begin(rows, window):
    entries = sum(row.fits & 1 for row in rows)
    depths, filled, who = np.zeros(entries, np.int8), np.full((entries, 3), -1, np.int64), np.zeros(entries, np.int64)
    found = kernel.attempts(
        *arrays(rows), 3, window, np.full(3, -1, np.int64), np.zeros(3, np.int8), False, False, who, depths, filled
    )
    assert found <= entries
    assert (found > 0) == (entries > 0)
    used = filled[:found][filled[:found] >= 0].tolist()
    assert len(used) == len(set(used)), "an event belongs to one attempt"
    for depth, chain in zip(depths[:found], filled[:found], strict=True):
        check(rows, 3, depth, chain)
        assert rows[chain[depth - 1]].at - rows[chain[0]].at <= window
