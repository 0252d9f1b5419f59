"""The frame around every page: filters in the URL, cached questions, states, exports, annotations, saved views.

The only module below the pages that imports Streamlit. Text from the database is drawn by `st.text`, `st.code` or a
dataframe cell, never as Markdown or HTML.
"""

from __future__ import annotations

import gc
import time
import weakref
from contextlib import contextmanager, nullcontext, suppress
from copy import copy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, cast
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo, available_timezones

import polars as pl
import pyarrow as pa
import streamlit as st

from catalogue.scrub import scrub
from dashboards import access, charts, navigation, reveal, theme
from dashboards.answers import ASKING, Answer, Answers, Making, Pairs, Put
from dashboards.markdown import letters
from dashboards.view import Column, Computed, Figure, Filters, Number, TableSettings, View
from quality import history
from queries.explorer import OPERATORS, Filter, NotAllowed
from queries.export import csv_bytes, written_out, xlsx_bytes
from queries.span import Span
from replica.errors import MirrorUnreadable, NoMirror, ReplicaError
from replica.mirror import Freshness, Mirror, show
from replica.settings import Settings, load_settings, mirror_folder
from store import Annotation, Run, Store, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from streamlit.delta_generator import DeltaGenerator

    from catalogue.roles import Role, Viewer

# The first one holds where nothing was chosen.
RANGES: Final = {"28 days": 28, "7 days": 7, "90 days": 90, "12 months": 365}
ALL, CUSTOM = "All time", "Custom"
FIRST_DAY: Final = date(2024, 1, 1)
COMPARE: Final[dict[str, Literal["previous", "year", "none"]]] = {
    "Previous period": "previous",
    "Same period last year": "year",
    "Nothing": "none",
}
SEGMENTS: Final[dict[str, Literal["all", "signed_in", "anonymous"]]] = {
    "Everyone": "all",
    "Signed in": "signed_in",
    "Anonymous": "anonymous",
}
ZONES: Final = ("UTC", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "Europe/London",
                "Europe/Berlin", "Asia/Tokyo", "Australia/Sydney")  # fmt: skip
FILTER_KEYS: Final = ("range", "from", "to", "compare", "tz", "segment")
LONGEST_CELL: Final = 1_000
_sent: Final[dict[tuple[int, TableSettings], tuple[weakref.ref[pl.DataFrame], pa.Table]]] = {}
ROWS_PER_PAGE: Final = (50, 200, 1_000)
EXPORTS: Final = {
    "csv": ("text/csv", csv_bytes),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_bytes),
}


# What is kept between runs


@st.cache_resource(show_spinner=False)
def _freeze(page_key: str) -> None:  # noqa: ARG001  once for each page, after all that its first run imports
    """Spare every later run the collection of what the imports left: most of a run's CPU, as measured."""
    gc.collect()
    gc.freeze()


@st.cache_resource(show_spinner=False)
def _store(home: str) -> Store:
    return Store(Path(home))


@st.cache_resource(show_spinner=False)
def answers() -> Answers:
    """Return what this process keeps of the answers that pages asked for."""
    return Answers()


@st.cache_resource(show_spinner=False)
def _pages(role: Role) -> dict[str, list[Any]]:
    menu = navigation.menu(role)
    shown = [page for pages in menu.values() for page in pages]
    made: dict[str, list[Any]] = {section: [] for section in menu}
    for page in navigation.PAGES:
        # A page icon would also be the tab's icon, which Streamlit fetches from outside: the style draws it instead.
        made[page.section if page in shown else shown[0].section].append(
            st.Page(
                page.script, title=page.title, url_path=page.key, default=page == shown[0],
                visibility="visible" if page in shown else "hidden",
            )
        )  # fmt: skip
    return made


def pages(role: Role) -> dict[str, list[Any]]:
    """Return Streamlit's pages by section, for one run: a copy costs less than looking for every script."""
    return {section: [copy(page) for page in pages] for section, pages in _pages(role).items()}


def use(settings: Settings) -> None:
    """Choose the database of this session; without it the settings in force are read."""
    st.session_state["_settings"] = settings


def settings() -> Settings:
    """Return the settings of this session."""
    return cast("Settings", st.session_state.get("_settings") or load_settings())


def viewer() -> Viewer:
    """Return whoever looks in this session; the role is `none` for a stranger."""
    return access.viewer()


def mirror() -> Mirror:
    """Return the mirror of this session: personal data is masked but for what the session revealed."""
    chosen = settings()
    held: tuple[Settings, Mirror] | None = st.session_state.get("_mirror")
    if held is None or held[0] is not chosen:
        # Asked for at every question: to tell settings apart by what they say costs more than a mirror does.
        held = st.session_state["_mirror"] = (chosen, Mirror(mirror_folder(chosen), chosen, as_shown=True))
    return held[1].seeing(reveal.seen(viewer()))


def store() -> Store:
    """Return the suite's own state."""
    return _store(str(settings().home))


def _about_store() -> str | None:
    """Return what is to be said of the suite's own state; without it pages still answer."""
    try:
        return store().notice
    except StoreUnavailable as problem:
        return str(problem)


def _notes(days: tuple[date, date] | None) -> tuple[Annotation, ...]:
    with suppress(StoreUnavailable):
        return store().annotations(*days) if days else ()
    return ()


@contextmanager
def _kept() -> Iterator[None]:
    """Draw what the suite's own state holds, or why it cannot be had."""
    try:
        yield
    except StoreUnavailable as problem:
        st.text(str(problem))


# Questions


def ask(question: Callable[..., Any], **arguments: Any) -> Answer:
    """Put a question to the mirror; the answer is kept until the next generation.

    Raises:
        ReplicaError: It cannot be answered; `panel` draws why.
    """
    asked_of, kept = mirror(), answers()
    put = Put.to(asked_of, question, arguments)
    with nullcontext() if kept.holds(asked_of, put) else st.spinner("Reading the mirror …"):
        answer = kept.of(asked_of, put)
    _note_read(asked_of, answer)
    return answer


def make(function: Callable[..., Any], *parts: Any, **settings: Any) -> Answer:
    """Return, as an answer, what a function makes of the frames of answers, kept until the next generation.

    Of the arguments every answer is given by its frame, what `Answer.how` returned as the "how is this computed", and
    `ask` as asking the same generation; the others as they are. What is made is shared by everybody and never changed.
    Where a page is read again and again, making its pictures is most of what it costs.

    Raises:
        ReplicaError: One of the questions cannot be answered; `panel` draws why.
    """
    named = tuple(sorted((name, _part(part)) for name, part in settings.items()))
    return ask(Making(function, answers()), parts=tuple(map(_part, parts)), settings=named)


def _part(given: Any) -> Any:
    if given is ask:
        return ASKING
    if isinstance(given, dict):
        return Pairs((name, _part(one)) for name, one in given.items())
    if isinstance(given, tuple):
        return tuple(map(_part, given))
    return given.puts[0] if isinstance(given, Answer) else given


def ask_each(
    question: Callable[..., Any], each: Sequence[dict[str, Any]], **shared: Any
) -> Iterator[tuple[dict[str, Any], Answer]]:
    """Put a question once with each of some arguments and yield what was answered; of the others it draws why not."""
    for one in each:
        with panel():
            yield one, ask(question, **one, **shared)


def _note_read(asked_of: Mirror, answer: Answer) -> None:
    """Remember which tables this page read, for what the checks say of them and for the record of what was revealed."""
    tables = {table for one in answer.asked for table in one.tables}
    st.session_state.setdefault("_read", set()).update(tables)
    if asked_of.sees:
        reveal.read(store(), tables)


# The page


@contextmanager
def page(key: str) -> Iterator[Filters]:
    """Draw the frame of a page around what the block draws; errors end in words, never in a traceback."""
    entry = navigation.BY_KEY[key]
    _admit(entry)
    started, at, outcome = time.perf_counter(), datetime.now(UTC), "shown"
    st.title(entry.title, anchor=False)
    st.caption(entry.purpose)
    try:
        fresh = _fresh()
        _freshness_bar(fresh)
        beside = st.container(key="trust")
        st.session_state["_read"] = set()
        _carry(entry)
        filters = _filter_bar(fresh)
        with st.container(horizontal=True, vertical_alignment="center", key="beside"):
            if filters is not None:
                growing = filters.span.end > fresh.snapshot_at
                unfinished = " The last day is not over: its numbers will grow." if growing else ""
                st.caption(f"Staff and bots are left out.{unfinished}", width="content")
            _saved_views(entry)
            with _kept():
                reveal.bar(viewer(), store, entry.key)
        if filters is not None:
            yield filters
            _trust(beside, entry)
        else:
            st.stop()
    except ReplicaError as problem:
        outcome = "error"
        explain(problem)
        if isinstance(problem, NoMirror | MirrorUnreadable):
            _refresh_button()
        # Raised before the block ran, there is nothing to run it with.
        st.stop()
    except StoreUnavailable as problem:
        # What may only be shown on record is not shown without the record.
        outcome = "error"
        explain(ReplicaError(str(problem)))
        st.stop()
    finally:
        _freeze(key)
        with suppress(StoreUnavailable):
            seen = {
                "who": viewer().name, "role": viewer().role, "tables": sorted(st.session_state.get("_read", ())),
            }  # fmt: skip
            store().record(Run("page", key, at, time.perf_counter() - started, outcome, seen))


def _admit(entry: navigation.Page) -> None:
    """Let the run go on for a role to which the page is open; for everybody else it ends before anything is asked."""
    role = viewer().role
    if role in entry.roles:
        return
    if role == "none":
        access.sign_in_page()
    else:
        access.refuse(entry.title, entry.roles)
    st.stop()


@contextmanager
def panel() -> Iterator[None]:
    """Draw one part of a page; when it cannot be answered, it says why and the other parts stand."""
    try:
        yield
    except ReplicaError as problem:
        explain(problem)


def heading(title: str, line: str) -> None:
    """Draw what a place within the page is about, as plain text."""
    with st.container(key="heading"):
        st.text(title)
        st.text(line)


def explain(problem: ReplicaError) -> None:
    """Say what is wrong and what to do next, as plain text."""
    with st.container(border=True, key=_unique("problem")):
        st.caption(":material/error: This cannot be shown now")
        say(problem.sentence)
        if problem.next_step:
            say(problem.next_step)


def empty(sentence: str) -> None:
    """Say that there is nothing to show and why."""
    with st.container(border=True, key=_unique("empty")):
        st.caption(":material/inbox: Nothing to show")
        say(sentence)


def say(sentence: str) -> None:
    """Write a sentence as plain text; one that is longer than a table's cell is cut."""
    st.text(sentence if len(sentence) <= LONGEST_CELL else f"{sentence[:LONGEST_CELL]}…")


def _fresh() -> Freshness:
    return mirror().freshness()


def _freshness_bar(fresh: Freshness) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="freshness"):
        if fresh.stale:
            st.badge("Stale", icon=":material/history:", color="orange")
        else:
            st.badge("Fresh", icon=":material/check_circle:", color="green")
        read = "" if fresh.age_seconds is None else f" {theme.ago(fresh.age_seconds)} ago"
        lag = "" if fresh.lag_seconds is None else f" · replica {theme.ago(fresh.lag_seconds)} behind"
        st.text(
            f"As of {fresh.snapshot_at:%d %b %Y %H:%M:%S} UTC · read{read} from {fresh.database} ({fresh.role}){lag}"
        )
        _refresh_button()
    for sentence in filter(None, (fresh.problem, fresh.next_step if fresh.stale else "", _about_store())):
        say(sentence)
    if fresh.warnings:
        with st.expander(f"{len(fresh.warnings)} notes about this database", icon=":material/info:"):
            for warning in fresh.warnings:
                say(warning)


@st.cache_data(show_spinner=False, max_entries=50, hash_funcs={Mirror: lambda asked: str(asked.folder.resolve())})
def _troubled(asked_of: Mirror, run: str) -> dict[str, tuple[int, int]]:
    return history.troubled(asked_of, run=run)


def troubled() -> dict[str, tuple[int, int]] | None:
    """Return critical findings and warnings by table of the newest run of the checks, None before the first."""
    run = history.stamp(mirror())
    return None if run is None else _troubled(mirror(), run)


def _trust(place: DeltaGenerator, entry: navigation.Page) -> None:
    """Say beside the freshness what the last run of the checks found in the tables that this page read."""
    run = history.stamp(mirror())
    if run is None or entry.key in navigation.JUDGING:
        return
    found = _troubled(mirror(), run)
    counts = [found[name] for name in st.session_state.get("_read", ()) if name in found]
    critical, warning = sum(each[0] for each in counts), sum(each[1] for each in counts)
    if not critical and not warning:
        return
    with place, st.container(horizontal=True, vertical_alignment="center", key="trust-said"):
        words = f"{critical} critical" if critical else f"{warning} warnings"
        st.badge(words, icon=":material/report:", color="red" if critical else "orange")
        st.text("The checks found fault with tables that this page reads.")
        # Our own address; nothing from elsewhere joins it.
        st.html('<a href="findings" target="_self">What is wrong</a>', width="content")


def _refresh_button() -> None:
    if st.button("Refresh", icon=":material/refresh:", type="tertiary", key="refresh"):
        from replica.refresh import refresh  # noqa: PLC0415  only a press of the button needs the writing side

        try:
            with st.spinner("Reading the replica …"):
                refresh(settings())
            # Whoever asks for it waits for the new answers, too.
            show(mirror_folder(settings()), None)
        except ReplicaError as problem:
            explain(problem)
        except Exception as fault:  # noqa: BLE001  whatever stops a refresh, the page stands and says so
            explain(ReplicaError(f"The refresh ended with {type(fault).__name__}.", "The last good mirror is served."))
        else:
            st.rerun()


def _carry(entry: navigation.Page) -> None:
    """Begin a page with the filters that its address names, and else with those of the page before."""
    before = st.session_state.get("_page")
    if before != entry.key:
        for key, value in st.session_state.get("_filters", {}).items():
            if key not in st.query_params:
                st.session_state[key] = value
            elif before is not None and key in {"range", "tz", "compare", "segment"}:
                # Widgets read the address only when a session begins.
                st.session_state[key] = st.query_params[key]
    st.session_state["_page"] = entry.key


@cache
def _all_zones() -> tuple[str, ...]:
    """Return the names of all time zones; listing them reads the disk."""
    return tuple(sorted(available_timezones()))


def _day(label: str, key: str, default: date) -> date:
    if key not in st.session_state and key not in st.query_params:
        st.session_state[key] = default
    return st.date_input(label, key=key, bind="query-params", width=140)


def _filter_bar(fresh: Freshness) -> Filters | None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        chosen = st.selectbox("Date range", [*RANGES, ALL, CUSTOM], key="range", bind="query-params", width=150)
        zones = list(dict.fromkeys([settings().timezone, *ZONES, *_all_zones()]))
        zone = st.selectbox("Time zone", zones, key="tz", bind="query-params", width=190)
        today = fresh.snapshot_at.astimezone(ZoneInfo(zone)).date()
        first, last = today - timedelta(days=RANGES.get(chosen, 28) - 1), today
        if chosen == ALL:
            first = FIRST_DAY
        elif chosen == CUSTOM:
            first, last = _day("From", "from", first), _day("To", "to", last)
        compare = st.selectbox("Compare with", list(COMPARE), key="compare", bind="query-params", width=200)
        segment = st.selectbox("Visitors", list(SEGMENTS), key="segment", bind="query-params", width=140)
    st.session_state["_filters"] = {key: st.session_state[key] for key in FILTER_KEYS if key in st.session_state}
    try:
        span = Span.of(first, last, zone)
    except ValueError as backwards:
        empty(str(backwards))
        return None
    return Filters(span, COMPARE[compare], SEGMENTS[segment], dark=st.context.theme.type == "dark")


def _query() -> str:
    """Return what the address asks for, without values that hold something personal: everybody sees saved views."""
    given = [(key, value) for key in st.query_params for value in st.query_params.get_all(key)]
    return urlencode([(key, value) for key, value in given if scrub(value) == value])


def _saved_views(entry: navigation.Page) -> None:
    with st.popover("Saved views", icon=":material/bookmark:", type="tertiary", key="saved"), _kept():
        for view in store().views(entry.key):
            with st.container(horizontal=True, vertical_alignment="center", key=f"view-{view.id}"):
                st.text(view.name)
                # Widgets read the address once, when a session begins: a link begins one. Nothing of the query but
                # percent-encoded text reaches the page.
                address = escape(urlencode(parse_qsl(view.query)))
                st.html(f'<a href="?{address}" target="_self">Open</a>', width="content")
                if st.button("Delete", key=f"delete-view-{view.id}"):
                    store().remove_view(view.id)
                    st.rerun()
        _start_page(entry)
        with st.form("save-view", border=False, clear_on_submit=True):
            name = st.text_input("Name of this view", max_chars=80)
            if st.form_submit_button("Save"):
                try:
                    reveal.refuse_saving(viewer())
                    store().save_view(entry.key, name, _query())
                except ValueError as wrong:
                    st.text(str(wrong))
                else:
                    st.rerun()


def start_page() -> str | None:
    """Return with which page the viewer begins, None for the first of the menu."""
    with suppress(StoreUnavailable):
        return store().start_page(viewer().name)
    return None


def _start_page(entry: navigation.Page) -> None:
    """Offer to begin with this page from now on, or no longer."""
    is_first = start_page() == entry.key
    label = "Begin with the first page again" if is_first else "Make this my start page"
    if st.button(label, icon=":material/home_pin:", type="tertiary", key="start-page"):
        store().start_with(viewer().name, None if is_first else entry.key)
        st.rerun()


# What a page asks


def choose(label: str, key: str, options: Sequence[str], *, every: str = "All") -> str | None:
    """Return the chosen option, None for all; the choice is in the URL, and a strange one there is refused."""
    given = st.query_params.get(key)
    chosen: str | None = st.selectbox(
        label, options, index=None, key=key, bind="query-params", placeholder=every, width=230
    )
    if given and chosen is None and given not in options:
        explain(NotAllowed(f"There is no {label.lower()} {given!r}.", "Choose one from the list."))
    return chosen


def place(name: str) -> str | None:
    """Return where within the page the address leads, None for its beginning."""
    return st.query_params.get(name) or None


def go(name: str, value: str | None) -> None:
    """Lead to a place within the page, None to its beginning; for callbacks."""
    if value is None:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value


def back(name: str, label: str) -> None:
    """Draw the way back from a place within the page."""
    st.button(label, icon=":material/arrow_back:", type="tertiary", key=f"back-{name}", on_click=go, args=(name, None))


def toggle(label: str, key: str) -> bool:
    """Return whether something is switched on; it is in the URL."""
    return st.toggle(label, key=key, bind="query-params")


def search() -> str:
    """Return the words searched for; they are in the URL."""
    return (st.text_input("Search", key="search", bind="query-params", type="search", width=230) or "").strip()


@contextmanager
def controls() -> Iterator[None]:
    """Lay the widgets of the block out in one line that wraps."""
    with st.container(horizontal=True, vertical_alignment="bottom", key=_unique("controls")):
        yield


def row_filters(names: Sequence[str]) -> tuple[Filter, ...]:
    """Return the condition on rows that is chosen; none without a column, or without the value it needs."""
    column = choose("Column", "column", names, every="No filter")
    if column is None:
        return ()
    words = {operator.words: key for key, operator in OPERATORS.items()}
    operator = words[choose("Operator", "operator", list(words)) or "is"]
    takes_value = OPERATORS[operator].takes_value
    value = st.text_input("Value", key="value", bind="query-params", width=200) if takes_value else ""
    return () if takes_value and not value else (Filter(column, operator, value or ""),)


def row_order(names: Sequence[str]) -> dict[str, Any]:
    """Return `sort`, `descending` and `page_size` as they are chosen."""
    size = choose("Rows per page", "rows", [str(rows) for rows in ROWS_PER_PAGE], every=str(ROWS_PER_PAGE[0]))
    return {
        "sort": choose("Sort by", "sort", names, every="First column"),
        "descending": st.toggle("Descending", key="descending", bind="query-params"),
        "page_size": int(size or ROWS_PER_PAGE[0]),
    }


def choose_many(label: str, key: str, options: Sequence[str], *, none: str) -> tuple[str, ...]:
    """Return the chosen options in the order of choosing; they are in the URL."""
    return tuple(st.multiselect(label, options, key=key, bind="query-params", placeholder=none, width=620))


def page_of(rows: int, page_size: int) -> int:
    """Return the page that is chosen of so many rows, from 1 on."""
    return st.pagination(max(1, -(-rows // page_size)), key="page", bind="query-params")


# What a page shows


def draw(view: View | Answer, filters: Filters) -> None:
    """Draw numbers, then figures, then notes."""
    view = view.frame if isinstance(view, Answer) else view
    if view.numbers:
        with st.container(horizontal=True, gap="small", key=_unique("cards")):
            for number in view.numbers:
                _draw_number(number)
    for figure in view.figures:
        _draw_figure(figure, filters)
    for note in view.notes:
        say(note)


def _draw_number(number: Number) -> None:
    colour: Literal["normal", "inverse", "off"] = (
        "off" if number.good == "neither" else "normal" if number.good == "up" else "inverse"
    )
    with st.container(border=True, key=f"number-{number.key}"):
        st.metric(
            letters(number.label),
            theme.number(number.value, number.unit),
            None if number.change is None else theme.percent(number.change, signed=True),
            delta_color=colour,
            delta_description=number.compared_with or None,
            chart_data=list(number.sparkline) or None,
            chart_type="area",
        )
        with st.container(horizontal=True, key=f"foot-{number.key}"):
            frame = number.table if number.table is not None else pl.DataFrame({"value": [number.value]})
            _computed(f"number-{number.key}", number.computed, frame)


def _draw_figure(figure: Figure, filters: Filters) -> None:
    with st.container(border=True, key=f"figure-{figure.key}"):
        with st.container(horizontal=True, horizontal_alignment="distribute", key=f"head-{figure.key}"):
            st.subheader(letters(figure.title), anchor=False)
            _computed(figure.key, figure.computed)
        if figure.markup:
            st.html(figure.markup)
            _printed(figure)
            return
        if figure.table.is_empty():
            empty(figure.empty)
            return
        if figure.chart is None:
            table(figure.key, figure.table, figure.settings, alt=figure.alt)
            _exports(figure.key, figure.table)
            if figure.code:
                say(figure.alt)
                st.code(
                    figure.code, language=figure.language, height=300 if figure.code.count("\n") > 12 else "content"
                )
            return
        notes = _notes(figure.days)
        chart = charts.annotated(figure.chart, notes, dark=filters.dark) if notes else figure.chart
        st.plotly_chart(
            charts.harmless(chart),
            theme=None,
            key=f"chart-{figure.key}",
            alt=figure.alt,
            config={"displaylogo": False, "displayModeBar": False},
            on_select=partial(_choose_point, figure) if figure.settings.leads or figure.picks else "ignore",
            selection_mode="points",
        )
        say(figure.alt)
        for place, note in enumerate(notes, start=1):
            st.text(f"{place}  {note.day}  {note.text}")
        with st.container(horizontal=True, key=f"below-{figure.key}"):
            if figure.days:
                _annotate(figure)
            with unfolded("Data table", ":material/table:", f"data-{figure.key}") as asked:
                if not asked:
                    return
                table(f"data-{figure.key}", figure.table, figure.settings, alt=figure.alt)
                _exports(figure.key, figure.table)


def _choose_point(figure: Figure) -> None:
    """Lead to what a chosen point stands for; points come in the order of the figure's table, or say their pick."""
    points = st.session_state[f"chart-{figure.key}"].selection.points
    if figure.picks and points:
        told = points[0].get("customdata")
        place = told[-1] if isinstance(told, list) else told
        if isinstance(place, int) and 0 <= place < len(figure.picks):
            st.session_state.update(figure.picks[place])
    elif figure.settings.leads is not None and points:
        column, name = figure.settings.leads
        go(name, figure.table.item(points[0]["point_index"], column))


def _printed(figure: Figure) -> None:
    """Offer what was printed as files, and its rows as a table."""
    roles = navigation.BY_KEY[st.session_state["_page"]].roles
    with st.container(horizontal=True, key=f"files-{figure.key}"):
        for file in figure.files:
            st.download_button(
                f"Download {letters(file.name)}",
                access.behind(roles, reveal.behind(store, file.name, file.write)),
                file.name,
                file.kind,
                key=f"file-{file.name}",
                on_click="ignore",
                icon=":material/download:",
                type="tertiary",
            )
        with unfolded("Data table", ":material/table:", f"data-{figure.key}") as asked:
            if asked and not figure.table.is_empty():
                table(f"data-{figure.key}", figure.table, figure.settings, alt=figure.alt)
                _exports(figure.key, figure.table)


@contextmanager
def unfolded(label: str, icon: str, key: str) -> Iterator[bool]:
    """Yield whether somebody opened this; what is folded away costs nothing until then."""
    popover = st.popover(label, type="tertiary", icon=icon, key=key, on_change="rerun")
    with popover:
        yield bool(popover.open)


def _annotate(figure: Figure) -> None:
    first, last = figure.days or (FIRST_DAY, FIRST_DAY)
    with unfolded("Annotate", ":material/push_pin:", f"annotate-{figure.key}") as asked:
        if not asked:
            return
        with _kept():
            _notes_of(figure, first, last)


def _notes_of(figure: Figure, first: date, last: date) -> None:
    with st.form(f"note-{figure.key}", border=False, clear_on_submit=True):
        day = st.date_input("Day", last)
        text = st.text_input("What happened", max_chars=200)
        if st.form_submit_button("Add"):
            try:
                store().annotate(day, text)
            except ValueError as wrong:
                st.text(str(wrong))
            else:
                st.rerun()
    for note in store().annotations(first, last):
        with st.container(horizontal=True, vertical_alignment="center", key=f"note-{figure.key}-{note.id}"):
            st.text(f"{note.day}  {note.text}")
            if st.button("Delete", key=f"delete-{figure.key}-{note.id}"):
                store().remove_annotation(note.id)
                st.rerun()


def _computed(key: str, computed: Computed, frame: pl.DataFrame | None = None) -> None:
    with unfolded("How is this computed", ":material/function:", f"computed-{key}") as asked:
        if not asked:
            return
        st.text(computed.definition)
        st.text(f"Tables: {', '.join(computed.tables) or 'none'}")
        st.text(f"Rows answered: {computed.rows:,}")
        if computed.as_of is not None:
            st.text(f"As of {computed.as_of:%d %b %Y %H:%M:%S} UTC")
        for sql in computed.sql:
            st.code(sql, language="sql")
        if frame is not None:
            _exports(key, frame)


def _exports(key: str, frame: pl.DataFrame) -> None:
    """Offer the rows as CSV and XLSX; written when asked for, as a page has many and seldom any of them is wanted."""
    roles = navigation.BY_KEY[st.session_state["_page"]].roles
    with st.container(horizontal=True, key=f"exports-{key}"):
        for form, (kind, written) in EXPORTS.items():
            st.download_button(
                f"Download {form.upper()}",
                access.behind(roles, reveal.behind(store, f"{key}.{form}", partial(written, frame))),
                f"{key}.{form}",
                kind,
                key=f"export-{form}-{key}",
                on_click="ignore",
                icon=":material/download:",
                type="tertiary",
            )


def table(key: str, frame: pl.DataFrame, shown: TableSettings, *, alt: str) -> None:
    """Draw a table; every cell is plain text or a number."""
    shown = shown if shown.columns else replace(shown, columns=tuple(Column(name, name) for name in frame.columns))
    opens, leads = shown.opens, shown.leads

    def choose_row() -> None:
        rows = st.session_state[f"table-{key}"].selection.rows
        if opens is not None and rows:
            st.session_state[opens[1]] = frame.item(rows[0], opens[0])
        if leads is not None and rows:
            go(leads[1], frame.item(rows[0], leads[0]))

    shows = opens or leads or shown.actor
    st.dataframe(
        _cells(frame, shown),
        hide_index=True,
        column_config={column.name: _column(column) for column in shown.columns},
        key=f"table-{key}",
        alt=alt,
        height=shown.height or "auto",
        placeholder=theme.UNKNOWN,
        on_select="rerun" if shown.selects else choose_row if shows else "ignore",
        selection_mode="multi-row" if shown.selects else "single-row",
    )
    if shown.actor is not None:
        for who in selected(key, frame, shown.actor):
            st.switch_page(navigation.BY_KEY["timeline"].script, query_params={"actor": who})


def _cells(frame: pl.DataFrame, shown: TableSettings) -> pa.Table:
    """Return the cells of a table as they are sent, kept for as long as its frame is."""
    key = (id(frame), shown)
    kept = _sent.get(key)
    if kept is None or kept[0]() is not frame:
        made = _arrow(frame.select(_cell(column, frame.schema) for column in shown.columns if column.name in frame))
        kept = _sent[key] = (weakref.ref(frame, lambda _: _sent.pop(key, None)), made)
    return kept[1]


def _cell(column: Column, schema: pl.Schema) -> pl.Expr:
    cell, kind = pl.col(column.name), schema[column.name]
    if column.kind == "trend":
        # Each trend by its own highest value: beside one that strikes thousands of times all others were flat.
        return cell.list.eval((pl.element() / pl.element().max()).fill_nan(0.0))
    if kind == pl.List:
        cell = written_out(cell)
    # As text a number is shown digit by digit, as it is stored; a day would be the number of days since 1970.
    elif column.kind == "plain" or (column.kind == "text" and kind == pl.Date):
        cell = cell.cast(pl.String)
    elif kind != pl.String:
        return cell
    return pl.when(cell.str.len_chars() > LONGEST_CELL).then(cell.str.head(LONGEST_CELL) + "…").otherwise(cell)


def _arrow(cells: pl.DataFrame) -> pa.Table:
    """Return a frame as Streamlit sends it, without the way through pandas; with the types that browsers read."""
    made = cells.to_arrow(compat_level=pl.CompatLevel.oldest())
    small = {pa.large_string(): pa.string(), pa.large_list(pa.float64()): pa.list_(pa.float64())}
    return made.cast(pa.schema([(one.name, small.get(one.type, one.type)) for one in made.schema]))


def selected(key: str, frame: pl.DataFrame, column: str) -> list[Any]:
    """Return what a column holds in the rows that are chosen in a table that lets rows be chosen."""
    chosen = st.session_state.get(f"table-{key}")
    rows = [row for row in chosen.selection.rows if row < frame.height] if chosen else []
    return frame[rows].get_column(column).to_list()


def _column(column: Column) -> Any:  # noqa: PLR0911  one way of showing per kind
    label, width = column.label, column.width
    match column.kind:
        case "integer":
            return st.column_config.NumberColumn(label, width=width, format="localized")
        case "decimal" | "money":
            return st.column_config.NumberColumn(label, width=width, format="accounting")
        case "percent":
            return st.column_config.NumberColumn(label, width=width, format="percent")
        case "bytes":
            return st.column_config.NumberColumn(label, width=width, format="bytes")
        case "time":
            return st.column_config.DatetimeColumn(label, width=width, format="YYYY-MM-DD HH:mm:ss")
        case "plain":
            return st.column_config.TextColumn(label, width=width, alignment="right")
        case "flag":
            return st.column_config.CheckboxColumn(label, width=width)
        case "trend":
            return st.column_config.BarChartColumn(label, width=width, y_min=0, y_max=1)
        case _:
            return st.column_config.TextColumn(label, width=width)


def _unique(prefix: str) -> str:
    """Return a key not used in this run; places on a page come in a fixed order."""
    counts = st.session_state.setdefault("_places", {})
    counts[prefix] = counts.get(prefix, 0) + 1
    return f"{prefix}-{counts[prefix]}"
