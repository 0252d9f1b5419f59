"""Runs pages over a real mirror, without a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboards import navigation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from replica import Mirror


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., AppTest]]:
    """Return a runner of pages: `open_page("tables", mirror, table="cars")`.

    Without a mirror there is none; with `unfold` everything that is folded away is opened before the page is returned.
    """
    monkeypatch.setenv("AUTOREV_HOME", str(tmp_path))
    monkeypatch.setenv("AUTOREV_MIRROR_NAME", "shown")
    st.cache_resource.clear()
    st.cache_data.clear()

    def run(
        key: str,
        mirror: Mirror | None = None,
        *,
        session: dict[str, Any] | None = None,
        unfold: bool = False,
        **address: str,
    ) -> AppTest:
        place = tmp_path / "mirrors" / "shown"
        if mirror is not None and not place.exists():
            place.parent.mkdir(exist_ok=True)
            place.symlink_to(mirror.folder, target_is_directory=True)
        page = AppTest.from_file(str(navigation.BY_KEY[key].script), default_timeout=60)
        page.query_params.update(address)
        for name, value in (session or {}).items():
            page.session_state[name] = value
        page.run()
        return _unfolded(page).run() if unfold else page

    yield run
    st.cache_resource.clear()
    st.cache_data.clear()


def _unfolded(page: AppTest) -> AppTest:
    for block in page._tree:
        if getattr(block, "type", "") == "popover" and block.proto.popover.id:
            # The identity of a widget ends with the key it was given.
            page.session_state[block.proto.popover.id.split("-", 2)[-1]] = True
    return page
