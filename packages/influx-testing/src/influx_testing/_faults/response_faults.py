"""The faults of a server; `server.fail(...)` selects the requests to which a fault applies.

A fault receives a request and the server. It can respond itself, modify the response of the server,
or pass another request to the server.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from influx_core.annotated_csv import encode_error
from influx_core.codec import split_lines
from influx_core.interfaces import LocalResponse, Request
from influx_core.lineprotocol import Rules, decode
from influx_testing._engine.statements.result_series import Result
from influx_testing._engine.storage.columns import field_type
from influx_testing._faults.network_effects import (
    AnyResponse,
    Disconnect,
    DisruptedResponse,
    Pause,
    Step,
)
from influx_testing._flavors import replies
from influx_testing._flavors.formats import choose
from influx_testing._flavors.v2 import v2_replies
from influx_testing._flavors.v3.flight.call_replies import refused_reply
from influx_testing._flight.flight_messages import DO_GET, is_call
from influx_testing._flight.grpc_framing import call_end, trailers_of
from influx_testing._flight.grpc_status import GRPCCode, code_of_http_status
from influx_testing._inspection.request_log import LoggedRequest, decoded

__all__ = [
    "Fault",
    "drop",
    "error_mid_stream",
    "expired_token",
    "garbage",
    "partial_write",
    "reset",
    "slow_body",
    "slow_headers",
    "status",
    "too_large",
    "truncate",
    "type_conflict",
]

Forward = Callable[[Request], LocalResponse]
"""Passes a request to the server and returns the response."""

_MESSAGES = {
    400: "bad request",
    401: "authorization failed",
    403: "forbidden",
    413: "Request Entity Too Large",
    429: "too many requests",
    500: "internal error",
    502: "bad gateway",
    503: "timeout",
    504: "gateway timeout",
}


_FLUX_PATH = "/api/v2/query"
_V3_QUERIES = "/api/v3/query_"


def _any_request(entry: LoggedRequest) -> bool:
    return True


def _any_query(entry: LoggedRequest) -> bool:
    return entry.path in {"/query", _FLUX_PATH, DO_GET} or entry.path.startswith(_V3_QUERIES)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault: how the response to a request is changed or withheld.

    Attributes:
        name: its name in logs and messages.
        apply: returns the response to a request; the second argument is a function that passes a
            request to the server.
        applies_to: whether it can apply to a request.
    """

    name: str
    apply: Callable[[Request, Forward], AnyResponse]
    applies_to: Callable[[LoggedRequest], bool] = _any_request


def status(code: int, message: str | None = None, retry_after: float | None = None) -> Fault:
    """Respond with an error in the format of the API; the server does not receive the request.

    A call of Arrow Flight gets the status of gRPC with the same meaning: 503 is UNAVAILABLE, 401 is
    UNAUTHENTICATED.

    Args:
        code: the HTTP status, from 400.
        message: the error text; one of the real server by default.
        retry_after: seconds for the header Retry-After.

    Raises:
        ValueError: the status is not an error status, or the seconds are negative.
    """
    if not 400 <= code <= 599:
        raise ValueError(f"status {code} is not an error status: give 400 to 599")
    if retry_after is not None:
        _check_seconds("retry_after", retry_after)
    text = _MESSAGES.get(code, "error") if message is None else message
    headers = {} if retry_after is None else {"retry-after": f"{retry_after:g}"}

    def apply(request: Request, server: Forward) -> AnyResponse:
        return _refusal(request, code, text, headers)

    return Fault(f"status {code}", apply)


def _check_seconds(name: str, value: float) -> None:
    if not 0 <= value < math.inf:
        raise ValueError(f"{name}={value}: a number of seconds is 0 or more, and finite")


def expired_token() -> Fault:
    """Refuse the credentials as expired."""
    return replace(status(401, "Token is expired"), name="expired token")


def drop(*, stored: bool = False) -> Fault:
    """Close the connection without a response.

    Args:
        stored: whether the server executes the request first.
    """
    return _ended("drop", Disconnect(), stored=stored)


def reset(*, stored: bool = False) -> Fault:
    """Reset the connection (TCP RST) without a response; `stored` as for `drop`."""
    return _ended("reset", Disconnect(reset=True), stored=stored)


def _ended(name: str, step: Disconnect, *, stored: bool) -> Fault:
    def apply(request: Request, server: Forward) -> AnyResponse:
        if stored:
            b"".join(server(request).pieces)
        return DisruptedResponse(before=(step,))

    return Fault(f"{name} after storing" if stored else name, apply)


def slow_headers(seconds: float) -> Fault:
    """Execute the request at once, and send the response after a number of seconds."""
    _check_seconds("seconds", seconds)

    def apply(request: Request, server: Forward) -> AnyResponse:
        reply = server(request)
        return DisruptedResponse(reply.status, reply.headers, reply.pieces, (Pause(seconds),))

    return Fault(f"slow headers, {seconds:g} s", apply)


def slow_body(seconds: float) -> Fault:
    """Send status and headers at once, and wait `seconds` before each piece of the body."""
    _check_seconds("seconds", seconds)

    def apply(request: Request, server: Forward) -> AnyResponse:
        reply = server(request)
        return DisruptedResponse(reply.status, reply.headers, _slowly(reply.pieces, seconds))

    return Fault(f"slow body, {seconds:g} s", apply)


def _slowly(pieces: Iterable[bytes], seconds: float) -> Iterator[Step]:
    for piece in pieces:
        yield Pause(seconds)
        yield piece


def truncate() -> Fault:
    """End the response to a query in the middle of a chunk, after half of its bytes."""

    def apply(request: Request, server: Forward) -> AnyResponse:
        reply = server(request)
        body = b"".join(reply.pieces)
        return DisruptedResponse(
            reply.status, reply.headers, (Disconnect(partial_chunk=body[: len(body) // 2]),)
        )

    return Fault("truncated chunk", apply, _any_query)


def error_mid_stream(message: str = "engine: context canceled") -> Fault:
    """Respond to a query with status 200, rows, and then an error.

    SQL and InfluxQL of 3.x over HTTP have no such error: the connection ends after the rows.
    """

    def apply(request: Request, server: Forward) -> AnyResponse:
        reply = server(_uncompressed(request))
        if is_call(request):
            return replace(reply, pieces=_with_end(reply.pieces, message))
        if request.path.startswith(_V3_QUERIES):
            steps: tuple[Step, ...] = (*reply.pieces, Disconnect())
            return DisruptedResponse(reply.status, reply.headers, steps)
        if request.path == _FLUX_PATH:
            return replace(reply, pieces=(*reply.pieces, encode_error(message)))
        format_ = choose(request.headers.get("accept", ""), epoch="ns", pretty=False)
        error = format_.answer([Result(error=message)])
        return LocalResponse(reply.status, reply.headers, (*reply.pieces, error))

    return Fault("error in mid-stream", apply, _any_query)


def _with_end(frames: Iterable[bytes], message: str) -> Iterator[bytes]:
    """The messages of a call, with an error at its end."""
    yield from (frame for frame in frames if trailers_of(frame) is None)
    yield call_end(GRPCCode.INTERNAL, message)


def garbage(body: bytes = b"<html>\x00 this is not InfluxDB") -> Fault:
    """Respond with status 200 and an unreadable body, as some proxies do."""

    def apply(request: Request, server: Forward) -> AnyResponse:
        return LocalResponse(200, {"content-type": "application/json"}, (body,))

    return Fault("garbage", apply)


def too_large(limit: int) -> Fault:
    """Refuse writes whose uncompressed body is larger than a number of bytes."""

    def applies_to(entry: LoggedRequest) -> bool:
        return entry.is_write and len(entry.body.encode()) > limit

    return replace(status(413), name=f"body over {limit} bytes", applies_to=applies_to)


def partial_write(line: str = "", reason: str = "points beyond retention policy") -> Fault:
    """Drop some lines of a write, store the others, and respond with the error of a partial write.

    Args:
        line: a regular expression; lines with a match are dropped; all lines by default.
        reason: the error text.
    """
    return _partial("partial write", line, lambda request, dropped: reason)


def type_conflict(line: str = "") -> Fault:
    """Drop some lines of a write as if a field had another type in the database.

    Args:
        line: as for `partial_write`.
    """
    return _partial("type conflict", line, _conflict)


def compiled_pattern(name: str, pattern: str) -> re.Pattern[str]:
    """Compile a regular expression that a test gives as an argument of this name.

    Raises:
        ValueError: it is not a regular expression.
    """
    try:
        return re.compile(pattern, re.MULTILINE)
    except re.error as error:
        raise ValueError(f"{name}={pattern!r} is no regular expression: {error}") from None


def _partial(name: str, line: str, reason: Callable[[Request, list[bytes]], str]) -> Fault:
    wanted = compiled_pattern("line", line)

    def apply(request: Request, server: Forward) -> AnyResponse:
        whole = decoded(request)
        lines = [part for part in split_lines(whole.body, 1) if part.strip()]
        dropped = [part for part in lines if wanted.search(part.decode("utf-8", "replace"))]
        kept = [part for part in lines if part not in dropped]
        if kept:
            reply = server(replace(whole, body=b"".join(kept)))
            if reply.status >= 400 or not dropped:
                return reply
        text = f"partial write: {reason(request, dropped)} dropped={len(dropped)}"
        return _refusal(request, 400, text)

    def applies_to(entry: LoggedRequest) -> bool:
        return entry.is_write and wanted.search(entry.body) is not None

    return Fault(name, apply, applies_to)


def _conflict(request: Request, dropped: list[bytes]) -> str:
    rules: Rules = "v2" if request.path.startswith("/api/") else "1.x"
    point = decode(dropped[0], rules=rules)[0]
    name, value = next(iter(point.fields.items()))
    kind = field_type(value)
    stored = "string" if kind != "string" else "float"
    return (
        f'field type conflict: input field "{name}" on measurement "{point.measurement}" '
        f"is type {kind}, already exists as type {stored}"
    )


def _refusal(
    request: Request, code: int, message: str, headers: dict[str, str] | None = None
) -> LocalResponse:
    """Make an error response in the form of the API, in the format that the request asks for."""
    if is_call(request):
        reply = refused_reply(code_of_http_status(code), message)
    elif request.path.startswith("/api/v2/"):
        reply = v2_replies.refuse_write(code, message)
    elif request.path.startswith("/api/"):
        reply = v2_replies.json_reply(code, {"error": message})
    else:
        format_ = choose(request.headers.get("accept", ""), epoch="", pretty=False)
        named = {"content-type": format_.content_type, "x-influxdb-error": message}
        reply = replies.Reply(code, (format_.error(message),), named)
    reply.headers.update(headers or {})
    return LocalResponse(reply.status, reply.headers, reply.pieces)


def _uncompressed(request: Request) -> Request:
    headers = {k: value for k, value in request.headers.items() if k != "accept-encoding"}
    return replace(request, headers=headers)
