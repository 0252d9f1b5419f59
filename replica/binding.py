"""Documented names on any live schema: which live column, or expression over live columns, answers for each.

A column is resolved in this order: what the operator set for it in autorev.toml, since that is said of this very
database; the live column of its own name, unless a homonym stands there; then the catalogue's counterparts, best
first (alias, derived, lookup); else it is unbound. Nothing here is kept: the next refresh binds anew.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import psycopg
from psycopg.rows import dict_row

import catalogue
from catalogue._declare import Alias, Derived, Lookup
from replica import errors
from replica.connection import HIDDEN, PLATFORM_SCHEMAS, READABLE, RELATIONS
from replica.expressions import ExpressionRefused, checked_expression
from replica.values import DUCKDB_TYPES, UNKNOWN, LiveColumn, Lost, Target, carry, quoted, target_of, unbound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import sqlalchemy as sa

    from replica.settings import Settings

State = Literal["exact", "alias", "derived", "setting", "unbound"]
Kind = Literal["table", "partitioned table", "view", "materialized view", "foreign table"]


@dataclass(frozen=True, slots=True)
class LiveKey:
    """A foreign key: `columns` of its table point to `references_columns` of another; `validated` for every row."""

    name: str
    columns: tuple[str, ...]
    references_schema: str
    references_table: str
    references_columns: tuple[str, ...]
    validated: bool


@dataclass(frozen=True, slots=True)
class LiveTable:
    """A relation of the running database.

    `rows` is the planner's estimate, None when never counted. `hidden` says that row-level security may withhold
    rows from our role, `readable` that the role may select from it at all.
    """

    schema: str
    name: str
    kind: Kind
    columns: tuple[LiveColumn, ...]
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[LiveKey, ...] = ()
    rows: int | None = None
    bytes: int = 0
    comment: str | None = None
    readable: bool = True
    hidden: bool = False

    @property
    def key(self) -> str:
        """Return `schema.table`."""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True, slots=True)
class LiveSchema:
    """All relations that are not the server's own, those of `public` first."""

    tables: tuple[LiveTable, ...]


@dataclass(frozen=True, slots=True)
class BoundColumn:
    """A documented column and what answers for it.

    `expression` is Postgres SQL over `t`, the live table (and the joins of its BoundTable), of a type that DuckDB
    takes safely; None when unbound. `raw` is the same before conversion: compare with it in a `where`, so that an
    index serves. `conversion` says in words what is done, or why nothing binds. `setting` is the line of
    autorev.toml that would bind the column. `uses` are the columns of the live table that it reads.
    """

    table: str
    column: str
    state: State
    live_table: str | None
    live_name: str | None
    live_type: str | None
    conversion: str
    expression: str | None
    raw: str | None
    duckdb_type: str
    setting: str
    target: Target = "TEXT"
    lost: tuple[Lost, ...] = ()
    mirrored: bool = True
    uses: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return `table.column` in documented names."""
        return f"{self.table}.{self.column}"


@dataclass(frozen=True, slots=True)
class BoundTable:
    """A documented table and the live table that answers for it; `joins` are the lookups its columns need."""

    name: str
    live: LiveTable
    columns: tuple[BoundColumn, ...]
    joins: tuple[str, ...] = ()

    @property
    def live_schema(self) -> str:
        """Return the schema of the live table."""
        return self.live.schema

    @property
    def live_name(self) -> str:
        """Return the name of the live table."""
        return self.live.name

    def select_sql(self, columns: Iterable[str], where: str | None = None) -> str:
        """Return the Postgres select of documented columns under their documented names; unbound ones are NULL.

        `where` is our own Postgres SQL over `t`, never a user's.
        """
        chosen = [self.column(name) for name in columns]
        values = ", ".join(
            f"{column.expression or unbound(column.target)} as {quoted(column.column)}" for column in chosen
        )
        parts = [f"select {values} from {quoted(self.live.schema, self.live.name)} t", *self.joins]  # noqa: S608  names quoted
        if where is not None:
            parts.append(f"where {where}")
        return " ".join(parts)

    def column(self, name: str) -> BoundColumn:
        """Return the column of this documented name."""
        return next(column for column in self.columns if column.column == name)


@dataclass(frozen=True, slots=True)
class UnboundTable:
    """A documented table that cannot be read; all its columns are unbound.

    `live` is the table that our role may not select from, None where there is none; `reason` says it in words.
    """

    name: str
    columns: tuple[BoundColumn, ...]
    reason: str
    live: LiveTable | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    """What answers for every documented name.

    `unexpected` are live columns of documented tables that nothing binds; `warnings` are sentences on settings that
    bind nothing.
    """

    tables: Mapping[str, BoundTable]
    missing: Mapping[str, UnboundTable]
    undocumented: tuple[LiveTable, ...]
    unexpected: Mapping[str, tuple[LiveColumn, ...]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


_TABLES: Final = f"""
    select
        c.oid::int8 as oid, n.nspname::text as schema, c.relname::text as name, c.relkind::text as kind,
        case when c.reltuples < 0 then null else c.reltuples::int8 end as rows,
        case when c.relkind = 'p'
            then (select coalesce(sum(pg_total_relation_size(part.relid)), 0) from pg_partition_tree(c.oid) as part)
            when c.relkind = 'f' then 0
            else pg_total_relation_size(c.oid)
        end::int8 as bytes,
        obj_description(c.oid, 'pg_class') as comment,
        {READABLE} as readable,
        {READABLE} and {HIDDEN} as hidden
    {RELATIONS}
    order by n.nspname <> 'public', n.nspname, c.relname
"""  # noqa: S608  constants
# A domain may be made of a domain, and an array of a domain: unwrap until the type itself.
_COLUMNS: Final = f"""
    with recursive relations as (select c.oid {RELATIONS}),
    attributes as (
        select a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attndims, a.attnotnull
        from pg_catalog.pg_attribute as a
        join relations on relations.oid = a.attrelid
        where a.attnum > 0 and not a.attisdropped
    ),
    unwrapped as (
        select attrelid, attnum, atttypid as type, atttypmod as modifier, null::oid as domain, 0 as depth
        from attributes
        union all
        select u.attrelid, u.attnum, t.typbasetype, t.typtypmod, coalesce(u.domain, t.oid), u.depth + 1
        from unwrapped as u
        join pg_catalog.pg_type as t on t.oid = u.type and t.typtype = 'd'
    ),
    resolved as (
        select distinct on (attrelid, attnum) attrelid, attnum, type, modifier, domain
        from unwrapped
        order by attrelid, attnum, depth desc
    )
    select
        a.attrelid::int8 as table_oid, a.attname::text as name, a.attnum::int as position,
        format_type(a.atttypid, a.atttypmod) as type,
        coalesce(element.typname, t.typname)::text as base,
        coalesce(element.typtype, t.typtype)::text as kind,
        case when element.oid is not null then 'ARRAY'
            when space.nspname = 'pg_catalog' then format_type(t.oid, null)
            else 'USER-DEFINED' end as data_type,
        element.oid is not null as array, a.attndims::int as dimensions,
        case when t.typname = 'numeric' and r.modifier >= 4 then ((r.modifier - 4) >> 16) & 65535 end as precision,
        case when t.typname = 'numeric' and r.modifier >= 4
            then (((r.modifier - 4) & 2047) # 1024) - 1024 end as scale,
        format_type(r.domain, null) as domain,
        coalesce((
            select array_agg(e.enumlabel::text order by e.enumsortorder)
            from pg_catalog.pg_enum as e
            where e.enumtypid = coalesce(element.oid, t.oid)
        ), '{{}}') as labels,
        a.attnotnull as not_null,
        pg_get_expr(d.adbin, d.adrelid) as default,
        col_description(a.attrelid, a.attnum) as comment,
        has_column_privilege(a.attrelid, a.attnum, 'SELECT') as readable
    from attributes as a
    join resolved as r on r.attrelid = a.attrelid and r.attnum = a.attnum
    join pg_catalog.pg_type as t on t.oid = r.type
    join pg_catalog.pg_namespace as space on space.oid = t.typnamespace
    left join pg_catalog.pg_type as element on element.oid = t.typelem and t.typcategory = 'A' and t.typlen = -1
    left join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
    order by a.attrelid, a.attnum
"""  # noqa: S608  constants
_KEYS: Final = f"""
    select
        k.conrelid::int8 as table_oid, k.conname::text as name, k.contype::text as kind,
        array(
            select a.attname::text from unnest(k.conkey) with ordinality as u(number, place)
            join pg_catalog.pg_attribute as a on a.attrelid = k.conrelid and a.attnum = u.number order by u.place
        ) as columns,
        other_space.nspname::text as references_schema, other.relname::text as references_table,
        array(
            select a.attname::text from unnest(k.confkey) with ordinality as u(number, place)
            join pg_catalog.pg_attribute as a on a.attrelid = k.confrelid and a.attnum = u.number order by u.place
        ) as references_columns,
        k.convalidated as validated
    from pg_catalog.pg_constraint as k
    left join pg_catalog.pg_class as other on other.oid = k.confrelid
    left join pg_catalog.pg_namespace as other_space on other_space.oid = other.relnamespace
    where k.contype in ('p', 'f') and k.conrelid in (select c.oid {RELATIONS})
    order by k.conrelid, k.conname
"""  # noqa: S608  constants
VIEWS: Final[frozenset[Kind]] = frozenset({"view", "materialized view"})
"""What may stand in for a documented table but is no table of its own."""
_KINDS: Final[dict[str, Kind]] = {
    "r": "table",
    "p": "partitioned table",
    "v": "view",
    "m": "materialized view",
    "f": "foreign table",
}


def introspect(connection: psycopg.Connection[Any]) -> LiveSchema:
    """Read what tables, columns and keys the database has; three statements, no table is read.

    Raises:
        psycopg.Error: The connection broke; `connection.explain` says it in words.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        platform = {"platform": list(PLATFORM_SCHEMAS)}
        tables = cursor.execute(_TABLES, platform).fetchall()
        columns: dict[int, list[LiveColumn]] = defaultdict(list)
        for row in cursor.execute(_COLUMNS, platform).fetchall():
            owner = row.pop("table_oid")
            columns[owner].append(LiveColumn(**{**row, "labels": tuple(row["labels"])}))
        primary: dict[int, tuple[str, ...]] = {}
        foreign: dict[int, list[LiveKey]] = defaultdict(list)
        for row in cursor.execute(_KEYS, platform).fetchall():
            if row["kind"] == "p":
                primary[row["table_oid"]] = tuple(row["columns"])
                continue
            foreign[row["table_oid"]].append(
                LiveKey(
                    name=row["name"],
                    columns=tuple(row["columns"]),
                    references_schema=row["references_schema"],
                    references_table=row["references_table"],
                    references_columns=tuple(row["references_columns"]),
                    validated=row["validated"],
                )
            )
    return LiveSchema(
        tuple(
            LiveTable(
                schema=row["schema"],
                name=row["name"],
                kind=_KINDS[row["kind"]],
                columns=tuple(columns[row["oid"]]),
                primary_key=primary.get(row["oid"], ()),
                foreign_keys=tuple(foreign[row["oid"]]),
                rows=row["rows"],
                bytes=row["bytes"],
                comment=row["comment"],
                readable=row["readable"],
                hidden=row["hidden"],
            )
            for row in tables
        )
    )


def bind(live: LiveSchema, settings: Settings) -> Binding:
    """Resolve every documented table and column on a live schema.

    A documented table is answered by the live table of its name or of a known other name, whichever binds most of
    its columns; the operator may name one (`"page_views" = "schema.table"`).

    Raises:
        NoDocumentedTable: Nothing that the catalogue describes is there.
    """
    binder = _Binder(live, settings.bindings)
    tables: dict[str, BoundTable] = {}
    missing: dict[str, UnboundTable] = {}
    for table in catalogue.TABLES.values():
        found = binder.chosen(table)
        if found is None or not found.readable:
            missing[table.name] = binder.absent(table, found)
        else:
            tables[table.name] = binder.table(table, found)
    if not tables:
        raise _nothing_documented(live, missing)
    used = {bound.live.key for bound in tables.values()} | {gone.live.key for gone in missing.values() if gone.live}
    unexpected = {
        name: tuple(column for column in bound.live.columns if column.name not in _used(bound))
        for name, bound in tables.items()
    }
    return Binding(
        tables=tables,
        missing=missing,
        undocumented=tuple(table for table in live.tables if table.key not in used and table.kind not in VIEWS),
        unexpected={name: columns for name, columns in unexpected.items() if columns},
        warnings=(*binder.unknown_settings(), *binder.warnings),
    )


def confirm(connection: psycopg.Connection[Any], binding: Binding) -> Binding:
    """Return the binding without those of the operator's expressions that Postgres does not accept.

    Each is only planned, never run; a refused one is unbound, and a warning says so.
    """
    tables = dict(binding.tables)
    warnings = list(binding.warnings)
    for name, bound in binding.tables.items():
        columns = []
        for column in bound.columns:
            checked = column
            if column.state == "setting":
                statement = f"explain {bound.select_sql([column.column])}"
                try:
                    with connection.transaction():
                        connection.execute(cast("Any", statement))
                except (psycopg.errors.ProgrammingError, psycopg.errors.DataError) as refused:
                    reason = (refused.diag.message_primary or "it is refused").rstrip(".")
                    warnings.append(f"The setting of {column.name} binds nothing: Postgres says {reason}.")
                    checked = replace(
                        column, state="unbound", expression=None, raw=None, lost=(), live_name=None, live_type=None,
                        conversion=f"the setting is refused: {reason}", uses=(),
                    )  # fmt: skip
            columns.append(checked)
        tables[name] = replace(bound, columns=tuple(columns))
    return replace(binding, tables=tables, warnings=tuple(warnings))


def _used(bound: BoundTable) -> set[str]:
    return {name for column in bound.columns for name in column.uses}


def _nothing_documented(live: LiveSchema, missing: Mapping[str, UnboundTable]) -> errors.NoDocumentedTable:
    withheld = sum(table.live is not None for table in missing.values())
    if withheld:
        return errors.NoDocumentedTable(
            f"The role may read none of the {withheld} documented tables of the database.", "Grant it SELECT on them."
        )
    if not live.tables:
        return errors.NoDocumentedTable(
            "The database holds no table.", "Name AutoRev's own database in AUTOREV_DATABASE_URL."
        )
    return errors.NoDocumentedTable(
        f"None of the {len(live.tables)} tables of the database is one that the data dictionary describes.",
        "Name AutoRev's own database in AUTOREV_DATABASE_URL.",
    )


@dataclass(frozen=True, slots=True)
class _Way:
    """How a documented column is reached, before its value is converted."""

    state: State
    raw: str
    type: LiveColumn
    live_name: str
    words: str = ""
    uses: tuple[str, ...] = ()
    join: str = ""


class _Binder:
    """Resolves documented names on one live schema."""

    def __init__(self, live: LiveSchema, settings: Mapping[str, str]) -> None:
        self.live = live
        self.settings = settings
        self.warnings: list[str] = []
        self._choices: dict[str, LiveTable | None] = {}
        self._by_name: dict[str, list[LiveTable]] = defaultdict(list)
        for table in live.tables:
            self._by_name[table.name].append(table)

    def chosen(self, table: sa.Table) -> LiveTable | None:
        """Return the live table that answers for a documented one."""
        if table.name not in self._choices:
            self._choices[table.name] = self._named_by_operator(table) or self._best(table)
        return self._choices[table.name]

    def _named_by_operator(self, table: sa.Table) -> LiveTable | None:
        wanted = self.settings.get(table.name)
        if wanted is None:
            return None
        found = next((one for one in self.live.tables if wanted in {one.key, one.name}), None)
        if found is None:
            self.warnings.append(f"The setting of {table.name} binds nothing: the database has no table {wanted}.")
        return found

    def _best(self, table: sa.Table) -> LiveTable | None:
        best: LiveTable | None = None
        best_score = 0
        for name in (table.name, *catalogue.note_of(table).live):
            for candidate in self._by_name.get(name, ()):
                score = self._score(table, candidate)
                if score > best_score or (best is None and name == table.name):
                    best, best_score = candidate, score
        return best

    def _score(self, table: sa.Table, candidate: LiveTable) -> int:
        documented = [column for column in table.columns if catalogue.column_note(column).documented]
        return sum(self._own_way(column, candidate) is not None for column in documented)

    def table(self, table: sa.Table, live: LiveTable) -> BoundTable:
        """Bind every column of a documented table to its live table."""
        joins: list[str] = []
        columns = tuple(self._column(column, live, joins) for column in table.columns)
        return BoundTable(table.name, live, columns, tuple(joins))

    def absent(self, table: sa.Table, withheld: LiveTable | None) -> UnboundTable:
        """Return a documented table that cannot be read, every column unbound."""
        if withheld is None:
            reason = f"the database has no table {table.name}"
            setting = f'"{table.name}" = "schema.table"'
        else:
            reason = f"the role may not select from {withheld.key}"
            setting = f"grant select on {withheld.key} to the role"
        return UnboundTable(
            table.name,
            tuple(self._unbound(column, reason=reason, setting=setting) for column in table.columns),
            reason,
            withheld,
        )

    def unknown_settings(self) -> list[str]:
        """Return a sentence for each setting that names no documented table or column."""
        known = set(catalogue.TABLES)
        known |= {f"{table.name}.{column.name}" for table in catalogue.TABLES.values() for column in table.columns}
        return [
            f'The setting "{name}" binds nothing: the data dictionary has no such table or column.'
            for name in self.settings
            if name not in known
        ]

    def _column(self, column: sa.Column[Any], live: LiveTable, joins: list[str]) -> BoundColumn:
        name = f"{column.table.name}.{column.name}"
        way = self._set_way(name, live) or self._own_way(column, live) or self._looked_up(column, live, len(joins) + 1)
        if way is None:
            present = _find(live, column.name, readable=False)
            reason = f"nothing in {live.key} answers for it"
            if present is not None and not present.readable:
                reason = f"a column of {live.key} that the role may not select"
            elif present is not None:
                reason = f"the {column.name} of {live.key} means something else"
            return self._unbound(column, reason=reason, setting=_setting(name, live))
        if way.join:
            joins.append(way.join)
        target = target_of(column)
        carried = carry(way.raw, way.type, target)
        return BoundColumn(
            table=column.table.name,
            column=column.name,
            state=way.state,
            live_table=live.key,
            live_name=way.live_name,
            live_type=way.type.type,
            conversion=way.words or carried.words,
            expression=carried.select_sql,
            raw=way.raw,
            duckdb_type=carried.duckdb_type,
            setting=_setting(name, live),
            target=target,
            lost=carried.lost,
            mirrored=catalogue.column_note(column).mirrored,
            uses=way.uses,
        )

    def _unbound(self, column: sa.Column[Any], *, reason: str, setting: str) -> BoundColumn:
        target = target_of(column)
        return BoundColumn(
            table=column.table.name,
            column=column.name,
            state="unbound",
            live_table=None,
            live_name=None,
            live_type=None,
            conversion=reason,
            expression=None,
            raw=None,
            duckdb_type=DUCKDB_TYPES[target],
            setting=setting,
            target=target,
            mirrored=catalogue.column_note(column).mirrored,
        )

    def _set_way(self, name: str, live: LiveTable) -> _Way | None:
        """Return what the operator set: a column by its name, or an expression over columns of the live table."""
        wanted = self.settings.get(name)
        if wanted is None:
            return None
        named = _find(live, wanted.strip().strip('"')) or _find(live, wanted.strip().lower())
        if named is not None:
            return _Way("setting", _own(named), named, named.name, uses=(named.name,))
        try:
            expression, uses = checked_expression(wanted, [one.name for one in live.columns if one.readable])
        except ExpressionRefused as refused:
            self.warnings.append(f"The setting of {name} binds nothing: {refused}.")
            return None
        unknown = LiveColumn(", ".join(uses), 0, "an expression", UNKNOWN)
        return _Way("setting", f"({expression})", unknown, wanted.strip(), "set in autorev.toml", uses)

    def _own_way(self, column: sa.Column[Any], live: LiveTable) -> _Way | None:
        """Return how the table's own columns answer, without a lookup elsewhere."""
        note = catalogue.column_note(column)
        same = _find(live, column.name)
        if any(_find(live, beside, readable=False) is not None for beside in note.homonym_beside):
            same = None
        for counterpart in note.live:
            way: _Way | None = None
            if isinstance(counterpart, Alias) and same is None:
                other = _find(live, counterpart.name)
                way = None if other is None else _Way("alias", _own(other), other, other.name, uses=(other.name,))
            elif isinstance(counterpart, Derived) and _applies(counterpart, same, target_of(column)):
                way = _derived(column, counterpart, live)
            if way is not None:
                return way
        return None if same is None else _Way("exact", _own(same), same, same.name, uses=(same.name,))

    def _looked_up(self, column: sa.Column[Any], live: LiveTable, number: int) -> _Way | None:
        """Return how another table answers: joined to one row per key, so that no row is multiplied."""
        for lookup in catalogue.column_note(column).live:
            if not isinstance(lookup, Lookup):
                continue
            parent = catalogue.TABLES[lookup.table]
            parent_live = self.chosen(parent)
            if parent_live is None or not parent_live.readable:
                continue
            key = self._key(column.table, lookup.key, live)
            on = self._own_way(parent.columns[lookup.on], parent_live)
            value = self._own_way(parent.columns[lookup.value], parent_live)
            if key is None or on is None or value is None:
                continue
            name = f"lookup{number}"
            cast_to = "" if key.type.base == on.type.base else "::text"
            parent_name = quoted(parent_live.schema, parent_live.name)
            inner = f"select {on.raw} as key, {value.raw} as value from {parent_name} t"  # noqa: S608  names quoted
            once = f"select distinct on (key) * from ({inner}) every where key is not null order by key, value"  # noqa: S608
            return _Way(
                "derived",
                f"{name}.value",
                value.type,
                key.live_name,
                f"{lookup.value} of the {parent_live.key} whose {lookup.on} is {key.live_name}",
                key.uses,
                f"left join ({once}) {name} on {name}.key{cast_to} = {key.raw}{cast_to}",
            )
        return None

    def _key(self, table: sa.Table, name: str, live: LiveTable) -> _Way | None:
        """Return how the row's own side of a lookup is reached, by its documented name or as a live column."""
        if name in table.columns:
            return self._set_way(f"{table.name}.{name}", live) or self._own_way(table.columns[name], live)
        column = _find(live, name)
        return None if column is None else _Way("exact", _own(column), column, column.name, uses=(column.name,))


def _find(live: LiveTable, name: str, *, readable: bool = True) -> LiveColumn | None:
    return next((one for one in live.columns if one.name == name and (one.readable or not readable)), None)


def _own(column: LiveColumn) -> str:
    return f"t.{quoted(column.name)}"


def _setting(name: str, live: LiveTable) -> str:
    return f'"{name}" = "a column of {live.key}, or an expression over its columns"'


def _applies(counterpart: Derived, same: LiveColumn | None, target: Target) -> bool:
    """Return whether a conversion is wanted where the live column of the documented name is `same`.

    One of that column's own shape is; from number to number that is left to `values`, which counts what it rounds.
    """
    if same is None or counterpart.always:
        return True
    if counterpart.needs[0] != same.name or counterpart.when_type != same.data_type:
        return False
    return target not in {"INTEGER", "DECIMAL", "MONEY"} or counterpart.when_type == "text"


_RESULTS: Final[dict[Target, tuple[str, str, bool]]] = {
    "TEXT": ("text", "text", False),
    "INTEGER": ("numeric", "numeric", False),
    "DECIMAL": ("numeric", "numeric", False),
    "MONEY": ("numeric", "numeric", False),
    "BOOLEAN": ("boolean", "bool", False),
    "UUID": ("text", "text", False),
    "JSONB": ("jsonb", "jsonb", False),
    "TIMESTAMP": ("timestamptz", "timestamptz", False),
    "DATE": ("date", "date", False),
    "TIME": ("time", "time", False),
    "TEXT[]": ("text[]", "text", True),
    "UUID[]": ("text[]", "text", True),
    "VECTOR": ("text", "text", False),
}
"""Of a derived value: the type its expression is given, the base of that type, whether it is an array."""


def _derived(column: sa.Column[Any], counterpart: Derived, live: LiveTable) -> _Way | None:
    needed = [_find(live, name) for name in counterpart.needs]
    present = [one for one in needed if one is not None]
    if len(present) < len(needed):
        return None
    if counterpart.when_type is not None and present[0].data_type != counterpart.when_type:
        return None
    by_name = {one.name: _own(one) for one in present}
    filled = re.sub(r"\{(\w+)\}", lambda found: by_name.get(found[1], found[0]), counterpart.sql)
    spelling, base, array = _RESULTS[target_of(column)]
    names = ", ".join(by_name)
    result = LiveColumn(names, 0, ", ".join(dict.fromkeys(one.type for one in present)), base, array=array)
    return _Way("derived", f"({filled})::{spelling}", result, names, counterpart.words, tuple(by_name))
