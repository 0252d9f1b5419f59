"""The rules of the suite's own state."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from store import Reveal, Run, Store, StoreTooNew

if TYPE_CHECKING:
    from pathlib import Path


def test_annotations_of_a_range_include_both_end_days(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for day in (1, 2, 3, 4):
        store.annotate(date(2026, 11, day), f"day {day}")
    assert [note.text for note in store.annotations(date(2026, 11, 2), date(2026, 11, 3))] == ["day 2", "day 3"]


def test_a_removed_annotation_is_gone_and_removing_it_twice_is_no_error(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.annotate(date(2026, 11, 1), "deploy")
    (note,) = store.annotations()
    store.remove_annotation(note.id)
    store.remove_annotation(note.id)
    assert store.annotations() == ()


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 201])
def test_an_annotation_needs_one_to_two_hundred_characters(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"Write what|at most 200"):
        Store(tmp_path).annotate(date(2026, 11, 1), text)


def test_saving_a_view_under_the_same_name_replaces_it(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save_view("home", "Board", "?range=7+days")
    store.save_view("home", " Board ", "range=28+days")
    store.save_view("tables", "Board", "")
    assert [(view.name, view.query) for view in store.views("home")] == [("Board", "range=28+days")]
    assert len(store.views()) == 2


def test_a_view_without_a_name_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Give the view a name"):
        Store(tmp_path).save_view("home", " ", "")


def test_state_survives_closing_and_opening(tmp_path: Path) -> None:
    first = Store(tmp_path)
    first.annotate(date(2026, 11, 1), "deploy")
    first.close()
    again = Store(tmp_path)
    assert [note.text for note in again.annotations()] == ["deploy"]
    assert again.notice is None


def test_a_damaged_file_is_moved_aside_and_said_so(tmp_path: Path) -> None:
    (tmp_path / "store.sqlite").write_bytes(b"this is no database " * 200)
    store = Store(tmp_path)
    (aside,) = tmp_path.glob("store.sqlite.damaged-*")
    assert aside.name in (store.notice or "")
    assert aside.read_bytes().startswith(b"this is no database")
    store.annotate(date(2026, 11, 1), "works again")
    assert len(store.annotations()) == 1


def test_a_file_of_a_later_version_is_refused_and_kept(tmp_path: Path) -> None:
    Store(tmp_path).close()
    with sqlite3.connect(tmp_path / "store.sqlite") as connection:
        connection.execute("insert into schema_version values (99)")
    with pytest.raises(StoreTooNew, match="99 > "):
        Store(tmp_path)
    assert not list(tmp_path.glob("*.damaged-*"))


def test_history_returns_the_newest_runs_first_and_forgets_the_oldest(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for number in range(5):
        at = datetime(2026, 11, 1, number, tzinfo=UTC)
        store.record(Run("page", str(number), at, 1.5, "shown", {"who": "ada", "role": "ops"}), keep=3)
    store.record(Run("refresh", "mirror", at, 1.5, "done", {}), keep=4)
    runs = store.page_runs()
    assert runs["page"].to_list() == ["4", "3", "2"]
    newest = (datetime(2026, 11, 1, 4, tzinfo=UTC), "4", "ada", "ops", 1.5, "shown")
    assert runs.row(0) == newest
    assert store.page_runs(limit=1).rows() == [newest]


def test_many_threads_opening_and_writing_at_once_lose_nothing(tmp_path: Path) -> None:
    def write(number: int) -> None:
        store = Store(tmp_path)
        store.annotate(date(2026, 11, 1), f"note {number}")
        store.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(24)))
    assert len(Store(tmp_path).annotations()) == 24


def test_the_record_of_reveals_is_only_ever_added_to(tmp_path: Path) -> None:
    store = Store(tmp_path)
    at = datetime(2026, 11, 1, tzinfo=UTC)
    begun = Reveal(at, "begun", "ops@autorev.example", "ops", "tables", ("user_profiles",), ("email",), "ticket 12")
    store.add_reveal(begun)
    store.add_reveal(replace(begun, what="ended", tables=()))
    assert [one.what for one in store.reveals()] == ["ended", "begun"]
    assert store.reveals()[1] == begun
    with closing(sqlite3.connect(tmp_path / "store.sqlite")) as connection:
        for change in ("update reveals set who = 'nobody'", "delete from reveals"):
            with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
                connection.execute(change)


@pytest.mark.parametrize("reason", ["", " \n", "x" * 201])
def test_a_reveal_needs_a_reason_of_at_most_two_hundred_characters(tmp_path: Path, reason: str) -> None:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match=r"Say why|at most 200"):
        Store(tmp_path).add_reveal(Reveal(at, "begun", "a", "ops", "tables", (), (), reason))


def test_a_store_of_before_the_record_gets_one(tmp_path: Path) -> None:
    Store(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "store.sqlite")) as connection:
        connection.execute("drop table reveals")
        connection.commit()
    assert Store(tmp_path).reveals() == ()


def test_everybody_begins_with_a_page_of_their_own(tmp_path):
    store = Store(tmp_path)
    store.start_with("ann", "users")
    store.start_with("ann", "errors")
    store.start_with("bob", "home")
    assert (store.start_page("ann"), store.start_page("bob"), store.start_page("cyd")) == ("errors", "home", None)
    store.start_with("ann", None)
    assert store.start_page("ann") is None
