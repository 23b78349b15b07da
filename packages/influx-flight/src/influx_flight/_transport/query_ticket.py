"""Converts a query of InfluxDB 3 over HTTP to one over Flight: its ticket and its metadata. Pure.

The ticket is JSON, as the official clients of InfluxDB 3 send it:
`{"database": ..., "sql_query": ..., "query_type": "sql", "params": {...}}`.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping

import msgspec

from influx_core import ConfigError
from influx_core.interfaces import Request

__all__ = ["metadata_of", "ticket_of"]

_LANGUAGES = {"/api/v3/query_sql": "sql", "/api/v3/query_influxql": "influxql"}

_OF_HTTP = frozenset(
    {
        *("accept", "accept-encoding", "connection", "content-encoding", "content-length"),
        *("content-type", "host", "te", "transfer-encoding", "user-agent"),
    }
)
"""Headers that describe an HTTP message; gRPC sets its own."""


class _Query(msgspec.Struct):
    """The body of a query over HTTP."""

    db: str
    q: str
    format: str
    params: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class _Ticket(msgspec.Struct):
    """The ticket; the values of parameters are passed on as they are written."""

    database: str
    sql_query: str
    query_type: str
    params: msgspec.Raw | msgspec.UnsetType


_QUERY = msgspec.json.Decoder(_Query)

_NAME = re.compile(r"(?!grpc-)[0-9a-z_.-]+(?<!-bin)")
_VALUE = re.compile(r"[ -~]*")

MOST_METADATA = 16_384
"""The bytes of metadata that servers accept, each entry counted as HTTP/2 does: with 32 bytes."""
_ENTRY_OVERHEAD = 32


def ticket_of(request: Request) -> bytes | None:
    """Return the ticket of a query that asks for Arrow; None for any other request."""
    language = _LANGUAGES.get(request.path)
    if language is None or request.operation != "query" or b'"arrow"' not in request.body:
        return None
    asked = _QUERY.decode(request.body)
    if asked.format != "arrow":
        return None
    return msgspec.json.encode(_Ticket(asked.db, asked.q, language, asked.params))


def metadata_of(headers: Mapping[str, str]) -> tuple[tuple[bytes, bytes], ...]:
    """Return the headers of a request as metadata of gRPC.

    Args:
        headers: the headers, with names in lower case.

    Raises:
        ConfigError: gRPC cannot send a header; the message does not repeat its value.
    """
    made = tuple(_entries(headers))
    size = sum(len(name) + len(value) + _ENTRY_OVERHEAD for name, value in made)
    if size > MOST_METADATA:
        largest = max(made, key=lambda entry: len(entry[1]))[0].decode()
        raise ConfigError(
            f"the headers of a query over Flight have {size:,} bytes, and servers accept "
            f"{MOST_METADATA:,}; the largest is {largest!r}"
        )
    return made


def _entries(headers: Mapping[str, str]) -> Iterator[tuple[bytes, bytes]]:
    for name, value in headers.items():
        if name in _OF_HTTP:
            continue
        if _NAME.fullmatch(name) is None:
            raise ConfigError(f"headers: gRPC cannot send a header with the name {name!r}")
        if _VALUE.fullmatch(value) is None:
            raise ConfigError(
                f"headers: the value of {name!r} is not printable ASCII; gRPC sends nothing else"
            )
        shown = _bearer(value) if name == "authorization" else value
        yield name.encode(), shown.encode()


def _bearer(authorization: str) -> str:
    """The same credentials as a bearer token, the only form that Flight takes.

    InfluxDB 3 accepts `Token` like `Bearer` over HTTP, and reads the password of `Basic` as the
    token.
    """
    scheme, _, credentials = authorization.partition(" ")
    match scheme.lower():
        case "token":
            return f"Bearer {credentials}"
        case "basic":
            return f"Bearer {_password(credentials)}"
        case _:
            return authorization


def _password(credentials: str) -> str:
    try:
        password = b64decode(credentials, validate=True).decode("ascii").partition(":")[2]
    except ValueError:
        password = ""
    if not password or _VALUE.fullmatch(password) is None:
        raise ConfigError(
            "over Flight, the password of a user is sent as a token: it has to be printable ASCII"
        )
    return password
