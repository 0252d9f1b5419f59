"""What is connected, which tables there are, what is bound to what; the mirror refreshed and the app served."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from catalogue import TABLES, documented_tables
from commands.common import DatabaseOption, Format, Place, PrimaryOption, Request, UrlOption, command, done, opened, say
from demo import ready
from queries import system
from replica import Mirror, connect, mirror_folder, refresh
from replica.errors import MirrorUnreadable, NoMirror
from replica.settings import Settings, address, check_bind, load_settings

app = typer.Typer()
_KERNEL = ctypes.CDLL(None) if sys.platform == "linux" else None
ROOT = Path(__file__).parent.parent


@command(app)
def doctor(request: Request) -> None:
    """Say what is connected, how fresh the mirror is, what is missing, unbound or worth a warning."""
    with request.place.reading() as settings:
        server = connect(settings).server
        mirror = opened(settings, no_refresh=request.no_refresh)
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
    if request.form == Format.json:
        request.write_json(answer)
    else:
        request.write([{"question": key, "answer": value} for key, value in answer.items()], ("question", "answer"))


@command(app)
def tables(request: Request) -> None:
    """List every table, documented or not, with documented and measured counts."""
    with request.mirror() as mirror:
        found = system.tables(mirror)
    rows = found.select(
        pl.col("table_name").alias("table"),
        "domain", "documented", "rows", "documented_rows",
        pl.col("live_columns").alias("columns"),
        "documented_columns", "refreshed_at",
    )  # fmt: skip
    request.write(rows.iter_rows(named=True), rows.columns)


@command(app)
def schema(request: Request) -> None:
    """List what every documented column is bound to, what is unbound, and what the dictionary does not know."""
    with request.mirror() as mirror:
        found = system.columns(mirror)
    rows = found.filter(pl.col("state") != "undocumented").select(
        pl.col("table_name").alias("table"), pl.col("column_name").alias("column"), "state", "live_name", "conversion"
    )
    request.write(rows.iter_rows(named=True), rows.columns)


@app.command("refresh")
def refresh_mirror(
    *,
    full: Annotated[bool, typer.Option("--full", help="Copy everything anew.")] = False,
    database: DatabaseOption = None,
    url: UrlOption = None,
    allow_primary: PrimaryOption = False,
) -> None:
    """Bring the mirror up to the replica."""
    with Place(database, url, allow_primary).reading() as settings:
        refresh(settings, full=full, progress=ready.stepwise(say))
        done(f"Refreshed {mirror_folder(settings).name}.")


@app.command()
def serve(
    *,
    port: Annotated[int, typer.Option("--port", help="Port of the app on this machine.")] = 8501,
    database: DatabaseOption = None,
    url: UrlOption = None,
    allow_primary: PrimaryOption = False,
    bind: Annotated[
        str | None,
        typer.Option(
            "--address", help="Network address; another than this machine's own needs sign-in. Else AUTOREV_ADDRESS."
        ),
    ] = None,
) -> None:
    """Serve the app, from the embedded pair unless a database is named; Ctrl-C ends all."""
    chosen = load_settings(address=bind)
    check_bind(chosen, chosen.address)
    with Place(database, url, allow_primary).reading() as settings:
        try:
            _ = Mirror(mirror_folder(settings), settings).generation
        except (NoMirror, MirrorUnreadable):
            # What was mirrored before is served at once, whatever became of the replica; the app refreshes it.
            opened(settings, no_refresh=False)
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, signal.default_int_handler)
        done(f"Serving {chosen.public_url or f'http://localhost:{port}'} (Ctrl-C ends it).")
        process = subprocess.Popen(  # noqa: S603  our own program, our own arguments
            [
                sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py"),
                "--server.port", str(port), "--server.address", chosen.address, "--server.headless", "true",
            ],
            env={**os.environ, **_environment(settings)},
            preexec_fn=_end_with_parent,  # noqa: PLW1509  it calls the kernel and nothing of Python's
        )  # fmt: skip
        try:
            code = process.wait()
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            code = 0
    raise typer.Exit(code)


def _end_with_parent() -> None:
    """Ask Linux to end this process when the command that began it is killed, so that the port is free again."""
    if _KERNEL is not None:
        _KERNEL.prctl(1, signal.SIGTERM)  # 1 is PR_SET_PDEATHSIG


def _environment(settings: Settings) -> dict[str, str]:
    named = {"AUTOREV_MIRROR_NAME": settings.mirror_name} if settings.mirror_name else {}
    return {
        "AUTOREV_DATABASE_URL": address(settings),
        "AUTOREV_ALLOW_PRIMARY": str(settings.allow_primary).lower(),
        "AUTOREV_HOME": str(settings.home.absolute()),
        **named,
    }
