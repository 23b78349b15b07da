"""The operator token of 2.x."""

from __future__ import annotations

import base64
import binascii

from influx_core.interfaces import Request
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.parameters import Parameters

__all__ = ["has_token"]


def has_token(server: ServerContext, request: Request) -> bool:
    """Whether a request has the token, in a header or as the password of 1.x.

    The result is always true if the server has no token.
    """
    if not server.token:
        return True
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    given = {Parameters(request).get("p")}
    if scheme == "Token":
        given.add(rest)
    elif scheme == "Basic":
        given.add(_password(rest))
    return server.token in given


def _password(encoded: str) -> str:
    """The password of basic credentials; empty if they cannot be decoded."""
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
