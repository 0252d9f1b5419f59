"""Runs pages over a real mirror, without a browser."""

from __future__ import annotations

import json
import time
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from catalogue.roles import EVERYONE
from dashboards import access, navigation, shell  # noqa: F401  the app has it before any page's folder is searched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from catalogue.roles import Role
    from replica import Mirror

SIGN_IN = {
    "PUBLIC_URL": "https://suite.example",
    "SIGN_IN_PROVIDER": "https://id.example/.well-known/openid-configuration",
    "SIGN_IN_CLIENT_ID": "suite",
    "SIGN_IN_CLIENT_SECRET": "secret",
    "SIGN_IN_COOKIE_SECRET": "0" * 32,
    "ROLES": json.dumps({role: [f"{role}@suite.example"] for role in sorted(EVERYONE)}),
}


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., AppTest]]:
    """Return a runner of pages: `open_page("tables", mirror, table="cars")`.

    Without a mirror there is none; with `unfold` everything that is folded away is opened before the page is returned.
    With `role` sign-in is set up and the viewer signed in with that role; `claims` change or add to the identity.
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
        role: Role | None = None,
        claims: dict[str, Any] | None = None,
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
        if role is not None:
            for name, value in SIGN_IN.items():
                monkeypatch.setenv(f"AUTOREV_{name}", value)
            access.settings.clear()
            page.user = {**identity(role), **(claims or {})}
        page.run()
        return _unfolded(page).run() if unfold else page

    yield run
    st.cache_resource.clear()
    st.cache_data.clear()


def identity(role: Role) -> dict[str, Any]:
    """Return the claims of somebody signed in for an hour, with an address that the settings map to the role."""
    now = int(time.time())
    return {
        "is_logged_in": True,
        "aud": "suite",
        "sub": role,
        "iat": now,
        "exp": now + 3600,
        "email": f"{role}@suite.example",
        "email_verified": True,
    }


def _unfolded(page: AppTest) -> AppTest:
    for block in page._tree:
        if getattr(block, "type", "") == "popover" and block.proto.popover.id:
            # The identity of a widget ends with the key it was given.
            page.session_state[block.proto.popover.id.split("-", 2)[-1]] = True
    return page


@pytest.fixture(scope="session", autouse=True)
def scanned_once() -> Iterator[None]:
    """Let Streamlit search the installed packages for components once, not before every run of a page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield
