"""Who is asking: names and passwords, basic authentication, bearer tokens.

Source: https://docs.influxdata.com/influxdb/v1/administration/authentication_and_authorization/
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any

from influx_core.interfaces import Request
from influx_testing._engine.catalog.users import User, Users
from influx_testing._flavors.parameters import Parameters
from influx_testing._flavors.settings import Settings

__all__ = ["LoginError", "login"]

_HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}
_FAILED = "authorization failed"


class LoginError(Exception):
    """The request is refused with 401; the text is the server's."""


def login(request: Request, users: Users, settings: Settings, now: int) -> User | None:
    """Find the user of a request; None while there is no administrator.

    Raises:
        LoginError: there are no credentials, or they are wrong.
    """
    if not users.have_admin():
        return None
    parameters = Parameters(request)
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    if parameters.get("u") and parameters.get("p"):
        return _by_password(users, parameters.get("u"), parameters.get("p"))
    if scheme == "Basic":
        return _by_password(users, *_basic(rest))
    if scheme == "Bearer":
        return _by_token(users, rest, settings.shared_secret, now)
    if scheme == "Token" and ":" in rest:
        name, _, password = rest.partition(":")
        return _by_password(users, name, password)
    raise LoginError("unable to parse authentication credentials")


def _by_password(users: Users, name: str, password: str) -> User:
    if not name:
        raise LoginError("username required")
    user = users.find(name)
    if user is None or not hmac.compare_digest(user.password.encode(), password.encode()):
        raise LoginError(_FAILED)
    return user


def _basic(encoded: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise LoginError("unable to parse authentication credentials") from None
    name, colon, password = text.partition(":")
    if not colon:
        raise LoginError("unable to parse authentication credentials")
    return name, password


def _by_token(users: Users, token: str, secret: str, now: int) -> User:
    if not secret:
        raise LoginError("bearer auth disabled")
    claims = _claims(token, secret)
    expiry = claims.get("exp")
    if not isinstance(expiry, int | float):
        raise LoginError("token expiration required")
    if expiry * 1_000_000_000 <= now:
        raise LoginError("Token is expired")
    name = claims.get("username")
    if not isinstance(name, str) or not name:
        raise LoginError("username in token must be a string" if name else "username required")
    user = users.find(name)
    if user is None:
        raise LoginError("user not found")
    return user


def _claims(token: str, secret: str) -> dict[str, Any]:
    """Check the signature of a JSON Web Token and read it."""
    parts = token.split(".")
    if len(parts) != 3:
        raise LoginError("token contains an invalid number of segments")
    try:
        header, claims, signature = (_decoded(part) for part in parts)
        algorithm = json.loads(header)["alg"]
        payload: dict[str, Any] = json.loads(claims)
    except (ValueError, KeyError, TypeError):
        raise LoginError("token is malformed") from None
    if algorithm not in _HASHES:
        raise LoginError(f"unexpected signing method: {algorithm}")
    signed = f"{parts[0]}.{parts[1]}".encode()
    expected = hmac.new(secret.encode(), signed, _HASHES[algorithm]).digest()
    if not hmac.compare_digest(expected, signature):
        raise LoginError("signature is invalid")
    return payload


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
