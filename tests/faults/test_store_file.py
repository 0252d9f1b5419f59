"""The file of saved views and annotations: damaged, deleted, of another version, on a full disk."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from store import Store, StoreTooNew, StoreUnavailable
from store.state import VERSION

DAY = date(2026, 11, 1)


@pytest.fixture
def kept(tmp_path):
    """Return a store with an annotation and a saved view."""
    store = Store(tmp_path)
    store.annotate(DAY, "deploy")
    store.save_view("home", "Board", "range=7+days")
    return store


def contents(store):
    return [note.text for note in store.annotations()], [view.name for view in store.views()]


def cut(path):
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


@pytest.mark.parametrize(
    "damage", [lambda path: path.write_bytes(b"this is no database " * 500), cut], ids=["other contents", "cut"]
)
def test_a_damaged_file_is_kept_aside_and_said_so(kept, tmp_path, damage):
    kept.close()
    damage(kept.path)
    damaged = kept.path.read_bytes()
    again = Store(tmp_path)
    (aside,) = tmp_path.glob("store.sqlite.damaged-*[0-9]")
    assert aside.read_bytes() == damaged
    assert aside.name in again.notice
    again.annotate(DAY, "works")
    assert contents(again) == (["works"], [])


def test_a_file_deleted_while_the_suite_runs_loses_no_later_write(kept, tmp_path):
    kept.path.unlink()
    kept.annotate(DAY, "after")
    assert "was deleted or emptied" in kept.notice
    assert contents(Store(tmp_path)) == (["after"], []), "another process sees it too"


def test_a_file_damaged_while_the_suite_runs_costs_one_use(kept, tmp_path):
    kept.close()
    kept.path.write_bytes(b"this is no database " * 500)
    with pytest.raises(StoreUnavailable, match="found damaged just now"):
        kept.annotations()
    kept.annotate(DAY, "after")
    assert contents(kept) == (["after"], [])
    assert "could not be read" in kept.notice


def test_a_file_put_back_is_used_again(kept, tmp_path):
    kept.close()
    copy = kept.path.read_bytes()
    kept.path.unlink()
    assert contents(kept) == ([], [])
    kept.close()
    fresh = tmp_path / "put back"
    fresh.write_bytes(copy)
    fresh.replace(kept.path)
    assert contents(kept) == (["deploy"], ["Board"])


def test_an_earlier_version_is_brought_up_with_all_it_holds_and_kept_as_it_was(kept, tmp_path):
    kept.close()
    with sqlite3.connect(kept.path) as file:
        # A version from before views had a place in history, and numbered lower.
        file.execute("drop table history")
        file.execute("update schema_version set version = 0")
    file.close()
    again = Store(tmp_path)
    assert contents(again) == (["deploy"], ["Board"])
    assert f"were brought from version 0 to {VERSION}" in again.notice
    with sqlite3.connect(tmp_path / "store.sqlite.version-0") as copy:
        assert copy.execute("select text from annotations").fetchall() == [("deploy",)]
        assert copy.execute("select count(*) from sqlite_master where name = 'history'").fetchone() == (0,)
    assert Store(tmp_path).notice is None, "it is said once"


def test_an_earlier_version_that_lacks_what_cannot_be_made_up_is_set_aside_and_said_so(tmp_path):
    with sqlite3.connect(tmp_path / "store.sqlite") as file:
        file.execute("create table saved_views (id integer primary key, page text not null, name text not null)")
        file.execute("insert into saved_views values (1, 'home', 'Board')")
    file.close()
    store = Store(tmp_path)
    (aside,) = tmp_path.glob("store.sqlite.version-0-*")
    assert aside.name in store.notice
    assert contents(store) == ([], [])
    with sqlite3.connect(aside) as kept:
        assert kept.execute("select name from saved_views").fetchall() == [("Board",)]


def test_a_later_version_is_refused_in_words_and_left_as_it_is(kept, tmp_path, look, mirror_with):
    with sqlite3.connect(kept.path) as file:
        file.execute("insert into schema_version values (99)")
    file.close()
    with pytest.raises(StoreTooNew, match="later version of the suite"):
        Store(tmp_path)
    with sqlite3.connect(kept.path) as file:
        assert file.execute("select text from annotations").fetchall() == [("deploy",)]
    file.close()
    folder = tmp_path / "mirrors" / "shown"
    folder.parent.mkdir()
    mirror = mirror_with()
    folder.symlink_to(mirror.folder, target_is_directory=True)
    page = look(mirror.settings.model_copy(update={"mirror_name": "shown"}))
    assert page.tracebacks == []
    assert any("later version of the suite" in text for text in page.texts)
    assert page.numbers, "the numbers do not depend on it"


FULL = """
import resource, sys
from datetime import date
from pathlib import Path
from store import Store, StoreUnavailable
store = Store(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    for number in range(5000):
        store.annotate(date(2026, 11, 1), "x" * 200)
    print("all written")
except StoreUnavailable as full:
    print(full)
"""


def test_a_full_disk_is_no_damage_and_costs_nothing_that_was_written(kept, tmp_path):
    """The limit of a file's size stands for the disk: it needs no rights."""
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path), "200000"], capture_output=True, text=True, check=True
    )
    assert "Saved views and annotations are out of reach" in done.stdout
    assert not list(tmp_path.glob("*.damaged-*"))
    notes, views = contents(Store(tmp_path))
    assert notes[0] == "deploy"
    assert views == ["Board"]
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_two_that_find_the_file_damaged_at_once_set_it_aside_once(tmp_path):
    (tmp_path / "store.sqlite").write_bytes(b"this is no database " * 500)
    with ThreadPoolExecutor(8) as threads:
        stores = list(threads.map(lambda _: Store(tmp_path), range(8)))
    stores[0].annotate(DAY, "kept")
    assert len(list(tmp_path.glob("store.sqlite.damaged-*[0-9]"))) == 1
    assert all(contents(store) == (["kept"], []) for store in stores)
