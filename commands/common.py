"""What every command shares: the options that say where to read and how to write, and the writing itself.

The answer goes to stdout or to the file named, words and progress to stderr.
"""

from __future__ import annotations

import functools
import getpass
import inspect
import io
import json
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table
from rich.text import Text

from demo import ready
from queries.export import csv_field, defused, json_visible, visible
from replica import Mirror, mirror_folder, refresh
from replica.settings import Settings, load_settings
from store import Reveal, Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from catalogue._declare import Personal

LONGEST_CELL: Final = 1_000
PATIENCE: Final = 600.0
"""Seconds that a command waits for an app that refreshes the same mirror."""
words = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)


class Format(StrEnum):
    """How an answer is written."""

    table = "table"
    json = "json"
    csv = "csv"


OutputOption = Annotated[Path | None, typer.Option("--output", help="Write the answer to this file.")]
DatabaseOption = Annotated[str | None, typer.Option("--database", help="A database on the embedded server.")]
UrlOption = Annotated[str | None, typer.Option("--url", help="A libpq URL; else AUTOREV_DATABASE_URL.")]
PrimaryOption = Annotated[bool, typer.Option("--allow-primary", help="Read from a server that is no standby.")]
RevealOption = Annotated[
    str | None, typer.Option("--reveal", help="Show personal data as it is; give the reason, which is kept on record.")
]
NoRefreshOption = Annotated[bool, typer.Option("--no-refresh", help="Answer from the mirror as it is.")]


@dataclass(frozen=True, slots=True)
class Place:
    """The database that a command names: one on the embedded server, an address, or neither (the settings')."""

    database: str | None = None
    url: str | None = None
    allow_primary: bool = False

    @contextmanager
    def reading(self) -> Iterator[Settings]:
        """Yield the settings by which it can be read; an embedded server started for it is stopped again."""
        if self.database is not None and self.url is not None:
            raise ValueError("--database and --url name two databases: give one of them.")
        settings = load_settings(
            database_url=None if self.url is None else SecretStr(self.url),
            database=self.database,
            allow_primary=self.allow_primary or None,
        )
        if self.database is not None:
            settings = settings.model_copy(update={"database_url": None})
        with ready.reading(settings, say) as found:
            yield found


@dataclass(frozen=True, slots=True)
class Request:
    """What the shared options of a command say: where to read, whether to refresh first, how and where to write."""

    place: Place
    no_refresh: bool
    form: StrEnum
    output: Path | None
    reveal: str | None = None
    name: str = ""

    @contextmanager
    def mirror(self) -> Iterator[Mirror]:
        """Yield the mirror to ask, refreshed unless `--no-refresh` was given; masked unless `--reveal` was given."""
        with self.place.reading() as settings:
            kinds = frozenset() if self.reveal is None else _revealed(settings, self.name, self.reveal)
            yield opened(settings, no_refresh=self.no_refresh).seeing(kinds)

    def write(self, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
        """Write rows in the form asked for."""
        if self.form == Format.json:
            self.write_json([dict(row) for row in rows])
        elif self.form == Format.csv:
            self._put(csv_text(rows, columns))
        else:
            self.write_text(drawn(rows, columns, wide=self.output is not None))

    def write_json(self, answer: Any) -> None:
        """Write an answer as JSON: money as text with two places, moments and days in ISO form."""
        self._put(json_visible(json.dumps(answer, default=_plain, ensure_ascii=False, indent=2)))

    def write_text(self, text: str) -> None:
        """Write a text for reading to stdout or to the file named; nothing in it moves a terminal."""
        self._put(visible(text))

    def write_bytes(self, content: bytes) -> None:
        """Write a file to stdout or to the place named."""
        if self.output is None:
            sys.stdout.buffer.write(content)
        else:
            self.output.write_bytes(content)

    def _put(self, text: str) -> None:
        ending = "" if text.endswith("\n") else "\n"
        if self.output is None:
            sys.stdout.write(text + ending)
        else:
            self.output.write_text(text + ending, encoding="utf-8")


_SHARED: Final[Mapping[str, tuple[Any, Any]]] = {
    "output": (OutputOption, None),
    "database": (DatabaseOption, None),
    "url": (UrlOption, None),
    "allow_primary": (PrimaryOption, False),
    "no_refresh": (NoRefreshOption, False),
    "reveal": (RevealOption, None),
}


def command(
    app: typer.Typer, name: str | None = None, *, formats: type[StrEnum] = Format, whole: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add a function to the commands of `app`, with the shared options beside its own.

    The function takes a `Request` first; typer reads its other parameters as options and arguments.

    Args:
        app: Where it belongs.
        name: Its name there, else the function's.
        formats: The forms its answer can have; the first is the default.
        whole: It is what `app` itself does where none of its commands is named.
    """
    form = Annotated[formats, typer.Option("--format", help="How the answer is written.")]  # type: ignore[valid-type]
    shared = {"form": (form, next(iter(formats))), **_SHARED}

    def register(function: Callable[..., None]) -> Callable[..., None]:
        own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]

        @functools.wraps(function)
        def run(**given: Any) -> None:
            context: typer.Context | None = given.pop("context", None)
            if context is not None and context.invoked_subcommand is not None:
                return
            place = Place(given.pop("database"), given.pop("url"), given.pop("allow_primary"))
            request = Request(
                place,
                given.pop("no_refresh"),
                given.pop("form"),
                given.pop("output"),
                given.pop("reveal"),
                name or function.__name__,
            )
            function(request, **given)

        keyword = inspect.Parameter.KEYWORD_ONLY
        parameters = [one.replace(kind=keyword) for one in own]
        parameters += [
            inspect.Parameter(key, keyword, default=default, annotation=annotation)
            for key, (annotation, default) in shared.items()
        ]
        if whole:
            parameters.insert(0, inspect.Parameter("context", keyword, annotation=typer.Context))
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {one.name: one.annotation for one in parameters}
        (app.callback(invoke_without_command=True) if whole else app.command(name))(run)
        return function

    return register


def _revealed(settings: Settings, command: str, reason: str) -> frozenset[Personal]:
    """Put on record who reveals personal data on this computer, then return what they may see: all of it.

    Whoever may run the command may read the mirror's file too; the record is what this option adds.
    """
    who, kinds = getpass.getuser(), settings.may_reveal("admin")
    store = Store(settings.home)
    store.add_reveal(
        Reveal(datetime.now(UTC), "begun", who, "admin", f"autorev {command}", (), tuple(sorted(kinds)), reason)
    )
    store.close()
    words.print(f"Personal data is shown as it is: {', '.join(sorted(kinds))}. This is on record under {who}.")
    return kinds


def opened(settings: Settings, *, no_refresh: bool) -> Mirror:
    """Return the mirror of the settings, refreshed first unless it is to answer as it is."""
    if not no_refresh:
        refresh(settings, patience=PATIENCE, progress=ready.stepwise(say))
    return Mirror(mirror_folder(settings), settings)


def say(step: str) -> None:
    """Show progress: on a terminal in one line, elsewhere only what is not counted."""
    if words.is_terminal:
        words.print(f"\r{visible(step)}\x1b[K", end="")
    elif not step[:1].isdigit():
        words.print(visible(step))


def done(sentence: str) -> None:
    """Say how it ended."""
    words.print(f"\r{visible(sentence)}\x1b[K" if words.is_terminal else visible(sentence))


def csv_text(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Return rows as CSV with a header; unknown is empty, and no text can act as a formula."""
    lines = [columns, *([_cell(row[column]) for column in columns] for row in rows)]
    return "".join(f"{','.join(map(csv_field, line))}\n" for line in lines)


def drawn(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, wide: bool = False) -> str:
    """Return rows as a table for reading, as wide as the terminal, or 200 columns where there is none."""
    drawing = Table(*columns)
    for row in rows:
        drawing.add_row(*(Text(_short(visible(_cell(row[column])))) for column in columns))
    buffer = io.StringIO()
    Console(file=buffer, width=200 if wide or not sys.stdout.isatty() else None).print(drawing)
    return buffer.getvalue()


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…"


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
