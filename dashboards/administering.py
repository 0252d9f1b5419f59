"""The buttons of changes to AutoRev's database; what they do is decided in `actions`, which looks at the role again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from actions.administration import ACTIONS, LONGEST_NOTE, Outcome, perform, preview, undo
from catalogue.scrub import scrub
from dashboards import shell
from replica.errors import ReplicaError

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

_SHOWN: Final = 40
"""Most lines of a preview."""
OF: Final = {
    "feedback": ("feedback", "feedback_id"),
    "moderation": ("comment", "comment_id"),
    "waiting_events": ("event", "event_id"),
    "failed_videos": ("video", "queue_id"),
    "failed_jobs": ("job", "job_id"),
    "config": ("flag", "key"),
}
"""By the table of a page: the action on its rows, and the column that holds their keys."""


def bar(figure: str, frame: pl.DataFrame) -> None:
    """Draw what can be decided about the rows chosen in a table, where the role may."""
    key, column = OF[figure]
    action = ACTIONS[key]
    if shell.viewer().role not in action.roles or frame.is_empty():
        return
    chosen = [str(one) for one in shell.selected(figure, frame, column)]
    with st.container(horizontal=True, vertical_alignment="center", key=f"act-{key}"):
        with st.popover(action.title, icon=":material/edit:", type="tertiary", key=f"act-open-{key}"):
            if shell.settings().primary_url is None:
                st.text("No primary is named, so nothing can be changed from here: set AUTOREV_PRIMARY_URL.")
            elif not chosen:
                st.text("Choose rows of the table first.")
            else:
                _form(key, chosen)
        st.text(f"{len(chosen)} chosen." if chosen else "Choose rows to decide about them.")
        done: Outcome | None = st.session_state.get(_done(key))
        if done is not None:
            st.button(
                "Undo", icon=":material/undo:", type="tertiary", key=f"act-undo-{key}", on_click=_undo, args=(key,)
            )
    said = st.session_state.pop(_said(key), None)
    if isinstance(said, ReplicaError):
        shell.explain(said)
    elif said:
        st.text(said)


def _form(key: str, chosen: list[str]) -> None:
    choices = {words: choice for choice, words in ACTIONS[key].choices.items()}
    with st.form(f"act-form-{key}", border=False):
        choice = choices[st.selectbox("Decision", list(choices))]
        note = st.text_input("Note for the record", max_chars=LONGEST_NOTE)
        with st.container(horizontal=True):
            shown = st.form_submit_button("Show what would change")
            made = st.form_submit_button("Change", type="primary")
    if shown:
        try:
            would = preview(shell.settings(), shell.viewer(), key, choice, chosen, note=note)
        except ReplicaError as refused:
            shell.explain(refused)
        else:
            st.text(would.sentence)
            lines = [f"{one.record}  {one.column}: {one.before} → {one.after}" for one in would.differences]
            more = [f"… and {len(lines) - _SHOWN:,} more"] if len(lines) > _SHOWN else []
            st.code(scrub("\n".join(lines[:_SHOWN] + more)), language=None)
    if made and _keep(key, lambda: perform(shell.settings(), shell.viewer(), key, choice, chosen, note=note)):
        st.rerun()


def _undo(key: str) -> None:
    done: Outcome = st.session_state[_done(key)]
    if _keep(key, lambda: undo(shell.settings(), shell.viewer(), done)):
        del st.session_state[_done(key)]


def _keep(key: str, change: Callable[[], Outcome]) -> bool:
    """Make a change and keep what became of it for the next run; returns whether it was made."""
    try:
        done = change()
    except ReplicaError as refused:
        st.session_state[_said(key)] = refused
        return False
    st.session_state[_said(key)] = f"{done.sentence} The table follows with the next refresh."
    st.session_state[_done(key)] = done
    return True


def _done(key: str) -> str:
    return f"_act_done_{key}"


def _said(key: str) -> str:
    return f"_act_said_{key}"
