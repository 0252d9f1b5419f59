"""What many pages are made of: metrics as cards, answers of one row as numbers, answers of many rows as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboards import administering, home, listing, shell
from metrics import BY_KEY, measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import polars as pl

    from dashboards.view import Computed, Filters

Table = tuple["Callable[..., Any]", str, bool, str, str]
"""A question, the title of its rows, whether the range bounds it, how it is computed, and what is said of no rows."""


def metrics(keys: Iterable[str], filters: Filters) -> None:
    """Draw metrics of the registry over the range, as cards."""
    found = {}
    for key in keys:
        with shell.panel():
            answer = shell.ask(measure, metric=BY_KEY[key], span=filters.span, compare=filters.compare)
            found[key] = (answer, answer.how(BY_KEY[key].definition))
    shell.draw(shell.make(home.cards, found, filters), filters)


def numbers(
    question: Callable[..., Any],
    labels: Mapping[str, tuple[str, str]],
    how: str,
    filters: Filters,
    *,
    prefix: str = "",
    **given: Any,
) -> None:
    """Draw the columns named in `labels` of an answer of one row; `prefix` tells them from others of the page."""
    with shell.panel():
        said = shell.ask(question, **given)
        frame = said.frame.rename({name: f"{prefix}{name}" for name in labels})
        named = {f"{prefix}{name}": label for name, label in labels.items()}
        shell.draw(listing.numbers(frame, said.computed(how), named), filters)


def tables(listed: Iterable[Table], filters: Filters) -> None:
    """Draw the rows of each question, and below them what may be done about chosen ones."""
    for question, title, ranged, how, empty in listed:
        with shell.panel():
            given = {"span": filters.span} if ranged else {}
            found = shell.ask(question, **given)
            rows(question.__name__, title, found.frame, found.computed(how), empty, filters)


def rows(key: str, title: str, frame: pl.DataFrame, computed: Computed, empty: str, filters: Filters) -> None:
    """Draw the rows of one answer, and below them what may be done about chosen ones."""
    acts = key in administering.OF
    shell.draw(listing.rows(key, title, frame, computed, empty=empty, selects=acts), filters)
    if acts:
        administering.bar(key, frame)
