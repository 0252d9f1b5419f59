"""Bounded questions on a generation."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import dataframely as dy
import duckdb
import polars as pl
import pytest
import sqlalchemy as sa

import catalogue
from replica import generations
from replica.errors import MirrorUnreadable, NoMirror, QuestionTimeout, TooManyRows, UnboundColumn, WrongShape
from replica.mirror import Mirror, forget
from replica.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    MirrorWith = Callable[..., Mirror]

CARS = """
    slug  | name       | hp
    miata | Mazda MX-5 | 181
    m3    | BMW M3     | 473
    fd    | Mazda RX-7 |
"""


class Cars(dy.Schema):
    slug = dy.String()
    hp = dy.Int64(nullable=True)


class Number(dy.Schema):
    n = dy.Int64()


@pytest.fixture
def sql(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / f"question{len(list(tmp_path.glob('*.sql')))}.sql"
        path.write_text(text)
        return path

    return write


def test_parameters_are_bound_and_never_formatted_in(mirror_with: MirrorWith, sql: Callable[[str], Path]) -> None:
    mirror = mirror_with(cars=CARS)
    question = sql("select slug, hp from cars where name = $name or hp < $hp order by slug;")
    assert mirror.ask(question, Cars, name="BMW M3", hp=200).rows() == [("m3", 473), ("miata", 181)]
    assert mirror.ask(question, Cars, name="x' or true --", hp=0).rows() == []


def test_an_unbound_column_is_named_with_the_setting_that_would_bind_it(
    mirror_with: MirrorWith, sql: Callable[[str], Path]
) -> None:
    mirror = mirror_with(cars=CARS, unbound={"cars.hp"})
    question = sql("select slug, hp from cars order by slug")
    with pytest.raises(UnboundColumn, match=r"cars\.hp has no counterpart") as unbound:
        mirror.ask(question, Cars)
    assert unbound.value.columns == ("cars.hp",)
    assert '"cars.hp" = ' in unbound.value.next_step
    assert mirror.ask(question, Cars, optional=frozenset({"cars.hp"})).height == 3
    assert mirror.ask(sql("select count(slug) as n from cars"), Number).item() == 3


def test_a_missing_table_is_not_an_empty_one(mirror_with: MirrorWith, sql: Callable[[str], Path]) -> None:
    mirror = mirror_with(missing={"cars"})
    with pytest.raises(UnboundColumn, match=r"cars\."):
        mirror.ask(sql("select count(*) as n from cars"), Number)


def test_a_question_is_stopped_after_its_seconds(mirror_with: MirrorWith, sql: Callable[[str], Path]) -> None:
    mirror = mirror_with()
    mirror.settings = mirror.settings.model_copy(update={"question_seconds": 1})
    endless = sql("select count(*) as n from range(10000000) a, range(10000000) b where a.range + b.range = 3")
    with pytest.raises(QuestionTimeout, match="longer than 1 seconds"):
        mirror.ask(endless, Number)
    assert mirror.ask(sql("select 1 as n"), Number).item() == 1


def test_an_answer_of_too_many_rows_is_refused(mirror_with: MirrorWith, sql: Callable[[str], Path]) -> None:
    mirror = mirror_with()
    mirror.settings = mirror.settings.model_copy(update={"row_limit": 10})
    assert mirror.ask(sql("select range as n from range(10)"), Number).height == 10
    with pytest.raises(TooManyRows, match="more than 10 rows"):
        mirror.ask(sql("select range as n from range(11)"), Number)


def test_an_answer_of_another_shape_is_refused(mirror_with: MirrorWith, sql: Callable[[str], Path]) -> None:
    with pytest.raises(WrongShape, match="does not fit Number"):
        mirror_with().ask(sql("select 'many' as n"), Number)


def test_money_comes_back_exact(mirror_with: MirrorWith) -> None:
    lines = catalogue.TABLES["journal_entry_lines"]
    mirror = mirror_with(journal_entry_lines="debit\n0.10\n0.20\n9999999999999999.99")
    total = mirror.ask_select(sa.select(sa.func.sum(lines.c.debit)))
    assert total.item() == Decimal("10000000000000000.29")


def test_a_composed_question_carries_its_values_as_parameters(mirror_with: MirrorWith) -> None:
    cars = catalogue.TABLES["cars"]
    mirror = mirror_with(cars=CARS)
    chosen = sa.select(cars.c.slug).where(cars.c.slug.in_(["m3", "x:y'; drop"]), cars.c.hp > 100).limit(5)
    with mirror.trace() as trace:
        assert mirror.ask_select(chosen)["slug"].to_list() == ["m3"]
    assert "drop" not in trace.questions[0].sql
    assert trace.questions[0].tables == ("cars",)
    assert trace.questions[0].rows == 1


def test_without_a_mirror_the_next_step_is_said(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path, Settings(home=tmp_path))
    with pytest.raises(NoMirror, match="Nothing is mirrored yet"):
        mirror.freshness()


def test_a_damaged_file_is_said_in_words(mirror_with: MirrorWith) -> None:
    mirror = mirror_with()
    path = generations.current(mirror.folder)
    assert path is not None
    path.write_bytes(b"not a mirror" * 1000)
    with pytest.raises(MirrorUnreadable, match="damaged"):
        mirror.freshness()
    path.unlink()
    with pytest.raises(MirrorUnreadable, match="gone"):
        mirror.freshness()


def test_a_failed_attempt_marks_the_mirror_stale(mirror_with: MirrorWith) -> None:
    mirror = mirror_with()
    fresh = mirror.freshness()
    assert not fresh.stale
    generations.write_status(mirror.folder, generations.Status(fresh.refreshed_at, "No server answered.", "Look."))
    assert (mirror.freshness().stale, mirror.freshness().problem) == (True, "No server answered.")


def test_threads_get_the_answers_that_one_gets(mirror_with: MirrorWith, sql: Callable[[str], Path]) -> None:
    mirror = mirror_with(cars=CARS)
    question = sql("select $k + count(*) * coalesce(max(hp), 0) as n from cars, range($k) where hp < $k")

    def answer(k: int) -> int:
        return int(mirror.ask(question, Number, k=k).item())

    serial = [answer(k) for k in range(480)]
    forget(mirror.folder)
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(answer, range(480))) == serial


def test_a_patient_reading_has_the_time_asked_for_and_never_less_than_before(mirror_with: MirrorWith) -> None:
    mirror = mirror_with()
    assert mirror.patient(300).settings.question_seconds == 300
    assert mirror.patient(300).patient(5).settings.question_seconds == 300
    assert (mirror.patient(300).folder, mirror.patient(300).sees) == (mirror.folder, mirror.sees)


def test_a_small_answer_is_kept_for_its_parameters_its_reading_and_its_generation(
    mirror_with: MirrorWith, sql: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror, put, run = mirror_with(cars=CARS), [], Mirror._run

    def counted(self: Mirror, opened: Any, name: str, *rest: Any) -> pl.DataFrame:
        put.append(name)
        return run(self, opened, name, *rest)

    monkeypatch.setattr(Mirror, "_run", counted)
    question = sql("select count(*) as n from cars where hp < $hp")

    def ask(of: Mirror, hp: object) -> int:
        with of.trace() as trace:
            found = of.ask(question, Number, hp=hp).item()
        assert len(trace.questions) == 1, "a kept answer is told like any other"
        return int(found)

    assert [ask(mirror, 200), ask(mirror, 200), ask(mirror, 500)] == [1, 1, 2]
    assert len(put) == 2
    ask(mirror.seeing({"email"}), 200)
    ask(mirror, 200.0)
    assert len(put) == 4
    unfinished = generations.building(mirror.folder)
    generations.clone(generations.current(mirror.folder), unfinished)
    with duckdb.connect(str(unfinished)) as connection:
        connection.execute("delete from cars")
    generations.publish(unfinished)
    assert ask(mirror, 200) == 0
    forget(mirror.folder)
    assert ask(mirror, 200) == 0
    assert len(put) == 6


def test_an_answer_of_many_rows_or_of_given_frames_is_not_kept(
    mirror_with: MirrorWith, sql: Callable[[str], Path]
) -> None:
    mirror = mirror_with(cars=CARS)
    for number in (1, 2):
        given = {"more": pl.DataFrame({"n": [number]})}
        question = sql("select count(*) + max(n) as n from cars, more")
        assert mirror.ask(question, Number, given=given).item() == 3 + number
    many = sql("select i as n from range(1001) as t(i)")
    assert mirror.ask(many, Number).height == 1001
    with pytest.raises(TooManyRows):
        mirror.ask(many, Number, row_limit=1000)
