"""One pass over events sorted by (actor, time): how far each actor came.

Every event has a mask: bit k says that it fits step k (from 0). Each level, the steps filled so far, keeps the latest
entry that can still feed it; a later entry has more of its window left, so no other needs to be known. Events of one
moment have no order among themselves: any sequence of them may fill steps, each event one step.

All functions fill, for each actor, the depth of the best attempt, and the places of the events that filled its steps
(-1 where a step was not filled).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from queries.passes import NEVER, compiled

EXCLUDED: Final = -1
"""The depth of an actor whose deepest attempt was excluded."""
_BLOCK: Final = 256
_LOW: Final = np.uint32(255)
_EIGHT: Final = np.uint32(8)
_TOPS: Final = np.array([max(0, number.bit_length() - 1) for number in range(256)], dtype=np.int64)


@compiled
def look_up(codes: Any, table: Any, found: Any) -> None:  # pragma: no cover  compiled
    """Fill `found` with what the table says of each code."""
    for row in range(len(codes)):
        found[row] = table[codes[row]]


@compiled
def _gather(marks: Any, begin: int, end: int, most: int) -> Any:  # pragma: no cover  compiled
    """Return the rows of one moment that fit a step; of equal masks no more than a funnel can use."""
    rows = np.empty(end - begin, dtype=np.int64)
    masks = np.empty(end - begin, dtype=np.uint32)
    counts = np.empty(end - begin, dtype=np.int64)
    kinds = 0
    found = 0
    for row in range(begin, end):
        mask = np.uint32(marks[row])
        if mask == 0:
            continue
        kind = 0
        while kind < kinds and masks[kind] != mask:
            kind += 1
        if kind == kinds:
            masks[kinds] = mask
            counts[kinds] = 0
            kinds += 1
        if counts[kind] < most:
            counts[kind] += 1
            rows[found] = row
            found += 1
    return rows[:found]


@compiled
def _augment(step: int, rows: Any, marks: Any, owner: Any, tried: Any) -> Any:  # pragma: no cover  compiled
    """Give a step one of the rows, moving other steps to other rows where needed; False when there is no way."""
    bit = np.uint32(1) << np.uint32(step)
    for place in range(len(rows)):
        if tried[place] or not np.uint32(marks[rows[place]]) & bit:
            continue
        tried[place] = True
        if owner[place] < 0 or _augment(owner[place], rows, marks, owner, tried):
            owner[place] = step
            return True
    return False


@compiled
def _top(mask: Any) -> Any:  # pragma: no cover  compiled
    """Return the last step of a mask that has one."""
    found = 0
    while mask > _LOW:
        mask >>= _EIGHT
        found += 8
    return found + _TOPS[mask]


@compiled
def ordered(
    offsets: Any, times: Any, marks: Any, steps: int, window: int, depths: Any, filled: Any
) -> None:  # pragma: no cover  compiled
    """Follow a funnel in order without exclusions, optional steps or windows of single steps.

    Where `filled` has no rows the depths alone are told, in a fraction of the time.
    """
    keep = len(filled) > 0
    # Of each number of filled steps the entry; that of none is the moment at hand, which enters.
    starts = np.empty(steps + 1, dtype=np.int64)
    before = np.empty(steps + 1, dtype=np.int64)
    chains = np.empty((steps, steps), dtype=np.int64)
    held = np.empty((steps, steps), dtype=np.int64)
    fitting = np.empty(_BLOCK, dtype=np.int64)
    for actor in range(len(offsets) - 1):
        for level in range(steps + 1):
            starts[level] = NEVER
        best = 0
        row = offsets[actor]
        end = offsets[actor + 1]
        while row < end and best < steps:
            stop = min(end, row + _BLOCK)
            # Without a branch, as nobody can foresee which events fit.
            count = 0
            for one in range(row, stop):
                fitting[count] = one
                count += marks[one] != 0
            row = stop
            place = 0
            while place < count and best < steps:
                here = fitting[place]
                place += 1
                now = times[here]
                mask = np.uint32(marks[here])
                after = here + 1
                if after == end or times[after] != now:
                    # The common case: nothing else happened at this moment. From the last step to the first, so that
                    # the row fills one step of an attempt.
                    starts[0] = now
                    while mask:
                        level = _top(mask)
                        mask ^= np.uint32(1) << np.uint32(level)
                        start = starts[level]
                        if not keep:
                            fed = start >= now - window
                            starts[level + 1] = start if fed else starts[level + 1]
                            best = max(best, level + 1 if fed else 0)
                            continue
                        if start < now - window or starts[level + 1] == start:
                            continue
                        starts[level + 1] = start
                        for step in range(level):
                            chains[level, step] = chains[level - 1, step]
                        chains[level, level] = here
                        if level >= best:
                            best = level + 1
                            for step in range(best):
                                filled[actor, step] = chains[level, step]
                    continue
                while after < end and times[after] == now:
                    after += 1
                while place < count and fitting[place] < after:
                    place += 1
                row = max(row, after)
                rows = _gather(marks, here, after, steps)
                owner = np.empty(len(rows), dtype=np.int64)
                tried = np.empty(len(rows), dtype=np.bool_)
                starts[0] = now
                before[:] = starts
                held[:, :] = chains
                for first in range(steps - 1, -1, -1):
                    # An attempt that has filled the steps below `first`, or a new one, goes on as far as rows last.
                    start = before[first]
                    if start < now - window:
                        continue
                    owner[:] = -1
                    for level in range(first, steps):
                        tried[:] = False
                        if not _augment(level, rows, marks, owner, tried):
                            break
                        if start <= starts[level + 1]:
                            continue
                        starts[level + 1] = start
                        if not keep:
                            best = max(best, level + 1)
                            continue
                        for step in range(first):
                            chains[level, step] = held[first - 1, step]
                        for one in range(len(rows)):
                            if owner[one] >= 0:
                                chains[level, owner[one]] = rows[one]
                        if level >= best or (level == best - 1 and times[filled[actor, level]] == now):
                            # Deeper than before, or as deep at this same moment by a later entry.
                            best = level + 1
                            for step in range(best):
                                filled[actor, step] = chains[level, step]
        depths[actor] = best


@compiled
def general(  # noqa: PLR0913
    offsets: Any,
    times: Any,
    marks: Any,
    taints: Any,
    steps: int,
    window: int,
    within: Any,
    optional: Any,
    strict: Any,
    shared: Any,
    depths: Any,
    filled: Any,
) -> None:  # pragma: no cover  compiled
    """Follow a funnel in order or strict order, with everything that a definition may say.

    A level is known for each number of optional steps filled on the way. `taints` has bit k where the event must not
    follow step k; `within` is the longest time since the step before, negative where there is none; `shared` lets one
    event fill many steps.
    """
    spare = 0
    for step in range(steps):
        spare += optional[step]
    width = spare + 1
    timed = False
    for step in range(steps):
        timed = timed or within[step] >= 0
    starts = np.empty((steps, width), dtype=np.int64)
    lasts = np.empty((steps, width), dtype=np.int64)
    tainted = np.empty((steps, width), dtype=np.bool_)
    chains = np.empty((steps, width, steps), dtype=np.int64)
    old_starts = np.empty((steps, width), dtype=np.int64)
    old_lasts = np.empty((steps, width), dtype=np.int64)
    old_tainted = np.empty((steps, width), dtype=np.bool_)
    old_chains = np.empty((steps, width, steps), dtype=np.int64)
    chain = np.empty(steps, dtype=np.int64)
    for actor in range(len(offsets) - 1):
        starts[:, :] = NEVER
        tainted[:, :] = False
        best = 0
        best_start = NEVER
        best_last = NEVER
        best_filled = 0
        best_excluded = False
        row = offsets[actor]
        end = offsets[actor + 1]
        while row < end:
            if best == steps and not best_excluded:
                break
            now = times[row]
            after = row + 1
            while after < end and times[after] == now:
                after += 1
            alike = True
            some = np.uint32(0)
            taint = np.uint32(0)
            kind = -1
            for one in range(row, after):
                if marks[one] == 0 and taints[one] == 0 and not strict:
                    continue
                if kind < 0:
                    kind = one
                alike = alike and marks[one] == marks[kind] and taints[one] == taints[kind]
                some |= np.uint32(marks[one])
                taint |= np.uint32(taints[one])
            if not alike:
                # Beside another event of its moment an exclusion is not between two steps.
                taint = np.uint32(0)
            if strict and alike:
                # Equal events follow one another: each of them is a moment of its own.
                after = row + 1
            if some == 0 and taint == 0 and not strict:
                row = after
                continue
            if (
                best > 0
                and not best_excluded
                and (taint >> np.uint32(best - 1)) & np.uint32(1)
                and best_last < now <= best_start + window
            ):
                best_excluded = True
            if some:
                rows = _gather(marks, row, after, steps)
                owner = np.empty(len(rows), dtype=np.int64)
                tried = np.empty(len(rows), dtype=np.bool_)
                old_starts[:, :] = starts
                old_lasts[:, :] = lasts
                old_tainted[:, :] = tainted
                old_chains[:, :, :] = chains
                for first in range(steps - 1, -1, -1):
                    # From the level `first`, reached before this moment, or from nothing when it is 0.
                    for had in range(1 if first == 0 else width):
                        if first == 0:
                            start = now
                        else:
                            start = old_starts[first - 1, had]
                            if start == NEVER or now - start > window:
                                continue
                        ahead = 0
                        for step in range(first, steps):
                            ahead += optional[step]
                        for choice in range(1 << ahead):
                            owner[:] = -1
                            for step in range(steps):
                                chain[step] = -1
                            for step in range(first):
                                chain[step] = old_chains[first - 1, had, step]
                            count = had if first else 0
                            seen = 0
                            fresh = True
                            for level in range(first, steps):
                                if optional[level]:
                                    seen += 1
                                    if not (choice >> (seen - 1)) & 1:
                                        continue
                                if within[level] >= 0 and first > 0 and fresh:
                                    if now - old_lasts[first - 1, had] > within[level]:
                                        break
                                if shared:
                                    bit = np.uint32(1) << np.uint32(level)
                                    if not some & bit:
                                        break
                                    for place in range(len(rows)):
                                        if np.uint32(marks[rows[place]]) & bit:
                                            chain[level] = rows[place]
                                            break
                                else:
                                    tried[:] = False
                                    if not _augment(level, rows, marks, owner, tried):
                                        break
                                    for place in range(len(rows)):
                                        if owner[place] >= 0:
                                            chain[owner[place]] = rows[place]
                                fresh = False
                                if optional[level]:
                                    count += 1
                                if first > 0 and not timed and old_starts[level, count] == start:
                                    # This entry has come here before, and its attempt goes on from there.
                                    break
                                spoiled = first > 0 and old_tainted[first - 1, had]
                                known = starts[level, count]
                                renewed = timed and not spoiled and known == start
                                if not spoiled and (known == NEVER or start > known or renewed):
                                    starts[level, count] = start
                                    lasts[level, count] = now
                                    tainted[level, count] = False
                                    for step in range(steps):
                                        chains[level, count, step] = chain[step]
                                elif not spoiled:
                                    continue
                                depth = level + 1
                                better = depth > best or (depth == best and best_excluded)
                                if depth == best and not best_excluded and not spoiled and best_last == now:
                                    better = count > best_filled or (count == best_filled and start > best_start)
                                if better:
                                    best = depth
                                    best_start = start
                                    best_last = now
                                    best_filled = count
                                    best_excluded = spoiled
                                    for step in range(steps):
                                        filled[actor, step] = chain[step]
                                if spoiled:
                                    # An excluded attempt ends with the step that it should not have reached.
                                    break
            if taint:
                for level in range(steps):
                    if not (taint >> np.uint32(level)) & np.uint32(1):
                        continue
                    for count in range(width):
                        if starts[level, count] == NEVER or lasts[level, count] >= now:
                            continue
                        moved = False
                        for later in range(level + 1, steps):
                            for more in range(width):
                                moved = moved or starts[later, more] == starts[level, count]
                        if not moved:
                            tainted[level, count] = True
            if strict and alike:
                for level in range(steps):
                    if not (some >> np.uint32(level)) & np.uint32(1):
                        starts[level, :] = NEVER
                        tainted[level, :] = False
            row = after
        depths[actor] = EXCLUDED if best_excluded else best
        if best_excluded:
            for step in range(steps):
                filled[actor, step] = -1


@compiled
def unordered(  # noqa: PLR0913
    offsets: Any,
    times: Any,
    marks: Any,
    taints: Any,
    steps: int,
    window: int,
    latest: int,
    shared: Any,
    depths: Any,
    filled: Any,
) -> None:  # pragma: no cover  compiled
    """Count the most different steps that an actor did, in any order, within one window.

    `filled` holds the events in the order of time. An exclusion between two of them separates them. `latest` is the
    last moment at which an attempt may begin.
    """
    most = np.uint32(1)
    kinds = np.empty(64, dtype=np.uint32)
    counts = np.empty(64, dtype=np.int64)
    for actor in range(len(offsets) - 1):
        best = 0
        first = offsets[actor]
        row = offsets[actor]
        end = offsets[actor + 1]
        known = 0
        while row < end and best < steps:
            now = times[row]
            after = row + 1
            while after < end and times[after] == now:
                after += 1
            while first < row and (marks[first] == 0 or now - times[first] > window):
                known = _forget(kinds, counts, known, marks[first])
                first += 1
            useful = False
            barred = False
            for one in range(row, after):
                barred = barred or taints[one] != 0
                if marks[one] == 0:
                    continue
                place = 0
                while place < known and kinds[place] != marks[one]:
                    place += 1
                if place == known:
                    if known < len(kinds):
                        kinds[known] = marks[one]
                        counts[known] = 0
                        known += 1
                    else:
                        useful = True
                        continue
                counts[place] += 1
                # More events of one kind than there are steps cannot bring anything new.
                useful = useful or counts[place] <= steps
            begin = first
            while begin < after and marks[begin] == 0:
                begin += 1
            if useful and begin < after and times[begin] <= latest:
                union = np.uint32(0)
                for one in range(begin, after):
                    union |= np.uint32(marks[one])
                possible = 0
                for step in range(steps):
                    possible += 1 if (union >> np.uint32(step)) & most else 0
                if possible > best:
                    rows = _gather(marks, begin, after, steps)
                    chosen = np.full(steps, -1, dtype=np.int64)
                    reached = 0
                    if shared:
                        covered = np.uint32(0)
                        for place in range(len(rows)):
                            new = np.uint32(marks[rows[place]]) & ~covered
                            covered |= new
                            for step in range(steps):
                                if (new >> np.uint32(step)) & most:
                                    chosen[reached] = rows[place]
                                    reached += 1
                    else:
                        chosen, reached = _spread(rows, marks, steps)
                    if reached > best:
                        best = reached
                        for step in range(steps):
                            filled[actor, step] = chosen[step]
            if barred:
                # What lies before an exclusion cannot be joined with what comes after it.
                first = row
                known = 0
                for one in range(first, after):
                    if marks[one] == 0:
                        continue
                    place = 0
                    while place < known and kinds[place] != marks[one]:
                        place += 1
                    if place == known and known < len(kinds):
                        kinds[known] = marks[one]
                        counts[known] = 0
                        known += 1
                    if place < len(kinds):
                        counts[place] += 1
            row = after
        depths[actor] = best


@compiled
def _forget(kinds: Any, counts: Any, known: int, mask: Any) -> Any:  # pragma: no cover  compiled
    for place in range(known):
        if kinds[place] == mask:
            counts[place] -= 1
            if counts[place] == 0:
                kinds[place] = kinds[known - 1]
                counts[place] = counts[known - 1]
                return known - 1
    return known


@compiled
def _spread(rows: Any, marks: Any, steps: int) -> Any:  # pragma: no cover  compiled
    """Give as many rows as possible a step of their own, earlier rows first; return them in order and how many."""
    owner = np.full(steps, -1, dtype=np.int64)
    tried = np.empty(steps, dtype=np.bool_)
    used = np.zeros(len(rows), dtype=np.bool_)
    for place in range(len(rows)):
        tried[:] = False
        used[place] = _place(place, rows, marks, owner, tried)
    chosen = np.full(steps, -1, dtype=np.int64)
    reached = 0
    for place in range(len(rows)):
        if used[place]:
            chosen[reached] = rows[place]
            reached += 1
    return chosen, reached


@compiled
def _place(place: int, rows: Any, marks: Any, owner: Any, tried: Any) -> Any:  # pragma: no cover  compiled
    for step in range(len(owner)):
        bit = np.uint32(1) << np.uint32(step)
        if tried[step] or not np.uint32(marks[rows[place]]) & bit:
            continue
        tried[step] = True
        if owner[step] < 0 or _place(owner[step], rows, marks, owner, tried):
            owner[step] = place
            return True
    return False


@compiled
def attempts(  # noqa: PLR0913
    offsets: Any,
    times: Any,
    marks: Any,
    taints: Any,
    steps: int,
    window: int,
    within: Any,
    optional: Any,
    strict: Any,
    shared: Any,
    actors: Any,
    depths: Any,
    filled: Any,
) -> Any:  # pragma: no cover  compiled
    """Follow every attempt by itself, one at a time: it ends by converting, by an exclusion or with its window.

    An entry opens an attempt only while none is open. Returns the number of attempts; the output holds as many rows
    as there are events that fit step 1.
    """
    found = 0
    for actor in range(len(offsets) - 1):
        level = 0
        start = NEVER
        last = NEVER
        row = offsets[actor]
        end = offsets[actor + 1]
        while row < end:
            now = times[row]
            after = row + 1
            while after < end and times[after] == now:
                after += 1
            if level and now - start > window:
                level = 0
            used = np.zeros(after - row, dtype=np.bool_)
            spoiled = False
            for one in range(row, after):
                if level and last < now and (np.uint32(taints[one]) >> np.uint32(level - 1)) & np.uint32(1):
                    ahead = False
                    for other in range(row, after):
                        ahead = ahead or (np.uint32(marks[other]) >> np.uint32(level)) & np.uint32(1) != 0
                    if not ahead:
                        spoiled = True
                        used[one - row] = True
            if spoiled:
                level = 0
            moved = True
            while moved:
                moved = False
                for one in range(row, after):
                    if used[one - row]:
                        continue
                    mask = np.uint32(marks[one])
                    if level == 0:
                        if mask & np.uint32(1):
                            for step in range(steps):
                                filled[found, step] = -1
                            filled[found, 0] = one
                            actors[found] = actor
                            found += 1
                            level = 1
                            start = now
                            last = now
                            depths[found - 1] = 1
                            used[one - row] = not shared
                            moved = True
                            if level == steps:
                                level = 0
                        if not moved:
                            continue
                        break
                    step = level
                    while step < steps:
                        fits = (mask >> np.uint32(step)) & np.uint32(1)
                        if fits and (within[step] < 0 or now - last <= within[step]):
                            break
                        if not optional[step]:
                            step = steps
                            break
                        step += 1
                    if step < steps:
                        filled[found - 1, step] = one
                        depths[found - 1] = step + 1
                        level = step + 1
                        last = now
                        used[one - row] = not shared
                        moved = True
                        if level == steps:
                            level = 0
                            # A shared event does not open the next attempt too.
                            used[one - row] = True
                        break
            if strict and level and after == row + 1 and last < now:
                repeated = (np.uint32(marks[row]) >> np.uint32(level - 1)) & np.uint32(1)
                if not repeated:
                    level = 0
                    if marks[row] & np.uint32(1):
                        continue
            row = after
    return found
