"""The status of gRPC calls: codes, errors, and how headers carry them.

Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum
from urllib.parse import quote, unquote

__all__ = [
    "GRPCCode",
    "GRPCError",
    "code_of_http_status",
    "grpc_timeout",
    "status_headers",
    "status_of",
]

_MOST_CHARACTERS = 2_000
"""The server cuts longer texts."""

_PRINTABLE = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) != "%")
_TIMEOUT = re.compile(r"([0-9]{1,8})([HMSmun])")
_UNITS = {"H": 3600.0, "M": 60.0, "S": 1.0, "m": 1e-3, "u": 1e-6, "n": 1e-9}


class GRPCCode(IntEnum):
    """The codes of gRPC."""

    OK = 0
    CANCELLED = 1
    UNKNOWN = 2
    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    ABORTED = 10
    OUT_OF_RANGE = 11
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    DATA_LOSS = 15
    UNAUTHENTICATED = 16


_OF_HTTP = {
    400: GRPCCode.INVALID_ARGUMENT,
    401: GRPCCode.UNAUTHENTICATED,
    403: GRPCCode.PERMISSION_DENIED,
    404: GRPCCode.NOT_FOUND,
    405: GRPCCode.UNIMPLEMENTED,
    409: GRPCCode.ALREADY_EXISTS,
    413: GRPCCode.RESOURCE_EXHAUSTED,
    422: GRPCCode.INVALID_ARGUMENT,
    429: GRPCCode.RESOURCE_EXHAUSTED,
    431: GRPCCode.RESOURCE_EXHAUSTED,
    500: GRPCCode.INTERNAL,
    501: GRPCCode.UNIMPLEMENTED,
    502: GRPCCode.UNAVAILABLE,
    503: GRPCCode.UNAVAILABLE,
    504: GRPCCode.DEADLINE_EXCEEDED,
}


class GRPCError(Exception):
    """A call fails.

    Attributes:
        code: the code.
        message: the text for the client.
    """

    def __init__(self, code: GRPCCode, message: str) -> None:
        super().__init__(f"{code.name}: {message}")
        self.code = code
        self.message = message


def code_of_http_status(status: int) -> GRPCCode:
    """The code with the meaning of an HTTP error."""
    return _OF_HTTP.get(status, GRPCCode.UNKNOWN)


def status_headers(code: GRPCCode, message: str = "") -> dict[str, str]:
    """The trailers that end a call; the message is percent-encoded."""
    if not message:
        return {"grpc-status": str(int(code))}
    shown = message if len(message) <= _MOST_CHARACTERS else f"{message[:_MOST_CHARACTERS]}..."
    encoded = quote(shown.encode("utf-8", "replace"), safe=_PRINTABLE)
    return {"grpc-status": str(int(code)), "grpc-message": encoded}


def status_of(trailers: Mapping[str, str]) -> tuple[GRPCCode, str] | None:
    """The code and the message in trailers; None if there is no code that gRPC knows."""
    try:
        code = GRPCCode(int(trailers["grpc-status"]))
    except (KeyError, ValueError):
        return None
    return code, unquote(trailers.get("grpc-message", ""))


def grpc_timeout(value: str | None) -> float | None:
    """The seconds that a header `grpc-timeout` gives; None if it is missing or invalid."""
    match = _TIMEOUT.fullmatch(value or "")
    return int(match[1]) * _UNITS[match[2]] if match else None
