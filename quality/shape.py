"""Checks on the schema itself: tables and columns that are gone, types that changed, parents that were replaced."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from catalogue import TABLES, column_note
from quality.check import Check, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from quality.known import Known, KnownColumn, KnownTable

_FAMILIES: Final[Mapping[str, str]] = {
    "INTEGER": r"(smallint|integer|bigint|numeric.*)",
    "DECIMAL": r"(numeric.*|real|double precision|money|smallint|integer|bigint)",
    "BOOLEAN": r"boolean",
    "UUID": r"uuid",
    "JSONB": r"jsonb?",
    "TIMESTAMP": r"timestamp.*",
    "DATE": r"(date|timestamp.*)",
    "TIME": r"time.*",
    "TEXT[]": r".*\[\]",
    "UUID[]": r".*\[\]",
    "VECTOR": r".*",
}
_NOT_TEXT: Final = re.compile(
    r"(smallint|integer|bigint|numeric.*|real|double.*|boolean|date|timestamp.*|time.*|.*\[\])"
)
_RETIRED: Final = re.compile(r".*(_v\d+|_legacy|_old|_backup|_bak|_deprecated|_archive)(_.*)?|(old|legacy)_.*")
LACKING_TODAY: Final[Mapping[str, str]] = {
    "user_projects": "stock_hp stock_zero_to_sixty final_zero_to_sixty final_hp",
    "page_views": "duration_ms",
    "application_errors": "user_id",
    "cars": (
        "tier category zero_to_sixty score_sound score_interior score_track score_reliability score_value "
        "score_driver_fun score_aftermarket"
    ),
    "gl_accounts": "normal_balance parent_account_id",
}
"""Documented columns that the running application is known to lack since 31 January 2026."""


def checks(table: str, known: Known) -> Iterator[Check]:
    """Yield the checks on the shape of a documented table."""
    found = known.tables.get(table)
    there = found is not None and found.found
    place = found.live if found is not None and found.live is not None else ("public", table)
    yield Check(
        table, None, "schema", f"The table {table} is there.", "critical",
        live=f"select case when to_regclass({text('.'.join(map(_quoted, place)))}) is null then 0 end",
        fixed=None if there else 0, variant="table",
    )  # fmt: skip
    if found is None or not there:
        return
    for column in TABLES[table].columns:
        own = found.columns.get(str(column.name))
        if own is not None:
            yield from _column(table, own, column_note(column).spelling, place)
    for column in TABLES[table].columns:
        if column.foreign_keys:
            parent = next(iter(column.foreign_keys)).target_fullname.split(".")[0]
            yield from parents(found, str(column.name), parent, place, known)


def _column(table: str, own: KnownColumn, spelling: str, place: tuple[str, str]) -> Iterator[Check]:
    known_gap = own.name in LACKING_TODAY.get(table, "").split()
    catalogue = (
        f"from information_schema.columns where table_schema = {text(place[0])} and table_name = {text(place[1])} "
        f"and column_name = {text(own.live_name or own.name)}"
    )
    gone = own.state == "unbound"
    if own.state in {"unbound", "exact"}:
        yield Check(
            table, own.name, "schema", f"{table} has the documented column {own.name}.",
            "info" if known_gap else "warning",
            live=f"select case when count(*) = 0 then 0 end {catalogue}",
            fixed=0 if gone else None, variant="column",
        )  # fmt: skip
    if own.state == "exact" and own.live_type is not None:
        odd = not _fits(spelling, own.live_type)
        yield Check(
            table, own.name, "schema", f"{own.name} is of the documented type {spelling}, or one that holds the same.",
            live=(
                f"select case when count(*) = 0 then 0 end from pg_catalog.pg_attribute where attrelid = "
                f"to_regclass({text('.'.join(map(_quoted, place)))}) and attname = {text(own.live_name or own.name)} "
                f"and not attisdropped and {_fits_sql(spelling)}"
            ),
            fixed=0 if odd else None, variant="type",
        )  # fmt: skip


def parents(table: KnownTable, column: str, parent: str, place: tuple[str, str], known: Known) -> Iterator[Check]:
    """Yield the check that the foreign key of a column, where there is one, points to the table it is said to."""
    actual = [key for key in table.references if key.column == column]
    if not actual or known.tables.get(parent) is None:
        return
    other = known.tables[parent].live or ("public", parent)
    yield Check(
        table.name, column, "replaced_parent",
        f"The foreign key of {column} points to {parent}, not to a table that it was renamed to or from.", "critical",
        live=(
            "select nullif(count(*), 0) from pg_catalog.pg_constraint k join pg_catalog.pg_attribute a "
            "on a.attrelid = k.conrelid and a.attnum = any (k.conkey) "
            f"where k.contype = 'f' and k.conrelid = to_regclass({text('.'.join(map(_quoted, place)))}) "
            f"and a.attname = {text(column_live(table, column))} and k.confrelid <> "
            f"to_regclass({text('.'.join(map(_quoted, other)))})"
        ),
        fixed=sum(key.table != parent for key in actual) or None,
        provenance="documented" if table.documented else "inferred",
    )  # fmt: skip


def column_live(table: KnownTable, column: str) -> str:
    """Return the name of a column in the database."""
    found = table.columns.get(column)
    return (found.live_name if found else None) or column


def named_parent(column: str, target: str, known: Known) -> str | None:
    """Return the table that a column is named for, where its foreign key points to another that stands in for it."""
    stem = re.sub(r"_(id|slug|key)$", "", column)
    for name in (f"{stem}s", f"{stem}es", re.sub("y$", "ies", stem), stem):
        other = known.tables.get(name)
        # `event_id` may well mean `stripe_events`.
        if other is not None and other.found and name != target and not target.endswith(f"_{name}"):
            return name
    if _RETIRED.fullmatch(target):
        base = re.sub(r"(_v\d+|_legacy|_old|_backup|_bak|_deprecated|_archive).*$", "", target)
        return base if base in known.tables and known.tables[base].found else None
    return None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _fits(spelling: str, live_type: str) -> bool:
    if spelling == "TEXT":
        return _NOT_TEXT.fullmatch(live_type) is None
    return re.fullmatch(_FAMILIES[spelling], live_type) is not None


def _fits_sql(spelling: str) -> str:
    kind = "format_type(atttypid, atttypmod)"
    if spelling == "TEXT":
        return f"not {kind} ~ {text(f'^{_NOT_TEXT.pattern}$')}"
    return f"{kind} ~ {text(f'^{_FAMILIES[spelling]}$')}"
