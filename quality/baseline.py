"""The automatic suite of a table that the dictionary does not know.

What the database declares (keys, references, NOT NULL) is checked as `db_enforced`, or `not_validated` where old rows
were never held to it; what names and types suggest as `inferred`. An accepted suggestion becomes a line of the
catalogue.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from quality import shape
from quality.check import Check, Told, q
from quality.compile import HASH
from quality.rules.columns import OPEN_LISTS, no_placeholder, one_spelling
from quality.rules.time import ahead

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quality.known import Known, KnownColumn, KnownTable

_TEXT: Final = re.compile(r"(text|character.*|varchar.*|citext)")
_WHOLE: Final = re.compile(r"(smallint|integer|bigint|numeric.*|real|double precision)")
_MOMENT: Final = re.compile(r"timestamp.*")
_LEAST: Final = 20
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
    for check in (*_enforced(found, known), *_inferred(found)):
        seen.setdefault(check.id, check)
    return list(seen.values())


def _enforced(table: KnownTable, known: Known) -> Iterator[Check]:
    name = table.name
    yield Check(
        name, None, "schema", f"The role may read {name}.", "info", provenance="inferred",
        live="select null", fixed=None if table.readable else 0, variant="readable",
    )  # fmt: skip
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
            name, key[-1], "key", f"No two rows of {name} share {' and '.join(key)}.", "critical",
            tally=f"nullif(count(*) - count(distinct ⟦{HASH}{named}⟧), 0)", provenance="db_enforced",
        )  # fmt: skip
    for column in table.columns.values():
        if column.not_null and column.mirrored:
            yield Check(
                name, column.name, "not_null", f"Every row of {name} has a {column.name}.",
                where=f"t.{q(column.name)} is null", told=Told("absent"), provenance="db_enforced",
            )  # fmt: skip
    yield from _references(table, known)


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


def _reference(table: KnownTable, column: str, parent: str, target: str, provenance: str) -> Check:
    slug = (parent, target) == ("cars", "slug")
    among = f"select {q(target)}::text from ⟦{parent}⟧ where {q(target)} is not null"
    if slug:
        among += " union select alias from ⟦car_slug_aliases⟧"
    return Check(
        table.name, column, "non_canonical_slug" if slug else "orphan_reference",
        f"{column} is the {target} of a row of {parent}.", "warning" if provenance == "inferred" else "critical",
        where=f"t.{q(column)} is not null and t.{q(column)}::text not in ({among})",
        provenance=provenance,  # type: ignore[arg-type]
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
