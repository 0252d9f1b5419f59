"""What can go wrong between a question and the replica: each a sentence with its next step, never a password."""

from __future__ import annotations

import re
from typing import ClassVar, Final
from urllib.parse import unquote

HIDDEN: Final = "****"
_URL_USER: Final = re.compile(
    r"(?P<scheme>\b[a-z][a-z0-9+.-]*://)(?P<user>[^\s:/?#\"'@]*):(?P<password>[^\s\"']*)@", re.IGNORECASE
)
_KEYWORD: Final = re.compile(
    r"(?P<key>\b(?:\w*password|\w*passwd|passfile)\s*=\s*)(?P<value>'(?:[^'\\]|\\.|'')*'|\"[^\"]*\"|[^\s&'\",;]+)",
    re.IGNORECASE,
)


def redact(text: str, *secrets: str) -> str:
    """Return the text with every password hidden.

    Hides the password of URLs (`scheme://user:password@host`), of keyword strings (`password=…`, quoted or not), of
    query strings (`?password=…`), and every one of `secrets` wherever it stands.
    """
    for secret in sorted(
        {form for given in secrets for form in (given, unquote(given)) if form}, key=len, reverse=True
    ):
        text = text.replace(secret, HIDDEN)
    text = _URL_USER.sub(rf"\g<scheme>\g<user>:{HIDDEN}@", text)
    return _KEYWORD.sub(rf"\g<key>{HIDDEN}", text)


class ReplicaError(Exception):
    """A question could not be answered; `sentence` says why, `next_step` what to do, `exit_code` ends a command.

    Exit codes: 2 wrong input, 3 database unreachable, 4 a needed column is unbound.
    """

    exit_code: ClassVar[int] = 3

    def __init__(self, sentence: str, next_step: str = "") -> None:
        self.sentence = redact(sentence)
        self.next_step = redact(next_step)
        super().__init__(" ".join(part for part in (self.sentence, self.next_step) if part))


class BadSetting(ReplicaError):
    """A setting has a value that cannot be used."""

    exit_code = 2


class NoDatabase(ReplicaError):
    """No database is named in the settings."""

    exit_code = 2


class Unreachable(ReplicaError):
    """No server answered: refused, silent, or its name is unknown."""


class WrongPassword(ReplicaError):
    """The server turned the role away: password, role name or access rules."""


class MissingDatabase(ReplicaError):
    """The server answered and has no database of this name."""


class TooManyConnections(ReplicaError):
    """The server has no connection left for us."""


class EncryptionRefused(ReplicaError):
    """Server and client did not agree on an encrypted connection."""


class PrimaryRefused(ReplicaError):
    """The server is a primary and reading from one was not allowed."""

    exit_code = 2


class NoDocumentedTable(ReplicaError):
    """The database holds no table that the catalogue describes, under any known name."""


class ConnectionLost(ReplicaError):
    """The server went away, or ended the statement, while it was being read."""


class UnboundColumn(ReplicaError):
    """A question needs columns that the live schema does not offer.

    `columns` are `table.column` in documented names; `settings` are the lines of autorev.toml that would bind them.
    """

    exit_code = 4

    def __init__(self, columns: tuple[str, ...], settings: tuple[str, ...] = ()) -> None:
        self.columns = columns
        self.settings = settings
        named = ", ".join(columns)
        verb = "has" if len(columns) == 1 else "have"
        lines = "; ".join(settings) if settings else "; ".join(f'"{name}" = "…"' for name in columns)
        super().__init__(
            f"{named} {verb} no counterpart in the database.", f"Bind it in autorev.toml under [bindings]: {lines}."
        )


class Withheld(UnboundColumn):
    """A question needs tables whose rows our role does not get to see; an empty answer would be a false one."""

    def __init__(self, tables: tuple[str, ...]) -> None:
        self.columns = tables
        self.settings = ()
        ReplicaError.__init__(
            self,
            f"The rows of {', '.join(tables)} are withheld from the role that reads.",
            "Grant it select, and a row-level security policy (or bypassrls), then refresh.",
        )


class QuestionTimeout(ReplicaError):
    """A question took longer than it may."""


class TooManyRows(ReplicaError):
    """A question has more rows than a page or an export may hold."""

    exit_code = 2


class WrongShape(ReplicaError):
    """The rows of a question do not fit the shape that it declares."""


class QuestionFailed(ReplicaError):
    """DuckDB cannot compute a question: a value that does not convert, a name that is not there."""


class NoMirror(ReplicaError):
    """Nothing was mirrored yet."""


class MirrorUnreadable(ReplicaError):
    """The mirror's file cannot be read."""


class RefreshBusy(ReplicaError):
    """Another process is refreshing this mirror."""
