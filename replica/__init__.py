"""From a read replica to a local mirror: settings, connection, binding, refresh, bounded questions."""

from __future__ import annotations

from replica.connection import Server, Source, connect
from replica.mirror import Asked, Freshness, Mirror, Trace
from replica.refresh import Refreshed, Refresher, refresh
from replica.settings import Settings, load_settings, mirror_folder

__all__ = [
    "Asked",
    "Freshness",
    "Mirror",
    "Refreshed",
    "Refresher",
    "Server",
    "Settings",
    "Source",
    "Trace",
    "connect",
    "load_settings",
    "mirror_folder",
    "refresh",
]
