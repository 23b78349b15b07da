"""The messages of Arrow Flight SQL that InfluxDB 3 answers, and its ticket.

Source: https://arrow.apache.org/docs/format/FlightSql.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from influx_testing._flight.protobuf import ProtobufMessage, data, many, number, optional, text

__all__ = [
    "ClosePreparedStatement",
    "CreatePreparedStatement",
    "GetCatalogs",
    "GetDbSchemas",
    "GetSqlInfo",
    "GetTableTypes",
    "GetTables",
    "PackedMessage",
    "PreparedHandle",
    "PreparedStatement",
    "PreparedStatementQuery",
    "PutParametersResult",
    "ReadInfo",
    "StatementQuery",
    "command_name",
    "packed",
    "unpacked",
]

_M = TypeVar("_M", bound=type[ProtobufMessage])


@dataclass(frozen=True, slots=True)
class PackedMessage(ProtobufMessage):
    """A message with its name, which Protocol Buffers calls Any."""

    type_url: str = text(1)
    value: bytes = data(2)


_BY_NAME: dict[str, type[ProtobufMessage]] = {}
_NAMES: dict[type[ProtobufMessage], str] = {}
_URL = "type.googleapis.com/"
_SQL = "arrow.flight.protocol.sql."


def _named(name: str) -> Callable[[_M], _M]:
    """Make a message known by its full name."""

    def register(kind: _M) -> _M:
        _BY_NAME[name] = kind
        _NAMES[kind] = name
        return kind

    return register


def packed(message: ProtobufMessage) -> bytes:
    """A message with its name."""
    return PackedMessage(_URL + _NAMES[type(message)], message.encode()).encode()


def unpacked(written: bytes) -> ProtobufMessage | None:
    """Read a message that has its name; None if InfluxDB 3 does not know the name.

    Raises:
        ProtobufError: the bytes are no such message.
    """
    whole = PackedMessage.decode(written)
    kind = _BY_NAME.get(whole.type_url.removeprefix(_URL))
    return None if kind is None else kind.decode(whole.value)


def command_name(written: bytes) -> str:
    """The last part of the name of a message that has its name; empty for other bytes.

    Raises:
        ProtobufError: the bytes are no such message.
    """
    return PackedMessage.decode(written).type_url.rpartition(".")[2]


@_named(f"{_SQL}CommandStatementQuery")
@dataclass(frozen=True, slots=True)
class StatementQuery(ProtobufMessage):
    """Asks for the rows of SQL."""

    query: str = text(1)


@_named(f"{_SQL}ActionCreatePreparedStatementRequest")
@dataclass(frozen=True, slots=True)
class CreatePreparedStatement(ProtobufMessage):
    """Asks for a prepared statement."""

    query: str = text(1)


@_named(f"{_SQL}ActionCreatePreparedStatementResult")
@dataclass(frozen=True, slots=True)
class PreparedStatement(ProtobufMessage):
    """A prepared statement, with the schemas of its rows and of its parameters."""

    prepared_statement_handle: bytes = data(1)
    dataset_schema: bytes = data(2)
    parameter_schema: bytes = data(3)


@_named(f"{_SQL}ActionClosePreparedStatementRequest")
@dataclass(frozen=True, slots=True)
class ClosePreparedStatement(ProtobufMessage):
    """Forgets a prepared statement."""

    prepared_statement_handle: bytes = data(1)


@_named(f"{_SQL}CommandPreparedStatementQuery")
@dataclass(frozen=True, slots=True)
class PreparedStatementQuery(ProtobufMessage):
    """Asks for the rows of a prepared statement, or sets its parameters."""

    prepared_statement_handle: bytes = data(1)


@dataclass(frozen=True, slots=True)
class PutParametersResult(ProtobufMessage):
    """The prepared statement with its parameters."""

    prepared_statement_handle: bytes = data(1)


@_named(f"{_SQL}CommandGetSqlInfo")
@dataclass(frozen=True, slots=True)
class GetSqlInfo(ProtobufMessage):
    """Asks what the server can do; for everything, if no numbers are given."""

    info: tuple[int, ...] = many(1, int)


@_named(f"{_SQL}CommandGetCatalogs")
@dataclass(frozen=True, slots=True)
class GetCatalogs(ProtobufMessage):
    """Asks for the catalogs."""


@_named(f"{_SQL}CommandGetDbSchemas")
@dataclass(frozen=True, slots=True)
class GetDbSchemas(ProtobufMessage):
    """Asks for the schemas of catalogs; a pattern is one of LIKE."""

    catalog: str | None = optional(1, str)
    db_schema_filter_pattern: str | None = optional(2, str)


@_named(f"{_SQL}CommandGetTables")
@dataclass(frozen=True, slots=True)
class GetTables(ProtobufMessage):
    """Asks for tables; patterns are those of LIKE."""

    catalog: str | None = optional(1, str)
    db_schema_filter_pattern: str | None = optional(2, str)
    table_name_filter_pattern: str | None = optional(3, str)
    table_types: tuple[str, ...] = many(4, str)
    include_schema: int = number(5)


@_named(f"{_SQL}CommandGetTableTypes")
@dataclass(frozen=True, slots=True)
class GetTableTypes(ProtobufMessage):
    """Asks for the types of tables."""


@_named("influxdata.iox.querier.v1.ReadInfo")
@dataclass(frozen=True, slots=True)
class ReadInfo(ProtobufMessage):
    """The ticket that InfluxDB 3 makes.

    Attributes:
        database: the database.
        sql_query: the query, unless it is a command.
        query_type: 1 for SQL, 2 for InfluxQL, 3 for a command.
        flightsql_command: a command of Flight SQL, with its name.
    """

    database: str = text(1)
    sql_query: str = text(2)
    query_type: int = number(3)
    flightsql_command: bytes = data(4)


@dataclass(frozen=True, slots=True)
class PreparedHandle(ProtobufMessage):
    """What the handle of a prepared statement holds, so that the server keeps nothing.

    Attributes:
        query: the SQL.
        parameters: one row of values in the IPC stream format of Arrow; empty for none.
    """

    query: str = text(1)
    parameters: bytes = data(2)
