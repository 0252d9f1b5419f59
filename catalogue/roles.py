"""Who looks: the roles of the company's people, how an identity gets one, and the viewer of a session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Role = Literal["founder", "ops", "content", "finance", "admin", "none"]
ROLES: Final[tuple[Role, ...]] = ("founder", "ops", "content", "finance", "admin", "none")
# `none` is somebody known to the identity provider to whom no role was given: a stranger.
EVERYONE: Final[frozenset[Role]] = frozenset(ROLES) - {"none"}
GROUP: Final = "group:"

Standing = Literal["unknown", "ended", "stranger", "admitted"]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever looks at the suite; `name` (an e-mail address, else the subject of the identity) goes into the audit.

    `local` means that nobody signed in because the app serves this computer only.
    """

    role: Role
    name: str
    local: bool = False


LOCAL_ADMIN: Final = Viewer("admin", "local", local=True)
NOBODY: Final = Viewer("none", "")


@dataclass(frozen=True, slots=True)
class Admission:
    """By which rule identities get roles.

    `given` names for each role its people: an e-mail address, `@domain`, or `group:name`. `client_id` is the audience
    that an identity must be made out to. `group_claim` is the claim that lists groups. An e-mail address counts when
    the provider says that it verified it; with `trust_email` also when the provider never says.
    """

    client_id: str
    given: Mapping[Role, Sequence[str]]
    group_claim: str = "groups"
    trust_email: bool = False

    def standing(self, claims: Mapping[str, Any], now: datetime | None = None) -> Standing:
        """Return whether these claims admit: `unknown` without a sign-in, `ended` when the identity has expired."""
        audience = claims.get("aud")
        if not claims.get("is_logged_in") or self.client_id not in (
            audience if isinstance(audience, list) else [audience]
        ):
            return "unknown"
        expires = claims.get("exp")
        if isinstance(expires, bool) or not isinstance(expires, (int, float)):
            return "ended"
        if (now or datetime.now(UTC)).timestamp() >= expires:
            return "ended"
        return "stranger" if self._role(claims) == "none" else "admitted"

    def viewer(self, claims: Mapping[str, Any], now: datetime | None = None) -> Viewer:
        """Return the viewer that these claims make; the role is `none` unless they admit."""
        match self.standing(claims, now):
            case "unknown" | "ended":
                return NOBODY
            case _:
                return Viewer(self._role(claims), self._email(claims) or str(claims.get("sub") or ""))

    def _email(self, claims: Mapping[str, Any]) -> str:
        email, verified = claims.get("email"), claims.get("email_verified")
        trusted = verified in (True, "true") or (verified is None and self.trust_email)
        return email.strip().casefold() if isinstance(email, str) and trusted else ""

    def _role(self, claims: Mapping[str, Any]) -> Role:
        """Return the role of the most personal rule that fits: the address, then a group, then the domain."""
        email, listed = self._email(claims), claims.get(self.group_claim)
        groups = [listed] if isinstance(listed, str) else listed if isinstance(listed, list) else []
        fitting = (
            {email} if email else set(),
            {f"{GROUP}{group}".casefold() for group in groups if isinstance(group, str)},
            {f"@{email.rpartition('@')[2]}"} if "@" in email else set(),
        )
        for names in fitting:
            for role, people in self.given.items():
                if names & {name.casefold() for name in people}:
                    return role
        return "none"
