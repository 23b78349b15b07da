"""Reads what a server says when it refuses: one reader for all, since servers speak for each other.

InfluxDB 2.x and 3.x, VictoriaMetrics, QuestDB and proxies answer on the paths of 1.x, each with
errors of its own form. Sources: https://docs.influxdata.com/influxdb/v2/api/,
https://docs.influxdata.com/influxdb3/core/write-data/troubleshoot/ and
https://questdb.com/docs/ingestion/ilp/overview/
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Literal, cast
from urllib.parse import urlsplit

import msgspec

from influx_core._lineprotocol.split import nth_line
from influx_core.errors import (
    AuthenticationError,
    AuthorizationError,
    DatabaseNotFound,
    PartialWriteError,
    QueryError,
    RequestTooLarge,
    ResponseError,
    ServerBusy,
    WriteError,
)

__all__ = ["Asked", "refusal", "statement_error"]

Asked = Literal["write", "query", "other"]
"""What a request asked for."""

_BY_STATUS: Mapping[int, type[ResponseError]] = {
    401: AuthenticationError,
    403: AuthorizationError,
    413: RequestTooLarge,
    429: ServerBusy,
    503: ServerBusy,
}
_BY_ASKED: Mapping[Asked, type[ResponseError]] = {
    "write": WriteError,
    "query": QueryError,
    "other": ResponseError,
}

_DROPPED = re.compile(r"dropped=(\d+)")
_NO_DATABASE = re.compile(r'(database not found|bucket "[^"]*" not found)')
_LONGEST_TEXT = 500


class _Rejected(msgspec.Struct):
    """A line that InfluxDB 3 did not store."""

    original_line: str = ""
    error_message: str = ""


def refusal(
    asked: Asked,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    sent: bytes = b"",
    now: float = 0.0,
) -> ResponseError:
    """Make the exception of an answer with an error status.

    Args:
        asked: what the request asked for.
        status: of the answer.
        headers: of the answer, names in lower case.
        body: of the answer.
        sent: the body of the request: lines, where it was a write.
        now: seconds since 1970, for a Retry-After that is a date.
    """
    said = _said(headers, body)
    message = _message(status, headers, said) or f"the server answered {status} without a reason"
    cls = _BY_STATUS.get(status) or _by_meaning(asked, message)
    details: dict[str, Any] = {
        "status": status,
        "code": _word(said, "code") or headers.get("x-platform-error-code"),
        "request_id": _request_id(headers, said),
        "retry_after": _seconds(headers, now),
    }
    if issubclass(cls, WriteError):
        details["rejected"] = _rejected(said, message, sent)
    if issubclass(cls, PartialWriteError):
        details["dropped"] = _dropped(message, len(details["rejected"]))
    return cls(message, **details)


def statement_error(
    message: str, statement_id: int | None, *, request_id: str | None = None
) -> QueryError:
    """The exception for an error that stands inside an answer."""
    cls = DatabaseNotFound if _NO_DATABASE.match(message) else QueryError
    return cls(message, statement_id=statement_id, status=200, request_id=request_id)


def _said(headers: Mapping[str, str], body: bytes) -> Mapping[str, Any]:
    """What the body says, by its names; plain text is an `error` of its own."""
    content_type = headers.get("content-type", "")
    try:
        if "json" in content_type:
            return msgspec.json.decode(body, type=dict[str, Any])
        if "msgpack" in content_type:
            return msgspec.msgpack.decode(body, type=dict[str, Any])
    except msgspec.DecodeError:
        pass
    text = headers.get("x-influxdb-error") or body[:_LONGEST_TEXT].decode("utf-8", "replace")
    return {"error": text.strip()}


def _message(status: int, headers: Mapping[str, str], said: Mapping[str, Any]) -> str | None:
    if 300 <= status < 400:
        return (
            f"the server redirects to {_place(headers.get('location', 'nowhere'))!r}, which is "
            "not followed since credentials would go along; name it as base URL if you trust it"
        )
    words = _word(said, "error") or _word(said, "message") or headers.get("x-influxdb-error")
    details = said.get("data")
    if words and isinstance(details, dict):  # InfluxDB 3 names the one line it stopped at
        reason = cast("dict[str, Any]", details)
        return f"{words}: line {reason.get('line_number')}: {reason.get('error_message')}"
    return words


def _word(said: Mapping[str, Any], name: str) -> str | None:
    value = said.get(name)
    return value if isinstance(value, str) else None


def _by_meaning(asked: Asked, message: str) -> type[ResponseError]:
    if _NO_DATABASE.match(message):
        return DatabaseNotFound
    if asked == "write" and "partial write" in message:
        return PartialWriteError
    return _BY_ASKED[asked]


def _rejected(said: Mapping[str, Any], message: str, sent: bytes) -> tuple[tuple[str, str], ...]:
    """The lines at fault and why, as InfluxDB 3 quotes them, or 2.x and QuestDB number one."""
    details = said.get("data")
    try:
        lines = msgspec.convert(
            details if isinstance(details, list) else [details], list[_Rejected]
        )
    except msgspec.ValidationError:
        number = said.get("line")
        line = nth_line(sent, number) if isinstance(number, int) else None
        return () if line is None else ((line.decode("utf-8", "replace"), message),)
    return tuple((line.original_line, line.error_message) for line in lines)


def _dropped(message: str, rejected: int) -> int | None:
    """How many points were not stored."""
    told = _DROPPED.search(message)
    return int(told[1]) if told else rejected or None


def _request_id(headers: Mapping[str, str], said: Mapping[str, Any]) -> str | None:
    """What finds the request in the server's log; QuestDB gives errors an id."""
    return headers.get("x-request-id") or headers.get("request-id") or _word(said, "errorId")


def _place(location: str) -> str:
    """Where a redirect leads, without parameters and users: the server may repeat credentials."""
    parts = urlsplit(location)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def _seconds(headers: Mapping[str, str], now: float) -> float | None:
    """How long the server asks to wait: it says seconds, or a date by its own clock."""
    asked = headers.get("retry-after")
    if asked is None:
        return None
    try:
        seconds = float(asked)
    except ValueError:
        until = _date(asked)
        if until is None:
            return None
        seconds = until - (_date(headers.get("date", "")) or now)
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _date(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except ValueError:
        return None
