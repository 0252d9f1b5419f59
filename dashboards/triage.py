"""The buttons of triage and their keys; what they do is decided in `actions`, which looks at the role again."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from actions.triage import MAY, decide
from dashboards import shell
from queries import errors
from queries.errors import detail
from replica.errors import ReplicaError
from store import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from store import Triage

ISSUE: Final = "issue"
_SAID: Final = "_triage_said"
SNOOZES: Final[dict[str, dict[str, Any]]] = {
    "1 day": {"until": 1},
    "7 days": {"until": 7},
    "30 days": {"until": 30},
    "10 more events": {"more_events": 10},
    "100 more events": {"more_events": 100},
    "5 more users": {"more_users": 5},
    "It gets worse": {"until_worse": True},
}


def log() -> tuple[Triage, ...]:
    """Return what was decided so far; without the suite's own state there is nothing, and that is said."""
    try:
        return detail.decisions(shell.mirror(), shell.store())
    except StoreUnavailable as problem:
        st.text(f"{problem} Decisions about errors are not shown until then.")
        return ()


def lead(fingerprint: str, decided: tuple[Triage, ...]) -> str:
    """Return the issue that a link leads to; raises NoSuchIssue when it leads to none."""
    try:
        return detail.lead(shell.mirror(), fingerprint, log=decided, kept_in=shell.store())
    except StoreUnavailable:
        return detail.lead(shell.mirror(), fingerprint, log=decided)


def remember(decided: tuple[Triage, ...]) -> None:
    """Keep which row every fingerprint was given to, so that links outlive a change of the grouping."""
    with suppress(StoreUnavailable):
        detail.remember(shell.mirror(), shell.store(), log=decided)


def answers() -> None:
    """Say what became of the last decision."""
    said = st.session_state.pop(_SAID, None)
    if isinstance(said, StoreUnavailable):
        said = ReplicaError(str(said))
    if isinstance(said, ReplicaError):
        shell.explain(said)
    elif said:
        st.text(said)


def listed(chosen: Sequence[str], order: Sequence[str], seen_at: datetime) -> None:
    """Draw the buttons of the list: they act on the rows that are chosen there; J opens the first one."""
    with st.container(horizontal=True, key="triage"):
        first = next(iter([*chosen, *order]), None)
        _button("Open", "J", ":material/open_in_full:", shell.go, ISSUE, first, disabled=first is None)
        _decisions(chosen, seen_at)
        if len(chosen) > 1:
            _act("Merge", None, ":material/merge:", "merge", chosen[1:], seen_at, into=chosen[0])
    st.text(
        f"{len(chosen)} chosen. Keys: J open, E resolve, S snooze for a week, I ignore, A assign to me."
        if chosen
        else "Choose rows to decide about several at once. J opens the first."
    )


def single(fingerprint: str, order: Sequence[str], seen_at: datetime) -> None:
    """Draw the buttons of one issue: the way to its neighbours in the list, and every decision."""
    at = order.index(fingerprint) if fingerprint in order else -1
    before, after = order[at - 1] if at > 0 else None, order[at + 1] if at + 1 < len(order) else None
    with st.container(horizontal=True, key="triage"):
        _button("All issues", "B", ":material/arrow_back:", shell.go, ISSUE, None)
        _button("Previous", "K", ":material/keyboard_arrow_up:", shell.go, ISSUE, before, disabled=before is None)
        _button("Next", "J", ":material/keyboard_arrow_down:", shell.go, ISSUE, after, disabled=after is None)
        _decisions([fingerprint], seen_at)
        with st.popover("More", icon=":material/more_horiz:", key="triage-more", disabled=not _may()):
            _more(fingerprint, seen_at)


def comment(fingerprint: str, seen_at: datetime) -> None:
    """Draw the field in which something can be said about an issue."""
    if not _may():
        return
    with st.form("triage-comment", border=False, clear_on_submit=True):
        text = st.text_area("Comment", max_chars=2_000, height=80)
        if st.form_submit_button("Say"):
            _decide("comment", [fingerprint], seen_at, text=text)
            st.rerun()


def _decisions(chosen: Sequence[str], seen_at: datetime) -> None:
    _act("Resolve", "E", ":material/check:", "resolve", chosen, seen_at)
    _act("Snooze", "S", ":material/snooze:", "snooze", chosen, seen_at, until=7)
    _act("Ignore", "I", ":material/visibility_off:", "ignore", chosen, seen_at)
    _act("Reopen", "O", ":material/undo:", "reopen", chosen, seen_at)
    _act("Assign to me", "A", ":material/person:", "assign", chosen, seen_at, to=shell.viewer().name)


def _more(fingerprint: str, seen_at: datetime) -> None:
    with st.form("triage-release", border=False):
        release = st.text_input("Resolve in release", max_chars=40)
        if st.form_submit_button("Resolve"):
            _decide("resolve", [fingerprint], seen_at, release=release)
            st.rerun()
    with st.form("triage-snooze", border=False):
        until = st.selectbox("Snooze until", list(SNOOZES))
        if st.form_submit_button("Snooze"):
            _decide("snooze", [fingerprint], seen_at, **SNOOZES[until])
            st.rerun()
    with st.form("triage-assign", border=False):
        to = st.text_input("Assign to", max_chars=120)
        if st.form_submit_button("Assign"):
            _decide("assign", [fingerprint], seen_at, to=to)
            st.rerun()
    with st.form("triage-merge", border=False):
        into = st.text_input("Merge into the issue with the fingerprint", max_chars=40)
        if st.form_submit_button("Merge"):
            _decide("merge", [fingerprint], seen_at, into=into.strip())
            st.rerun()
    merged = [one for one, into in errors.merges(log()).items() if into == fingerprint]
    for one in merged:
        _act(f"Split off {one}", None, ":material/call_split:", "split", [one], seen_at)


def _act(
    label: str,
    key: str | None,
    icon: str,
    action: str,
    chosen: Sequence[str],
    seen_at: datetime,
    **details: Any,
) -> None:
    def press() -> None:
        _decide(action, chosen, seen_at, **details)

    _button(label, key, icon, press, disabled=not chosen or not _may())


def _button(label: str, key: str | None, icon: str, press: Any, *given: Any, disabled: bool = False) -> None:
    st.button(
        label, icon=icon, key=f"triage-{label}", on_click=press, args=given, shortcut=key, disabled=disabled,
        type="tertiary",
    )  # fmt: skip


def _decide(action: str, chosen: Sequence[str], seen_at: datetime, **details: Any) -> None:
    try:
        done = decide(shell.mirror(), shell.store(), shell.viewer(), action, chosen, details=details, seen_at=seen_at)
    except (ReplicaError, StoreUnavailable) as refused:
        st.session_state[_SAID] = refused
    else:
        st.session_state[_SAID] = done.sentence


def _may() -> bool:
    return shell.viewer().role in MAY
