"""Findings in sentences: what is wrong, how much of it, and for lost references where they point instead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import duckdb

from quality.check import q
from quality.compile import in_mirror
from quality.reading import raw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quality.check import Check, Result
    from quality.known import Known
    from replica.mirror import Mirror

_CANDIDATES: Final = 200


def sentence(result: Result) -> str:
    """Return a finding as one sentence a founder can read."""
    check = result.check
    if result.state == "error":
        return f"{check.table}: “{check.rule}” could not be judged. {result.words}".strip()
    rows = "some rows" if result.rows is None else "1 row" if result.rows == 1 else f"{result.rows:,} rows"
    share = f" ({_percent(result.share)})" if result.share else ""
    place = check.table if check.column is None else f"{check.table}.{check.column}"
    template = _SAID.get(f"{check.klass}.{check.variant}") or _SAID[check.klass]
    said = template.format(
        n=rows + share, place=place, table=check.table, column=check.column or "row", rule=check.rule.removesuffix(".")
    )
    return f"{said[0].upper()}{said[1:]}. {result.words}".strip()


def _percent(share: float) -> str:
    """Write a share so that a few of many are not said to be none."""
    return "under 0.1 %" if share < 0.001 else f"{share * 100:,.1f} %"


_SAID: Final = {
    "orphan_reference": "{n} of {table} have a {column} that is not where it should be",
    "missing_reference": "{n} of {table} have no {column}",
    "non_canonical_slug": "{n} of {table} break the rule: {rule}",
    "element_reference": "{n} of {table} name in {column} what is not there",
    "replaced_parent": "The foreign key of {place} points to another table than it should",
    "concentration": "{n} of {table} crowd on very few values of {column}",
    "duplicate": "{n} of {table} repeat another or escape its key ({column})",
    "entity_surplus": "{n} of {table} are one too many for their {column}",
    "coverage_gap": "{n} are missing: {rule}",
    "empty_column": "{place} is empty in all {n}",
    "short_text": "{n} of {table} have a {column} too short to say anything",
    "unexpected_emptiness": "{table} has {n}, against what is expected: {rule}",
    "enumeration": "{n} of {table} have a {column} outside the list or spelled in another way",
    "catch_all": "{n} of {table} have a catch-all {column}",
    "constant_column": "{place} does not vary in {n}",
    "equal_counts": "{n} of {table} are in groups of exactly one size by {column}",
    "placeholder": "{n} of {table} have a placeholder as {column}",
    "contradiction": "{n} of {table} contradict this: {rule}",
    "range": "{n} of {table} have an impossible {column}: {rule}",
    "unit": "{n} of {table} have a {column} in another unit than the rest",
    "freshness": "{table} stopped growing: {n} since",
    "sibling_ratio": "{table} with its {n} stopped while the table beside it grew",
    "volume_jump": "{n} of {table} came on a single day",
    "freshness.own_past": "{table} is older than it used to be",
    "volume_jump.own_past": "{table} does not grow as it used to",
    "volume_jump.between_runs": "{table} changed its size at one blow",
    "time_order": "{n} of {table} break the order of time: {rule}",
    "ledger": "{n} of {table} break a rule of the books: {rule}",
    "schema": "The schema is not as documented: {rule}",
    "key": "{n} of {table} share a {column} or lack it",
    "not_null": "{n} of {table} have no {column}",
    "row_count": "{table} has only {n}",
}


def worded(mirror: Mirror, results: Sequence[Result], known: Known) -> list[Result]:
    """Return the results, lost references with the words that say which table they would match."""
    return [
        replace(result, words=_whereabouts(mirror, result.check, known))
        if result.state == "fail" and result.check.klass == "orphan_reference" and result.check.where is not None
        else result
        for result in results
    ]


def _whereabouts(mirror: Mirror, check: Check, known: Known) -> str:
    """Say how many distinct ids match the table they should, and which other table matches most of them."""
    table = known.tables[check.table]
    if check.column is None or not table.readable:
        return ""
    column, relation = q(check.column), in_mirror(known, raw=True)
    parents = _parents(known, check)
    kind = table.columns[check.column].live_type
    others = [
        other
        for other in known.tables.values()
        if other.readable and len(other.primary_key) == 1 and other.primary_key[0] in other.columns
        and other.columns[other.primary_key[0]].mirrored and other.columns[other.primary_key[0]].live_type == kind
        and other.name != check.table
    ][:_CANDIDATES]  # fmt: skip
    ids = f"select distinct {column}::varchar as id from {relation(check.table)} where {column} is not null"
    matches = " union all ".join(
        f"select {number} as place, count(*) as matched from ids where id in "
        f"(select {q(other.primary_key[0])}::varchar from {relation(other.name)})"
        for number, other in enumerate(others)
    )
    if not others:
        return ""
    try:
        with raw(mirror) as cursor:
            counted = cursor.execute(
                f"with ids as materialized ({ids}) select place, matched, (select count(*) from ids) from ({matches})"
            ).fetchall()
    except duckdb.Error:
        return ""
    found = {others[place].name: matched for place, matched, _ in counted}
    total = counted[0][2]
    said = [f"{found.get(parent, 0):,} of {total:,} ids match {parent}" for parent in parents]
    best = max((name for name in found if name not in parents), key=lambda name: found[name], default=None)
    if best is not None and found[best]:
        said.append(f"{found[best]:,} match {best}")
    return (", ".join(said) + ".") if said else ""


def _parents(known: Known, check: Check) -> list[str]:
    words = check.rule.removesuffix(".").rsplit(" of ", maxsplit=1)
    return [words[1]] if len(words) == 2 and words[1] in known.tables else []
