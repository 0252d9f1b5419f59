"""The guard before the app: who is answered at all, by which name, and how often."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

import pytest
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

from dashboards.server import Guard, SecurityHeaders, content_security_policy
from replica.settings import Settings

CLOSED = Settings(home="unused")
OPEN = Settings(
    home="unused",
    public_url="https://suite.example",
    sign_in_provider="https://id.example/.well-known/openid-configuration",
    sign_in_client_id="suite",
    sign_in_client_secret="secret",  # noqa: S106  made up
    sign_in_cookie_secret="0" * 32,
    roles={"admin": ["ann@suite.example"]},
)


async def behind(scope, receive, send):
    """Answer everything that the guard lets pass."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    else:
        await PlainTextResponse("answered", headers={"Set-Cookie": "a=b; Path=/"})(scope, receive, send)


@dataclass
class Answer:
    """What came back: the status of HTTP, the head and the text; for a websocket the type of the first message."""

    status: int
    headers: Headers
    text: str
    first: str


def drive(app, path, headers, *, client="127.0.0.1", server="127.0.0.1", kind="http"):
    """Put one request to an ASGI application as an HTTP server would."""
    sent = []

    async def receive():
        return {"type": "http.request"} if kind == "http" else {"type": "websocket.connect"}

    async def send(message):
        sent.append(message)

    path, _, query = path.partition("?")
    scope = {
        "type": kind,
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": (client, 4000),
        "server": (server, 8501),
    }
    asyncio.run(app(scope, receive, send))
    head = Headers(raw=sent[0].get("headers", []))
    body = b"".join(message.get("body", b"") for message in sent).decode()
    return Answer(sent[0].get("status", 0), head, body, sent[0]["type"])


def ask(settings, path="/", *, client="127.0.0.1", server="127.0.0.1", host="127.0.0.1", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return drive(Guard(behind, settings=settings), path, {"host": host, **named}, client=client, server=server)


def speaks(settings, origin, host="127.0.0.1:8501"):
    guard = Guard(behind, settings=settings)
    answer = drive(guard, "/_stcore/stream", {"host": host, "origin": origin}, kind="websocket")
    return answer.first == "websocket.accept"


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost", "LOCALHOST:8501", "[::1]:8501"])
def test_without_sign_in_this_computer_is_answered(host):
    assert ask(CLOSED, host=host).status == 200


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"client": "192.168.1.7"},
        {"server": "192.168.1.2"},
        {"host": "suite.example"},
        {"host": "localhost.evil.example"},
        {"host": "127.0.0.1.evil.example"},
        {"host": "evil.example:127.0.0.1"},
        {"host": ""},
        {"X_Forwarded_For": "127.0.0.1"},
        {"x_forwarded_host": "localhost"},
        {"Forwarded": "for=127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"X_Real_IP": "127.0.0.1"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/healthz", "/media/x.csv", "/_stcore/metrics"])
def test_without_sign_in_everybody_else_is_refused_in_words(elsewhere, path):
    answer = ask(CLOSED, path, **elsewhere)
    assert answer.status == 403
    assert "Nobody can sign in to this suite yet" in answer.text


def test_with_sign_in_the_public_host_and_this_computer_are_answered_and_no_other_name():
    assert ask(OPEN, client="10.0.0.9", server="10.0.0.2", host="suite.example").status == 200
    assert ask(OPEN, host="localhost:8501").status == 200
    assert ask(OPEN, client="10.0.0.9", server="10.0.0.2", host="evil.example").status == 421
    assert ask(OPEN, "/healthz", client="10.0.0.9", server="10.0.0.2", host="10.0.0.2").status == 200


def test_metrics_stay_inside():
    assert ask(OPEN, "/_stcore/metrics").status == 200
    assert ask(OPEN, "/_stcore/metrics", client="10.0.0.9", host="suite.example").status == 404
    assert ask(OPEN, "/_stcore/metrics", host="suite.example").status == 404
    assert ask(OPEN, "/_stcore/metrics", X_Forwarded_For="10.0.0.9").status == 404


def test_another_site_cannot_speak_through_the_browser():
    assert speaks(CLOSED, "http://127.0.0.1:8501")
    assert not speaks(CLOSED, "http://127.0.0.1:9999")
    assert not speaks(CLOSED, "null")
    assert speaks(OPEN, "https://suite.example", "suite.example")
    assert not speaks(OPEN, "https://evil.example", "suite.example")
    assert not speaks(OPEN, "https://evil.example", "evil.example")


def test_the_answer_of_a_provider_is_taken_once():
    guard, host = Guard(behind, settings=OPEN), {"host": "127.0.0.1"}
    states = ("first", "second", "first")
    assert [drive(guard, f"/oauth2callback?code=1&state={state}", host).status for state in states] == [200, 200, 303]


@pytest.mark.parametrize("cookie", ["", "_streamlit_user=x", "_streamlit_user=chunks-9; _streamlit_user_1=y"])
def test_an_export_is_not_read_without_an_identity(cookie):
    assert ask(OPEN, "/media/0123.csv", host="suite.example", cookie=cookie).status == 403
    assert ask(CLOSED, "/media/0123.csv", cookie=cookie).status == 200


def test_no_answer_lacks_the_security_headers():
    def head(settings, path):
        whole = SecurityHeaders(Guard(behind, settings=settings), settings=settings)
        return drive(whole, path, {"host": "127.0.0.1"})

    for settings, path in ((CLOSED, "/"), (OPEN, "/"), (OPEN, "/media/refused.csv")):
        headers = head(settings, path).headers
        assert headers["content-security-policy"] == content_security_policy()
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert ("strict-transport-security" in headers) == (settings is OPEN)
    assert head(OPEN, "/").headers["set-cookie"] == "a=b; Path=/; Secure"
    assert head(CLOSED, "/").headers["set-cookie"] == "a=b; Path=/"
    assert head(CLOSED, "/media/x.csv").headers["cache-control"] == "private, no-store"


def test_the_policy_names_no_other_origin_and_no_script_of_a_page():
    rules = dict(rule.split(" ", 1) for rule in content_security_policy().split("; "))
    assert {word for words in rules.values() for word in words.split() if not word.startswith("'")} == {
        "data:",
        "blob:",
    }
    assert "data:" not in rules["script-src"]
    assert "blob:" not in rules["script-src"]
    assert not re.search(r"unsafe-(inline|eval|hashes)", rules["script-src"].replace("wasm-unsafe-eval", ""))
    assert rules["frame-ancestors"] == rules["object-src"] == "'none'"
