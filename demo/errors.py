"""What can go wrong with the embedded Postgres and the database made up in it, each in one sentence."""

from __future__ import annotations

from typing import ClassVar


class DemoError(Exception):
    """The demo could not do what was asked; `sentence` says why, `next_step` what to do, `exit_code` ends a command."""

    exit_code: ClassVar[int] = 3

    def __init__(self, sentence: str, next_step: str = "") -> None:
        self.sentence = sentence
        self.next_step = next_step
        super().__init__(" ".join(part for part in (sentence, next_step) if part))


class ClusterFailed(DemoError):
    """The embedded Postgres did not start, stop or replicate."""


class DatabaseExists(DemoError):
    """A database of that name is there already and was not to be replaced."""

    exit_code = 2


class BadName(DemoError):
    """The name cannot be that of a demo database, or no such database is there."""

    exit_code = 2
