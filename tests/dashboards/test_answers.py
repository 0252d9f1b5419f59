"""Answers are kept for a generation, and made anew before the next one is shown."""

from __future__ import annotations

import gc
import threading
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from dashboards import server, shell
from dashboards.answers import Answer, Answers, Put
from dashboards.view import Column, Computed, TableSettings
from queries import system
from replica import Mirror, generations
from replica import mirror as mirrors
from replica.errors import QuestionTimeout
from replica.mirror import reopen, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def anew(folder: Path) -> int:
    """Publish the same rows as a new generation."""
    with generations.lock(folder):
        current = generations.current(folder)
        assert current is not None
        unfinished = generations.building(folder)
        generations.clone(current, unfinished)
        return generations.number(generations.publish(unfinished))


@pytest.fixture
def mirror(demo_mirror, tmp_path) -> Iterator[Mirror]:
    """The demo's mirror in a folder of the test's own, not held to be old however long ago the run made it."""
    current = generations.current(demo_mirror.folder)
    unfinished = tmp_path / "mirror-1.building"
    generations.clone(current, unfinished)
    generations.publish(unfinished)
    yield Mirror(tmp_path, demo_mirror.settings.model_copy(update={"home": tmp_path, "refresh_seconds": 86_400}))
    show(tmp_path, None)


class Counted:
    """A question that counts how often it was put, by generation."""

    def __init__(self) -> None:
        self.put: list[int] = []

    def __call__(self, mirror: Mirror, **_given: object) -> int:
        self.put.append(mirror.generation)
        return mirror.generation


def test_an_answer_is_kept_for_its_generation_and_its_arguments(mirror):
    answers, question = Answers(), Counted()
    first = Put.to(mirror, question, {"a": 1})
    assert [answers.of(mirror, one).frame for one in (first, first, Put.to(mirror, question, {"a": 2}))] == [1, 1, 1]
    assert question.put == [1, 1]
    assert anew(mirror.folder) == 2
    assert answers.of(mirror, first).frame == 2


def test_what_one_session_revealed_is_no_answer_for_another(mirror):
    answers, question = Answers(), Counted()
    for reading in (mirror, mirror.unmasked):
        answers.of(reading, Put.to(reading, question, {}))
    assert len(question.put) == 2


def test_whoever_asks_while_an_answer_is_made_waits_for_it(mirror):
    begun, go, put = threading.Event(), threading.Event(), []

    def slow(_mirror: Mirror) -> str:
        put.append("once")
        begun.set()
        assert go.wait(10)
        return "made"

    answers, found = Answers(), []
    asked = Put.to(mirror, slow, {})
    both = [threading.Thread(target=lambda: found.append(answers.of(mirror, asked).frame)) for _ in range(2)]
    for one in both:
        one.start()
    assert begun.wait(10)
    assert not answers.holds(mirror, asked)
    go.set()
    for one in both:
        one.join(10)
    assert (found, put) == (["made", "made"], ["once"])


def test_a_question_that_failed_is_tried_again_by_the_next_who_asks(mirror):
    tried = []

    def failing(_mirror: Mirror) -> str:
        tried.append(1)
        if len(tried) == 1:
            raise QuestionTimeout("It took too long.", "Narrow it.")
        return "answered"

    answers, asked = Answers(), Put.to(mirror, failing, {})
    with pytest.raises(QuestionTimeout):
        answers.of(mirror, asked)
    assert answers.of(mirror, asked).frame == "answered"


def test_the_most_frequent_questions_are_asked_again_first_and_none_that_revealed(mirror):
    put: list[str] = []

    def rare(_mirror: Mirror) -> None:
        put.append("rare")

    def often(_mirror: Mirror) -> None:
        put.append("often")

    def revealing(_mirror: Mirror) -> None:
        put.append("revealing")

    answers = Answers()
    answers.of(mirror, Put.to(mirror, rare, {}))
    for _ in range(3):
        answers.of(mirror, Put.to(mirror, often, {}))
    answers.of(mirror.unmasked, Put.to(mirror.unmasked, revealing, {}))
    put.clear()
    anew(mirror.folder)
    assert answers.renew(mirror, 0.0) == 0
    assert answers.renew(mirror, 10.0) == 2
    assert put == ["often", "rare"]
    answers.forget(mirror)
    assert [key[0][0] for key in answers._kept] == [2, 2]


def test_pages_read_the_generation_that_is_shown_until_the_next_one_is_ready(mirror):
    page = Mirror(mirror.folder, mirror.settings, as_shown=True)
    shown = server.show_newest(mirror, None)
    assert page.generation == 1
    anew(mirror.folder)
    assert (mirror.generation, page.generation) == (2, 1)
    assert not page.freshness().problem
    server.show_newest(mirror, shown)
    assert page.generation == 2


def test_what_pages_asked_is_answered_before_the_next_generation_is_shown(mirror, monkeypatch):
    answers, seen = Answers(), []
    monkeypatch.setattr(shell, "answers", lambda: answers)
    page = Mirror(mirror.folder, mirror.settings, as_shown=True)

    def question(reading: Mirror) -> int:
        seen.append((reading.generation, page.generation))
        return reading.generation

    shown = server.show_newest(mirror, None)
    put = Put.to(page, question, {})
    answers.of(page, put)
    anew(mirror.folder)
    server.show_newest(mirror, shown)
    assert seen == [(1, 1), (2, 1)]
    assert answers.holds(page, put)


def opened_now(folder):
    return {one.path.name: one for one in mirrors._open.values() if one.path.parent == folder}


def test_the_shown_generation_and_the_next_one_are_read_in_turn_and_neither_is_opened_again(mirror):
    page = Mirror(mirror.folder, mirror.settings, as_shown=True)
    show(mirror.folder, page.generation, 60.0)
    anew(mirror.folder)
    assert (page.generation, mirror.generation) == (1, 2)
    before = opened_now(mirror.folder)
    assert len(before) == 2
    assert (page.generation, mirror.generation) == (1, 2)
    assert opened_now(mirror.folder) == before


def test_a_generation_is_let_go_as_the_next_one_is_made_ready_and_answers_again_when_it_is_asked(mirror, monkeypatch):
    page = Mirror(mirror.folder, mirror.settings, as_shown=True)
    shown = server.show_newest(mirror, None)
    (first,) = opened_now(mirror.folder).values()
    anew(mirror.folder)
    met = []
    monkeypatch.setattr(server, "group_errors", lambda _mirror: met.append((first.retired, page.generation)))
    server.show_newest(mirror, shown)
    assert met == [(True, 1)]


def test_a_generation_whose_file_was_dropped_stays_open_as_long_as_it_is_shown(mirror):
    page = Mirror(mirror.folder, mirror.settings, as_shown=True)
    show(mirror.folder, page.generation, 60.0)
    anew(mirror.folder)
    assert page.generation == 1
    generations.published(mirror.folder, 1).unlink()
    reopen(mirror.folder, 1)
    assert page.generation == 1


def test_nobody_is_held_up_when_the_thread_that_chose_is_gone(mirror):
    page = Mirror(mirror.folder, mirror.settings, as_shown=True)
    show(mirror.folder, 1, 0.0)
    anew(mirror.folder)
    assert page.generation == 2


def test_a_shown_generation_that_is_dropped_or_damaged_gives_way_to_the_newest(mirror):
    page = Mirror(mirror.folder, mirror.settings, as_shown=True)
    show(mirror.folder, 1, 60.0)
    anew(mirror.folder)
    generations.mark_damaged(generations.published(mirror.folder, 1))
    assert page.generation == 2


def test_a_new_generation_that_is_damaged_is_said_although_another_one_is_shown(mirror):
    page = Mirror(mirror.folder, mirror.settings, as_shown=True)
    show(mirror.folder, 1, 60.0)
    generations.mark_damaged(generations.published(mirror.folder, anew(mirror.folder)))
    assert "cannot be read" in (page.freshness().problem or "")


def height(frame: pl.DataFrame, *, words: str) -> str:
    return f"{frame.height} {words}"


def told(parts: dict[str, tuple[int, Computed]], computed: Computed) -> tuple[int, str, int, str]:
    ((number, how),) = parts.values()
    return number, how.definition, how.rows, computed.definition


def test_what_is_made_of_answers_is_kept_for_a_generation_and_made_anew_ahead_of_the_next(mirror, monkeypatch):
    made, question, answers = [], Counted(), Answers()
    monkeypatch.setattr(shell, "mirror", lambda: mirror)
    monkeypatch.setattr(shell, "answers", lambda: answers)
    monkeypatch.setattr(shell, "_note_read", lambda *_: None)

    def make(generation: int, words: str) -> str:
        made.append(generation)
        return f"{words} {generation}"

    def shown() -> str:
        return shell.make(make, shell.ask(question), words="of").frame

    assert [shown(), shown()] == ["of 1", "of 1"]
    anew(mirror.folder)
    answers.renew(mirror, 10.0)
    assert made == [1, 2]
    assert shown() == "of 2"
    assert made == [1, 2], "it was there before anybody asked"
    assert shell.make(make, shell.ask(question), words="for").frame == "for 2"


def test_a_maker_gets_frames_hows_mappings_and_may_ask_itself(mirror, monkeypatch):
    answers = Answers()
    monkeypatch.setattr(shell, "mirror", lambda: mirror)
    monkeypatch.setattr(shell, "answers", lambda: answers)
    monkeypatch.setattr(shell, "_note_read", lambda *_: None)
    listed = shell.ask(system.tables)
    assert shell.make(height, listed, words="tables").frame == f"{listed.frame.height} tables"
    given = {"tables": (3, listed.how("All tables."))}
    found = shell.make(told, given, listed.how("Once more.", "meta.tables"))
    assert found.frame == (3, "All tables.", listed.frame.height, "Once more.")
    assert found.asked == listed.asked, "asked once, however many parts rest on it"
    assert found.computed("", "a").tables == tuple(
        sorted({"a", *(name for one in listed.asked for name in one.tables)})
    )

    def asking(ask: Callable[..., Answer]) -> int:
        return ask(system.tables).frame.height

    assert shell.make(asking, shell.ask).frame == listed.frame.height
    with pytest.raises(TypeError, match="unhashable"):
        shell.make(height, listed.frame, words="tables")


def test_the_cells_of_a_table_are_made_once_and_let_go_with_its_frame():
    frame = pl.DataFrame(
        {"day": [date(2026, 1, 2)], "word": ["x" * 1_001], "names": [["a", "b"]], "trend": [[1.0, 4.0]]}
    )
    shown = TableSettings(
        (
            Column("day", "Day"),
            Column("word", "Word"),
            Column("names", "Names", "list"),
            Column("trend", "Trend", "trend"),
        )
    )
    cells = shell._cells(frame, shown)
    assert cells.to_pylist() == [
        {"day": "2026-01-02", "word": "x" * 1_000 + "…", "names": "a, b", "trend": [0.25, 1.0]}
    ]
    assert shell._cells(frame, shown) is cells
    assert shell._cells(frame, replace(shown, columns=shown.columns[:1])).column_names == ["day"]
    assert shell._cells(frame.clone(), shown) is not cells
    before = len(shell._sent)
    del frame
    gc.collect()
    assert len(shell._sent) == before - 2
