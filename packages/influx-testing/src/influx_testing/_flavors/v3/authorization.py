"""Checks the token of a request to 3.x.

Source: https://docs.influxdata.com/influxdb3/core/api/#section/Authentication
"""

from __future__ import annotations

import base64
import binascii

from influx_core.interfaces import Request
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.parameters import Parameters
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v3.v3_replies import ErrorReply

__all__ = ["MalformedAuthorization", "refusal", "token_of"]

_MALFORMED = (
    "Authorization header was malformed, the request was not in the form of "
    "'Authorization: <auth-scheme> <token>', supported auth-schemes are Bearer, Token and Basic"
)
_PASSWORD_PATHS = frozenset({"/query", "/write"})
"""Where the token can also be the parameter `p`."""


class MalformedAuthorization(Exception):
    """The header `Authorization` is malformed."""


def refusal(server: ServerContext, request: Request) -> Reply | None:
    """The error response to a request; None if its token is valid, or none is required."""
    if not server.token:
        return None
    try:
        secret = _secret(request)
    except MalformedAuthorization:
        return _refused(400, _MALFORMED)
    if not secret or not server.engine.tokens.accepts(secret, server.engine.clock()):
        return _refused(401, "the request was not authenticated")
    return None


def _refused(status: int, text: str) -> Reply:
    """An error, as the server prints it: JSON with a space after the colon."""
    return ErrorReply(status, text, f'{{"error": "{text}"}}')


def _secret(request: Request) -> str:
    """The token of a request; empty without one."""
    header = request.headers.get("authorization")
    if header is None:
        return Parameters(request).get("p") if request.path in _PASSWORD_PATHS else ""
    return token_of(header)


def token_of(header: str) -> str:
    """The token in a header `Authorization`.

    Raises:
        MalformedAuthorization: there is no token in it.
    """
    parts = header.split(" ")
    if len(parts) != 2 or not parts[1]:
        raise MalformedAuthorization
    scheme, value = parts
    if scheme in {"Bearer", "Token"}:
        return value
    if scheme == "Basic":
        return _password(value)
    raise MalformedAuthorization


def _password(encoded: str) -> str:
    """The password of Basic credentials, which holds the token."""
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise MalformedAuthorization from None
    if text.count(":") != 1:
        raise MalformedAuthorization
    return text.partition(":")[2]
