"""The API of InfluxDB 1.x: `/ping`, `/write`, `/query`. No I/O.

Also served by InfluxDB 2.x (with a database mapping), 3.x and VictoriaMetrics. Source:
https://docs.influxdata.com/influxdb/v1/tools/api/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from influx_core.api.binding import bind
from influx_core.errors import (
    AuthenticationError,
    AuthorizationError,
    ConfigError,
    DatabaseNotFound,
    PartialWriteError,
    QueryError,
    RequestTooLarge,
    ResponseError,
    ServerBusy,
    WriteError,
)
from influx_core.interfaces import Request
from influx_core.timestamps import Precision

__all__ = ["V1", "statement_error"]

LONGEST_URL_QUERY = 2_000
"""Queries of more characters travel in the body of a POST; proxies cut URLs from 4 kB on."""

_PRECISIONS: Mapping[Precision, str] = {
    "ns": "ns",
    "us": "u",
    "ms": "ms",
    "s": "s",
    "m": "m",
    "h": "h",
}

_BY_STATUS: Mapping[int, type[ResponseError]] = {
    401: AuthenticationError,
    403: AuthorizationError,
    413: RequestTooLarge,
    429: ServerBusy,
    503: ServerBusy,
}

_DROPPED = re.compile(r"dropped=(\d+)")


class V1:
    """What to ask a 1.x server, and how to read what it says."""

    def ping_request(self) -> Request:
        """Ask whether the server is there."""
        return Request("GET", "/ping")

    def read_ping(self, headers: Mapping[str, str]) -> str:
        """The server's version; an empty text if it tells none."""
        return headers.get("x-influxdb-version", "")

    def write_request(
        self,
        body: bytes,
        content_type: str,
        precision: Precision,
        *,
        db: str | None = None,
        retention_policy: str | None = None,
        consistency: str | None = None,
    ) -> Request:
        """Ask to store points; always with an explicit precision."""
        params = _present(
            db=db,
            rp=retention_policy,
            precision=_PRECISIONS[precision],
            consistency=consistency,
        )
        return Request("POST", "/write", params, {"content-type": content_type}, body)

    def query_request(
        self,
        text: str,
        verb: str,
        accept: str,
        *,
        db: str | None = None,
        retention_policy: str | None = None,
        chunk_size: int | None = None,
        bind_params: Mapping[str, object] | None = None,
    ) -> Request:
        """Ask InfluxQL; a POST carries everything as a form in its body."""
        params = _present(
            db=db,
            rp=retention_policy,
            epoch="ns",
            chunked="true" if chunk_size else None,
            chunk_size=str(chunk_size) if chunk_size else None,
            params=bind(bind_params) if bind_params else None,
            q=text,
        )
        if verb == "GET":
            return Request("GET", "/query", params, {"accept": accept})
        headers = {"accept": accept, "content-type": "application/x-www-form-urlencoded"}
        return Request("POST", "/query", (), headers, urlencode(params).encode())

    def verb(self, text: str, asked: str | None = None, *, read_only: bool) -> str:
        """The verb for a query: what was asked for, or GET where it only reads and fits a URL.

        Raises:
            ConfigError: what was asked for is neither GET nor POST.
        """
        if asked is None:
            return "GET" if read_only and len(text) <= LONGEST_URL_QUERY else "POST"
        if asked not in ("GET", "POST"):
            raise ConfigError(f"http_verb {asked!r}: queries go by GET or POST")
        return asked

    def error(
        self, request: Request, status: int, headers: Mapping[str, str], body: bytes
    ) -> ResponseError:
        """Read an answer with an error status into the exception that names it."""
        message = _message(headers, body) or f"the server answered {status} without a reason"
        cls = _BY_STATUS.get(status) or _by_meaning(request.path, message)
        details: dict[str, Any] = {
            "status": status,
            "request_id": headers.get("x-request-id") or headers.get("request-id"),
            "retry_after": _seconds(headers.get("retry-after")),
        }
        if issubclass(cls, PartialWriteError):
            dropped = _DROPPED.search(message)
            return cls(message, dropped=int(dropped[1]) if dropped else None, **details)
        return cls(message, **details)


def statement_error(
    message: str, statement_id: int | None, *, request_id: str | None = None
) -> QueryError:
    """The exception for an error that stands inside an answer."""
    cls = DatabaseNotFound if message.startswith("database not found") else QueryError
    return cls(message, statement_id=statement_id, status=200, request_id=request_id)


def _present(**params: str | None) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in params.items() if value is not None)


def _message(headers: Mapping[str, str], body: bytes) -> str:
    if "json" in headers.get("content-type", ""):
        try:
            return str(msgspec.json.decode(body)["error"])
        except (msgspec.DecodeError, KeyError, TypeError):
            pass
    return headers.get("x-influxdb-error") or body[:500].decode("utf-8", "replace").strip()


def _by_meaning(path: str, message: str) -> type[ResponseError]:
    if message.startswith("database not found"):
        return DatabaseNotFound
    if path == "/query":
        return QueryError
    if path == "/write":
        return PartialWriteError if message.startswith("partial write") else WriteError
    return ResponseError


def _seconds(retry_after: str | None) -> float | None:
    try:
        return None if retry_after is None else max(0.0, float(retry_after))
    except ValueError:
        return None
