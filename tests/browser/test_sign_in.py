"""Signing in at a real provider, in Chromium: every role, a stranger, and every identity that must not count."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from catalogue.roles import EVERYONE
from dashboards import navigation
from replica.settings import address

pytestmark = [pytest.mark.integration, pytest.mark.browser]
ROLES = {
    "founder": ["fay@autorev.example"],
    "ops": ["group:machines"],
    "content": ["@words.example"],
    "finance": ["group:books"],
    "admin": ["ada@autorev.example"],
}
ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "test-artifacts"
PEOPLE = {
    "founder": {"sub": "1", "email": "fay@autorev.example"},
    "ops": {"sub": "2", "email": "otto@autorev.example", "groups": ["machines"]},
    "content": {"sub": "3", "email": "cleo@words.example"},
    "finance": {"sub": "4", "email": "finn@autorev.example", "groups": ["books", "others"]},
    "admin": {"sub": "5", "email": "ada@autorev.example"},
}
STRANGER = {"sub": "6", "email": "eve@evil.example"}
TITLES = {page.title for page in navigation.PAGES}


@pytest.fixture(scope="module")
def reading(demo_settings):
    """Return the variables by which the app reads the demo database, whose mirror is there already."""
    return {
        "AUTOREV_DATABASE_URL": address(demo_settings),
        "AUTOREV_MIRROR_NAME": demo_settings.mirror_name,
        "AUTOREV_HOME": str(demo_settings.home),
        "AUTOREV_REFRESH_SECONDS": "3600",
    }


def signing_in(provider, port):
    return {
        "AUTOREV_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "AUTOREV_SIGN_IN_PROVIDER": f"{provider.issuer}/.well-known/openid-configuration",
        "AUTOREV_SIGN_IN_CLIENT_ID": provider.client_id,
        "AUTOREV_SIGN_IN_CLIENT_SECRET": provider.client_secret,
        "AUTOREV_SIGN_IN_COOKIE_SECRET": "a cookie secret of this test, long enough",
        "AUTOREV_ROLES": json.dumps(ROLES),
    }


@pytest.fixture(scope="module")
def suite(reading, provider, start_app, free_port):
    """Return the address of the app with sign-in set up."""
    port = free_port()
    return start_app(port=port, **reading, **signing_in(provider, port))


@pytest.fixture
def visitor(browser, provider):
    """Return a maker of people at browsers of their own; the provider signs honestly until a test says otherwise."""
    contexts = []

    def come(**more):
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **more)
        contexts.append(context)
        return context.new_page()

    yield come
    provider.forge, provider.holds = None, False
    for context in contexts:
        context.close()


def settled(tab):
    expect(tab.get_by_test_id("stMain").locator("h1, h2, h3").first).to_be_visible(timeout=30_000)
    expect(tab.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=30_000)


def sign_in(tab, suite, provider, claims):
    """Sign in as the claims say, beginning at the sign-in page."""
    provider.claims = claims
    tab.goto(suite)
    with tab.expect_response(lambda answer: "/oauth2callback" in answer.url):
        tab.get_by_role("button", name="Sign in").click()
    tab.wait_for_url(lambda url: "code=" not in url and url.startswith(suite))
    settled(tab)


def is_outside(tab):
    """Return whether this is the sign-in page and nothing else."""
    expect(tab.locator(".st-key-sign-in")).to_be_visible(timeout=30_000)
    words = tab.locator("body").inner_text()
    return (
        not any(title in words for title in TITLES)
        and tab.get_by_test_id("stSidebar").count() == 0
        and tab.get_by_test_id("stDataFrame").count() == 0
    )


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_everybody_finds_what_is_open_to_the_role_and_is_refused_the_rest(suite, visitor, provider, role):
    tab, faults = visitor(), []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    sign_in(tab, suite, provider, PEOPLE[role])
    sidebar = tab.get_by_test_id("stSidebar")
    open_to = [page.title for pages in navigation.menu(role).values() for page in pages]
    expect(sidebar.get_by_test_id("stSidebarNavLink")).to_have_count(len(open_to))
    for title in open_to:
        expect(sidebar.get_by_role("link", name=title, exact=True)).to_be_visible()
    expect(sidebar.get_by_text(PEOPLE[role]["email"])).to_be_visible()
    tab.screenshot(path=PICTURES / f"signed-in-{role}.png")
    shut = [page for page in navigation.PAGES if role not in page.roles]
    for page in shut[:1]:
        tab.goto(f"{suite}/{page.key}")
        expect(tab.get_by_text(f"{page.title} is not open to your role")).to_be_visible(timeout=30_000)
        assert tab.get_by_test_id("stDataFrame").count() == 0
    assert faults == []


def test_there_is_a_page_that_is_not_open_to_all():
    assert any(page.roles < EVERYONE for page in navigation.PAGES)


@pytest.mark.parametrize("path", ["/tables?table=cars", "/nowhere"])
def test_whoever_has_not_signed_in_gets_the_sign_in_page_only(suite, visitor, path):
    tab, received = visitor(), []

    def listen(socket):
        socket.on("framereceived", lambda frame: received.append(frame if isinstance(frame, bytes) else b""))

    tab.on("websocket", listen)
    tab.goto(f"{suite}{path}")
    assert is_outside(tab)
    frames = b"".join(received)
    tab.screenshot(path=PICTURES / "sign-in.png")
    assert b"sign-in" in frames
    assert not [title for title in TITLES if title.encode() in frames]


def test_a_stranger_is_told_so_politely_and_can_leave(suite, visitor, provider):
    tab = visitor()
    sign_in(tab, suite, provider, STRANGER)
    assert is_outside(tab)
    expect(tab.get_by_text("You are signed in as eve@evil.example, to whom no role is given.")).to_be_visible()
    tab.get_by_role("button", name="Sign out").click()
    expect(tab.get_by_role("button", name="Sign in")).to_be_visible(timeout=30_000)


FORGED = {
    "signed by another key": ("signed_by_another", {}),
    "not signed": ("unsigned", {}),
    "signed with the public key as a secret": ("signed_with_the_public_key", {}),
    "made out to another app": ("signed", {"aud": "another"}),
    "made out to another app on our behalf": ("signed", {"aud": "another", "azp": "suite"}),
    "of another issuer": ("signed", {"iss": "http://127.0.0.1:1"}),
    "of an earlier sign-in": ("signed", {"nonce": "of an earlier sign-in"}),
    "without a nonce": ("signed", {"nonce": None}),
    "expired": ("signed", {"exp": 1_700_000_000, "iat": 1_699_990_000}),
    "without an expiry": ("signed", {"exp": None}),
    "of an address that is not verified": ("signed", {"email_verified": False}),
}


@pytest.mark.parametrize("forged", FORGED)
def test_an_identity_that_does_not_hold_admits_nobody(suite, visitor, provider, forged):
    name, changed = FORGED[forged]
    tab, make = visitor(), getattr(provider, name)
    provider.forge = lambda claims: make({key: value for key, value in {**claims, **changed}.items() if value})
    sign_in(tab, suite, provider, PEOPLE["admin"])
    assert is_outside(tab)


def test_the_providers_answer_is_not_taken_twice(suite, visitor, provider):
    tab = visitor()
    provider.claims, provider.holds = PEOPLE["admin"], True
    tab.goto(suite)
    tab.get_by_role("button", name="Sign in").click()
    expect(tab.get_by_text("held back")).to_be_visible(timeout=20_000)
    answer, cookies = provider.held.pop(), tab.context.storage_state()
    first, second = visitor(storage_state=cookies), visitor(storage_state=cookies)
    first.goto(answer)
    settled(first)
    expect(first.get_by_test_id("stSidebar")).to_be_visible()
    second.goto(answer)
    assert is_outside(second)


def test_a_cookie_kept_from_before_the_sign_out_opens_nothing(suite, visitor, provider):
    tab = visitor()
    sign_in(tab, suite, provider, PEOPLE["admin"])
    kept = tab.context.storage_state()
    copy = visitor(storage_state=kept)
    copy.goto(suite)
    settled(copy)
    expect(copy.get_by_test_id("stSidebar")).to_be_visible()
    tab.get_by_role("button", name="Sign out").click()
    expect(tab.locator(".st-key-sign-in")).to_be_visible(timeout=30_000)
    copy.goto(f"{suite}/tables")
    assert is_outside(copy)


def test_a_cookie_of_our_own_making_opens_nothing(suite, visitor):
    tab = visitor()
    claims = {**PEOPLE["admin"], "is_logged_in": True, "origin": suite, "aud": "suite", "exp": time.time() + 99}
    tab.context.add_cookies([{"name": "_streamlit_user", "value": json.dumps(claims).encode().hex(), "url": suite}])
    tab.goto(suite)
    assert is_outside(tab)


def test_an_identity_that_expires_takes_page_and_export_with_it(suite, visitor, provider):
    def exported(tab, claims):
        sign_in(tab, suite, provider, claims)
        tab.goto(f"{suite}/schema")
        settled(tab)
        with tab.expect_download(timeout=60_000) as waiting:
            tab.get_by_role("button", name="Download CSV").first.click()
        return waiting.value.url

    began = time.time()
    exported(visitor(), PEOPLE["founder"])
    # Three times what the same way took this machine just now.
    ends = time.time() + 3 * (time.time() - began)
    tab = visitor()
    export = exported(tab, {**PEOPLE["founder"], "exp": int(ends)})
    assert tab.context.request.get(export).status == 200
    tab.wait_for_timeout(max(0, ends + 1 - time.time()) * 1000)
    assert tab.context.request.get(export).status == 403
    answered = []
    tab.on("download", lambda download: answered.append(download.url))
    tab.get_by_role("button", name="Download CSV").first.click()
    tab.wait_for_timeout(1_500)
    assert answered == []
    tab.reload()
    assert is_outside(tab)
    expect(tab.get_by_text("Your sign-in has ended.")).to_be_visible()


def health(where):
    try:
        with urlopen(where) as answer:  # noqa: S310  our own loopback address
            return answer.status, json.load(answer), answer.headers
    except HTTPError as refused:
        return refused.code, json.load(refused), refused.headers


@pytest.fixture(scope="module")
def fresh(reading, start_app):
    """Return the address of an app at which nobody looked yet, without sign-in, refreshed every second."""
    return start_app(**{**reading, "AUTOREV_REFRESH_SECONDS": "1"})


def test_a_fresh_server_shows_a_page_whole_whose_address_comes_first(fresh, visitor):
    tab = visitor()
    tab.goto(f"{fresh}/tables")
    settled(tab)
    expect(tab.get_by_role("heading", name="Tables").first).to_be_visible()
    expect(tab.get_by_test_id("stSidebar").get_by_test_id("stSidebarNavLink")).to_have_count(len(navigation.PAGES))
    expect(tab.get_by_test_id("stDataFrame").first).to_be_visible()
    assert tab.get_by_role("button", name="Sign out").count() == 0


def test_the_mirror_is_refreshed_and_health_says_so(fresh, suite):
    assert health(f"{fresh}/healthz")[:2] == (200, {"alive": True})
    moments = set()
    for _ in range(60):
        status, said, headers = health(f"{fresh}/readyz")
        assert (status, said["ready"]) == (200, True)
        moments.add(datetime.fromisoformat(said["refreshed_at"]))
        if len(moments) > 1:
            break
        time.sleep(0.5)
    assert len(moments) > 1, "nothing refreshed the mirror"
    assert headers["content-security-policy"]
    assert health(f"{suite}/readyz")[0] == 200


def test_readiness_says_why_not_and_tells_no_secret(start_app, reading, tmp_path):
    nowhere = "postgresql://reader:s3cret@127.0.0.1:1/nothing"
    empty = start_app(AUTOREV_HOME=str(tmp_path), AUTOREV_DATABASE_URL=nowhere)
    status, said, _ = health(f"{empty}/readyz")
    assert status == 503
    assert said["ready"] is False
    assert "s3cret" not in json.dumps(said)
    assert said["reason"]
    assert health(f"{empty}/healthz")[0] == 200
    late = start_app(**reading, AUTOREV_READY_SECONDS="1")
    for _ in range(100):  # it is refreshed now and then, and young for a second
        status, said, _ = health(f"{late}/readyz")
        if not said["ready"]:
            break
        time.sleep(0.2)
    assert (status, said["reason"]) == (503, "The mirror is older than 1 seconds.")


def test_the_app_refuses_another_address_than_this_computers_in_words(reading):
    ended = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.address", "0.0.0.0"],  # noqa: S104
        env={**os.environ, **reading},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode != 0
    assert "Nobody can sign in, so the app serves this computer only and refuses the address 0.0.0.0" in ended.stderr


def test_the_real_server_answers_no_other_name_and_no_proxy(fresh):
    for named in ({"Host": "evil.example"}, {"X-Forwarded-For": "127.0.0.1"}):
        with pytest.raises(HTTPError) as refused:
            urlopen(Request(f"{fresh}/", headers=named))  # noqa: S310  our own loopback address
        assert refused.value.code == 403
        assert "Nobody can sign in" in refused.value.read().decode()
        assert refused.value.headers["content-security-policy"]
