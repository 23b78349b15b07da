"""Auths: add credentials to requests; their reprs never show credentials."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, cast

from influx_core._options.option_types import NAME, SECRET, Seconds, word
from influx_core._options.validator import check_value, option_types_of
from influx_core.errors import ConfigError
from influx_core.interfaces import Request

__all__ = ["BasicAuth", "BearerAuth", "JWTAuth", "QueryAuth", "TokenAuth"]

_JWT_ALGORITHMS = ("HS256", "HS384", "HS512")


UserName = Annotated[str, NAME]
Secret = Annotated[str, SECRET]


@dataclass(frozen=True, slots=True)
class QueryAuth:
    """Send `u` and `p` as parameters of the URL (InfluxDB 1.x, and its compatible paths).

    Servers and proxies log URLs: prefer `basic` if the server supports it.
    """

    username: UserName
    password: Secret = field(repr=False)

    def __post_init__(self) -> None:
        _check(self, "query")

    def sign(self, request: Request, now: float) -> Request:
        """Add `u` and `p`."""
        credentials = (("u", self.username), ("p", self.password))
        return replace(request, params=(*request.params, *credentials))


@dataclass(frozen=True, slots=True)
class BasicAuth:
    """Send HTTP Basic credentials (RFC 7617), in UTF-8."""

    username: UserName
    password: Secret = field(repr=False)

    def __post_init__(self) -> None:
        _check(self, "basic")
        if ":" in self.username:
            raise ConfigError("basic auth: a user name with ':' cannot be sent; use auth 'query'")

    def sign(self, request: Request, now: float) -> Request:
        """Add the Authorization header."""
        pair = f"{self.username}:{self.password}".encode()
        return _with_authorization(request, "Basic " + b64encode(pair).decode())


@dataclass(frozen=True, slots=True)
class TokenAuth:
    """Send `Authorization: Token <token>` (InfluxDB 2.x; 1.8 takes `user:password` here)."""

    token: Secret = field(repr=False)

    def __post_init__(self) -> None:
        _check(self, "token")

    def sign(self, request: Request, now: float) -> Request:
        """Add the Authorization header."""
        return _with_authorization(request, f"Token {self.token}")


@dataclass(frozen=True, slots=True)
class BearerAuth:
    """Send `Authorization: Bearer <token>` (InfluxDB 3.x; with a JWT, 1.x)."""

    token: Secret = field(repr=False)

    def __post_init__(self) -> None:
        _check(self, "bearer")

    def sign(self, request: Request, now: float) -> Request:
        """Add the Authorization header."""
        return _with_authorization(request, f"Bearer {self.token}")


@dataclass(frozen=True, slots=True)
class JWTAuth:
    """Send a JSON Web Token signed with the server's shared secret (InfluxDB 1.x).

    Each request gets a new token, so that none expires. See
    https://docs.influxdata.com/influxdb/v1/administration/authentication_and_authorization/

    Attributes:
        username: the user of the token.
        secret: `shared-secret` in the server's configuration.
        lifetime: the seconds until a token expires; the clocks of client and server must differ by
            less.
        algorithm: `HS256`, `HS384` or `HS512`.
    """

    username: UserName
    secret: Secret = field(repr=False)
    lifetime: Seconds = 60.0
    algorithm: Annotated[str, word(*_JWT_ALGORITHMS)] = "HS256"

    def __post_init__(self) -> None:
        _check(self, "jwt")
        if not self.secret:
            raise ConfigError("jwt auth: the secret is empty, so everybody could make a token")
        _pyjwt()

    def sign(self, request: Request, now: float) -> Request:
        """Add the Authorization header."""
        claims = {"username": self.username, "exp": int(now + self.lifetime)}
        token = _pyjwt().encode(claims, self.secret, algorithm=self.algorithm)
        return _with_authorization(request, f"Bearer {token}")


def _check(auth: Any, name: str) -> None:
    """Refuse credentials that cannot be sent; the error does not repeat them."""
    for option, option_type in option_types_of(cast("Callable[..., Any]", type(auth))).items():
        check_value(f"auth {name!r}", option, option_type, getattr(auth, option))


def _pyjwt() -> Any:
    """Import PyJWT, which only `JWTAuth` needs.

    Raises:
        ConfigError: PyJWT is not installed.
    """
    try:
        import jwt
    except ImportError:
        raise ConfigError("jwt auth needs PyJWT: pip install 'influx-core[jwt]'") from None
    return jwt


def _with_authorization(request: Request, value: str) -> Request:
    return request.with_headers({**request.headers, "authorization": value})
