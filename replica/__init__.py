"""From a read replica to a local mirror: settings, connection, binding, refresh, bounded questions."""

from __future__ import annotations

from replica.mirror import Asked, Freshness, Mirror, Trace

__all__ = ["Asked", "Freshness", "Mirror", "Trace"]
