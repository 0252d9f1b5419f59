"""Numbered files, the link to the current one, and what a killed refresh leaves behind."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from replica import generations
from replica.errors import RefreshBusy

if TYPE_CHECKING:
    from pathlib import Path


def publish(folder: Path, text: str) -> Path:
    unfinished = generations.building(folder)
    unfinished.write_text(text)
    return generations.publish(unfinished)


def test_the_link_leads_to_the_newest_and_the_last_two_are_kept(tmp_path: Path) -> None:
    for text in ("one", "two", "three"):
        published = publish(tmp_path, text)
        assert generations.current(tmp_path) == published
    assert sorted(path.name for path in tmp_path.glob("mirror-*")) == ["mirror-2.duckdb", "mirror-3.duckdb"]


def test_a_reader_keeps_the_file_that_it_opened(tmp_path: Path) -> None:
    with publish(tmp_path, "one").open() as reader:
        for text in ("two", "three"):
            publish(tmp_path, text)
        assert reader.read() == "one"


def test_a_number_is_not_used_again_when_its_file_is_gone(tmp_path: Path) -> None:
    publish(tmp_path, "one")
    publish(tmp_path, "two").unlink()
    assert generations.current(tmp_path) is None
    assert generations.building(tmp_path).name == "mirror-3.building"


def test_debris_of_killed_refreshes_is_swept_and_generations_stay(tmp_path: Path) -> None:
    published = publish(tmp_path, "one")
    for name in ("mirror-2.building", "mirror-2.building.wal", "CURRENT.77.new", "STATUS.json.77.new"):
        (tmp_path / name).write_text("debris")
    assert len(generations.sweep(tmp_path)) == 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["CURRENT", published.name]


def test_who_has_patience_waits_for_the_refresher_at_work(tmp_path: Path) -> None:
    order = []

    def wait() -> None:
        with generations.lock(tmp_path, patience=60):
            order.append("second")

    waiting = threading.Thread(target=wait)
    with generations.lock(tmp_path):
        waiting.start()
        waiting.join(0.3)
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]


def test_one_refresher_holds_the_lock_and_a_dead_one_does_not(tmp_path: Path) -> None:
    with generations.lock(tmp_path), pytest.raises(RefreshBusy, match="Another process"), generations.lock(tmp_path):
        pass
    child = os.fork()
    if child == 0:
        with generations.lock(tmp_path):
            os._exit(0)
    os.waitpid(child, 0)
    with generations.lock(tmp_path):
        assert (tmp_path / generations.LOCK).exists()


def test_the_last_attempt_is_kept_for_every_process(tmp_path: Path) -> None:
    assert generations.read_status(tmp_path) is None
    status = generations.Status(datetime(2026, 1, 27, tzinfo=UTC), "No server answered.", "Check the host.")
    generations.write_status(tmp_path, status)
    assert generations.read_status(tmp_path) == status
    (tmp_path / generations.STATUS).write_text("{")
    assert generations.read_status(tmp_path) is None
