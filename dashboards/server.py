"""What stands before the app on the network: the guard, the security headers, and the two health questions.

`streamlit_app.py` joins them to the app. Everything here answers without running a page.
"""

from __future__ import annotations

import base64
import ctypes
import hashlib
import json
import logging
import os
import re
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from contextlib import asynccontextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

import polars as pl
import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse
from starlette.routing import Route
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import AUTH_COOKIE_NAME, get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

from dashboards import access, navigation, shell
from demo import ready
from demo.errors import DemoError

# Loaded before any thread begins: a page and the background loading the compiler at once wait for each other for ever.
from queries import errors, events, funnels, kept
from queries.errors import detail
from replica import Mirror, Refresher, mirror_folder, refresh
from replica.errors import BadSetting, MirrorUnreadable, NoMirror, ReplicaError
from replica.mirror import reopen, show
from replica.settings import address, check_bind, is_loopback
from store import Store, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send
    from streamlit.starlette import App

    from replica.settings import Settings

HEALTH: Final = ("/healthz", "/readyz")
METRICS: Final = "/_stcore/metrics"
MEDIA: Final = "/media/"
CALLBACK: Final = "/oauth2callback"
sys.setswitchinterval(0.0005)
RENEWED_SECONDS: Final = 0.5
_READY_SECONDS: Final = 30.0
_HELD_SECONDS: Final = 90.0
STATES_KEPT: Final = 10_000
_judges: Final[list[subprocess.Popen[bytes]]] = []
"""Held, for the pipe is closed with the last who knows it."""
_log: Final = logging.getLogger(__name__)


# The database


@st.cache_resource(show_spinner=False)
def database() -> Settings:
    """Return where to read, after the first start of the embedded pair and the first refresh if they are needed.

    From then on the mirror is refreshed in the background.

    Raises:
        ReplicaError: A setting keeps the database from being read; the next call tries again.
        DemoError: The embedded pair cannot be started.
    """
    settings = access.settings()
    if settings.database_url is None:
        _, settings = ready.start(settings)
    try:
        _ = Mirror(mirror_folder(settings), settings).generation
    except (NoMirror, MirrorUnreadable):
        try:
            refresh(settings)
        except ReplicaError as fault:
            # What only another setting can mend is said at once; the rest is tried again in the background.
            if fault.exit_code == BadSetting.exit_code:
                raise
    Refresher(settings).start()
    _judging(settings)
    return settings


def is_open() -> bool:
    """Return whether `database` answers at once: it was asked before and found where to read."""
    return bool(_judges)


def _judging(settings: Settings) -> None:
    """Start the process that judges the data; it ends with this one, whose end of the pipe it listens at."""
    named = {"AUTOREV_MIRROR_NAME": settings.mirror_name} if settings.mirror_name else {}
    process = subprocess.Popen(
        [sys.executable, "-m", "quality.worker"],
        env={
            **os.environ, **named,
            "AUTOREV_DATABASE_URL": address(settings),
            "AUTOREV_HOME": str(settings.home.absolute()),
            "PYTHONPATH": os.pathsep.join(filter(None, (str(navigation.ROOT), os.environ.get("PYTHONPATH")))),
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    _judges.append(process)


def _open_database() -> None:
    try:
        settings = database()
    except (ReplicaError, DemoError) as fault:
        _log.warning("%s", fault)
        return
    _keep_ready(Mirror(mirror_folder(settings), settings))


def _keep_ready(mirror: Mirror) -> None:
    """Compile the passes over events, then make ready each new generation and show it. Ends with the process."""
    funnels.compile_kernels()
    shown: tuple[int, datetime] | None = None
    while True:
        try:
            shown = show_newest(mirror, shown)
        except ReplicaError:
            pass  # the pages say it
        except Exception:  # noqa: BLE001  a thread that dies silently would make every page slower without a word
            # Without this thread every answer is made when it is asked for: slower, and none is wrong.
            _log.exception("A new generation of the mirror could not be made ready.")
            shown = None
        time.sleep(RENEWED_SECONDS)


def show_newest(mirror: Mirror, shown: tuple[int, datetime] | None) -> tuple[int, datetime]:
    """Make the newest generation ready before pages show it, if it is not the one that is shown; return the newest.

    Ready are the stream of events, the issues that errors are grouped into, and what pages asked of late. Meanwhile
    the generation before it answers.
    """
    newest = mirror.edition
    if shown is None:
        show(mirror.folder, None)
    if newest != shown:
        if shown is not None:
            show(mirror.folder, shown[0], _HELD_SECONDS)
            # What pages ask is kept, so that it is hardly asked any more: what it had read need not stay in memory.
            reopen(mirror.folder, shown[0])
        events.renew(mirror)
        with suppress(StoreUnavailable):
            group_errors(mirror)
        asked = shell.answers()
        asked.renew(mirror, _READY_SECONDS)
        asked.forget(mirror)
        kept.forget(mirror)
        _give_back()
    show(mirror.folder, newest[0], _HELD_SECONDS)
    return newest


def _give_back() -> None:
    """Give memory that was let go back to the system: every thread keeps some of its own, and many are begun here."""
    if (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
        trim(0)


def group_errors(mirror: Mirror) -> None:
    """Group and count the recorded errors as people merged them, and keep the answer beside the mirror."""
    store = Store(mirror.settings.home)
    try:
        errors.built(mirror, errors.merges(detail.decisions(mirror, store)))
    except (OSError, pl.exceptions.PolarsError) as fault:
        # A page that asks for them says more; the thread goes on for the next refresh.
        _log.warning("The errors could not be grouped: %s", type(fault).__name__)
    finally:
        store.close()


@asynccontextmanager
async def lifespan(_app: App) -> AsyncIterator[None]:
    """Open the database as the server starts, so that it is ready before somebody looks."""
    threading.Thread(target=_open_database, name="database", daemon=True).start()
    yield


# Health


def healthz(_request: Request) -> JSONResponse:
    """Answer that the process is alive; the database is not asked."""
    return JSONResponse({"alive": True}, headers={"Cache-Control": "no-store"})


def readyz(_request: Request) -> JSONResponse:
    """Answer whether a mirror is served that is not too old; 503 with the reason when not."""
    settings = access.settings()
    place = settings if settings.database_url else settings.model_copy(update={"mirror_name": _embedded(settings)})
    try:
        fresh = Mirror(mirror_folder(place), place).freshness()
    except ReplicaError as fault:
        return _not_ready(fault.sentence)
    age = None if fresh.age_seconds is None else round(fresh.age_seconds)
    answer = {"age_seconds": age, "refreshed_at": fresh.refreshed_at.isoformat()}
    if age is None:
        return _not_ready("The mirror is from the future: this machine's clock was moved back.", **answer)
    if age > settings.ready_seconds:
        return _not_ready(f"The mirror is older than {settings.ready_seconds} seconds.", **answer)
    return JSONResponse({"ready": True, "stale": fresh.stale, **answer}, headers={"Cache-Control": "no-store"})


def _embedded(settings: Settings) -> str:
    return settings.mirror_name or f"embedded-{settings.database}"


def _not_ready(reason: str, **more: Any) -> JSONResponse:
    return JSONResponse({"ready": False, "reason": reason, **more}, 503, headers={"Cache-Control": "no-store"})


ROUTES: Final = [Route("/healthz", healthz), Route("/readyz", readyz)]


# Headers


@cache
def content_security_policy() -> str:
    """Return the policy by which a page takes nothing from another origin and may stand in no frame.

    Streamlit's page holds small scripts of its own; each is allowed by its hash, as installed.
    """
    page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    ]
    rules = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", "'wasm-unsafe-eval'", *hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "frame-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


class SecurityHeaders:
    """Adds to every answer what browsers are to hold the app to; cookies are sent by https only where it is public."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self.app = app
        self.secure = bool(settings.public_url and settings.public_url.startswith("https:"))
        self.headers = {
            "Content-Security-Policy": content_security_policy(),
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }
        if self.secure:
            self.headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and complete the head of the answer."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
                if scope["path"].startswith(MEDIA):
                    headers["Cache-Control"] = "private, no-store"
                if self.secure:
                    message["headers"] = [
                        (name, value if name != b"set-cookie" or b"secure" in value.lower() else value + b"; Secure")
                        for name, value in message["headers"]
                    ]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


# The guard


class Guard:
    """Turns away what has no business with the app, before Streamlit sees it.

    Without sign-in only this computer is answered, by its own name and without a proxy between. With sign-in: only
    the public host and this computer; a sign-in's answer once; exports only with an identity that holds.
    """

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self.app = app
        self.open = settings.admission is not None
        self.host = (urlsplit(settings.public_url or "").hostname or "").casefold()
        self.states: OrderedDict[str, None] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on or refuse."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await refusal(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "refused"})

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        return self._unwelcome(scope) or self._undue(scope)

    def _unwelcome(self, scope: Scope) -> ASGIApp | None:
        """Refuse whoever comes from the wrong place, or by the wrong name."""
        headers, here = Headers(scope=scope), _is_here(scope)
        if not self.open and not here:
            return PlainTextResponse(
                "Nobody can sign in to this suite yet, so it answers on the computer that serves it and nowhere else. "
                "Open it there as http://localhost, or set up sign-in as docs/deploy.md says.\n",
                403,
            )
        host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
        if self.open and scope["path"] not in HEALTH and host != self.host and not is_loopback(host):
            return PlainTextResponse("This suite is not served under that name; see AUTOREV_PUBLIC_URL.\n", 421)
        origin = headers.get("origin")
        if scope["type"] == "websocket" and origin and urlsplit(origin).netloc != headers.get("host"):
            return PlainTextResponse("Another site may not speak for the browser.\n", 403)
        return None

    def _undue(self, scope: Scope) -> ASGIApp | None:
        """Refuse what is asked for a second time, from outside, or without an identity."""
        path = scope["path"]
        if path == METRICS and not _is_here(scope):
            return PlainTextResponse("Metrics are for this computer only.\n", 404)
        if path == CALLBACK and self._seen(scope):
            return RedirectResponse("/", 303)
        if self.open and path.startswith(MEDIA) and access.viewer_of(_cookie(scope)).role == "none":
            return PlainTextResponse("Sign in to read exports.\n", 403)
        return None

    def _seen(self, scope: Scope) -> bool:
        """Return whether this answer of the provider came before: it is good for one sign-in."""
        state = parse_qs(scope["query_string"].decode("latin-1")).get("state", [""])[0]
        if state in self.states:
            return True
        self.states[state] = None
        if len(self.states) > STATES_KEPT:
            self.states.popitem(last=False)
        return False


def _is_here(scope: Scope) -> bool:
    """Return whether both ends of a connection are on this computer, and no proxy says that it speaks for another."""
    ends = (scope.get("client"), scope.get("server"))
    if not all(end and is_loopback(str(end[0])) for end in ends):
        return False
    return not access.from_elsewhere(Headers(scope=scope).items())


def _cookie(scope: Scope) -> dict[str, Any]:
    """Return the claims of the identity cookie, none unless it bears our signature."""
    cookies = HTTPConnection(scope).cookies

    def signed(name: str) -> bytes | None:
        value = cookies.get(name)
        return None if value is None else decode_signed_value(get_cookie_secret(), name, value.encode("latin-1"))

    found = get_cookie_with_chunks(signed, AUTH_COOKIE_NAME)
    claims = json.loads(found) if found else {}
    return claims if isinstance(claims, dict) else {}


# Joining it


def secrets(settings: Settings) -> dict[str, Any]:
    """Return the secrets that Streamlit's sign-in reads, from our settings instead of a file."""
    if settings.sign_in_client_secret is None or settings.sign_in_cookie_secret is None:
        return {}
    return {
        "auth": {
            "redirect_uri": f"{settings.public_url}{CALLBACK}",
            "cookie_secret": settings.sign_in_cookie_secret.get_secret_value(),
            "client_id": settings.sign_in_client_id,
            "client_secret": settings.sign_in_client_secret.get_secret_value(),
            "server_metadata_url": settings.sign_in_provider,
            "client_kwargs": {"scope": settings.sign_in_scope},
        }
    }


def settings_in_force() -> Settings:
    """Return the settings in force; the process ends in words when they cannot be used or do not allow the address."""
    try:
        found = access.settings()
        check_bind(found, st.get_option("server.address"))
    except ReplicaError as fault:
        raise SystemExit(str(fault)) from None
    return found
