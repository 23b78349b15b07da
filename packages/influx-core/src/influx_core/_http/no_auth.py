"""NoAuth, in a module of its own: clients without credentials import no other auth."""

from __future__ import annotations

from influx_core.interfaces import Request

__all__ = ["NoAuth"]


class NoAuth:
    """Send no credentials."""

    def sign(self, request: Request, now: float) -> Request:
        """Return the request unchanged."""
        return request
