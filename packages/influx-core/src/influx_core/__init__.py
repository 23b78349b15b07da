"""An asyncio InfluxDB client made of exchangeable parts."""

from influx_core.client import InfluxDBClient
from influx_core.errors import (
    AuthenticationError,
    AuthorizationError,
    ConfigError,
    DatabaseNotFound,
    DecodeError,
    EncodeError,
    InfluxDBError,
    PartialWriteError,
    QueryError,
    RequestTooLarge,
    ResponseError,
    ResponseLost,
    ServerBusy,
    ServerUnreachable,
    WriteError,
)
from influx_core.guard import SchemaGuard
from influx_core.hookspecs import hookimpl
from influx_core.mapping import Field, PointMapping, Tag, Time
from influx_core.plugins import Plugins
from influx_core.points import DataPoint, Unsigned
from influx_core.results import KeyedTuple, QueryResult, Series, StatementResult

__all__ = [
    "AuthenticationError",
    "AuthorizationError",
    "ConfigError",
    "DataPoint",
    "DatabaseNotFound",
    "DecodeError",
    "EncodeError",
    "Field",
    "InfluxDBClient",
    "InfluxDBError",
    "KeyedTuple",
    "PartialWriteError",
    "Plugins",
    "PointMapping",
    "QueryError",
    "QueryResult",
    "RequestTooLarge",
    "ResponseError",
    "ResponseLost",
    "SchemaGuard",
    "Series",
    "ServerBusy",
    "ServerUnreachable",
    "StatementResult",
    "Tag",
    "Time",
    "Unsigned",
    "WriteError",
    "hookimpl",
]
