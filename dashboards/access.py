"""Who looks in this session, and what a stranger sees instead of the suite.

An identity is what the provider signed, kept by Streamlit in a signed cookie. It counts until its own expiry, and not
after its session signed out.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from catalogue.roles import LOCAL_ADMIN, NOBODY, Standing, Viewer
from replica.settings import Settings, is_loopback, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from catalogue.roles import Role

T = TypeVar("T")
FORWARDED: Final = frozenset({"forwarded", "via", "x-real-ip"})


class Refused(Exception):
    """Whoever asks has not the right, or not any more."""


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    """Return the settings that say who may enter; they are read once, so that they hold for every session alike."""
    return load_settings()


@st.cache_resource(show_spinner=False)
def _signed_out() -> dict[str, float]:
    """Return the identities that were signed out here, with their expiry: a cookie kept aside does not revive them."""
    return {}


def from_elsewhere(headers: Iterable[tuple[str, str]]) -> bool:
    """Return whether a request came through a proxy, or asks for a host that is not this computer."""
    for name, value in headers:
        lower = name.lower()
        if lower in FORWARDED or lower.startswith("x-forwarded-"):
            return True
        if lower == "host" and not is_loopback(urlsplit(f"//{value}").hostname or ""):
            return True
    return False


def standing_of(claims: Mapping[str, Any]) -> Standing:
    """Return what these claims are worth: nothing once they were signed out here."""
    admission = settings().admission
    if admission is None or _mark(claims) in _signed_out():
        return "unknown"
    return admission.standing(claims)


def viewer_of(claims: Mapping[str, Any]) -> Viewer:
    """Return the viewer whom these claims make; the role is `none` unless they admit now."""
    admission = settings().admission
    return NOBODY if admission is None or standing_of(claims) == "unknown" else admission.viewer(claims)


def viewer() -> Viewer:
    """Return whoever looks in this session: the local admin while nobody can sign in, and on this computer only."""
    if settings().admission is not None:
        return viewer_of(st.user.to_dict())
    return LOCAL_ADMIN if _is_local() else NOBODY


def _is_local() -> bool:
    """Return whether the app is bound to this computer and the session came from it; the server checks it too."""
    bound = st.get_option("server.address")
    return isinstance(bound, str) and is_loopback(bound) and not from_elsewhere(st.context.headers.items())


def behind(roles: Collection[Role], make: Callable[[], T]) -> Callable[[], T]:
    """Return `make` behind a check at the moment it runs, which may be long after the page was drawn.

    Raises, when called:
        Refused: The session signed out, its identity expired, or its role is not among `roles`.
    """
    if settings().admission is None:
        return make
    context = get_script_run_ctx()

    def checked() -> T:
        # The claims are the session's own, and emptied when it signs out; there is no session at hand to ask then.
        if viewer_of({} if context is None else context.user_info).role not in roles:
            raise Refused("The sign-in of this session no longer allows this export.")
        return make()

    return checked


def _mark(claims: Mapping[str, Any]) -> str:
    return "\0".join(str(claims.get(name)) for name in ("iss", "sub", "iat", "nonce"))


def sign_out() -> None:
    """End the identity of this session, here and in every copy of its cookie, and leave to the sign-in page."""
    claims, now = st.user.to_dict(), datetime.now(UTC).timestamp()
    ended = _signed_out()
    for mark in [mark for mark, expires in ended.items() if expires < now]:
        del ended[mark]
    expires = claims.get("exp")
    ended[_mark(claims)] = expires if isinstance(expires, (int, float)) else now
    st.logout()


def refuse(title: str, roles: Iterable[Role]) -> None:
    """Say to somebody signed in that a page is not for their role."""
    with st.container(border=True, key="refused"):
        st.subheader(f"{title} is not open to your role", anchor=False)
        st.text(f"Your role is {viewer().role}. The page is open to: {', '.join(sorted(roles))}.")
        st.text("An admin gives roles in the settings of this suite; the menu shows what is open to you.")


def sign_in_page() -> None:
    """Draw all that a stranger sees: a way to sign in, and why nothing else is shown."""
    with (
        st.container(horizontal_alignment="center", key="outside"),
        st.container(border=True, width=460, key="sign-in"),
    ):
        st.subheader("AutoRev", anchor=False)
        if settings().admission is None:
            st.text("Nobody can sign in here, so the suite opens on the computer that serves it and nowhere else.")
            st.text("Open it there as http://localhost, or set up sign-in (docs/deploy.md).")
            return
        claims = st.user.to_dict()
        match standing_of(claims):
            case "stranger":
                st.text(f"You are signed in as {claims.get('email') or claims.get('sub')}, to whom no role is given.")
                st.text("Ask an admin of the suite to add you, then sign in again.")
                st.button("Sign out", on_click=sign_out, key="sign-out")
                return
            case "ended":
                st.text("Your sign-in has ended. Please sign in again.")
            case _:
                st.text("Please sign in with your company account.")
        st.button("Sign in", type="primary", on_click=st.login, key="sign-in-button")
