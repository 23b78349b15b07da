"""Finds the user of a request: by name and password, basic authentication, or bearer token.

Source: https://docs.influxdata.com/influxdb/v1/administration/authentication_and_authorization/
"""

from __future__ import annotations

import base64
import binascii
import hmac

from influx_core.interfaces import Request
from influx_testing._engine.catalog.users import User, Users
from influx_testing._flavors.access.bearer_tokens import TokenError, user_name
from influx_testing._flavors.parameters import Parameters
from influx_testing._flavors.settings import Settings

__all__ = ["LoginError", "login"]

_FAILED = "authorization failed"


class LoginError(Exception):
    """A request is refused with status 401; the text is the error of the real server."""


def login(
    request: Request, users: Users, settings: Settings, now: int, *, user_tokens: bool
) -> User | None:
    """Return the user of a request; None while there is no administrator.

    Args:
        request: the request.
        users: the users of the server.
        settings: the settings of the server.
        now: the time in ns since 1970.
        user_tokens: whether `Authorization: Token name:password` is accepted, as by 1.8.

    Raises:
        LoginError: there are no credentials, or they are wrong.
    """
    if not users.have_admin():
        return None
    parameters = Parameters(request)
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    if parameters.get("u") and parameters.get("p"):
        return _by_password(users, parameters.get("u"), parameters.get("p"))
    if scheme == "Bearer" and rest and " " not in rest:
        return _by_token(users, rest, settings.shared_secret, now)
    if scheme.lower() == "basic":
        return _by_password(users, *_basic(rest))
    if user_tokens and scheme == "Token" and ":" in rest:
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
    try:
        user = users.find(user_name(token, secret, now))
    except TokenError as error:
        raise LoginError(str(error)) from None
    if user is None:
        raise LoginError("user not found")
    return user
