"""Reads what a server says when it refuses: one reader for all, since servers speak for each other.

InfluxDB 2.x and 3.x, VictoriaMetrics and proxies answer on the paths of 1.x, each with errors of
its own form. Sources: https://docs.influxdata.com/influxdb/v2/api/ and
https://docs.influxdata.com/influxdb3/core/write-data/troubleshoot/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, cast

import msgspec

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


def refusal(asked: Asked, status: int, headers: Mapping[str, str], body: bytes) -> ResponseError:
    """Make the exception of an answer with an error status."""
    said = _said(headers, body)
    message = _message(status, headers, said) or f"the server answered {status} without a reason"
    cls = _BY_STATUS.get(status) or _by_meaning(asked, message)
    details: dict[str, Any] = {
        "status": status,
        "code": _word(said, "code") or headers.get("x-platform-error-code"),
        "request_id": headers.get("x-request-id") or headers.get("request-id"),
        "retry_after": _seconds(headers.get("retry-after")),
    }
    if issubclass(cls, PartialWriteError):
        details |= _losses(said, message)
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
            f"the server redirects to {headers.get('location', 'nowhere')!r}, which is not "
            "followed since credentials would go along; name it as base URL if you trust it"
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


def _losses(said: Mapping[str, Any], message: str) -> dict[str, Any]:
    """How many points were dropped, and which lines, where the server tells."""
    try:
        lines = msgspec.convert(said.get("data"), list[_Rejected])
    except msgspec.ValidationError:
        pass
    else:
        rejected = tuple((line.original_line, line.error_message) for line in lines)
        return {"dropped": len(rejected), "rejected": rejected}
    dropped = _DROPPED.search(message)
    return {"dropped": int(dropped[1]) if dropped else None}


def _seconds(retry_after: str | None) -> float | None:
    try:
        return None if retry_after is None else max(0.0, float(retry_after))
    except ValueError:
        return None
