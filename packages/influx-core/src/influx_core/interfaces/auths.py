"""Auths: they add credentials to requests."""

from __future__ import annotations

from typing import Protocol

from influx_core.interfaces.requests import Request

__all__ = ["Auth"]


class Auth(Protocol):
    """Adds credentials to requests."""

    def sign(self, request: Request, now: float) -> Request:
        """Return the request with credentials; `now` is in seconds since 1970. Pure."""
        ...
