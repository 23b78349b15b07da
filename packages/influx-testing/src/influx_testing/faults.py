"""The ways a server can fail: each is a Fault, and `server.fail(...)` says when it strikes.

A fault stands between a request and the server. It may answer in the server's place, let the
server answer and spoil that on its way back, or ask the server something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from influx_core.codec import split_lines
from influx_core.interfaces import LocalResponse, Request
from influx_core.lineprotocol import decode
from influx_testing._engine.statements.result_series import Result
from influx_testing.log import LoggedRequest, plain
from influx_testing.web import replies, v2
from influx_testing.web.formats import choose
from influx_testing.wire import Break, Pause, Reply, RoughResponse, Step

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

Server = Callable[[Request], LocalResponse]

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


def _any_request(entry: LoggedRequest) -> bool:
    return True


def _any_query(entry: LoggedRequest) -> bool:
    return entry.path == "/query"


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to fail.

    Attributes:
        name: what it is called in logs and messages.
        befall: makes the answer to a request; the second argument asks the server itself.
        can_befall: whether a request can suffer it at all.
    """

    name: str
    befall: Callable[[Request, Server], Reply]
    can_befall: Callable[[LoggedRequest], bool] = _any_request


def status(code: int, message: str | None = None, retry_after: float | None = None) -> Fault:
    """Answer with an error, in the form of the API that was asked; the server sees nothing.

    Args:
        code: the HTTP status, from 400.
        message: the server's words; such as the real one uses unless given.
        retry_after: seconds for the header Retry-After.

    Raises:
        ValueError: the status is no error.
    """
    if not 400 <= code <= 599:
        raise ValueError(f"status {code} is no error: 400 to 599 are")
    text = _MESSAGES.get(code, "error") if message is None else message
    headers = {} if retry_after is None else {"retry-after": f"{retry_after:g}"}

    def befall(request: Request, server: Server) -> Reply:
        return _refusal(request, code, text, headers)

    return Fault(f"status {code}", befall)


def expired_token() -> Fault:
    """Refuse the credentials, as if they had been good until now."""
    return replace(status(401, "Token is expired"), name="expired token")


def drop(*, stored: bool = False) -> Fault:
    """Close the connection without an answer.

    Args:
        stored: whether the server has done what it was asked before that.
    """
    return _ended("drop", Break(), stored=stored)


def reset(*, stored: bool = False) -> Fault:
    """Reset the connection (TCP RST) without an answer; `stored` as for `drop`."""
    return _ended("reset", Break(reset=True), stored=stored)


def _ended(name: str, step: Break, *, stored: bool) -> Fault:
    def befall(request: Request, server: Server) -> Reply:
        if stored:
            b"".join(server(request).pieces)
        return RoughResponse(before=(step,))

    return Fault(f"{name} after storing" if stored else name, befall)


def slow_headers(seconds: float) -> Fault:
    """Do what was asked at once, and let the answer wait."""

    def befall(request: Request, server: Server) -> Reply:
        reply = server(request)
        return RoughResponse(reply.status, reply.headers, reply.pieces, (Pause(seconds),))

    return Fault(f"slow headers, {seconds:g} s", befall)


def slow_body(seconds: float) -> Fault:
    """Send status and headers at once, and wait before each piece of the body."""

    def befall(request: Request, server: Server) -> Reply:
        reply = server(request)
        return RoughResponse(reply.status, reply.headers, _slowly(reply.pieces, seconds))

    return Fault(f"slow body, {seconds:g} s", befall)


def _slowly(pieces: Iterable[bytes], seconds: float) -> Iterator[Step]:
    for piece in pieces:
        yield Pause(seconds)
        yield piece


def truncate() -> Fault:
    """Let the answer to a query end in the midst of a chunk, at half of its bytes."""

    def befall(request: Request, server: Server) -> Reply:
        reply = server(request)
        body = b"".join(reply.pieces)
        return RoughResponse(reply.status, reply.headers, (Break(torn=body[: len(body) // 2]),))

    return Fault("truncated chunk", befall, _any_query)


def error_mid_stream(message: str = "engine: context canceled") -> Fault:
    """Answer a query with status 200, rows, and then an error."""

    def befall(request: Request, server: Server) -> Reply:
        reply = server(_uncompressed(request))
        format_ = choose(request.headers.get("accept", ""), epoch="ns", pretty=False)
        error = format_.answer([Result(error=message)])
        return LocalResponse(reply.status, reply.headers, (*reply.pieces, error))

    return Fault("error in mid-stream", befall, _any_query)


def garbage(body: bytes = b"<html>\x00 this is no InfluxDB") -> Fault:
    """Answer with status 200 and a body that no client can read, as a proxy may."""

    def befall(request: Request, server: Server) -> Reply:
        return LocalResponse(200, {"content-type": "application/json"}, (body,))

    return Fault("garbage", befall)


def too_large(limit: int) -> Fault:
    """Refuse writes whose body, unpacked, is over a number of bytes."""

    def can_befall(entry: LoggedRequest) -> bool:
        return entry.is_write and len(entry.body.encode()) > limit

    return replace(status(413), name=f"body over {limit} bytes", can_befall=can_befall)


def partial_write(line: str = "", reason: str = "points beyond retention policy") -> Fault:
    """Drop some lines of a write, store the others, and say so.

    Args:
        line: a regular expression; lines in which it is found are dropped. By default all are.
        reason: the server's words.
    """
    return _partial("partial write", line, lambda dropped: reason)


def type_conflict(line: str = "") -> Fault:
    """Drop some lines of a write as if a field of theirs had another type in the database.

    Args:
        line: as for `partial_write`.
    """
    return _partial("type conflict", line, lambda dropped: _conflict(dropped[0]))


def _partial(name: str, line: str, reason: Callable[[list[bytes]], str]) -> Fault:
    wanted = re.compile(line)

    def befall(request: Request, server: Server) -> Reply:
        whole = plain(request)
        lines = [part for part in split_lines(whole.body, 1) if part.strip()]
        dropped = [part for part in lines if wanted.search(part.decode("utf-8", "replace"))]
        kept = [part for part in lines if part not in dropped]
        if kept:
            reply = server(replace(whole, body=b"".join(kept)))
            if reply.status >= 400 or not dropped:
                return reply
        text = f"partial write: {reason(dropped)} dropped={len(dropped)}"
        return _refusal(request, 400, text)

    def can_befall(entry: LoggedRequest) -> bool:
        return entry.is_write and wanted.search(entry.body) is not None

    return Fault(name, befall, can_befall)


def _conflict(line: bytes) -> str:
    point = decode(line, rules="1.x")[0]
    name, value = next(iter(point.fields.items()))
    types = {bool: "boolean", float: "float", int: "integer", str: "string"}
    kind = types[type(value)]
    stored = "string" if kind != "string" else "float"
    return (
        f'field type conflict: input field "{name}" on measurement "{point.measurement}" '
        f"is type {kind}, already exists as type {stored}"
    )


def _refusal(
    request: Request, code: int, message: str, headers: dict[str, str] | None = None
) -> LocalResponse:
    """An error in the form of the API that was asked, and in the format."""
    if request.path.startswith("/api/v2/"):
        reply = v2.refuse(code, message)
    elif request.path.startswith("/api/"):
        reply = v2.json_reply(code, {"error": message})
    else:
        format_ = choose(request.headers.get("accept", ""), epoch="", pretty=False)
        named = {"content-type": format_.content_type, "x-influxdb-error": message}
        reply = replies.Reply(code, (format_.error(message),), named)
    reply.headers.update(headers or {})
    return LocalResponse(reply.status, reply.headers, reply.pieces)


def _uncompressed(request: Request) -> Request:
    headers = {k: value for k, value in request.headers.items() if k != "accept-encoding"}
    return replace(request, headers=headers)
