"""The configuration API of InfluxDB 3: databases, tables and tokens. No I/O.

Source: https://docs.influxdata.com/influxdb3/core/api/ (Database, Table and Auth token).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias, TypeVar, cast

import msgspec

from influx_core.errors import ConfigError, DecodeError
from influx_core.interfaces import Request
from influx_core.timestamps import Timestamp, to_ns, to_rfc3339

__all__ = [
    "AdminToken",
    "FieldTypeName",
    "HardDelete",
    "ListedDatabase",
    "create_admin_token",
    "create_database",
    "create_named_admin_token",
    "create_table",
    "delete_token",
    "drop_database",
    "drop_table",
    "hard_delete_text",
    "list_databases",
    "read_databases",
    "read_token",
    "regenerate_admin_token",
    "remove_retention_period",
    "set_retention_period",
]

FieldTypeName: TypeAlias = Literal[
    "float",
    "integer",
    "unsigned",
    "string",
    "boolean",
    "float64",
    "int64",
    "uint64",
    "utf8",
    "bool",
]
"""The type of a field, under the name of `field_keys()` or of InfluxDB 3."""

HardDelete: TypeAlias = Literal["now", "never", "default"] | Timestamp
"""When the server removes deleted data: a keyword of InfluxDB 3, or a time."""

_DATABASE = "/api/v3/configure/database"
_RETENTION_PERIOD = "/api/v3/configure/database/retention_period"
_TABLE = "/api/v3/configure/table"
_TOKEN = "/api/v3/configure/token"  # noqa: S105 - a path

_FIELD_TYPES: Mapping[str, str] = {
    "float": "float64",
    "integer": "int64",
    "unsigned": "uint64",
    "string": "utf8",
    "boolean": "bool",
}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ListedDatabase:
    """A database of InfluxDB 3.

    Attributes:
        name: its name.
        deleted: whether it is deleted; its data may still exist.
    """

    name: str
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class AdminToken:
    """A new token of InfluxDB 3. The server sends the secret only once.

    Attributes:
        token: the secret that clients send; it is not part of the repr.
        name: its name.
        id: the number by which the server identifies it.
        hash: the hash that the server stores; it is not part of the repr.
        created_at: when it was created.
        expiry: when it expires; None if it never expires.
    """

    token: str = field(repr=False)
    name: str
    id: int
    hash: str = field(repr=False)
    created_at: datetime
    expiry: datetime | None


class _Row(msgspec.Struct, rename={"name": "iox::database"}):
    """A row of the list of databases."""

    name: str
    deleted: bool = False


class _TokenAnswer(msgspec.Struct):
    """The response to a request for a token."""

    token: str
    name: str
    created_at: datetime
    id: int = 0
    hash: str = ""
    expiry: datetime | None = None


def list_databases(include_deleted: bool) -> Request:
    """The request for the databases."""
    params = {"format": "json", "show_deleted": str(bool(include_deleted)).lower()}
    return _request("GET", _DATABASE, params)


def create_database(name: str, retention_seconds: int | None) -> Request:
    """The request that creates a database."""
    return _posted(_DATABASE, db=name, retention_period=_seconds(retention_seconds))


def drop_database(name: str, hard_delete_at: str | None) -> Request:
    """The request that deletes a database."""
    return _request("DELETE", _DATABASE, {"db": name, "hard_delete_at": hard_delete_at})


def set_retention_period(db: str, seconds: int | None) -> Request:
    """The request that sets the retention period of a database."""
    return _posted(_DATABASE, method="PUT", db=db, retention_period=_seconds(seconds))


def remove_retention_period(db: str) -> Request:
    """The request that removes the retention period of a database."""
    return _request("DELETE", _RETENTION_PERIOD, {"db": db})


def create_table(
    db: str, table: str, tags: Iterable[str], fields: Mapping[str, FieldTypeName]
) -> Request:
    """The request that creates a table.

    Raises:
        ConfigError: a field has no type of InfluxDB 3, or a column is named twice.
    """
    keys = list(tags)
    twice = {key for key in keys if key in fields or keys.count(key) > 1}
    if twice:
        raise ConfigError(f"table {table!r}: {min(twice)!r} names two columns")
    columns = [{"name": name, "type": _field_type(name, kind)} for name, kind in fields.items()]
    return _posted(_TABLE, db=db, table=table, tags=keys, fields=columns)


def drop_table(db: str, table: str, hard_delete_at: str | None) -> Request:
    """The request that deletes a table."""
    params = {"db": db, "table": table, "hard_delete_at": hard_delete_at}
    return _request("DELETE", _TABLE, params)


def create_admin_token() -> Request:
    """The request for the first token of a server."""
    return _request("POST", f"{_TOKEN}/admin")


def regenerate_admin_token() -> Request:
    """The request that replaces the first token."""
    return _request("POST", f"{_TOKEN}/admin/regenerate")


def create_named_admin_token(name: str, expiry_seconds: int | None) -> Request:
    """The request for another token."""
    path = f"{_TOKEN}/named_admin"
    return _posted(path, token_name=name, expiry_secs=expiry_seconds)


def delete_token(name: str) -> Request:
    """The request that deletes a token."""
    return _request("DELETE", _TOKEN, {"token_name": name})


def hard_delete_text(at: HardDelete | None) -> str | None:
    """The value of the parameter `hard_delete_at`; None if it is not given.

    Raises:
        ConfigError: the value is neither `now`, `never`, `default` nor a time.
    """
    if at is None or at in ("now", "never", "default"):
        return cast("str | None", at)
    try:
        return to_rfc3339(to_ns(at))
    except (TypeError, ValueError) as error:
        raise ConfigError(
            f"hard_delete_at must be 'now', 'never', 'default' or a time: {error}"
        ) from None


def read_databases(body: bytes) -> list[ListedDatabase]:
    """The databases in a response.

    Raises:
        DecodeError: the response is not a list of databases.
    """
    rows = _decoded(body, list[_Row], "a list of databases")
    return [ListedDatabase(row.name, row.deleted) for row in rows]


def read_token(body: bytes) -> AdminToken:
    """The token in a response.

    Raises:
        DecodeError: the response is not a token; the error does not contain the response.
    """
    answer = _decoded(body, _TokenAnswer, "a token")
    return AdminToken(
        answer.token, answer.name, answer.id, answer.hash, answer.created_at, answer.expiry
    )


def _decoded(body: bytes, kind: type[T], what: str) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise DecodeError(f"the response is not {what} of InfluxDB 3") from None


def _field_type(name: str, kind: str) -> str:
    if kind in _FIELD_TYPES.values():
        return kind
    if kind not in _FIELD_TYPES:
        known = ", ".join([*_FIELD_TYPES, *_FIELD_TYPES.values()])
        raise ConfigError(f"field {name!r} has no type {kind!r}; known: {known}")
    return _FIELD_TYPES[kind]


def _seconds(count: int | None) -> str | None:
    return None if count is None else f"{count}s"


def _posted(path: str, *, method: str = "POST", **asked: Any) -> Request:
    given = {name: value for name, value in asked.items() if value is not None}
    headers = {"accept": "*/*", "content-type": "application/json"}
    body = msgspec.json.encode(given)
    return Request(method, path, (), headers, body, operation="configure")


def _request(method: str, path: str, params: Mapping[str, str | None] | None = None) -> Request:
    given = tuple((name, value) for name, value in (params or {}).items() if value is not None)
    return Request(method, path, given, {"accept": "*/*"}, operation="configure")
