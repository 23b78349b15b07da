"""Ways to put credentials on a request; none of them shows one in its repr."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field, replace

from influx_core.errors import ConfigError
from influx_core.interfaces import Request

__all__ = ["BasicAuth", "BearerAuth", "NoAuth", "QueryAuth", "TokenAuth", "auto_auth"]


class NoAuth:
    """Send no credentials."""

    def sign(self, request: Request, now: float) -> Request:
        """Return the request as it is."""
        return request


@dataclass(frozen=True, slots=True)
class QueryAuth:
    """Send `u` and `p` as parameters of the URL (InfluxDB 1.x, and its compatible paths).

    Servers and proxies write URLs into their logs: prefer `basic` where it works.
    """

    username: str
    password: str = field(repr=False)

    def sign(self, request: Request, now: float) -> Request:
        """Add `u` and `p`."""
        credentials = (("u", self.username), ("p", self.password))
        return replace(request, params=(*request.params, *credentials))


@dataclass(frozen=True, slots=True)
class BasicAuth:
    """Send HTTP Basic credentials (RFC 7617), in UTF-8."""

    username: str
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        if ":" in self.username:
            raise ConfigError("basic auth: a user name with ':' cannot be sent; use auth 'query'")

    def sign(self, request: Request, now: float) -> Request:
        """Add the Authorization header."""
        pair = f"{self.username}:{self.password}".encode()
        return _with_authorization(request, "Basic " + b64encode(pair).decode())


@dataclass(frozen=True, slots=True)
class TokenAuth:
    """Send `Authorization: Token <token>` (InfluxDB 2.x; 1.8 takes `user:password` here)."""

    token: str = field(repr=False)

    def sign(self, request: Request, now: float) -> Request:
        """Add the Authorization header."""
        return _with_authorization(request, f"Token {self.token}")


@dataclass(frozen=True, slots=True)
class BearerAuth:
    """Send `Authorization: Bearer <token>` (InfluxDB 3.x; a ready JWT for 1.x)."""

    token: str = field(repr=False)

    def sign(self, request: Request, now: float) -> Request:
        """Add the Authorization header."""
        return _with_authorization(request, f"Bearer {self.token}")


def _with_authorization(request: Request, value: str) -> Request:
    return replace(request, headers={**request.headers, "authorization": value})


def auto_auth(
    username: str | None, password: str | None, token: str | None
) -> tuple[str, dict[str, str]]:
    """The name and the options of the auth that fits what was given.

    Raises:
        ConfigError: both a user name and a token were given, or a password alone.
    """
    if token is not None:
        if username is not None:
            raise ConfigError("give either username and password or token, not both")
        return "token", {"token": token}
    if username is not None:
        return "basic", {"username": username, "password": password or ""}
    if password is not None:
        raise ConfigError("a password needs a username")
    return "none", {}
