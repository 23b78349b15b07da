"""The operator token of 2.x and 3.x."""

from __future__ import annotations

import base64
import binascii

from influx_core.interfaces import Request
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.parameters import Parameters

__all__ = ["has_token"]


def has_token(server: ServerContext, request: Request, *, bearer: bool = False) -> bool:
    """Whether a request gives the token: in a header, or as the password of 1.x.

    Args:
        server: whose token; a server without one asks for none.
        request: the request.
        bearer: whether the scheme `Bearer` counts.
    """
    if not server.token:
        return True
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    given = {Parameters(request).get("p")}
    if scheme == "Token" or (bearer and scheme == "Bearer"):
        given.add(rest)
    elif scheme == "Basic":
        given.add(_password(rest))
    return server.token in given


def _password(encoded: str) -> str:
    """The password of basic credentials; empty if they can't be read."""
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
