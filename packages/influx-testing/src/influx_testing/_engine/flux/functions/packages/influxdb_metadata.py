"""Package influxdata/influxdb: `from`, `buckets` and `cardinality`; v1's databases.

Source: https://docs.influxdata.com/flux/v0/stdlib/influxdata/influxdb/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from influx_testing._engine.catalog.database_mappings import DatabaseMappings
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.functions.universe.bucket_reads import from_
from influx_testing._engine.flux.functions.universe.series.range_function import range_
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.storage.server_access import ServerAccess
from influx_testing._engine.flux.table.group_key import EMPTY_KEY, GroupKey
from influx_testing._engine.flux.table.keyed_table import KeyedTable
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_functions import FluxFunction
from influx_testing._engine.flux.values.flux_types import Value
from influx_testing.errors import FakeUnsupported

__all__: list[str] = []

_INFLUXDB: Final = "influxdata/influxdb"

flux_function(_INFLUXDB, "from")(from_)


def _server(context: QueryContext, host: str, name: str) -> ServerAccess:
    if host:
        raise FakeUnsupported(f"{name}(host: ...), the data of another server")
    if context.server is None:
        raise FluxError("there is no server to read from")
    return context.server


def _register_buckets(package: str) -> None:
    @flux_function(package, "buckets")
    def buckets(
        context: QueryContext, host: str = "", org: str = "", org_id: str = "", token: str = ""
    ) -> TableStream:
        server = _server(context, host, "buckets")
        return context.tables(lambda: _buckets(server))


def _buckets(server: ServerAccess) -> Iterator[KeyedTable]:
    """Yield the table of all buckets."""
    found = server.buckets()
    columns: dict[str, tuple[str, Sequence[Any]]] = {
        "name": ("string", [bucket.name for bucket in found]),
        "id": ("string", [bucket.id for bucket in found]),
        "retentionPolicy": ("string", ["" for _ in found]),
        "retentionPeriod": ("int", [bucket.policy.duration for bucket in found]),
    }
    yield KeyedTable.of(columns, GroupKey((("organizationID", "string", server.org_id),)))


def _register_cardinality(package: str) -> None:
    @flux_function(package, "cardinality")
    def cardinality(
        context: QueryContext,
        start: Value,
        stop: Value = None,
        bucket: str = "",
        bucket_id: str = "",
        host: str = "",
        org: str = "",
        org_id: str = "",
        token: str = "",
        predicate: FluxFunction | None = None,
    ) -> TableStream:
        _server(context, host, "cardinality")
        series = range_(context, from_(context, bucket, bucket_id), start, stop)
        if predicate is not None:
            series = context.member("", "filter").pipe(series, fn=predicate)
        return context.tables(lambda: _counted(series))


def _counted(series: TableStream) -> Iterator[KeyedTable]:
    """Yield one table with the number of tables that have rows, and the range."""
    keys = [table.key for table in series if len(table)]
    key = keys[0].only(("_start", "_stop")) if keys else EMPTY_KEY
    yield KeyedTable.of({"_value": ("int", [len(set(keys))])}, key)


_REGISTER: tuple[Callable[[str], None], ...] = (_register_buckets, _register_cardinality)
for _package in ("universe", _INFLUXDB):
    for _register in _REGISTER:
        _register(_package)


@flux_function("influxdata/influxdb/v1", "databases")
def databases(
    context: QueryContext, host: str = "", org: str = "", org_id: str = "", token: str = ""
) -> TableStream:
    """Return the databases and policies of 1.x that buckets are mapped to."""
    server = _server(context, host, "v1.databases")
    return context.tables(lambda: _databases(server))


def _databases(server: ServerAccess) -> Iterator[KeyedTable]:
    catalog = server.engine.buckets
    mappings = DatabaseMappings(catalog.resources, catalog, server.org_id)
    found = [each for each in mappings.all() if server.may("read", each.bucket)]
    columns: dict[str, tuple[str, Sequence[Any]]] = {
        "databaseName": ("string", [each.database for each in found]),
        "retentionPolicy": ("string", [each.policy for each in found]),
        "retentionPeriod": ("int", [each.bucket.policy.duration for each in found]),
        "default": ("bool", [each.is_default for each in found]),
        "bucketID": ("string", [each.bucket.id for each in found]),
    }
    yield KeyedTable.of(columns, GroupKey((("organizationID", "string", server.org_id),)))
