"""The embedded pair as a database to read: started, filled on the first start, and handed over as settings."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from demo import build
from demo.cluster import EmbeddedPair
from demo.errors import BadName
from demo.world import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from replica.settings import Settings

DEFAULT = "autorev"


def start(settings: Settings, progress: Callable[[str], None] | None = None) -> tuple[EmbeddedPair, Settings]:
    """Start the pair, make the default database if it is not there yet, and return settings that read its standby.

    Raises:
        BadName: A database other than the default is asked for and was never built.
    """
    pair = EmbeddedPair(settings.home).start(progress)
    try:
        _ensure(pair, settings.database, progress)
    except BaseException:
        pair.stop()
        raise
    name = settings.mirror_name or f"embedded-{settings.database}"
    return pair, settings.at(pair.reader_url(settings.database), mirror_name=name)


def _ensure(pair: EmbeddedPair, name: str, progress: Callable[[str], None] | None) -> None:
    if name in {found.name for found in build.list_databases(pair)}:
        return
    if name != DEFAULT:
        raise BadName(
            f"The embedded server holds no database {name!r}.", f"Build it with: autorev demo build --into {name}"
        )
    build.build(pair, DEFAULT, Plan(), progress=stepwise(progress))


def stepwise(progress: Callable[[str], None] | None) -> Callable[[str, int, int], None] | None:
    """Return a hearer of "what, done, of how many" that passes it on in words."""
    if progress is None:
        return None
    say = progress
    return lambda what, done, of: say(f"{done} of {of}: {what}")


@contextmanager
def reading(settings: Settings, progress: Callable[[str], None] | None = None) -> Iterator[Settings]:
    """Yield settings that name a database: the given one, else the embedded standby, stopped again afterwards."""
    if settings.database_url is not None:
        yield settings
        return
    pair, handed = start(settings, progress)
    try:
        yield handed
    finally:
        pair.stop()
