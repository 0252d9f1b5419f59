"""Who looks: the roles of the company's people, and the viewer of a session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Role = Literal["founder", "ops", "content", "finance", "admin", "none"]
ROLES: Final[tuple[Role, ...]] = ("founder", "ops", "content", "finance", "admin", "none")
# `none` is somebody known to the identity provider to whom no role was given: a stranger.
EVERYONE: Final[frozenset[Role]] = frozenset(ROLES) - {"none"}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever looks at the suite; `name` (an e-mail address, else the subject of the identity) goes into the audit.

    `local` means that nobody signed in because the app serves this computer only.
    """

    role: Role
    name: str
    local: bool = False


LOCAL_ADMIN: Final = Viewer("admin", "local", local=True)
