"""Chromium, the app as a server of its own, and an OpenID Connect provider to sign in at."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import urlopen

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).parents[2]
WIDTHS = {"wide": (1280, 900), "narrow": (390, 844)}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser():
    """Return Chromium; without it these tests skip, except in continuous integration."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing and CI is set: install it.")
        pytest.skip("Chromium is not installed, so no page was looked at.")
    expect.set_options(timeout=30_000)  # a machine under load is slow, not wrong
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def tab(browser):
    """Return one tab, used by all tests of a file: what it asked for and said since the last look is with it."""
    # A window for each test would cost as much as its page.
    context = browser.new_context(accept_downloads=True)
    tab = context.new_page()
    tab.asked, tab.said = [], []
    tab.on("request", lambda request: tab.asked.append(request.url))
    tab.on("console", lambda message: tab.said.append(message.text) if _is_fault(message) else None)
    tab.on("pageerror", lambda error: tab.said.append(str(error)))
    tab.on("dialog", lambda dialog: (tab.said.append(f"dialog {dialog.message}"), dialog.dismiss()))
    yield tab
    context.close()


def _is_fault(message):
    # Below a page's own path Streamlit looks for its server first, misses, and then asks at the root.
    probe = "/_stcore/" in message.location["url"] and "404" in message.text
    return message.type == "error" and not probe


def resize(tab, width):
    """Make the window of a tab as wide as its name says."""
    tab.set_viewport_size(dict(zip(("width", "height"), WIDTHS[width], strict=True)))


@pytest.fixture(scope="session")
def free_port():
    """Return a finder of ports that nobody listens at."""
    return _free_port


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture(scope="session")
def start_app():
    """Return a starter of the app: `start_app(AUTOREV_DATABASE_URL=…)` gives its address once it answers."""
    started = []

    def start(*, port=None, **environment):
        port = port or _free_port()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AUTOREV_")}
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", str(port)],
            env={**inherited, **environment},
            cwd=ROOT,
        )
        started.append(process)
        address = f"http://127.0.0.1:{port}"
        for _ in range(300):
            assert process.poll() is None, "the app ended while starting"
            try:
                with urlopen(f"{address}/healthz", timeout=1):  # noqa: S310  our own loopback address
                    return address
            except OSError:
                time.sleep(0.2)
        pytest.fail("the app did not start within a minute")

    yield start
    for process in started:
        process.terminate()
    for process in started:
        process.wait(20)


class Provider:
    """An OpenID Connect provider that signs in whomever the test says, at once and without asking.

    `claims` are those of the next identity; `forge` makes its token from claims, else it is signed as it should be.
    While it `holds`, its answer is kept in `held` and good more than once.
    """

    client_id = "suite"
    client_secret = "the suite's own secret"  # noqa: S105  made up

    def __init__(self):
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.claims, self.forge, self.codes = {}, None, {}
        self.holds, self.held = False, []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                provider.answer(self, dict(parse_qs(urlsplit(self.path).query)))

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                provider.answer(self, dict(parse_qs(body)))

            def log_message(self, *_args):
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, handler, given):
        first = {name: values[0] for name, values in given.items()}
        match urlsplit(handler.path).path:
            case "/.well-known/openid-configuration":
                self._say(handler, self.metadata())
            case "/keys":
                self._say(handler, {"keys": [self.key.as_dict(private=False)]})
            case "/authorize":
                code = secrets.token_urlsafe(16)
                assert first["client_id"] == self.client_id
                self.codes[code] = (first["nonce"], first["code_challenge"], first["redirect_uri"])
                back = f"{first['redirect_uri']}?{urlencode({'code': code, 'state': first['state']})}"
                if self.holds:
                    self.held.append(back)
                    self._say(handler, "held back")
                else:
                    handler.send_response(302)
                    handler.send_header("Location", back)
                    handler.end_headers()
            case "/token":
                self._token(handler, first)
            case _:
                self._say(handler, {"error": "not_found"}, 404)

    def metadata(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def _token(self, handler, given):
        take = self.codes.get if self.holds else self.codes.pop
        nonce, challenge, redirect = take(given["code"], (None, None, None))
        proof = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        expected = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        authorised = handler.headers.get("authorization") == f"Basic {expected}"
        proven = base64.urlsafe_b64encode(proof).rstrip(b"=").decode() == challenge
        if not authorised or not proven or redirect != given["redirect_uri"]:
            self._say(handler, {"error": "invalid_grant"}, 400)
            return
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": self.client_id,
            "iat": now,
            "exp": now + 3600,
            "nonce": nonce,
            "email_verified": True,
            **self.claims,
        }
        made = (self.forge or self.signed)(claims)
        self._say(handler, {"access_token": "of no use", "token_type": "Bearer", "expires_in": 3600, "id_token": made})

    def signed(self, claims):
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)

    def signed_by_another(self, claims):
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, RSAKey.generate_key(2048))

    def unsigned(self, claims):
        parts = ({"alg": "none", "kid": "one"}, claims)
        return (
            ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."
        )

    def signed_with_the_public_key(self, claims):
        secret = OctKey.import_key(self.key.as_pem(private=False))
        return jwt.encode({"alg": "HS256", "kid": "one"}, claims, secret, algorithms=["HS256"])

    @staticmethod
    def _say(handler, answer, status=200):
        body = json.dumps(answer).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


@pytest.fixture(scope="session")
def provider():
    """Return the provider, listening on this computer."""
    made = Provider()
    yield made
    made.server.shutdown()
