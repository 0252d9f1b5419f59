"""What the content team says about pieces of work, kept in the suite's own state."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal

import streamlit as st

from dashboards import shell
from queries.content import trend, worklist
from queries.content.rules import current
from replica.errors import ReplicaError
from store import Mark, StoreUnavailable
from store.days import Days

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from queries.content.rules import Rules

_SAID: Final = "_marking_said"
MAY: Final = frozenset({"content", "founder", "admin"})
ACTIONS: Final[dict[str, tuple[str, Literal["taken", "done", "not_applicable", "none_exists", "open"]]]] = {
    "Take": (":material/person:", "taken"),
    "Done": (":material/check:", "done"),
    "Not applicable": (":material/block:", "not_applicable"),
    "None exists": (":material/search_off:", "none_exists"),
    "Open again": (":material/undo:", "open"),
}


def marks() -> tuple[Mark, ...]:
    """Return what was said so far; without the suite's own state there is nothing, and that is said."""
    try:
        return shell.store().marks()
    except StoreUnavailable as problem:
        st.text(f"{problem} Marks on content are not shown until then.")
        return ()


def buttons(listed: pl.DataFrame) -> None:
    """Draw the buttons that act on the rows chosen in the worklist, and the list as Markdown."""
    places = shell.selected("worklist", listed.with_row_index("place"), "place")
    chosen = [(listed["slug"][place], listed["kind"][place]) for place in places]
    with st.container(horizontal=True, vertical_alignment="center", key="marking"):
        for label, (icon, what) in ACTIONS.items():
            st.button(
                label, icon=icon, key=f"mark-{what}", type="tertiary", on_click=_mark, args=(chosen, what),
                disabled=not chosen or shell.viewer().role not in MAY,
            )  # fmt: skip
        st.button(
            "See the car", icon=":material/open_in_full:", key="mark-see", type="tertiary", on_click=shell.go,
            args=("car", chosen[0][0] if chosen else None), disabled=not chosen,
        )  # fmt: skip
        copied = st.popover(
            "As Markdown", icon=":material/checklist:", type="tertiary", key="mark-md", on_change="rerun"
        )
        with copied:
            if copied.open:
                st.code(worklist.markdown(listed), language=None)
    said = st.session_state.pop(_SAID, None)
    if isinstance(said, StoreUnavailable):
        shell.explain(ReplicaError(str(said)))
    else:
        st.text(said or f"{len(chosen)} chosen." if chosen or said else "Choose rows to take them or to see the car.")


def other_weight() -> tuple[Rules, str, str] | None:
    """Return the rules with the weight that is tried, the sentence and the line that would keep it."""
    titles = {kind.title: kind for kind in current().kinds}
    with shell.controls():
        title = shell.choose("Try another weight of", "weigh", list(titles), every="Nothing")
        if title is None:
            return None
        kind = titles[title]
        weight = st.number_input("Weight", 0.0, 100.0, kind.weight, 1.0, key=f"weight-{kind.key}", width=140)
    line = f"[kinds.{kind.key}]\nweight = {weight:g}"
    return (
        current().with_weight(kind.key, weight),
        f"{kind.title} weighing {weight:g} instead of {kind.weight:g}.",
        line,
    )


def keep_day(cars: pl.DataFrame, as_of: datetime) -> tuple[Path, tuple[str, ...]]:
    """Keep today's coverage, the first time somebody looks; return where days are kept, and their names."""
    days = Days(shell.settings().home / "coverage" / shell.mirror().folder.name)
    try:
        if cars.height:
            days.keep(as_of.astimezone(UTC).date(), cars.select(trend.KEPT))
    except StoreUnavailable as problem:
        st.text(str(problem))
    return days.folder, days.names


def _mark(
    chosen: list[tuple[str, str]], what: Literal["taken", "done", "not_applicable", "none_exists", "open"]
) -> None:
    if shell.viewer().role not in MAY:
        return
    try:
        for slug, kind in chosen:
            shell.store().mark(Mark(slug, kind, what, shell.viewer().name, datetime.now(UTC)))
    except StoreUnavailable as problem:
        st.session_state[_SAID] = problem
    else:
        words = what.replace("_", " ")
        st.session_state[_SAID] = f"{len(chosen)} marked as {words}."
