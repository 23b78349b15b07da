"""An asyncio InfluxDB client with replaceable parts.

Names are imported on first use, so that `import influx_core` is fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from influx_core._api.base import Health
    from influx_core._api.request_options import (
        Consistency,
        QueryOptions,
        QueryParams,
        WriteOptions,
        WriteParams,
    )
    from influx_core._api.v2_resources import (
        Authorization,
        Bucket,
        DBRPMapping,
        Organization,
        Permission,
        Task,
        TaskLogEntry,
        TaskRun,
    )
    from influx_core._api.v3_configuration import AdminToken, ListedDatabase
    from influx_core._batch.counters import Counters
    from influx_core._batch.failure_handling.dead_letters import DeadLetter
    from influx_core._batch.receipts import Receipt
    from influx_core._batch.settings import PutParams, WriterSettings
    from influx_core._batch.sync import ThreadReceipt, ThreadWriter
    from influx_core._batch.writer import BatchWriter
    from influx_core._client.admin import Administration, RetentionPolicy
    from influx_core._client.client import APIName, InfluxDBClient
    from influx_core._client.management.authorizations import Authorizations
    from influx_core._client.management.buckets import Buckets
    from influx_core._client.management.dbrp_mappings import DBRPMappings
    from influx_core._client.management.organizations import Organizations
    from influx_core._client.management.tasks import Tasks
    from influx_core._client.querying.bound_query import BoundQuery
    from influx_core._client.querying.flux_queries import FluxParams, FluxText
    from influx_core._client.querying.queries import QueryText
    from influx_core._client.schema import Schema
    from influx_core._client.tables import Tables
    from influx_core._client.tokens import AdminTokens
    from influx_core._lineprotocol.schema_guard import SchemaGuard
    from influx_core._points.data_point import DataPoint, PointLike, Unsigned
    from influx_core._points.point_mapping import Field, PointMapping, Tag, Time
    from influx_core._results.column_series import ColumnSeries
    from influx_core._results.flux_table import FluxTable
    from influx_core._results.keyed_tuple import KeyedTuple
    from influx_core._results.query_result import QueryResult, StatementResult
    from influx_core._results.series import Series
    from influx_core.errors import (
        AlreadyExists,
        AuthenticationError,
        AuthorizationError,
        ConfigError,
        DatabaseNotFound,
        DecodeError,
        EncodeError,
        InfluxDBError,
        LimitReached,
        NotFound,
        PartialWriteError,
        PointsUndelivered,
        QueryError,
        QueueFull,
        RejectedLine,
        RequestTooLarge,
        ResponseError,
        ResponseLost,
        ServerBusy,
        ServerUnreachable,
        SpoolDamaged,
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
    "AdminToken",
    "AdminTokens",
    "Administration",
    "AlreadyExists",
    "AuthenticationError",
    "Authorization",
    "AuthorizationError",
    "Authorizations",
    "BatchWriter",
    "BoundQuery",
    "Bucket",
    "Buckets",
    "ColumnSeries",
    "ConfigError",
    "Consistency",
    "Counters",
    "DBRPMapping",
    "DBRPMappings",
    "DataPoint",
    "DatabaseNotFound",
    "DeadLetter",
    "DecodeError",
    "EncodeError",
    "Field",
    "FluxParams",
    "FluxTable",
    "FluxText",
    "Health",
    "InfluxDBClient",
    "InfluxDBError",
    "KeyedTuple",
    "LimitReached",
    "ListedDatabase",
    "NotFound",
    "Organization",
    "Organizations",
    "PartialWriteError",
    "Permission",
    "Plugins",
    "PointLike",
    "PointMapping",
    "PointsUndelivered",
    "PutParams",
    "QueryError",
    "QueryOptions",
    "QueryParams",
    "QueryResult",
    "QueryText",
    "QueueFull",
    "Receipt",
    "RejectedLine",
    "RequestTooLarge",
    "ResponseError",
    "ResponseLost",
    "RetentionPolicy",
    "Schema",
    "SchemaGuard",
    "Series",
    "ServerBusy",
    "ServerUnreachable",
    "SpoolDamaged",
    "SpoolError",
    "SpoolFull",
    "SpoolInUse",
    "StatementResult",
    "Tables",
    "Tag",
    "Task",
    "TaskLogEntry",
    "TaskRun",
    "Tasks",
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

_NAMES = {
    "influx_core._api.base": ("Health",),
    "influx_core._api.request_options": (
        "Consistency",
        "QueryOptions",
        "QueryParams",
        "WriteOptions",
        "WriteParams",
    ),
    "influx_core._api.v2_resources": (
        "Authorization",
        "Bucket",
        "DBRPMapping",
        "Organization",
        "Permission",
        "Task",
        "TaskLogEntry",
        "TaskRun",
    ),
    "influx_core._api.v3_configuration": ("AdminToken", "ListedDatabase"),
    "influx_core._batch.counters": ("Counters",),
    "influx_core._batch.failure_handling.dead_letters": ("DeadLetter",),
    "influx_core._batch.receipts": ("Receipt",),
    "influx_core._batch.settings": ("PutParams", "WriterSettings"),
    "influx_core._batch.sync": (
        "ThreadReceipt",
        "ThreadWriter",
    ),
    "influx_core._batch.writer": ("BatchWriter",),
    "influx_core._client.admin": (
        "Administration",
        "RetentionPolicy",
    ),
    "influx_core._client.querying.bound_query": ("BoundQuery",),
    "influx_core._client.client": (
        "APIName",
        "InfluxDBClient",
    ),
    "influx_core._client.querying.flux_queries": (
        "FluxParams",
        "FluxText",
    ),
    "influx_core._client.management.authorizations": ("Authorizations",),
    "influx_core._client.management.buckets": ("Buckets",),
    "influx_core._client.management.dbrp_mappings": ("DBRPMappings",),
    "influx_core._client.management.organizations": ("Organizations",),
    "influx_core._client.management.tasks": ("Tasks",),
    "influx_core._client.querying.queries": ("QueryText",),
    "influx_core._client.schema": ("Schema",),
    "influx_core._client.tables": ("Tables",),
    "influx_core._client.tokens": ("AdminTokens",),
    "influx_core._lineprotocol.schema_guard": ("SchemaGuard",),
    "influx_core._points.data_point": (
        "DataPoint",
        "PointLike",
        "Unsigned",
    ),
    "influx_core._points.point_mapping": (
        "Field",
        "PointMapping",
        "Tag",
        "Time",
    ),
    "influx_core._results.column_series": ("ColumnSeries",),
    "influx_core._results.flux_table": ("FluxTable",),
    "influx_core._results.keyed_tuple": ("KeyedTuple",),
    "influx_core._results.query_result": (
        "QueryResult",
        "StatementResult",
    ),
    "influx_core._results.series": ("Series",),
    "influx_core.errors": (
        "AlreadyExists",
        "AuthenticationError",
        "AuthorizationError",
        "ConfigError",
        "DatabaseNotFound",
        "DecodeError",
        "EncodeError",
        "InfluxDBError",
        "LimitReached",
        "NotFound",
        "PartialWriteError",
        "PointsUndelivered",
        "QueryError",
        "QueueFull",
        "RejectedLine",
        "RequestTooLarge",
        "ResponseError",
        "ResponseLost",
        "ServerBusy",
        "ServerUnreachable",
        "SpoolDamaged",
        "SpoolError",
        "SpoolFull",
        "SpoolInUse",
        "UnexpectedRows",
        "WriteError",
        "WriterClosed",
    ),
    "influx_core.hookspecs": ("hookimpl",),
    "influx_core.plugins": ("Plugins",),
}
"""The public names of each module."""

_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names}

_SUBMODULES = frozenset(
    {
        "annotated_csv",
        "blocking",
        "codec",
        "columns",
        "errors",
        "hookspecs",
        "interfaces",
        "lineprotocol",
        "options",
        "parts",
        "plugins",
        "timestamps",
    }
)


def __getattr__(name: str) -> object:
    if name in _MODULE_OF:
        value = getattr(import_module(_MODULE_OF[name]), name)
        globals()[name] = value
        return value
    if name in _SUBMODULES:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_SUBMODULES})
