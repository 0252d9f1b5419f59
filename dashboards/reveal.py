"""Revealing personal data: one deliberate act with a reason, for this session and a quarter of an hour, on record."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

import streamlit as st

from dashboards import access
from store import Reveal

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from catalogue._declare import Personal
    from catalogue.roles import Viewer
    from store import Store

T = TypeVar("T")
MINUTES: Final = 15
STATE: Final = "_revealed"
SHOWN_REASON: Final = 40


@dataclass(slots=True)
class Revealed:
    """What a session sees as it is, until when and why."""

    viewer: Viewer
    kinds: frozenset[Personal]
    reason: str
    until: datetime
    place: str
    # A clock that nobody sets decides; `until` is for reading.
    ends: float = field(default_factory=lambda: time.monotonic() + 60 * MINUTES)
    noted: set[tuple[str, frozenset[str]]] = field(default_factory=set)

    @property
    def over(self) -> bool:
        """Return whether the time is up or somebody hid the data again."""
        return time.monotonic() >= self.ends

    def note(
        self,
        store: Store,
        what: Literal["begun", "used", "exported", "ended"],
        place: str,
        tables: AbstractSet[str] = frozenset(),
    ) -> None:
        """Put on record what was done."""
        store.add_reveal(
            Reveal(
                datetime.now(UTC), what, self.viewer.name, self.viewer.role, place, tuple(sorted(tables)),
                tuple(sorted(self.kinds)), self.reason,
            )
        )  # fmt: skip


def current(viewer: Viewer) -> Revealed | None:
    """Return what this session revealed; None when it is over, or was revealed by somebody else."""
    revealed: Revealed | None = st.session_state.get(STATE)
    if revealed is None or revealed.over or revealed.viewer != viewer:
        return None
    return revealed


def seen(viewer: Viewer) -> frozenset[Personal]:
    """Return the kinds of personal data that this session sees as they are."""
    revealed = current(viewer)
    return frozenset() if revealed is None else revealed.kinds & access.settings().may_reveal(viewer.role)


def read(store: Store, tables: AbstractSet[str]) -> None:
    """Put on record, once for each page and its tables, what was read while personal data was revealed."""
    revealed: Revealed | None = st.session_state.get(STATE)
    place, chosen = str(st.session_state.get("_page", "")), st.query_params.get("table")
    tables = frozenset(tables | ({chosen} if chosen else set()))
    if revealed is not None and tables and (place, tables) not in revealed.noted:
        revealed.note(store, "used", place, tables)
        revealed.noted.add((place, tables))


def behind(store: Callable[[], Store], name: str, make: Callable[[], T]) -> Callable[[], T]:
    """Return `make` for an export: of what was revealed it refuses when that is over, and puts it on record."""
    revealed: Revealed | None = st.session_state.get(STATE)
    if revealed is None or revealed.over:
        return make
    kept = store()

    def checked() -> T:
        if revealed.over:
            raise access.Refused("The personal data on this page is hidden again. Load the page to export it masked.")
        revealed.note(kept, "exported", name)
        return make()

    return checked


def refuse_saving(viewer: Viewer) -> None:
    """Raise ValueError while personal data is revealed: what is saved could repeat it."""
    if current(viewer) is not None:
        raise ValueError("Hide personal data before you save a view: its filters could repeat what you saw.")


def bar(viewer: Viewer, store: Callable[[], Store], place: str) -> None:
    """Draw the button that reveals personal data; while it is revealed, until when, and the button that hides it."""
    revealed = current(viewer)
    if revealed is None:
        _ask(viewer, store, place)
    else:
        _say(revealed, store, place)


def _ask(viewer: Viewer, store: Callable[[], Store], place: str) -> None:
    kinds = access.settings().may_reveal(viewer.role)
    with st.popover("Reveal personal data", icon=":material/visibility_off:", type="tertiary", key="reveal"):
        if not kinds:
            st.text(f"Your role is {viewer.role}, which may not reveal personal data. Ask an admin.")
            return
        st.text(f"Your role may see: {', '.join(sorted(kinds))}.")
        with st.form("reveal-form", border=False):
            reason = st.text_input("Reason", max_chars=200, key="reveal-reason", autocomplete="off")
            st.caption(f"For this session and {MINUTES} minutes. Your name, the reason and what you read are recorded.")
            if st.form_submit_button("Reveal", icon=":material/visibility:"):
                until = datetime.now(UTC) + timedelta(minutes=MINUTES)
                revealed = Revealed(viewer, kinds, reason, until, place)
                try:
                    # On record first: what cannot be recorded is not revealed.
                    chosen = st.query_params.get("table")
                    revealed.note(store(), "begun", place, frozenset({chosen} if chosen else ()))
                except ValueError as wrong:
                    st.text(str(wrong))
                else:
                    st.session_state[STATE] = revealed
                    st.rerun()


def _say(revealed: Revealed, store: Callable[[], Store], place: str) -> None:
    st.badge("Personal data visible", icon=":material/visibility:", color="red")
    reason = revealed.reason if len(revealed.reason) <= SHOWN_REASON else f"{revealed.reason[:SHOWN_REASON]}…"
    st.text(f"until {revealed.until:%H:%M} UTC · {reason}")
    if st.button("Hide again", icon=":material/visibility_off:", type="tertiary", key="hide"):
        revealed.ends = 0.0
        revealed.note(store(), "ended", place)
        st.rerun()
    _wait(revealed)


@st.fragment(run_every="15s")
def _wait(revealed: Revealed) -> Any:
    """Draw the page anew when the time is up, also where nobody touches it."""
    if revealed.over:
        st.rerun()
