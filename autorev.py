"""AutoRev on the command line: the same questions as the pages, without Streamlit.

The answer goes to stdout; words and progress go to stderr. Exit codes: 0 answered, 2 wrong input, 3 database
unreachable, 4 a needed column is unbound.
"""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import polars as pl
import typer
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table
from rich.text import Text

from catalogue import TABLES, documented_tables
from demo import build as demo_build
from demo import ready
from demo.cluster import EmbeddedPair
from demo.errors import DemoError
from demo.world import Plan
from queries import system
from queries.export import defused
from replica import Mirror, connect, mirror_folder, refresh
from replica.errors import ReplicaError
from replica.settings import Settings, address, load_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
demo_app = typer.Typer(no_args_is_help=True, help="Made-up AutoRev databases on the embedded server.")
app.add_typer(demo_app, name="demo")
words = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)


class Format(StrEnum):
    """How an answer is written."""

    table = "table"
    json = "json"
    csv = "csv"


class Names(StrEnum):
    """Which schema a demo database is built with."""

    documented = "documented"
    live = "live"


FormatOption = Annotated[Format, typer.Option("--format", help="How the answer is written.")]
OutputOption = Annotated[Path | None, typer.Option("--output", help="Write the answer to this file.")]
DatabaseOption = Annotated[str | None, typer.Option("--database", help="A database on the embedded server.")]
UrlOption = Annotated[str | None, typer.Option("--url", help="A libpq URL; else AUTOREV_DATABASE_URL.")]
PrimaryOption = Annotated[bool, typer.Option("--allow-primary", help="Read from a server that is no standby.")]
NoRefreshOption = Annotated[bool, typer.Option("--no-refresh", help="Answer from the mirror as it is.")]


@demo_app.command("build")
def build_demo(
    into: Annotated[str, typer.Option("--into", help="Name of the new database.")],
    *,
    scale: Annotated[int, typer.Option("--scale", help="Multiplies the event-like tables.")] = 1,
    seed: Annotated[int | None, typer.Option("--seed", help="Another seed gives other rows.")] = None,
    now: Annotated[str | None, typer.Option("--now", help="ISO time the data ends at; else today 00:00 UTC.")] = None,
    as_documented: Annotated[bool, typer.Option("--as-documented", help="Leave the ledger empty.")] = False,
    clean: Annotated[bool, typer.Option("--clean", help="Plant no defects.")] = False,
    names: Annotated[Names, typer.Option("--names", help="Documented or live names, units and shapes.")] = (
        Names.documented
    ),
    replace: Annotated[bool, typer.Option("--replace", help="Replace a database of that name.")] = False,
) -> None:
    """Build a demo database; the same arguments give identical rows."""
    given: dict[str, Any] = {"scale": scale, "as_documented": as_documented, "clean": clean}
    if seed is not None:
        given["seed"] = seed
    if now is not None:
        given["now"] = _moment(now)
    plan = Plan(**given)
    with EmbeddedPair(_settings().home) as pair:
        demo_build.build(pair, into, plan, names=names.value, replace=replace, progress=ready.stepwise(_say))
    _done(f"Built {into}.")


@demo_app.command("drop")
def drop_demo(name: str) -> None:
    """Delete a demo database."""
    with EmbeddedPair(_settings().home) as pair:
        demo_build.drop(pair, name)
    words.print(f"Dropped {name}.")


@demo_app.command("list")
def list_demos(form: FormatOption = Format.table, output: OutputOption = None) -> None:
    """List the databases on the embedded server with the plan each was built from."""
    with EmbeddedPair(_settings().home) as pair:
        found = demo_build.list_databases(pair)
    rows = [
        {"name": one.name, "names": one.names, "bytes": one.bytes, "plan": one.plan and one.plan.as_record()}
        for one in found
    ]
    _write(rows, ("name", "names", "bytes", "plan"), form, output)


@app.command()
def doctor(
    *,
    form: FormatOption = Format.table,
    output: OutputOption = None,
    database: DatabaseOption = None,
    url: UrlOption = None,
    allow_primary: PrimaryOption = False,
    no_refresh: NoRefreshOption = False,
) -> None:
    """Say what is connected, how fresh the mirror is, what is missing, unbound or worth a warning."""
    with _reading(database, url, allow_primary=allow_primary) as settings:
        server = connect(settings).server
        mirror = _mirror(settings, no_refresh=no_refresh)
        tables, columns = system.tables(mirror), system.columns(mirror)
    names = [str(table.name) for table in documented_tables()]
    documented = tables.filter(pl.col("table_name").is_in(names))
    freshness = mirror.freshness()
    unbound = columns.filter(pl.col("state") == "unbound")
    answer = {
        "role": server.role,
        "host": server.host,
        "lag_seconds": server.lag_seconds,
        "server_version": server.version,
        "mirror": {"refreshed_at": freshness.refreshed_at, "stale": freshness.stale},
        "tables": {
            "documented": documented.height,
            "found": documented.filter(pl.col("found")).height,
            "missing": documented.filter(~pl.col("found")).get_column("table_name").to_list(),
            "undocumented": tables.filter(~pl.col("table_name").is_in([*map(str, TABLES)])).height,
        },
        "unbound": [f"{table}.{column}" for table, column in unbound.select("table_name", "column_name").iter_rows()],
        "warnings": [*freshness.warnings],
    }
    if form is Format.json:
        _emit(_json(answer), output)
    else:
        _write([{"question": key, "answer": value} for key, value in answer.items()], ("question", "answer"), form,
               output)  # fmt: skip


@app.command()
def tables(
    *,
    form: FormatOption = Format.table,
    output: OutputOption = None,
    database: DatabaseOption = None,
    url: UrlOption = None,
    allow_primary: PrimaryOption = False,
    no_refresh: NoRefreshOption = False,
) -> None:
    """List every table, documented or not, with documented and measured counts."""
    with _reading(database, url, allow_primary=allow_primary) as settings:
        found = system.tables(_mirror(settings, no_refresh=no_refresh))
    rows = found.select(
        pl.col("table_name").alias("table"),
        "domain", "documented", "rows", "documented_rows",
        pl.col("live_columns").alias("columns"),
        "documented_columns", "refreshed_at",
    )  # fmt: skip
    _write(rows.iter_rows(named=True), rows.columns, form, output)


@app.command()
def schema(
    *,
    form: FormatOption = Format.table,
    output: OutputOption = None,
    database: DatabaseOption = None,
    url: UrlOption = None,
    allow_primary: PrimaryOption = False,
    no_refresh: NoRefreshOption = False,
) -> None:
    """List what every documented column is bound to, what is unbound, and what the dictionary does not know."""
    with _reading(database, url, allow_primary=allow_primary) as settings:
        found = system.columns(_mirror(settings, no_refresh=no_refresh))
    rows = found.filter(pl.col("state") != "undocumented").select(
        pl.col("table_name").alias("table"), pl.col("column_name").alias("column"), "state", "live_name", "conversion"
    )
    _write(rows.iter_rows(named=True), rows.columns, form, output)


@app.command("refresh")
def refresh_mirror(
    *,
    full: Annotated[bool, typer.Option("--full", help="Copy everything anew.")] = False,
    database: DatabaseOption = None,
    url: UrlOption = None,
    allow_primary: PrimaryOption = False,
) -> None:
    """Bring the mirror up to the replica."""
    with _reading(database, url, allow_primary=allow_primary) as settings:
        refresh(settings, full=full)
        _done(f"Refreshed {mirror_folder(settings).name}.")


@app.command()
def serve(
    *,
    port: Annotated[int, typer.Option("--port", help="Port of the app on this machine.")] = 8501,
    database: DatabaseOption = None,
    url: UrlOption = None,
    allow_primary: PrimaryOption = False,
) -> None:
    """Serve the app on this machine only, from the embedded pair unless a database is named; Ctrl-C ends all."""
    with _reading(database, url, allow_primary=allow_primary) as settings:
        _mirror(settings, no_refresh=False)
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, signal.default_int_handler)
        _done(f"Serving http://localhost:{port} (Ctrl-C ends it).")
        process = subprocess.Popen(  # noqa: S603  our own program, our own arguments
            [
                sys.executable, "-m", "streamlit", "run", str(Path(__file__).with_name("streamlit_app.py")),
                "--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true",
            ],
            env={**os.environ, **_environment(settings)},
            cwd=Path(__file__).parent,
        )  # fmt: skip
        try:
            code = process.wait()
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            code = 0
    raise typer.Exit(code)


def main() -> None:
    """Run the command line; every known fault becomes a sentence on stderr and an exit code."""
    try:
        app(standalone_mode=True)
    except (ReplicaError, DemoError) as fault:
        words.print(str(fault))
        sys.exit(fault.exit_code)
    except ValueError as wrong:
        words.print(str(wrong))
        sys.exit(2)


def _settings(database: str | None = None, url: str | None = None, *, allow_primary: bool = False) -> Settings:
    settings = load_settings(
        database_url=None if url is None else SecretStr(url), database=database, allow_primary=allow_primary or None
    )
    return settings.model_copy(update={"database_url": None}) if database is not None and url is None else settings


@contextmanager
def _reading(database: str | None, url: str | None, *, allow_primary: bool) -> Iterator[Settings]:
    if database is not None and url is not None:
        raise ValueError("--database and --url name two databases: give one of them.")
    with ready.reading(_settings(database, url, allow_primary=allow_primary), _say) as settings:
        yield settings


def _mirror(settings: Settings, *, no_refresh: bool) -> Mirror:
    if not no_refresh:
        refresh(settings, progress=ready.stepwise(_say))
    return Mirror(mirror_folder(settings), settings)


def _say(step: str) -> None:
    """Show progress: on a terminal in one line, elsewhere only what is not counted."""
    if words.is_terminal:
        words.print(f"\r{step}\x1b[K", end="")
    elif not step[:1].isdigit():
        words.print(step)


def _done(sentence: str) -> None:
    words.print(f"\r{sentence}\x1b[K" if words.is_terminal else sentence)


def _environment(settings: Settings) -> dict[str, str]:
    named = {"AUTOREV_MIRROR_NAME": settings.mirror_name} if settings.mirror_name else {}
    return {
        "AUTOREV_DATABASE_URL": address(settings),
        "AUTOREV_ALLOW_PRIMARY": str(settings.allow_primary).lower(),
        "AUTOREV_HOME": str(settings.home.absolute()),
        **named,
    }


def _moment(typed: str) -> datetime:
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError as wrong:
        raise ValueError(f"--now {typed!r} is not an ISO time; write it as 2026-01-27T00:00:00Z.") from wrong
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _write(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], form: Format, output: Path | None) -> None:
    if form is Format.json:
        _emit(_json([dict(row) for row in rows]), output)
    elif form is Format.csv:
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_cell(row[column]) for column in columns] for row in rows)
        _emit(buffer.getvalue(), output)
    else:
        _draw(rows, columns, output)


def _draw(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], output: Path | None) -> None:
    drawn = Table(*columns)
    for row in rows:
        drawn.add_row(*(Text(_cell(row[column])) for column in columns))
    buffer = io.StringIO()
    Console(file=buffer, width=200 if output or not sys.stdout.isatty() else None).print(drawn)
    _emit(buffer.getvalue(), output)


def _emit(text: str, output: Path | None) -> None:
    ending = "" if text.endswith("\n") else "\n"
    if output is None:
        sys.stdout.write(text + ending)
    else:
        output.write_text(text + ending, encoding="utf-8")


def _json(answer: Any) -> str:
    return json.dumps(answer, default=_plain, ensure_ascii=False, indent=2)


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in an answer.")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (dict, list)):
        return json.dumps(value, default=_plain, ensure_ascii=False)
    if isinstance(value, (Decimal, date)):
        return _plain(value)
    return defused(value) if isinstance(value, str) else str(value)


if __name__ == "__main__":
    main()
