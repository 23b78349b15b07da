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
    PointsUndelivered,
    QueryError,
    QueueFull,
    RequestTooLarge,
    ResponseError,
    ResponseLost,
    ServerBusy,
    ServerUnreachable,
    SpoolError,
    SpoolFull,
    SpoolInUse,
    WriteError,
    WriterClosed,
)
from influx_core.guard import SchemaGuard
from influx_core.hookspecs import hookimpl
from influx_core.mapping import Field, PointMapping, Tag, Time
from influx_core.plugins import Plugins
from influx_core.points import DataPoint, Unsigned
from influx_core.results import KeyedTuple, QueryResult, Series, StatementResult
from influx_core.writer import BatchWriter

__all__ = [
    "AuthenticationError",
    "AuthorizationError",
    "BatchWriter",
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
    "PointsUndelivered",
    "QueryError",
    "QueryResult",
    "QueueFull",
    "RequestTooLarge",
    "ResponseError",
    "ResponseLost",
    "SchemaGuard",
    "Series",
    "ServerBusy",
    "ServerUnreachable",
    "SpoolError",
    "SpoolFull",
    "SpoolInUse",
    "StatementResult",
    "Tag",
    "Time",
    "Unsigned",
    "WriteError",
    "WriterClosed",
    "hookimpl",
]
