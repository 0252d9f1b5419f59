"""The automatic suite of a table that the dictionary does not know.

What the database declares (keys, references, NOT NULL, CHECK, enumerations) is checked as `db_enforced`, or
`not_validated` where old rows were never held to it; what names and types suggest as `inferred`, what its statistics
suggest as `stats_suggested`. Where a check comes from decides what it weighs. An accepted suggestion becomes a line of
the catalogue.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from quality import shape
from quality.check import Check, Told, listed, q, text
from quality.compile import HASH
from quality.rules.columns import OPEN_LISTS, no_placeholder, one_spelling
from quality.rules.time import ahead

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from quality.check import Provenance, Severity
    from quality.known import Constraint, Known, KnownColumn, KnownTable, Statistic

_TEXT: Final = re.compile(r"(text|character.*|varchar.*|citext)")
_WHOLE: Final = re.compile(r"(smallint|integer|bigint|numeric.*|real|double precision)")
_MOMENT: Final = re.compile(r"timestamp.*")
WEIGHS: Final[Mapping[Provenance, Severity]] = {
    "db_enforced": "critical",
    "not_validated": "warning",
    "inferred": "warning",
    "stats_suggested": "info",
}
"""What a check weighs by where it comes from. That a value is there weighs as a warning even where the database sees to
it: it may be there and the mirror unable to hold it."""
_LEAST: Final = 20
_USUAL_VALUES, _USUAL_ROWS, _USUAL_SHARE = 20, 200, 0.999
_FULL_ROWS: Final = 1_000
_BOUNDS: Final = (
    (re.compile(r"(.*_)?(lat|latitude)"), -90, 90),
    (re.compile(r"(.*_)?(lng|lon|longitude)"), -180, 180),
    (re.compile(r".*_(percent|percentage|pct)|percent"), 0, 100),
    (re.compile(r"(.*_)?confidence|.*_share"), 0, 1),
)
"""What a name says of the range of a number."""


def checks(table: str, known: Known) -> list[Check]:
    """Return the checks that the database's own rules, names and types suggest for a table."""
    found = known.tables[table]
    if not found.found:
        return []
    seen: dict[str, Check] = {}
    for check in (*_enforced(found, known), *_declared(found), *_inferred(found), *_usual(found)):
        seen.setdefault(check.id, check)
    return list(seen.values())


def readable(table: str) -> Check:
    """Return the check that our role may read a table; whether it may, the last refresh saw."""
    return Check(
        table, None, "schema", f"The role that reads may read {table}.", "info", provenance="inferred",
        live="select null", variant="readable",
    )  # fmt: skip


def _enforced(table: KnownTable, known: Known) -> Iterator[Check]:
    name = table.name
    yield readable(name)
    for reference in table.references:
        parent = shape.named_parent(reference.column, reference.table, known)
        if parent is not None:
            yield from shape.parents(table, reference.column, parent, table.live or ("public", name), known)
    if not table.readable:
        return
    key = [column for column in table.primary_key if _mirrored(table, column)]
    if key and len(key) == len(table.primary_key):
        named = ", ".join(f"t.{q(column)}" for column in key)
        yield Check(
            name, key[-1], "key", f"No two rows of {name} share {' and '.join(key)}.", WEIGHS["db_enforced"],
            tally=f"nullif(count(*) - count(distinct ⟦{HASH}{named}⟧), 0)", provenance="db_enforced",
        )  # fmt: skip
    for column in table.columns.values():
        if column.not_null and column.mirrored:
            yield Check(
                name, column.name, "not_null", f"Every row of {name} has a {column.name}.",
                where=f"t.{q(column.name)} is null", told=Told("absent"), provenance="db_enforced",
            )  # fmt: skip
    yield from _references(table, known)


def _declared(table: KnownTable) -> Iterator[Check]:
    """Yield the checks of the constraints and enumerations that the database declares."""
    if not table.readable:
        return
    for constraint in table.constraints:
        mirrored = all(_mirrored(table, column) for column in constraint.columns)
        if constraint.kind == "unique" and mirrored and table.primary_key != constraint.columns:
            yield _unique(table, constraint.columns)
        elif constraint.kind == "enum" and mirrored:
            [column] = constraint.columns
            labels = tuple(json.loads(constraint.words))
            yield Check(
                table.name, column, "enumeration", f"{column} is one of the labels of its type {constraint.name}.",
                WEIGHS["db_enforced"],
                where=f"t.{q(column)} is not null and t.{q(column)}::text not in ({listed(labels)})",
                provenance="db_enforced", variant="labels",
            )  # fmt: skip
        elif constraint.kind == "check" and table.live is not None:
            yield from _check(table, constraint, table.live)


def _unique(table: KnownTable, columns: tuple[str, ...]) -> Check:
    values = ", ".join(f"t.{q(column)}" for column in columns)
    # A row with a NULL is like no other.
    whole = " and ".join(f"t.{q(column)} is not null" for column in columns)
    return Check(
        table.name, columns[-1], "key", f"No two rows of {table.name} share {' and '.join(columns)}.",
        WEIGHS["db_enforced"],
        tally=f"nullif(count(*) filter (where {whole}) - count(distinct ⟦{HASH}{values}⟧) filter (where {whole}), 0)",
        provenance="db_enforced", variant=f"unique_{'_'.join(columns)}",
    )  # fmt: skip


def _check(table: KnownTable, constraint: Constraint, place: tuple[str, str]) -> Iterator[Check]:
    """Yield the check of a CHECK: that the database holds every row to it, or how many old rows break it."""
    relation = f"{q(place[0])}.{q(place[1])}"
    column = constraint.columns[0] if len(constraint.columns) == 1 else None
    klass = "contradiction" if column is None else "enumeration" if "ARRAY[" in constraint.words else "range"
    rule = f"Every row of {table.name} keeps its constraint {constraint.name}: {constraint.words}"
    if constraint.validated:
        live = (
            "select case when count(*) = 0 then 0 end from pg_catalog.pg_constraint where conrelid = "
            f"to_regclass({text(relation)}) and conname = {text(constraint.name)} and convalidated"
        )
        yield Check(
            table.name, column, klass, rule, WEIGHS["db_enforced"], live=live, provenance="db_enforced",
            variant=f"constraint_{constraint.name}",
        )  # fmt: skip
    elif constraint.broken is not None:
        yield Check(
            table.name, column, klass, f"{rule} (old rows were never held to it)", WEIGHS["not_validated"],
            live=f"select nullif(count(*), 0) from {relation} where not ({constraint.words})",
            fixed=constraint.broken or None, provenance="not_validated", variant=f"constraint_{constraint.name}",
        )  # fmt: skip


def usual_values(table: KnownTable, column: str) -> tuple[str, ...]:
    """Return the few values that make up a column by the database's statistics; none where that cannot be said."""
    found, statistic = table.columns.get(column), table.statistics.get(column)
    if found is None or statistic is None or not _TEXT.fullmatch(found.live_type or ""):
        return ()
    few = 2 <= len(statistic.common) <= _USUAL_VALUES and 0 < statistic.different <= _USUAL_VALUES
    if not few or (table.rows or 0) < _USUAL_ROWS or sum(statistic.shares) + statistic.null_share < _USUAL_SHARE:
        return ()
    return tuple(sorted(statistic.common))


def _usual(table: KnownTable) -> Iterator[Check]:
    """Yield what the database's statistics suggest; that every row of a table is in the mirror is needed to say so."""
    if not table.readable or not table.whole:
        return
    declared = {constraint.columns for constraint in table.constraints} | {table.primary_key}
    for name, column in table.columns.items():
        statistic = table.statistics.get(name)
        if statistic is None or not column.mirrored:
            continue
        values = usual_values(table, name)
        if values and (name,) not in declared:
            yield Check(
                table.name, name, "enumeration", f"{name} is one of the {len(values)} values that it always was.",
                WEIGHS["stats_suggested"],
                where=f"t.{q(name)} is not null and t.{q(name)}::text not in ({listed(values)})",
                provenance="stats_suggested", variant="usual_values",
            )  # fmt: skip
        if statistic.null_share == 0 and not column.not_null and (table.rows or 0) >= _FULL_ROWS:
            yield Check(
                table.name, name, "not_null", f"Every row of {table.name} has a {name}, as it always was.",
                WEIGHS["stats_suggested"], where=f"t.{q(name)} is null", told=Told("absent"),
                provenance="stats_suggested", variant="usual",
            )  # fmt: skip
        if _all_differ(table, name, statistic) and (name,) not in declared:
            yield replace(
                _unique(table, (name,)), severity=WEIGHS["stats_suggested"], provenance="stats_suggested",
                variant="usual", rule=f"No two rows of {table.name} share a {name}, as it always was.",
            )  # fmt: skip


def _all_differ(table: KnownTable, column: str, statistic: Statistic) -> bool:
    kind = table.columns[column].live_type or ""
    named = _TEXT.fullmatch(kind) is not None or kind == "uuid"
    return named and statistic.different == -1 and statistic.null_share < 1 and (table.rows or 0) >= _FULL_ROWS


def _references(table: KnownTable, known: Known) -> Iterator[Check]:
    for reference in table.references:
        other = known.tables.get(reference.table)
        whole = other is not None and other.readable and other.whole and reference.target in other.columns
        if whole and _mirrored(table, reference.column):
            yield _reference(
                table, reference.column, reference.table, reference.target,
                "db_enforced" if reference.validated else "not_validated",
            )  # fmt: skip
    pointed = {reference.column for reference in table.references}
    for column in table.columns.values():
        parent = _guessed(column, table, known)
        if column.name not in pointed and parent is not None:
            yield _reference(table, column.name, parent, "id", "inferred")


def _reference(table: KnownTable, column: str, parent: str, target: str, provenance: Provenance) -> Check:
    slug = (parent, target) == ("cars", "slug")
    among = f"select {q(target)}::text from ⟦{parent}⟧ where {q(target)} is not null"
    if slug:
        among += " union select alias from ⟦car_slug_aliases⟧"
    return Check(
        table.name, column, "non_canonical_slug" if slug else "orphan_reference",
        f"{column} is the {target} of a row of {parent}.", WEIGHS[provenance],
        where=f"t.{q(column)} is not null and t.{q(column)}::text not in ({among})",
        provenance=provenance,
    )  # fmt: skip


def _guessed(column: KnownColumn, table: KnownTable, known: Known) -> str | None:
    """Return the table that a uuid column named `x_id` means, when there is one that keeps all its rows here."""
    if not column.name.endswith("_id") or column.live_type != "uuid" or not column.mirrored:
        return None
    parent = shape.named_parent(column.name, "", known)
    other = known.tables.get(parent or "")
    if other is None or other.name == table.name or not other.whole or other.primary_key != ("id",):
        return None
    return other.name if other.columns["id"].live_type == "uuid" else None


def _inferred(table: KnownTable) -> Iterator[Check]:
    if not table.readable:
        return
    for column in table.columns.values():
        if not column.mirrored:
            continue
        name, kind = column.name, column.live_type or ""
        here = f"t.{q(name)}"
        if _TEXT.fullmatch(kind):
            yield no_placeholder(table.name, name, "inferred")
            if OPEN_LISTS.fullmatch(name):
                yield one_spelling(table.name, name, "inferred")
        if _MOMENT.fullmatch(kind) and not ahead(name):
            yield Check(
                table.name, name, "time_order", f"{name} does not lie in the future.",
                where=f"{here} > ⟦now⟧ + interval '1 day'", provenance="inferred", variant="future",
            )  # fmt: skip
        if _WHOLE.fullmatch(kind):
            for pattern, low, high in _BOUNDS:
                if pattern.fullmatch(name):
                    yield Check(
                        table.name, name, "range", f"{name} is between {low} and {high}, as its name says.",
                        where=f"{here} < {low} or {here} > {high}", provenance="inferred",
                    )  # fmt: skip
        yield Check(
            table.name, name, "empty_column", f"{name} is not empty throughout.", "info",
            tally=f"case when count(*) >= {_LEAST} and count({here}) = 0 then count(*) end",
            told=Told("empty", _LEAST), provenance="inferred",
        )  # fmt: skip
    yield from _pairs(table)


def _pairs(table: KnownTable) -> Iterator[Check]:
    kinds = {column.name: column.live_type for column in table.columns.values() if column.mirrored}
    for first, last in (("start", "end"), ("started_at", "ended_at"), ("started_at", "completed_at")):
        for name, kind in kinds.items():
            later = name[: len(name) - len(first)] + last if name.endswith(first) else ""
            if later in kinds and kinds[later] == kind:
                yield Check(
                    table.name, later, "time_order" if first.endswith("_at") else "contradiction",
                    f"{later} is not before {name}.", where=f"t.{q(later)} < t.{q(name)}",
                    severity="info", provenance="inferred", variant=f"before_{name}",
                )  # fmt: skip


def _mirrored(table: KnownTable, column: str) -> bool:
    found = table.columns.get(column)
    return found is not None and found.mirrored
