"""An asyncio InfluxDB client made of exchangeable parts."""

from influx_core._api.base import Health
from influx_core._api.options import (
    Consistency,
    QueryOptions,
    QueryParams,
    WriteOptions,
    WriteParams,
)
from influx_core._batch.counters import Counters
from influx_core._batch.failure_handling.dead_letters import DeadLetter
from influx_core._batch.receipts import Receipt
from influx_core._batch.settings import WriterSettings
from influx_core._batch.sync import ThreadReceipt, ThreadWriter
from influx_core._batch.writer import BatchWriter
from influx_core._client.admin import RetentionPolicy
from influx_core._client.client import APIName, InfluxDBClient
from influx_core._client.queries import QueryText
from influx_core._lineprotocol.schema_guard import SchemaGuard
from influx_core._points.data_point import DataPoint, PointLike, Unsigned
from influx_core._points.point_mapping import Field, PointMapping, Tag, Time
from influx_core._results.column_series import ColumnSeries
from influx_core._results.query_result import KeyedTuple, QueryResult, Series, StatementResult
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
    UnexpectedRows,
    WriteError,
    WriterClosed,
)
from influx_core.hookspecs import hookimpl
from influx_core.plugins import Plugins

__all__ = [
    "APIName",
    "AuthenticationError",
    "AuthorizationError",
    "BatchWriter",
    "ColumnSeries",
    "ConfigError",
    "Consistency",
    "Counters",
    "DataPoint",
    "DatabaseNotFound",
    "DeadLetter",
    "DecodeError",
    "EncodeError",
    "Field",
    "Health",
    "InfluxDBClient",
    "InfluxDBError",
    "KeyedTuple",
    "PartialWriteError",
    "Plugins",
    "PointLike",
    "PointMapping",
    "PointsUndelivered",
    "QueryError",
    "QueryOptions",
    "QueryParams",
    "QueryResult",
    "QueryText",
    "QueueFull",
    "Receipt",
    "RequestTooLarge",
    "ResponseError",
    "ResponseLost",
    "RetentionPolicy",
    "SchemaGuard",
    "Series",
    "ServerBusy",
    "ServerUnreachable",
    "SpoolError",
    "SpoolFull",
    "SpoolInUse",
    "StatementResult",
    "Tag",
    "ThreadReceipt",
    "ThreadWriter",
    "Time",
    "UnexpectedRows",
    "Unsigned",
    "WriteError",
    "WriteOptions",
    "WriteParams",
    "WriterClosed",
    "WriterSettings",
    "hookimpl",
]
