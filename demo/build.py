"""Making, dropping and listing the AutoRev databases of the embedded server."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import psutil
import psycopg
from psycopg import sql

from demo import ddl, live, undocumented, views
from demo.encode import csv_of, fitted
from demo.errors import BadName, DatabaseExists
from demo.seed import seed_all
from demo.world import Plan, World

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from demo.cluster import EmbeddedPair

    Progress = Callable[[str, int, int], None]
    Connection = psycopg.Connection[tuple[Any, ...]]

Names = Literal["documented", "live"]

_NAME: Final = re.compile(r"[a-z_][a-z0-9_-]{0,39}")
_UNFINISHED: Final = "__building_"
_OURS: Final = frozenset({"postgres", "template0", "template1"})


@dataclass(frozen=True, slots=True)
class Demo:
    """A database of the embedded server; `plan` is None when something else than `build` made it."""

    name: str
    plan: Plan | None
    names: Names | None
    bytes: int


def build(
    pair: EmbeddedPair,
    name: str,
    plan: Plan,
    *,
    names: Names = "documented",
    replace: bool = False,
    progress: Progress | None = None,
) -> None:
    """Make the database `name` on the pair's primary and wait until the standby shows it.

    The rows follow from the plan alone. A build that is killed leaves no database of that name; `progress` hears what
    is done, how many steps are behind and how many there are.

    Raises:
        BadName: The name is not made of small letters, digits, `_` and `-`, or is the server's own.
        DatabaseExists: There is one of that name and it is not to be replaced.
    """
    say = progress or (lambda _step, _done, _total: None)
    require_free(pair, name, replace=replace)
    world = World(plan)
    seed_all(world, say)
    made = contents(world, names)
    note = {"autorev_demo": {"plan": plan.as_record(), "names": names}}
    publish(pair, name, made, views.definitions(names), note, replace=replace, say=say)


def require_free(pair: EmbeddedPair, name: str, *, replace: bool) -> None:
    """Refuse a name that is none, or is taken and not to be replaced; what killed builds have left is dropped.

    Raises:
        BadName: As `build` says.
        DatabaseExists: As `build` says.
    """
    check_name(name)
    with psycopg.connect(pair.primary_url(), autocommit=True) as server:
        _drop_unfinished(server)
        if not replace and _exists(server, name):
            raise DatabaseExists(
                f"There is a database {name} on the embedded server already.",
                "Add --replace to build it anew, or choose another name.",
            )


def publish(
    pair: EmbeddedPair,
    name: str,
    made: Contents,
    after: str,
    note: dict[str, Any],
    *,
    replace: bool,
    say: Progress,
) -> None:
    """Make a database of these contents under a passing name, then give it its own; a standby shows it at the end.

    Args:
        pair: Where.
        name: Of the database; one of that name is dropped when `replace` says so.
        made: Types, shapes and rows.
        after: SQL to run once tables and keys are there (views).
        note: Kept as the database's comment.
        replace: Whether to replace a database of that name.
        say: Hears of the progress.
    """
    unfinished = f"{_UNFINISHED}{os.getpid()}"
    with psycopg.connect(pair.primary_url(), autocommit=True) as server:
        _drop(server, unfinished)
        server.execute(sql.SQL("create database {}").format(sql.Identifier(unfinished)))
        try:
            with psycopg.connect(pair.primary_url(unfinished)) as connection:
                _fill(connection, made, say)
                _finish(connection, made.shapes, unfinished, after, say)
            server.execute(
                sql.SQL("comment on database {} is {}").format(
                    sql.Identifier(unfinished), sql.Literal(json.dumps(note))
                )
            )
            if replace:
                _drop(server, name)
            server.execute(
                sql.SQL("alter database {} rename to {}").format(sql.Identifier(unfinished), sql.Identifier(name))
            )
        except BaseException:
            _drop(server, unfinished)
            raise
    say("The standby catches up", 0, 1)
    pair.wait_for_replay(name)


@dataclass(frozen=True, slots=True)
class Contents:
    """All that goes into a database: statements that make its types, the shape of each table, the rows."""

    types: tuple[str, ...]
    shapes: dict[str, ddl.Shape]
    frames: dict[str, pl.DataFrame]


def contents(world: World, names: Names = "documented") -> Contents:
    """Return the database that the world becomes, under the names asked for."""
    types: tuple[str, ...] = undocumented.TYPES
    shapes = ddl.documented_shapes()
    frames = {name: frame for name, frame in world.tables.items() if name in shapes}
    more_shapes, more_frames = undocumented.tables(world)
    if names == "live":
        types += live.types_of(frames)
        shapes, frames = live.under_live_names(shapes, frames)
        more_shapes, more_frames = live.swap_track_tables(more_shapes, more_frames)
    return Contents(types, shapes | more_shapes, frames | more_frames)


def drop(pair: EmbeddedPair, name: str) -> None:
    """Drop the database `name`, even while it is read.

    Raises:
        BadName: There is none, or it is the server's own.
    """
    check_name(name)
    with psycopg.connect(pair.primary_url(), autocommit=True) as server:
        if not _exists(server, name):
            raise BadName(
                f"There is no database {name} on the embedded server.", "`autorev demo list` shows those there are."
            )
        _drop(server, name)
    pair.wait_for_replay()


def list_databases(pair: EmbeddedPair) -> tuple[Demo, ...]:
    """Return the databases of the embedded server by name, the server's own and unfinished ones left out."""
    with psycopg.connect(pair.primary_url(), autocommit=True) as server:
        rows = server.execute(
            "select datname, shobj_description(oid, 'pg_database'), pg_database_size(oid) "
            "from pg_database where not datistemplate order by datname"
        ).fetchall()
    found = []
    for name, note, size in rows:
        if name in _OURS or name.startswith(_UNFINISHED):
            continue
        plan, names = _read_note(note)
        found.append(Demo(name, plan, names, size))
    return tuple(found)


def check_name(name: str) -> None:
    """Refuse a name that a database of the embedded server cannot have.

    Raises:
        BadName: As `build` says.
    """
    if not _NAME.fullmatch(name) or name in _OURS or name.startswith(_UNFINISHED):
        raise BadName(
            f"{name!r} cannot be the name of a demo database.",
            "Use 1 to 40 small letters, digits, _ and -, beginning with a letter.",
        )


def _read_note(note: str | None) -> tuple[Plan | None, Names | None]:
    try:
        record = json.loads(note or "")["autorev_demo"]
        return Plan.from_record(record["plan"]), record["names"]
    except (ValueError, KeyError, TypeError):
        return None, None


def _exists(server: Connection, name: str) -> bool:
    return server.execute("select 1 from pg_database where datname = %s", [name]).fetchone() is not None


def _drop(server: Connection, name: str) -> None:
    server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _drop_unfinished(server: Connection) -> None:
    """Drop what builds that were killed have left."""
    for (name,) in server.execute("select datname from pg_database where starts_with(datname, %s)", [_UNFINISHED]):
        pid = name.removeprefix(_UNFINISHED)
        if not pid.isdigit() or not psutil.pid_exists(int(pid)):
            _drop(server, name)


def _fill(connection: Connection, made: Contents, say: Progress) -> None:
    """Make the bare tables and copy the rows, in one transaction so that COPY may freeze them."""
    if any("vector" in column.type.lower() for shape in made.shapes.values() for column in shape.columns):
        _run(connection, "create extension vector")
    _run(connection, "; ".join([*made.types, *map(ddl.create_table, made.shapes.values())]))
    for done, (name, shape) in enumerate(made.shapes.items()):
        if name not in made.frames or made.frames[name].is_empty():
            continue
        say(name, done, len(made.shapes))
        frame = fitted(made.frames[name], shape)
        into = sql.SQL("copy {} ({}) from stdin (format csv, freeze)").format(
            sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, frame.columns))
        )
        with connection.cursor() as cursor, cursor.copy(into) as copy:
            for part in csv_of(frame):
                copy.write(part)
    connection.commit()


def _finish(connection: Connection, shapes: dict[str, ddl.Shape], database: str, after: str, say: Progress) -> None:
    """Add keys, comments, checks, views and grants to the filled tables, and measure them for the planner."""
    say("keys and comments", len(shapes), len(shapes))
    _run(connection, "; ".join(filter(None, map(ddl.keys, shapes.values()))))
    _run(connection, "; ".join(filter(None, map(ddl.comments, shapes.values()))))
    keyed = {name: _with_unique_keys(connection, shape) for name, shape in shapes.items()}
    _run(connection, "; ".join(ddl.check(shape, words) for shape in keyed.values() for words in shape.checks))
    for shape in keyed.values():
        for reference in shape.references:
            if ddl.can_reference(shape, reference, keyed):
                _add_foreign_key(connection, shape, reference)
    say("views", len(shapes), len(shapes))
    _run(connection, after)
    _run(connection, ddl.grants(shapes.values(), database))
    connection.commit()
    say("statistics", len(shapes), len(shapes))
    connection.autocommit = True
    connection.execute("analyze")


def _run(connection: Connection, statements: str) -> None:
    """Run statements that hold no parameters, any number of them."""
    if statements:
        connection.execute(statements.encode())


def _with_unique_keys(connection: Connection, shape: ddl.Shape) -> ddl.Shape:
    """Return the shape with those unique keys alone that its rows allow; a planted duplicate forbids one."""
    kept = []
    for column in shape.unique:
        try:
            with connection.transaction():
                _run(connection, ddl.unique_key(shape, column))
        except psycopg.errors.UniqueViolation:
            _run(connection, ddl.plain_index(shape, column))
        else:
            kept.append(column)
    return ddl.with_unique(shape, tuple(kept))


def _add_foreign_key(connection: Connection, shape: ddl.Shape, reference: ddl.Reference) -> None:
    """Add the key, valid where every row keeps it, for new rows only where planted defects break it."""
    try:
        with connection.transaction():
            _run(connection, ddl.foreign_key(shape, reference, valid=True))
    except psycopg.errors.ForeignKeyViolation:
        _run(connection, ddl.foreign_key(shape, reference, valid=False))
