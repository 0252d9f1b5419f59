"""Who sees a page: its roles and nobody else; whoever is refused has asked the database nothing."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from catalogue.roles import EVERYONE, ROLES, Viewer
from dashboards import access, navigation, shell
from replica.mirror import Mirror

every_page = pytest.mark.parametrize("key", [page.key for page in navigation.PAGES])
ENTRY = str(navigation.ROOT / "dashboards" / "entry.py")


@pytest.fixture
def asked(monkeypatch):
    """Return the list of what any mirror is asked from now on; asking goes on as ever."""
    seen = []
    for name in ("_answer", "freshness", "generation"):
        original = getattr(Mirror, name)
        get = original.fget if isinstance(original, property) else original

        def noted(self, *given, _get=get, _name=name, **named):
            seen.append((_name, given[:1]))
            return _get(self, *given, **named)

        monkeypatch.setattr(Mirror, name, property(noted) if isinstance(original, property) else noted)
    return seen


def shown(page):
    return [one.value for one in [*page.title, *page.subheader, *page.text]]


@every_page
def test_a_page_opens_for_its_roles_and_refuses_all_others_without_a_question(open_page, mirror_with, asked, key):
    entry, mirror = navigation.BY_KEY[key], mirror_with()
    for role in ROLES:
        asked.clear()
        page = open_page(key, mirror, role=role)
        assert not page.exception
        assert ([title.value for title in page.title] == [entry.title]) == (role in entry.roles)
        assert bool(asked) == (role in entry.roles)
        if role not in entry.roles:
            assert not [*page.dataframe, *page.metric, *page.selectbox, *page.get("download_button")]


def test_the_refusal_names_the_page_the_role_and_who_may(open_page, mirror_with):
    page = open_page("schema", mirror_with(), role="content")
    assert shown(page)[:2] == [
        "Schema is not open to your role",
        "Your role is content. The page is open to: admin, founder, ops.",
    ]


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"is_logged_in": False}, "Please sign in with your company account."),
        ({"aud": "another"}, "Please sign in with your company account."),
        ({"exp": 1}, "Your sign-in has ended. Please sign in again."),
        ({"email": "eve@evil.example"}, "You are signed in as eve@evil.example, to whom no role is given."),
    ],
)
def test_a_stranger_sees_how_to_sign_in_and_nothing_else(open_page, mirror_with, asked, claims, said):
    page = open_page("home", mirror_with(), role="admin", claims=claims)
    assert said in shown(page)
    assert shown(page)[0] == "AutoRev"
    assert len(page.button) == 1
    assert asked == []


def test_a_role_taken_from_a_session_that_runs_takes_the_page(open_page, mirror_with, asked):
    page = open_page("tables", mirror_with(), role="ops")
    assert asked
    asked.clear()
    page.user = {**page.user, "exp": int(time.time())}
    page.run()
    assert "Your sign-in has ended. Please sign in again." in shown(page)
    assert asked == []


def test_signing_out_ends_every_copy_of_the_identity(open_page, mirror_with):
    mirror = mirror_with()
    stranger = open_page("home", mirror, role="none")
    claims = dict(stranger.user)
    stranger.button(key="sign-out").click().run()
    copied = open_page("home", mirror, role="none", claims=claims)
    assert "Please sign in with your company account." in shown(copied)


def test_an_export_checks_again_when_it_is_pressed(open_page, mirror_with, monkeypatch):
    offered, offer = [], shell.st.download_button

    def kept(label, data, *rest, **more):
        offered.append(data)
        return offer(label, data, *rest, **more)

    monkeypatch.setattr(shell.st, "download_button", kept)
    page = open_page("schema", mirror_with(), role="ops", unfold=True)
    assert offered
    assert all(make() for make in offered)
    rule, late = access.settings().admission, datetime.fromtimestamp(page.user["exp"], UTC)
    monkeypatch.setattr(access, "viewer_of", lambda claims: rule.viewer(claims, late))
    for make in offered:
        with pytest.raises(access.Refused):
            make()


def test_the_menu_shows_what_is_open_to_a_role():
    for role in sorted(EVERYONE):
        keys = [page.key for pages in navigation.menu(role).values() for page in pages]
        sections = navigation.SECTIONS
        listed = sorted(navigation.PAGES, key=lambda page: sections.index(page.section))
        assert keys == [page.key for page in listed if role in page.roles]
    assert navigation.menu("none") == {}


def test_without_sign_in_whoever_sits_at_this_computer_is_the_local_admin(open_page, mirror_with):
    assert not open_page("schema", mirror_with()).exception
    with pytest.MonkeyPatch.context() as elsewhere:
        elsewhere.setattr(access, "from_elsewhere", lambda _headers: True)
        page = open_page("schema", mirror_with())
    assert shown(page)[1].startswith("Nobody can sign in here")
    assert Viewer("admin", "local", local=True) == access.LOCAL_ADMIN


def test_settings_that_cannot_be_used_are_said_in_words(open_page, monkeypatch):
    monkeypatch.setenv("AUTOREV_ROLES", '{"ops": ["nobody"]}')
    st.cache_resource.clear()
    page = AppTest.from_file(ENTRY, default_timeout=60).run()
    assert not page.exception
    assert any("'nobody' is neither an e-mail address" in text for text in shown(page))
