"""Defects at places that nobody chose: every class, at every place where the dictionary and clean rows allow it.

`PLANTED` says where the demo is wrong. This says where it could be: it reads only the catalogue and the rows of a clean
database, never the checks, so that whoever writes a check does not know the places it will be tried at. An alteration
is SQL on the file of a mirror; rows are drawn by a seed.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import duckdb

from catalogue import TABLES, column_note, note_of
from replica import generations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    import sqlalchemy as sa

_FEW: Final = 40
_SHORT: Final = 24
"""Values, and letters of the usual one, up to which a text column is a list of kinds."""
_SOURCES: Final = re.compile(r"(source_)?(forum|vendor|channel|brand|manufacturer)(_name|_slug|_key|_id)?")
"""Names of what rows come from."""
_SAYS: Final = re.compile(
    r".*(description|summary|one_line_take|chunk_text|notes|consequence|remedy|symptoms|prevention)"
)
"""Names of texts that are written to tell something."""
_ONE_PER: Final = re.compile(r"One row per (car|account|person)\b(?! and).*")
_AHEAD: Final = re.compile(r".*(expires|due|schedul|end|next|until|period|close|start_date).*")
"""Names of moments that may lie in the future."""
_NAMES: Final = frozenset({"name", "display_name", "account_name", "period_name", "channel_name"})
_CODES: Final = re.compile(r"(slug|vin|part_number|variant_key|account_code|.*email)")
_STAND_INS: Final = ("TBD", "n/a", "Unknown", "Various")
_OUTSIDE: Final[Mapping[str, float]] = {
    "percent 0-100": 130,
    "share 0-1": 1.7,
    "points 1-10": 14,
    "points 0-100": 180,
    "stars 1-5": 9,
    "degrees": 400,
    "horsepower": -40,
    "pound-feet": -40,
    "miles per gallon": -3,
    "psi": -5,
    "calendar year": 20_260,
    "year": 20_260,
    "month": 14,
    "inches": 900,
    "litres": -2,
    "kilometres": -4,
    "people": -7,
    "milliseconds": -20,
    "tokens": -8,
    "bytes": -1,
    "views": -9,
    "likes": -2,
    "attempts": -1,
}
"""A value that no quantity of the unit has."""
_SIGNED: Final = re.compile(r".*(delta|gain|offset|balance|amount|debit|credit).*")


_SESSION: Final = "set TimeZone = 'UTC'; set search_path = 'main,other'"
_CHANGES: Final = re.compile(r'(?:update|delete from|insert into) "?(\w+)"?')


@dataclass(frozen=True, slots=True)
class Alteration:
    """One defect: the class a check must report, where, and the statements that bring it about.

    `rows_change` says that rows come or go; `beside` are classes that say the same in other words.
    """

    klass: str
    table: str
    column: str | None
    statements: tuple[str, ...]
    rows_change: bool = False
    beside: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Return class, table and column as one word."""
        return ".".join(filter(None, (self.klass, self.table, self.column)))

    @property
    def touched(self) -> frozenset[str]:
        """Return the tables that the statements change."""
        named = (_CHANGES.match(statement) for statement in self.statements)
        return frozenset({self.table, *(found[1] for found in named if found and found[1] in TABLES)})

    @property
    def neighbours(self) -> frozenset[str]:
        """Return the tables whose rows the defect takes away from others, or that other tables take from it."""
        around = set(self.touched)
        if self.rows_change or self.klass in {"key", "orphan_reference", "non_canonical_slug", "ledger"}:
            for name in self.touched:
                around |= _AROUND.get(name, set())
        return frozenset(around)


def _around() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for table in TABLES.values():
        for column in table.columns:
            for key in column.foreign_keys:
                parent = key.target_fullname.split(".")[0]
                found[table.name].add(parent)
                found[parent].add(table.name)
    return found


_AROUND: Final = _around()


@dataclass(slots=True)
class _Column:
    """A column of the catalogue and what the clean rows say of it."""

    column: sa.Column[Any]
    values: int
    distinct: int
    length: float | None
    parent: str | None = None
    target: str | None = None

    @property
    def name(self) -> str:
        return str(self.column.name)

    @property
    def spelling(self) -> str:
        return column_note(self.column).spelling


@dataclass(slots=True)
class _Table:
    table: sa.Table
    rows: int
    columns: dict[str, _Column] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def key(self) -> str:
        return str(next(iter(self.table.primary_key.columns)).name)

    @property
    def moment(self) -> str | None:
        name = "created_at" if "created_at" in self.columns else note_of(self.table).event_time
        return name if name in self.columns and self.columns[name].spelling == "TIMESTAMP" else None


class Alterations:
    """All that may be done to a clean database, rows drawn by a seed."""

    def __init__(self, clean: Path, seed: int, like: Alterations | None = None) -> None:
        """Read what the file of a clean mirror holds; `like` has read it already, for another seed."""
        self._seed = seed
        self._random = random.Random(seed)
        self._connection = duckdb.connect(str(clean), read_only=True)
        with self._connection:
            self._connection.execute(_SESSION)
            self.tables: dict[str, _Table] = like.tables if like else {one.name: one for one in self._read()}
            self._ends = self._end()
            self._every = self._found()

    def all(self) -> list[Alteration]:
        """Return every alteration, in the order of the catalogue."""
        return list(self._every)

    def _found(self) -> list[Alteration]:
        found: dict[str, Alteration] = {}
        for table in self.tables.values():
            for one in (*self._of_table(table), *self._of_columns(table), *self._of_pairs(table)):
                found.setdefault(one.place, one)
        for one in (*self._ledger(), *self._shape(), *self._undocumented()):
            found.setdefault(one.place, one)
        return list(found.values())

    def one_of_each(self) -> list[Alteration]:
        """Return an alteration of every class, drawn by the seed, no two of them in each other's way."""
        shuffled = self.all()
        self._random.shuffle(shuffled)
        by_class: dict[str, list[Alteration]] = defaultdict(list)
        for one in shuffled:
            by_class[one.klass].append(one)
        taken: list[Alteration] = []
        for several in sorted(by_class.values(), key=len):
            taken += [one for one in several if all(apart(one, other) for other in taken)][:1]
        return taken

    # What is known of the clean rows

    def _read(self) -> Iterator[_Table]:
        missing = {name for (name,) in self._all("select table_name from meta.tables where not found")}
        for table in TABLES.values():
            columns = [column for column in table.columns if column_note(column).mirrored]
            if table.name in missing or note_of(table).deprecated_for is not None:
                continue
            asked = ", ".join(
                f'count("{column.name}"), count(distinct "{column.name}"), '
                + (f'median(length("{column.name}"))' if column_note(column).spelling == "TEXT" else "null")
                for column in columns
            )
            answer = self._ask(f'select count(*), {asked} from "{table.name}"')
            found = _Table(table, answer[0])
            for place, column in enumerate(columns):
                one = _Column(column, *answer[1 + 3 * place : 4 + 3 * place])
                if column.foreign_keys:
                    one.parent, one.target = next(iter(column.foreign_keys)).target_fullname.split(".")
                found.columns[one.name] = one
            yield found

    def _end(self) -> str:
        """Return the day after the newest rows, as SQL: a demo kept from an earlier day ends there."""
        newest = [
            self._ask(f'select max("{table.moment}") from "{table.name}"')[0]
            for table in self.tables.values()
            if table.moment is not None
        ]
        last = max(moment for moment in newest if moment is not None)
        return f"(timestamptz '{last.isoformat()}')"

    def _ask(self, sql: str) -> tuple[Any, ...]:
        return self._connection.execute(sql).fetchone() or ()

    def _all(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql).fetchall()

    def _some(self, table: str, count: int | str, where: str = "true") -> str:
        """Return the predicate that draws some rows of a table."""
        return (
            f'rowid in (select rowid from "{table}" where {where} '
            f"order by hash(rowid + {self._seed} * 7919) limit {count})"
        )

    def _put(self, table: str, column: str, value: str, count: int | str = 3, where: str = "true") -> tuple[str, ...]:
        return (f'update "{table}" set "{column}" = {value} where {self._some(table, count, where)}',)

    # Tables

    def _of_table(self, table: _Table) -> Iterator[Alteration]:
        name, n, documented = table.name, table.rows, note_of(table.table).rows
        if documented and n:
            yield Alteration("unexpected_emptiness", name, None, (f'delete from "{name}"',), rows_change=True)
            if documented >= 20:
                gone = f'delete from "{name}" where {self._some(name, int(n * 0.8))}'
                yield Alteration("row_count", name, None, (gone,), rows_change=True)
        if documented == 0 and n == 0:
            yield Alteration(
                "unexpected_emptiness", name, None, (f'insert into "{name}" ("{table.key}") values (uuid()::text)',),
                rows_change=True,
            )  # fmt: skip
        if n >= 10 and len(table.columns) > 4:
            yield Alteration("duplicate", name, None, (self._again(table, 3),), rows_change=True)
        yield from self._of_time(table)

    def _again(self, table: _Table, count: int, changed: Mapping[str, str] | None = None) -> str:
        """Return the statement that says some rows again under keys of their own."""
        fresh = {"UUID": "uuid()", "TEXT": "uuid()::text", "INTEGER": "900000000 + row_number() over ()"}
        values = dict(changed or {})
        values[table.key] = fresh[table.columns[table.key].spelling]
        listed = ", ".join(values.get(name, f'"{name}"') for name in table.columns)
        named = ", ".join(f'"{name}"' for name in table.columns)
        return f'insert into "{table.name}" ({named}) select {listed} from "{table.name}" where ' + self._some(
            table.name, count
        )

    def _of_time(self, table: _Table) -> Iterator[Alteration]:
        name, moment = table.name, table.moment
        if moment is None or table.rows < 250:
            return
        newest = self._ask(f'select max("{moment}") from "{name}"')[0]
        day = f"timestamptz '{newest.isoformat()}' - interval '3 days'"
        late = self._some(name, int(table.rows * 0.96))
        spread = f'update "{name}" set "{moment}" = {day} - interval \'60 days\' - to_seconds(rowid) where not {late}'
        yield Alteration("volume_jump", name, moment, (spread, f'update "{name}" set "{moment}" = {day} where {late}'))
        daily, month = self._ask(
            f'select count(distinct "{moment}"::date), count(*) from "{name}" where "{moment}" <= {self._ends} '
            f"and \"{moment}\" > {self._ends} - interval '30 days'"
        )
        if daily >= 28 and month >= 120:
            stopped = f"\"{moment}\" > {self._ends} - interval '12 days'"
            yield Alteration(
                "freshness", name, moment, (f'delete from "{name}" where {stopped}',), rows_change=True,
            )  # fmt: skip
            if name in {"al_usage_logs", "page_engagement", "click_events", "user_events", "al_messages"}:
                stopped = f"\"{moment}\" > {self._ends} - interval '32 days'"
                yield Alteration(
                    "sibling_ratio", name, moment, (f'delete from "{name}" where {stopped}',), rows_change=True,
                )  # fmt: skip

    # Columns

    def _of_columns(self, table: _Table) -> Iterator[Alteration]:
        for column in table.columns.values():
            if column.column.primary_key:
                if table.rows > 10 and len(table.table.primary_key.columns) == 1:
                    first = f'(select min("{column.name}") from "{table.name}")'
                    yield Alteration(
                        "key", table.name, column.name,
                        self._put(table.name, column.name, first, 1, f'"{column.name}" <> {first}'),
                    )  # fmt: skip
                continue
            yield from self._of_presence(table, column)
            if column.parent is not None:
                yield from self._of_reference(table, column)
            elif column_note(column.column).elements_of:
                yield self._of_elements(table, column)
            elif column.spelling == "TEXT":
                yield from self._of_text(table, column)
            elif column.spelling in {"INTEGER", "DECIMAL"}:
                yield from self._of_number(table, column)
            elif column.spelling in {"TIMESTAMP", "DATE"}:
                yield from self._of_moment(table, column)
            if column.spelling in {"INTEGER", "DECIMAL", "BOOLEAN"} and column.values >= 60 and column.distinct > 1:
                value = f'(select mode("{column.name}") from "{table.name}")'
                yield Alteration(
                    "constant_column", table.name, column.name,
                    self._put(table.name, column.name, value, table.rows, f'"{column.name}" is not null'),
                )  # fmt: skip

    def _of_presence(self, table: _Table, column: _Column) -> Iterator[Alteration]:
        refers = column.parent is not None or column_note(column.column).elements_of
        tells = (
            refers or column_note(column.column).one_of or column.spelling == "BOOLEAN" or column.name in _NAMES
            or column.name == table.moment
        )  # fmt: skip
        # What names, dates or sorts a row, where every row has it; the rest a row may lack for reasons of its own.
        if table.rows >= 50 and column.values == table.rows and tells:
            yield Alteration(
                "missing_reference" if refers else "not_null", table.name, column.name,
                self._put(table.name, column.name, "null"), beside=("not_null", "missing_reference", "ledger"),
            )  # fmt: skip
        if column.values >= 20:
            yield Alteration(
                "empty_column", table.name, column.name, self._put(table.name, column.name, "null", table.rows)
            )

    def _of_reference(self, table: _Table, column: _Column) -> Iterator[Alteration]:
        name, here, parent = table.name, column.name, column.parent
        if column.values < 5 or parent not in self.tables:
            return
        slug = (parent, column.target) == ("cars", "slug")
        stranger = "uuid()" if column.spelling == "UUID" else "'nowhere-' || rowid"
        yield Alteration(
            "non_canonical_slug" if slug else "orphan_reference", name, here,
            self._put(name, here, stranger, 3, f'"{here}" is not null'), beside=("ledger",),
        )  # fmt: skip
        families = column.distinct
        if here == "car_id" and "car_slug" in table.columns:
            return
        # People and business are spread as they are, and entries have as many lines as they need.
        if (
            column.values >= 200 and families >= 25
            and parent not in {"user_profiles", "al_conversations", "journal_entries", "gl_accounts"}
        ):  # fmt: skip
            top = f'(select mode("{here}") from "{name}")'
            moved = self._put(name, here, top, int(column.values * 0.6), f'"{here}" is not null')
            yield Alteration("concentration", name, here, moved)
            yield from self._equal(table, column)
        one_per = _ONE_PER.match(note_of(table.table).grain) is not None
        if column.values == families and families >= 20 and one_per:
            yield Alteration(
                "entity_surplus", name, here, (self._again(table, 2),), rows_change=True, beside=("key", "duplicate"),
            )  # fmt: skip
        whole = self._ask(f'select count(*) from "{parent}"')[0]
        covered = self._ask(
            f'select count(*) from "{parent}" where "{column.target}" in (select "{here}" from "{name}")'
        )[0]
        if whole >= 20 and covered == whole and (parent == "cars" or one_per):
            gone = (
                f'delete from "{name}" where "{here}" in (select "{column.target}" from "{parent}" '
                f'order by hash("{column.target}" || {self._seed}) limit {whole // 5})'
            )
            yield Alteration("coverage_gap", name, here, (gone,), rows_change=True)

    def _equal(self, table: _Table, column: _Column) -> Iterator[Alteration]:
        """Cut more than half of the families down to one and the same size."""
        name, here = table.name, column.name
        sizes = sorted(
            n for (n,) in self._all(f'select count(*) from "{name}" where "{here}" is not null group by "{here}"')
        )
        size = max(5, sizes[len(sizes) // 4])
        if sum(n >= size for n in sizes) < max(40, len(sizes) // 2):
            return
        cut = (
            f'delete from "{name}" where rowid in (select r from (select rowid as r, row_number() over '
            f'(partition by "{here}" order by rowid) as place from "{name}" where "{here}" in (select "{here}" from '
            f'"{name}" where "{here}" is not null group by 1 having count(*) >= {size} and '
            f'hash("{here}" || {self._seed}) % 10 < 8)) d where place > {size})'
        )
        yield Alteration("equal_counts", name, here, (cut,), rows_change=True)

    def _of_elements(self, table: _Table, column: _Column) -> Alteration:
        stranger = "'nowhere'" if column.spelling == "TEXT[]" else "'00000000-0000-4000-8000-00000000beef'"
        return Alteration(
            "element_reference", table.name, column.name,
            self._put(table.name, column.name, f'list_append("{column.name}", {stranger})', 3,
                      f'"{column.name}" is not null'),
        )  # fmt: skip

    def _of_text(self, table: _Table, column: _Column) -> Iterator[Alteration]:
        name, here, note = table.name, column.name, column_note(column.column)
        present = f'"{here}" is not null'
        if column.values < 5:
            return
        if note.one_of:
            other = "upper(left(v, 1)) || substr(v, 2)" if self._seed % 2 else "'zebra'"
            values = f"(select case when {other} in ({_listed(note.one_of)}) then 'zebra' else {other} end "
            values += f'from (select mode("{here}") as v from "{name}"))'
            yield Alteration("enumeration", name, here, self._put(name, here, values, 3, present))
            return
        said = _STAND_INS[self._random.randrange(len(_STAND_INS))]
        yield Alteration("placeholder", name, here, self._put(name, here, f"'{said}'", 3, present))
        few = column.distinct <= _FEW and (column.length or 0) <= _SHORT
        if few and column.distinct >= 2 and column.values >= 60 and not here.endswith(("url", "message")):
            yield Alteration(
                "catch_all", name, here, self._put(name, here, "'other'", int(column.values * 0.45), present)
            )
            common = f'(select mode("{here}") from "{name}")'
            odd = f"case when upper({common}) = {common} then lower({common}) else upper({common}) end"
            if self._ask(f"select {odd} <> {common}")[0]:
                yield Alteration("enumeration", name, here, self._put(name, here, odd, 2, f'"{here}" = {common}'))
            yield Alteration("constant_column", name, here, self._put(name, here, common, table.rows, present))
        if _SOURCES.fullmatch(here) and column.values >= 120 and column.distinct >= 4:
            common = f'(select mode("{here}") from "{name}")'
            yield Alteration(
                "concentration", name, here, self._put(name, here, common, int(column.values * 0.9), present)
            )
        if (column.length or 0) >= 40 and column.values >= 20 and _SAYS.fullmatch(here) and note.personal is None:
            yield Alteration("short_text", name, here, self._put(name, here, "'ok'", 3, present))
        if here in _NAMES and note.personal is None and column.distinct == column.values >= 10:
            again = f"(select upper(replace(max(\"{here}\"), ' ', '  ')) from \"{name}\")"
            yield Alteration(
                "duplicate", name, here,
                self._put(name, here, again, 1, f'"{here}" <> (select max("{here}") from "{name}")'),
            )  # fmt: skip
        if _CODES.fullmatch(here) and column.distinct == column.values >= 10:
            again = f'(select max("{here}") from "{name}")'
            yield Alteration(
                "duplicate", name, here, self._put(name, here, again, 1, f'"{here}" <> {again}'), beside=("key",)
            )

    def _of_number(self, table: _Table, column: _Column) -> Iterator[Alteration]:
        name, here, unit = table.name, column.name, column_note(column.column).unit or ""
        present = f'"{here}" is not null'
        outside: float | None = _OUTSIDE.get(unit)
        if unit in {"dollars", "cents"}:
            outside = -5
        if here.endswith("zero_to_sixty"):
            outside = 45
        if outside is not None and column.values >= 3 and not _SIGNED.fullmatch(here):
            yield Alteration("range", name, here, self._put(name, here, str(outside), 3, present))
        if unit in {"dollars", "cents"} and column.values >= 30 and not _SIGNED.fullmatch(here):
            low, high, middle = self._ask(
                f'select quantile_cont("{here}", 0.02), quantile_cont("{here}", 0.98), median("{here}") from "{name}"'
            )
            if low and low > 0 and high / low < 15 and middle >= 500:
                usual = f'"{here}" between {0.7 * float(middle)} and {1.4 * float(middle)}'
                yield Alteration("unit", name, here, self._put(name, here, f'("{here}" / 100)::int', 4, usual))

    def _of_moment(self, table: _Table, column: _Column) -> Iterator[Alteration]:
        name, here = table.name, column.name
        present = f'"{here}" is not null'
        if column.values < 5 or _AHEAD.fullmatch(here):
            return
        yield Alteration(
            "time_order", name, here, self._put(name, here, f"({self._ends} + interval '400 days')", 2, present),
        )  # fmt: skip

    # Columns that must agree

    def _of_pairs(self, table: _Table) -> Iterator[Alteration]:
        name, columns = table.name, table.columns
        for low in columns:
            for first, last in (("_low", "_high"), ("_min", "_max"), ("_start", "_end"), ("start_date", "end_date")):
                high = low.removesuffix(first) + last if low.endswith(first) else ""
                if high in columns and columns[high].values >= 3 and columns[low].values >= 3:
                    both = f'"{low}" is not null and "{high}" is not null'
                    yield Alteration("contradiction", name, high, self._put(name, high, f'"{low}" - 1', 2, both))
        if {"car_slug", "car_id"} <= set(columns) and columns["car_id"].values >= 20 and columns["car_slug"].values:
            yield Alteration(
                "contradiction", name, "car_id",
                ((f'update "{name}" t set car_id = (select id from cars c where c.slug <> t.car_slug order by id '
                 f"limit 1) where t.car_slug is not null and t.car_id is not null and {self._some(name, 3)}"),),
            )  # fmt: skip
        for column, statement in _CONTRADICTIONS.get(name, {}).items():
            yield Alteration("contradiction", name, column, (statement.format(some=self._some(name, 4)),))

    def _ledger(self) -> Iterator[Alteration]:
        if "journal_entries" not in self.tables or not self.tables["journal_entries"].rows:
            return
        for table, column, statement, where in _LEDGER:
            yield Alteration(
                "ledger", table, column, (statement.format(some=self._some(table, 1, where)),),
                rows_change=True,
            )  # fmt: skip

    # The schema

    def _shape(self) -> Iterator[Alteration]:
        pointed = self._all(
            "select table_name, column_name, references_table from meta.foreign_keys k "
            "join meta.tables t using (table_name) where t.documented order by 1, 2"
        )
        for table, column, parent in pointed:
            yield Alteration(
                "replaced_parent", table, column,
                ((f"update meta.foreign_keys set references_table = '{parent}_old' where table_name = '{table}' "
                 f"and column_name = '{column}'"),),
            )  # fmt: skip
        for table in self.tables.values():
            for column in table.columns.values():
                yield Alteration(
                    "schema", table.name, column.name,
                    ((f"update meta.columns set state = 'unbound', setting = '' where table_name = '{table.name}' "
                     f"and column_name = '{column.name}'"),),
                )  # fmt: skip

    # Tables that the dictionary does not know

    def _undocumented(self) -> Iterator[Alteration]:
        """Yield what the database's own rules, names and types tell of such tables."""
        for name, key in self._all(
            "select table_name, primary_key from meta.tables where not documented and rows >= 10 "
            "and mode in ('full', 'unchanged') order by 1"
        ):
            if len(key or ()) == 1:
                first = f'(select min("{key[0]}") from "{name}")'
                again = self._put(name, key[0], first, 1, f'"{key[0]}" <> {first}')
                yield Alteration("key", name, key[0], again)
            pointed = dict(
                self._all(
                    "select column_name, [k.references_table, k.references_column] from meta.foreign_keys k "
                    f"join meta.tables t on t.table_name = k.references_table where k.table_name = '{name}' "
                    "and t.mode in ('full', 'unchanged', 'incremental')"
                )
            )
            for column, kind, nullable in self._all(
                "select column_name, live_type, nullable from meta.columns where mirrored and "
                f"table_name = '{name}' order by position"
            ):
                if column not in (key or ()):
                    yield from self._of_unknown(name, column, kind, pointed.get(column), must=nullable is False)

    def _of_unknown(
        self, name: str, here: str, kind: str, pointed: list[str] | None, *, must: bool
    ) -> Iterator[Alteration]:
        rows, values, future = self._ask(
            f'select count(*), count("{here}"), '
            + (f'count(*) filter (where "{here}" > {self._ends})' if kind.startswith("timestamp") else "0")
            + f' from "{name}"'
        )
        present = f'"{here}" is not null'
        if must:
            yield Alteration("not_null", name, here, self._put(name, here, "null"))
        if values >= 20:
            yield Alteration("empty_column", name, here, self._put(name, here, "null", rows))
        if values < 5:
            return
        words = kind in {"text", "character varying"} or kind.startswith("character varying")
        if pointed is not None and (words or kind == "uuid"):
            klass = "non_canonical_slug" if pointed == ["cars", "slug"] else "orphan_reference"
            stranger = "uuid()" if kind == "uuid" else "'nowhere-' || rowid"
            yield Alteration(klass, name, here, self._put(name, here, stranger, 3, present))
        elif words:
            said = _STAND_INS[self._random.randrange(len(_STAND_INS))]
            yield Alteration("placeholder", name, here, self._put(name, here, f"'{said}'", 3, present))
        if kind.startswith("timestamp") and not future and not _AHEAD.fullmatch(here):
            late = self._put(name, here, f"({self._ends} + interval '400 days')", 2, present)
            yield Alteration("time_order", name, here, late)
        if re.fullmatch(r"(.*_)?(percent|percentage|confidence|latitude|longitude)", here) and not words:
            yield Alteration("range", name, here, self._put(name, here, "400", 2, present))


_CONTRADICTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "cars": {
        "manual_available": "update cars set manual_available = true where rowid in (select rowid from cars where "
        "lower(trans) not like '%manual%' and not manual_available limit 3)"
    },
    "car_track_lap_times": {
        "lap_time_text": "update car_track_lap_times set lap_time_text = '9:59.000' where lap_time_text <> '9:59.000' "
        "and {some}"
    },
    "vehicle_maintenance_specs": {
        "oil_capacity_liters": "update vehicle_maintenance_specs set oil_capacity_liters = 5 where car_slug in "
        "(select car_slug from car_fuel_economy where is_electric)"
    },
    "car_variants": {
        "display_name": "update car_variants set display_name = '9.9L V8', engine = '2.0L I4' where {some}"
    },
}
"""The contradictions that were recorded and no pair of names tells."""
_LEDGER: Final = (
    ("journal_entries", "id", ("update journal_entry_lines set debit = debit + 1 where rowid in (select rowid from "
     "journal_entry_lines where debit > 0 and journal_entry_id in (select id from journal_entries where {some}) "
     "limit 1)"), "status = 'posted'"),
    ("journal_entry_lines", "debit", "update journal_entry_lines set debit = -debit where {some}", "debit > 0"),
    ("journal_entry_lines", "account_id", "update journal_entry_lines set account_id = uuid() where {some}", "true"),
    ("journal_entry_lines", "journal_entry_id",
     "update journal_entry_lines set journal_entry_id = uuid() where {some}", "true"),
    ("journal_entries", "entry_date", "update journal_entries set entry_date = date '1999-05-05' where {some}", "true"),
    ("journal_entries", "posted_at", "update journal_entries set posted_at = null where {some}", "status = 'posted'"),
    ("gl_accounts", "account_type", "update gl_accounts set account_type = 'liability' where {some}",
     "account_type = 'expense'"),
)  # fmt: skip
"""What can be wrong in books, each at rows drawn by the seed."""


def apart(one: Alteration, other: Alteration) -> bool:
    """Say whether two alterations leave each other's tables alone."""
    return not (one.neighbours & other.touched or other.neighbours & one.touched)


def rounds(alterations: Iterable[Alteration]) -> list[list[Alteration]]:
    """Return the alterations in as few groups as come of it, none of a group in the way of another."""
    groups: list[list[Alteration]] = []
    for one in alterations:
        for group in groups:
            if all(apart(one, other) for other in group):
                group.append(one)
                break
        else:
            groups.append([one])
    return groups


def altered(source: Path, folder: Path, alterations: Iterable[Alteration]) -> None:
    """Make a mirror in `folder` that is the one in `source` with these alterations, its record of rows kept true."""
    current = generations.current(source)
    if current is None:
        raise FileNotFoundError(f"{source} holds no mirror; refresh it first.")
    unfinished = generations.building(folder)
    generations.clone(current, unfinished)
    with duckdb.connect(str(unfinished)) as connection:
        connection.execute(_SESSION)
        tables = set()
        for one in alterations:
            for statement in one.statements:
                connection.execute(statement)
            tables.add(one.table)
        for table in tables:
            connection.execute(
                f"update meta.tables set rows = (select count(*) from \"{table}\") where table_name = '{table}'"
            )
    generations.publish(unfinished)


def _listed(values: Iterable[str]) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)
