"""Translates the exceptions of pyarrow.flight to those of transports, with the server's words.

gRPC has codes where HTTP has statuses; this module maps one to the other, so that errors have the
same class over Flight as over HTTP. Sources: https://grpc.io/docs/guides/status-codes/, and the
texts of Arrow and gRPC.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from influx_core import ResponseError
from influx_core.errors import class_of_status, statement_error

__all__ = ["Refusal", "error_after_rows", "read_failure"]

_STATUSES: Mapping[str, int] = {
    "INVALID_ARGUMENT": 400,
    "FAILED_PRECONDITION": 400,
    "OUT_OF_RANGE": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "ALREADY_EXISTS": 409,
    "ABORTED": 409,
    "RESOURCE_EXHAUSTED": 429,
    "UNIMPLEMENTED": 501,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}
"""The status for each code of gRPC; 500 for all others."""

_CODES: Mapping[str, str] = {
    "ArrowInvalid": "INVALID_ARGUMENT",
    "ArrowKeyError": "NOT_FOUND",
    "ArrowNotImplementedError": "UNIMPLEMENTED",
    "FlightCancelledError": "CANCELLED",
    "FlightTimedOutError": "DEADLINE_EXCEEDED",
    "FlightUnauthenticatedError": "UNAUTHENTICATED",
    "FlightUnauthorizedError": "PERMISSION_DENIED",
    "FlightUnavailableError": "UNAVAILABLE",
}
"""The code for each exception; if one stands for several codes, its text contains the code."""

_NUMBERS: Mapping[str, str] = {
    "1": "CANCELLED",
    "3": "INVALID_ARGUMENT",
    "4": "DEADLINE_EXCEEDED",
    "5": "NOT_FOUND",
    "6": "ALREADY_EXISTS",
    "7": "PERMISSION_DENIED",
    "8": "RESOURCE_EXHAUSTED",
    "9": "FAILED_PRECONDITION",
    "10": "ABORTED",
    "11": "OUT_OF_RANGE",
    "12": "UNIMPLEMENTED",
    "13": "INTERNAL",
    "14": "UNAVAILABLE",
    "16": "UNAUTHENTICATED",
}
"""The codes by number: https://grpc.io/docs/guides/status-codes/."""

_DEBUG = ". gRPC client debug context: "
_DETAIL = ". Detail: "
_CODE = re.compile(r"gRPC client debug context: ([A-Z_]+)\b")
_NUMBER = re.compile(r"\{.*\bgrpc_status:(\d+)", re.DOTALL)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
"""Older versions of gRPC give the number of the code, beside the words of the server in quotes."""
_PREFIX = re.compile(r"(?:Flight|gRPC) (?:returned [a-z ]+ error|cancelled call), with message: ")

_NOT_SENT = re.compile(
    r"failed to connect to all addresses|errors resolving |DNS resolution failed"
)
"""How gRPC begins to say that it has no connection, so that it has sent nothing."""

_BROKEN = re.compile(
    r"Socket closed|Stream removed|Connection reset|Broken pipe|GOAWAY|RST_STREAM|recvmsg|sendmsg"
    r"|Connection (?:timed out|closed)|keepalive|[Tt]ransport closed|Endpoint closing"
)
"""What gRPC says of a connection that broke."""

_HTTP_STATUS = re.compile(r"Received http2 header with status: ([1-5]\d\d)")
"""How gRPC reports a response of HTTP, which comes from a proxy or from another server."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The response of a server that refused a call.

    Attributes:
        status: the HTTP status with the same meaning.
        message: the server's words.
    """

    status: int
    message: str


def read_failure(error: BaseException) -> Refusal | ConnectionError | TimeoutError:
    """Interpret an exception of pyarrow.flight, or a ConnectionError of this package.

    Returns:
        A Refusal for an error of the server; a ConnectionError if the call was certainly not sent;
        a TimeoutError if the connection broke, so that the call may have been executed.
    """
    if isinstance(error, ConnectionError):
        return error
    text = str(error)
    code, message = _code(error, text), _words(text)
    if code == "UNAVAILABLE" and _NOT_SENT.match(message):
        return ConnectionError(f"cannot connect: {_reason(message)}")
    if found := _HTTP_STATUS.search(message):
        return Refusal(int(found[1]), f"the server does not answer Flight: {message}")
    if code in ("UNAVAILABLE", "CANCELLED", "INTERNAL") and _BROKEN.search(message):
        return TimeoutError(f"the connection broke: {message}")
    return Refusal(_STATUSES.get(code, 500), message or code)


def error_after_rows(refusal: Refusal) -> ResponseError:
    """Return the exception for an error that a server reports after the first rows."""
    cls = class_of_status(refusal.status)
    if cls is not None:
        return cls(refusal.message, status=refusal.status)
    return statement_error(refusal.message, 0)


def _code(error: BaseException, text: str) -> str:
    if found := _NUMBER.search(_QUOTED.sub("", text.partition(_DEBUG)[2])):
        return _NUMBERS.get(found[1], "UNKNOWN")
    found = _CODE.search(text)
    return found[1] if found else _CODES.get(type(error).__name__, "UNKNOWN")


def _words(text: str) -> str:
    """The message of the server, without what Arrow and gRPC add.

    Servers of Arrow's own library send its details in the message; it has no prefix then.
    """
    said = text.partition(_DEBUG)[0]
    prefix = _PREFIX.match(said)
    return said[prefix.end() :] if prefix else said.partition(_DETAIL)[0]


def _reason(message: str) -> str:
    """Why there is no connection, without what gRPC always says."""
    reason = message.partition("last error: ")[2] or message
    if "Failed parsing HTTP/2" in reason or "http1.x server" in reason:
        return f"the server does not speak HTTP/2, which Flight needs: {reason}"
    return reason
