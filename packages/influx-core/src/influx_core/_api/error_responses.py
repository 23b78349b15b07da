"""Parses the error responses of all servers, because several servers share the same paths.

InfluxDB 2.x and 3.x, VictoriaMetrics, QuestDB and proxies also serve the paths of 1.x, each with
its own error format. Sources: https://docs.influxdata.com/influxdb/v2/api/,
https://docs.influxdata.com/influxdb3/core/write-data/troubleshoot/ and
https://questdb.com/docs/ingestion/ilp/overview/
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from itertools import islice
from typing import Any, cast
from urllib.parse import urlsplit

import msgspec

from influx_core._api.response_body import read_object
from influx_core._lineprotocol.split import nth_line, point_lines
from influx_core._short_text import shortened
from influx_core.errors import (
    AlreadyExists,
    AuthenticationError,
    DatabaseNotFound,
    LimitReached,
    NotFound,
    PartialWriteError,
    QueryError,
    RejectedLine,
    ResponseError,
    WriteError,
    class_of_status,
    is_database_not_found,
)
from influx_core.interfaces import Operation

__all__ = ["error_from_response"]

_BY_OPERATION: Mapping[Operation, type[ResponseError]] = {
    "write": WriteError,
    "query": QueryError,
}

_CONFIGURATION: Mapping[int, type[ResponseError]] = {
    404: NotFound,
    409: AlreadyExists,
    422: LimitReached,
}
"""Answers of InfluxDB 3 to changes of databases, tables and tokens."""

_BAD_CREDENTIALS = "Authorization header was malformed"
"""How InfluxDB 3 begins to answer, with status 400, to an Authorization header it cannot read."""

_DROPPED = re.compile(r"dropped=(\d{1,18})(?!\d)")
_LONGEST_PAGE = 500
"""Characters of a web page that an error shows."""

_OUTSIDE_RANGE = "time outside range"


class _Rejected(msgspec.Struct):
    """A line that InfluxDB 3 did not store."""

    original_line: str = ""
    line_number: int | None = None
    error_message: str = ""


def error_from_response(
    operation: Operation,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    sent: bytes = b"",
    now: float = 0.0,
    advice: str = "",
) -> ResponseError:
    """The exception for a response with an error status.

    Args:
        operation: what the request asked for.
        status: of the response.
        headers: of the response, names in lower case.
        body: of the response.
        sent: the body of the request: lines, where it was a write.
        now: seconds since 1970, for a Retry-After that is a date.
        advice: what a user can do about it.
    """
    said = _said(headers, body)
    full = _message(status, headers, said) or f"the server answered {status} without a reason"
    message = shortened(full + _first_reason(said))
    code = _word(said, "code") or headers.get("x-platform-error-code")
    cls = class_of_status(status) or _by_meaning(operation, status, full, code)
    details: dict[str, Any] = {
        "status": status,
        "code": code,
        "request_id": _request_id(headers, said),
        "retry_after": _seconds(headers, now),
    }
    if issubclass(cls, WriteError):
        details["rejected"] = _rejected(said, message, sent)
    if issubclass(cls, PartialWriteError):
        details["dropped"] = _dropped(full, len(details["rejected"]))
    if operation == "write" and _OUTSIDE_RANGE in full:
        message += '; if the times count s, ms or us, say which: precision="ms"'
    if advice:
        message += f"; {advice}"
    return cls(message, **details)


def _said(headers: Mapping[str, str], body: bytes) -> Mapping[str, Any]:
    """What the body says, by its names; plain text is an `error` of its own.

    InfluxDB 3 sends JSON without a Content-Type, so JSON is tried whatever the header says.
    """
    content_type = headers.get("content-type", "")
    said = read_object(body, content_type)
    if said is not None:
        return said
    longest = _LONGEST_PAGE if "html" in content_type else len(body)
    text = headers.get("x-influxdb-error") or body[:longest].decode("utf-8", "replace")
    return {"error": text.strip()}


def _message(status: int, headers: Mapping[str, str], said: Mapping[str, Any]) -> str | None:
    if 300 <= status < 400 and "location" in headers:
        return (
            f"the server redirects to {_place(headers['location'])!r}, which is "
            "not followed since credentials would go along; name it as base URL if you trust it"
        )
    words = _word(said, "error") or _word(said, "message") or headers.get("x-influxdb-error")
    details = said.get("data")
    if words and isinstance(details, dict):  # InfluxDB 3 names the one line it stopped at
        reason = cast("dict[str, Any]", details)
        return f"{words}: line {reason.get('line_number')}: {reason.get('error_message')}"
    return words


def _first_reason(said: Mapping[str, Any]) -> str:
    """The reason for the first of the lines that InfluxDB 3 lists; its message names none."""
    listed = said.get("data")
    try:
        lines = msgspec.convert(listed if isinstance(listed, list) else [], list[_Rejected])
    except msgspec.ValidationError:
        return ""
    if not lines:
        return ""
    others = f"; {len(lines) - 1} more in rejected" if len(lines) > 1 else ""
    return f": line {lines[0].line_number}: {lines[0].error_message}{others}"


def _word(said: Mapping[str, Any], name: str) -> str | None:
    value = said.get(name)
    return value if isinstance(value, str) else None


def _by_meaning(
    operation: Operation, status: int, message: str, code: str | None
) -> type[ResponseError]:
    if operation == "configure" and status == 422 and code is not None:  # InfluxDB 2
        return AlreadyExists if code == "conflict" else ResponseError
    if operation == "configure" and status in _CONFIGURATION:
        return _CONFIGURATION[status]
    if is_database_not_found(message):
        return DatabaseNotFound
    if message.startswith(_BAD_CREDENTIALS):
        return AuthenticationError
    if operation == "write" and "partial write" in message:
        return PartialWriteError
    return _BY_OPERATION.get(operation, ResponseError)


def _rejected(said: Mapping[str, Any], message: str, sent: bytes) -> tuple[RejectedLine, ...]:
    """The lines at fault and why: InfluxDB 3 lists them, 2.x and QuestDB number one."""
    details = said.get("data")
    try:
        lines = msgspec.convert(
            details if isinstance(details, list) else [details], list[_Rejected]
        )
    except msgspec.ValidationError:
        number = said.get("line")
        line = None
        if isinstance(number, int) and 0 < number <= len(sent):
            line = nth_line(sent, number)
        if line is None:
            return ()
        return (RejectedLine(line.decode("utf-8", "replace"), message, number),)
    return tuple(
        RejectedLine(_whole_line(line, sent), line.error_message, line.line_number)
        for line in lines
    )


def _whole_line(rejected: _Rejected, sent: bytes) -> str:
    """A rejected line as it was sent, because InfluxDB 3 quotes only its beginning.

    The server does not count comments and empty lines: behind one, the number is ambiguous.
    """
    number = rejected.line_number or 0
    line = nth_line(sent, number) if 0 < number <= len(sent) else None
    if line is None or line != next(islice(point_lines(sent), number - 1, None), None):
        return rejected.original_line
    return line.decode("utf-8", "replace")


def _dropped(message: str, rejected: int) -> int | None:
    """How many points were not stored."""
    told = _DROPPED.search(message)
    return int(told[1]) if told else rejected or None


def _request_id(headers: Mapping[str, str], said: Mapping[str, Any]) -> str | None:
    """What finds the request in the server's log; QuestDB gives errors an id."""
    return headers.get("x-request-id") or headers.get("request-id") or _word(said, "errorId")


def _place(location: str) -> str:
    """Where a redirect leads, without parameters and users: the server may repeat credentials."""
    try:
        parts = urlsplit(location)
    except ValueError:
        return "no URL"
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
    from email.utils import parsedate_to_datetime  # few responses need it, and it takes long

    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
