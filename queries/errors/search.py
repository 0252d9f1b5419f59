"""The words of a search for issues: `type:render_error route:/garage -release:3c5ba1b "not a function"`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from queries.errors.states import STATES
from replica.errors import ReplicaError

Field = Literal[
    "type", "message", "route", "user", "release", "browser", "feature", "severity", "state", "assigned", "family",
    "fingerprint", "text",
]  # fmt: skip
FIELDS: Final[dict[str, str]] = {
    "type": "the error type, whole or in part",
    "message": "words of the message, numbers and ids masked",
    "route": "part of the server route or of the page's address",
    "user": "a user's id, or unknown",
    "release": "the beginning of a release",
    "browser": "part of the browser's or the system's name",
    "feature": "part of the feature's name",
    "severity": "blocking, major, minor, critical, high, medium or low",
    "state": ", ".join(STATES),
    "assigned": "part of a name, me or nobody",
    "family": "chunk_load, hydration, extension and so on",
    "fingerprint": "the beginning of a fingerprint",
}
"""What can stand before a colon, and what it looks at. Words without a colon are looked for in messages and stacks."""
ROWS: Final = frozenset({"route", "user", "release", "browser", "feature"})
"""Fields that only the recorded rows know."""
LONGEST: Final = 500
_TERM: Final = re.compile(r'(?P<not>-)?(?:(?P<field>[A-Za-z_]+):)?(?:"(?P<quoted>[^"]*)"|(?P<word>[^\s"]+))')


class SearchNotUnderstood(ReplicaError):
    """A search that cannot be read, with a sentence that says why."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: `words` are looked for in `field`; `negated` turns it around."""

    field: str
    words: str
    negated: bool = False


def parse(search: str) -> tuple[Term, ...]:
    """Return the conditions of a search; all of them must hold.

    Raises:
        SearchNotUnderstood: A quote is not closed, a field is unknown or says nothing, or it is too long.
    """
    if len(search) > LONGEST:
        raise SearchNotUnderstood(f"A search holds at most {LONGEST} characters.")
    if search.count('"') % 2:
        raise SearchNotUnderstood('A quotation mark is not closed: write "two words" with a mark on either side.')
    terms = []
    for found in _TERM.finditer(search):
        words = found["quoted"] if found["quoted"] is not None else found["word"]
        name = (found["field"] or "text").lower()
        if name not in FIELDS and name != "text":
            # A colon may as well belong to what is looked for, as in https://….
            if words.startswith("//"):
                name, words = "text", f"{found['field']}:{words}"
            else:
                raise SearchNotUnderstood(f"There is no field {name!r}: use {', '.join(FIELDS)}.")
        if name == "state" and words not in STATES:
            raise SearchNotUnderstood(f"There is no state {words!r}: use {', '.join(STATES)}.")
        if words:
            terms.append(Term(name, words, bool(found["not"])))
    return tuple(terms)
