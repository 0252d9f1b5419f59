"""Made-up AutoRev databases on the embedded server."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from commands.common import Format, OutputOption, Place, Request, done, say
from demo import build as demo_build
from demo import ready
from demo.cluster import EmbeddedPair
from demo.world import Plan
from replica.settings import load_settings

app = typer.Typer(no_args_is_help=True, help=__doc__)


class Names(StrEnum):
    """Which schema a demo database is built with."""

    documented = "documented"
    live = "live"


@app.command()
def build(
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
    with EmbeddedPair(load_settings().home) as pair:
        demo_build.build(pair, into, plan, names=names.value, replace=replace, progress=ready.stepwise(say))
    done(f"Built {into}.")


@app.command()
def drop(name: str) -> None:
    """Delete a demo database."""
    with EmbeddedPair(load_settings().home) as pair:
        demo_build.drop(pair, name)
    done(f"Dropped {name}.")


@app.command("list")
def list_demos(
    form: Annotated[Format, typer.Option("--format", help="How the answer is written.")] = Format.table,
    output: OutputOption = None,
) -> None:
    """List the databases on the embedded server with the plan each was built from."""
    with EmbeddedPair(load_settings().home) as pair:
        found = demo_build.list_databases(pair)
    rows = [
        {"name": one.name, "names": one.names, "bytes": one.bytes, "plan": one.plan and one.plan.as_record()}
        for one in found
    ]
    Request(Place(), no_refresh=True, form=form, output=output).write(rows, ("name", "names", "bytes", "plan"))


def _moment(typed: str) -> datetime:
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError as wrong:
        raise ValueError(f"--now {typed!r} is not an ISO time; write it as 2026-01-27T00:00:00Z.") from wrong
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
