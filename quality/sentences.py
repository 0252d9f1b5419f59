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
    counted = f"{result.rows:,}" if result.rows is not None else "some"
    share = f" ({result.share:.1%})" if result.share else ""
    place = check.table if check.column is None else f"{check.table}.{check.column}"
    said = _SAID.get(check.klass, "{n} rows of {place} break the rule")
    return " ".join(filter(None, (said.format(n=f"{counted}{share}", place=place, table=check.table,
                                              column=check.column or "a row") + ".", result.words)))  # fmt: skip


_SAID: Final = {
    "orphan_reference": "{n} rows of {table} have a {column} that exists nowhere it should",
    "missing_reference": "{n} rows of {table} have no {column}",
    "non_canonical_slug": "{n} rows of {table} have a {column} that is no valid slug for it",
    "element_reference": "{n} lists in {place} name something that is not there",
    "replaced_parent": "The foreign key of {place} points to another table than it should",
    "concentration": "{n} rows of {table} crowd on very few values of {column}",
    "duplicate": "{n} rows of {table} repeat another or escape its key",
    "entity_surplus": "{n} rows of {table} are more than one for their {column}",
    "coverage_gap": "{n} of what {table} should cover are not covered",
    "empty_column": "{place} is empty in all {n} rows",
    "short_text": "{n} texts in {place} are too short to say anything",
    "unexpected_emptiness": "{table} has {n} rows, which is not as expected",
    "enumeration": "{n} values of {place} are outside the list or spelled in another way",
    "catch_all": "{n} rows of {table} have a catch-all {column}",
    "constant_column": "{place} does not vary ({n})",
    "equal_counts": "{n} rows of {table} are in groups of exactly the same size by {column}",
    "placeholder": "{n} values of {place} are placeholders",
    "contradiction": "{n} values of {place} contradict what stands beside them",
    "range": "{n} values of {place} are outside what is possible",
    "unit": "{n} values of {place} are in another unit than the rest",
    "freshness": "{table} stopped growing: {n} rows since",
    "sibling_ratio": "{table} stopped while the table beside it grew; it holds {n} rows",
    "volume_jump": "{n} rows of {table} came on a single day",
    "time_order": "{n} moments in {place} are out of order or impossible",
    "ledger": "{n} rows break a rule of the books at {place}",
    "schema": "{place} is not as documented",
    "key": "{n} rows share a key in {place}",
    "not_null": "{n} rows of {table} have no {column}",
    "row_count": "{table} has only {n} rows",
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
