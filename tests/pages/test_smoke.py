"""Home over an empty mirror, and without one."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboards import navigation

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def _run(monkeypatch: pytest.MonkeyPatch, home: Path) -> AppTest:
    monkeypatch.setenv("AUTOREV_HOME", str(home))
    monkeypatch.setenv("AUTOREV_MIRROR_NAME", "test")
    st.cache_resource.clear()
    st.cache_data.clear()
    return AppTest.from_file(str(navigation.BY_KEY["home"].script), default_timeout=60).run()


def test_home_over_an_empty_mirror_shows_every_metric_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, empty_generation: Path
) -> None:
    folder = tmp_path / "mirrors" / "test"
    folder.mkdir(parents=True)
    shutil.copy(empty_generation, folder / empty_generation.name)
    (folder / "CURRENT").symlink_to(empty_generation.name)
    page = _run(monkeypatch, tmp_path)
    assert [one.message for one in page.exception] == []
    assert {"Users", "Active users", "Cash"} <= {metric.label for metric in page.metric}
    assert {metric.label: metric.value for metric in page.metric}["Cash"] == "–"


def test_home_without_a_mirror_says_so_and_offers_a_refresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = _run(monkeypatch, tmp_path)
    assert [one.message for one in page.exception] == []
    assert any("Nothing is mirrored yet" in text.value for text in page.text)
    assert [button.label for button in page.button] == ["Refresh"]
