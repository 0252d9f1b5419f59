"""What people do about the checks: run them, look at one of them, own it, silence it, make a rule of a suggestion."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

from dashboards import data_quality, navigation, shell
from quality import history, incidents, rows, worker
from store import StoreUnavailable

if TYPE_CHECKING:
    from dashboards.view import Filters


def newest() -> str | None:
    """Return the name of the newest run of the checks; the first one is made at once."""
    found = history.stamp(shell.mirror())
    return found if found is not None else _pulse()


def running() -> None:
    """Offer to run the pulse now, and every suite in the process beside the app; show how far that is."""
    with st.container(horizontal=True, vertical_alignment="center", key="running"):
        if st.button("Run the checks now", icon=":material/fact_check:", key="run-checks"):
            _pulse()
            st.rerun()
        if st.button("Run every suite", icon=":material/verified:", key="run-suites"):
            worker.ask(history.folder(shell.mirror()))
        folder = history.folder(shell.mirror())
        st.text(data_quality.progress(worker.progress(folder), asked=worker.asked(folder), alive=worker.alive(folder)))
        if worker.asked(folder) or ((told := worker.progress(folder)) is not None and told.running):
            _wait()


@st.fragment(run_every="2s")
def _wait() -> None:
    """Draw the page anew while a full run goes on."""
    told = worker.progress(history.folder(shell.mirror()))
    before, st.session_state["_progress"] = st.session_state.get("_progress"), told
    if before is not None and told != before:
        st.rerun()


def _pulse() -> str | None:
    silent, accepted = _decided()
    with st.spinner("Judging every table …"):
        from quality.run import run  # noqa: PLC0415  only a run needs the rules

        history.record(shell.mirror(), run(shell.mirror(), mutes=silent, accepted=accepted))
    return history.stamp(shell.mirror())


def _decided() -> tuple[dict[str, str], frozenset[str]]:
    """Return the reasons of the mutes by check, and the suggestions that are rules."""
    store = shell.store()
    silent = {name: mute.reason for name, mute in store.mutes().items()}
    return silent, frozenset(name for name, one in store.decisions().items() if one.accepted)


def told() -> pl.DataFrame:
    """Return the incidents with what people said of them; without the suite's own state as if nobody said anything."""
    found = incidents.read(history.folder(shell.mirror()))
    try:
        decisions, mutes = shell.store().decisions(), shell.store().mutes()
    except StoreUnavailable as problem:
        st.text(f"{problem} Mutes and owners are not shown until then.")
        decisions, mutes = {}, {}
    return incidents.told(found, decisions, mutes, datetime.now(UTC))


def one(results: pl.DataFrame, run: str | None, check: str, filters: Filters, as_of: datetime) -> None:
    """Show one check whole: its words, its rows, how it went, who reads the table, and what can be decided of it."""
    row = results.filter(pl.col("id") == check)
    if row.is_empty():
        shell.empty(f"The last run has no check {check}.")
        return
    table = row.item(0, "table_name")
    shell.draw(data_quality.said(results, told(), _readers(table), check), filters)
    past = shell.ask(history.trend, run=run, check=check)
    measured = data_quality.measured(results, check, as_of)
    shell.draw(data_quality.one(results, past.frame, measured, check, dark=filters.dark), filters)
    if row.item(0, "state") in {"fail", "muted"}:
        with shell.panel():
            offending = shell.ask(rows.failing, check=check)
            shell.draw(data_quality.offending(offending.frame, offending.computed(row.item(0, "rule"))), filters)
    try:
        with st.container(horizontal=True, key="deciding"):
            _owning(check, row.item(0, "state"))
            _muting(check)
            _accepting(check, row.item(0, "provenance"))
    except StoreUnavailable as problem:
        st.text(str(problem))


def _readers(table: str) -> tuple[str, ...]:
    """Return the titles of the other pages that were seen to read a table."""
    try:
        keys = shell.store().pages_reading(table)
    except StoreUnavailable:
        return ()
    return tuple(page.title for page in navigation.PAGES if page.key in keys and page.key not in navigation.JUDGING)


def _owning(check: str, state: str) -> None:
    decided = shell.store().decisions().get(check)
    if state == "fail" and st.button("I have seen it", icon=":material/done:", key="acknowledge"):
        shell.store().decide(check, "acknowledge", who=shell.viewer().name)
        st.rerun()
    with shell.unfolded("Assign", ":material/person_add:", "assign") as asked:
        if not asked:
            return
        with st.form("assign-form", border=False):
            whose = st.text_input("Whose it is; empty for nobody's", (decided and decided.assignee) or "", max_chars=80)
            if st.form_submit_button("Assign"):
                shell.store().decide(check, "assign", who=shell.viewer().name, details=whose or "")
                st.rerun()


def _muting(check: str) -> None:
    """Offer to silence a finding up to a day, with a reason, or to let it be heard again; holds from the next run."""
    silent = shell.store().mutes().get(check)
    if silent is not None:
        shell.say(f"Silent up to {silent.until} ({silent.who}): {silent.reason}")
        if st.button("Let it be heard", key="unmute", icon=":material/volume_up:"):
            shell.store().unmute(check)
            st.rerun()
        return
    with shell.unfolded("Mute", ":material/volume_off:", "mute") as asked:
        if not asked:
            return
        with st.form("mute-form", border=False):
            reason = st.text_input("Why it may be silent", max_chars=500)
            until = st.date_input("Up to and including", datetime.now(UTC).date() + timedelta(days=30))
            if st.form_submit_button("Mute"):
                try:
                    shell.store().mute(check, reason, until, who=shell.viewer().name)
                except ValueError as wrong:
                    st.text(str(wrong))
                else:
                    st.rerun()


def _accepting(check: str, provenance: str) -> None:
    """Offer to make a rule of a suggestion, with the line for the catalogue; it weighs from the next run on."""
    if provenance not in {"inferred", "stats_suggested", "accepted"}:
        return
    if provenance == "accepted":
        if st.button("A suggestion again", icon=":material/undo:", key="withdraw"):
            shell.store().decide(check, "withdraw", who=shell.viewer().name)
            st.rerun()
    elif st.button("Make it a rule", icon=":material/gavel:", key="accept"):
        shell.store().decide(check, "accept", who=shell.viewer().name)
        st.rerun()
    decided = shell.store().decisions().get(check)
    if decided is not None and decided.accepted:
        from quality.suggestions import catalogue_line  # noqa: PLC0415  only what is accepted needs the rules

        st.text("A rule from the next run on. The line for the catalogue:")
        st.code(catalogue_line(shell.mirror(), check), language="python")
