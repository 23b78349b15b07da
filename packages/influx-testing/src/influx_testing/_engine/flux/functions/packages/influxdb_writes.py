"""The functions that write to a bucket: `to`, `wideTo` and `experimental.to`.

Source: https://docs.influxdata.com/flux/v0/stdlib/influxdata/influxdb/to/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from influx_core import DataPoint
from influx_testing._engine.catalog.bucket_catalog import StoredBucket
from influx_testing._engine.flux.flux_errors import FluxError, StartError
from influx_testing._engine.flux.language.row_analysis import columns_read
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.storage.server_access import ServerAccess
from influx_testing._engine.flux.table.keyed_table import KeyedTable
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_functions import FluxFunction
from influx_testing._engine.flux.values.flux_types import FluxTime, Value, type_name
from influx_testing.errors import FakeUnsupported

__all__: list[str] = []

_BOUNDS: Final = frozenset({"_start", "_stop"})
_FIELD_TYPES: Final = frozenset({"bool", "float", "int", "string", "uint"})
_BOTH: Final = "cannot provide both `{0}` and `{0}ID` parameters to the `to` function"

_Points = Callable[[KeyedTable], Iterator[DataPoint]]


def _register_to(package: str) -> None:
    @flux_function(package, "to")
    def to(
        context: QueryContext,
        tables: TableStream,
        bucket: str = "",
        bucket_id: str = "",
        org: str = "",
        org_id: str = "",
        host: str = "",
        token: str = "",
        time_column: str = "_time",
        measurement_column: str = "_measurement",
        tag_columns: list[str] | None = None,
        field_fn: FluxFunction | None = None,
    ) -> TableStream:
        def points(table: KeyedTable) -> Iterator[DataPoint]:
            tags = _tag_columns(table, tag_columns, field_fn)
            tags = [label for label in tags if label not in (time_column, measurement_column)]
            return _points(table, time_column, measurement_column, tags, field_fn)

        _refuse_host(host, f"{package or 'universe'}.to")
        server, target = _target(context, bucket, bucket_id, org, org_id)
        return _written(context, tables, server, target, points)


def _register_wide(package: str, name: str) -> None:
    @flux_function(package, name)
    def wide_to(
        context: QueryContext,
        tables: TableStream,
        bucket: str = "",
        bucket_id: str = "",
        org: str = "",
        org_id: str = "",
        host: str = "",
        token: str = "",
    ) -> TableStream:
        _refuse_host(host, f"{package or 'universe'}.{name}")
        server, target = _target(context, bucket, bucket_id, org, org_id)
        return _written(context, tables, server, target, _wide_points)


for _package in ("universe", "influxdata/influxdb"):
    _register_to(_package)
    _register_wide(_package, "wideTo")
_register_wide("experimental", "to")


def _refuse_host(host: str, name: str) -> None:
    if host:
        raise FakeUnsupported(f"{name}(host: ...), a bucket of another server")


def _target(
    context: QueryContext, bucket: str, bucket_id: str, org: str, org_id: str
) -> tuple[ServerAccess, StoredBucket]:
    """Return the bucket to write to.

    Raises:
        FluxError: the bucket or the organization is unknown, or named twice.
    """
    server = context.server
    if server is None:
        raise FluxError("there is no server to write to")
    if bucket and bucket_id:
        raise FluxError(
            "cannot provide both `bucket` and `bucketID` parameters to the `to` function"
        )
    if org and org_id:
        raise FluxError(_BOTH.format("org"))
    server = _of_organization(server, org, org_id)
    try:
        return server, server.bucket(bucket, bucket_id, action="write")
    except StartError as error:
        if error.code != "not found":
            raise
        shown = f'with ID "{bucket_id}"' if bucket_id else f'"{bucket}"'
        raise StartError(
            f'failed to initialize execute state: failed to look up bucket {shown} in org "{org}"',
            "not found",
        ) from None


def _of_organization(server: ServerAccess, name: str, id_: str) -> ServerAccess:
    if not name and not id_:
        return server
    for document in server.engine.buckets.resources.all("orgs"):
        if document["name"] == name or document["id"] == id_:
            return replace(server, org_id=document["id"])
    shown = f'"{name}"' if name else f'name for ID "{id_}"'
    raise StartError(
        f"failed to initialize execute state: failed to look up organization {shown}", "not found"
    )


def _written(
    context: QueryContext,
    tables: TableStream,
    server: ServerAccess,
    bucket: StoredBucket,
    points: _Points,
) -> TableStream:
    """Return the tables unchanged, after all have been written.

    All tables are read before the first is written: they may come from the same bucket.
    """

    def run(source: Iterable[KeyedTable]) -> Iterator[KeyedTable]:
        made = list(source)
        for table in made:
            server.write(bucket, points(table))
        yield from made

    stream = tables.derive(run)
    context.effects.append(stream)
    return stream


def _tag_columns(
    table: KeyedTable, given: list[str] | None, field_fn: FluxFunction | None
) -> list[str]:
    """Return the columns of tags; by default all of strings that are not part of the field."""
    if given is not None:
        return given
    excluded = {"_field", "_value", "_measurement"}
    if field_fn is not None and field_fn.expression is not None:
        excluded |= columns_read(field_fn.expression, field_fn.parameters[0].name) or set()
    return [
        label
        for label, column in table.columns.items()
        if column.type == "string" and label not in excluded
    ]


def _points(
    table: KeyedTable, time: str, measurement: str, tags: list[str], field_fn: FluxFunction | None
) -> Iterator[DataPoint]:
    """Yield the points of the rows; rows without a time or a value are left out."""
    if table.type_of(time) != "time":
        raise FluxError(f'column "{time}" of type time is missing')
    if table.type_of(measurement) != "string":
        raise FluxError(f"no column with label {measurement} exists")
    for label in tags:
        if table.type_of(label) not in (None, "string"):
            raise FluxError(f"tag column {label} is of type {table.type_of(label)}, not string")
    fields_of = _fields_of_row if field_fn is None else field_fn.of_one("r")
    for row in table.rows():
        if row[time] is None:
            continue
        fields = _fields(fields_of(row))
        if fields:
            own_tags = {label: row[label] for label in tags if row.get(label)}
            yield DataPoint(row[measurement] or "", own_tags, fields, int(row[time]))


def _fields_of_row(row: dict[str, Value]) -> dict[str, Value]:
    try:
        return {row["_field"]: row["_value"]}
    except KeyError as error:
        raise FluxError(f"no column with label {error.args[0]} exists") from None


def _fields(values: dict[str, Value]) -> dict[str, Any]:
    """Return the fields of a point: values of types that are stored, without null."""
    fields: dict[str, Any] = {}
    for label, value in values.items():
        if value is None:
            continue
        if type(value) is FluxTime:
            fields[label] = int(value)
        elif type_name(value) in _FIELD_TYPES:
            fields[label] = value
        else:
            raise FluxError(f"unsupported field type {type_name(value)}")
    return fields


def _wide_points(table: KeyedTable) -> Iterator[DataPoint]:
    """Yield the points of pivoted rows: tags are the group key, fields the other columns."""
    key = table.key
    if "_field" in key:
        raise FluxError(
            'found column "_field" in the group key; experimental.to() expects pivoted data'
        )
    if "_measurement" not in key:
        raise FluxError('required column "_measurement" not in group key')
    for label, type_, _ in key:
        if type_ != "string" and label not in _BOUNDS:
            raise FluxError(f'group key column "{label}" has type {type_}; type string is required')
    if "_time" not in table:
        raise FluxError('input table is missing required column "_time"')
    if table.type_of("_time") != "time":
        raise FluxError(f'column "_time" has type {table.type_of("_time")}; type time is required')
    tags = {label: value for label, _, value in key if value and label not in _BOUNDS}
    measurement = tags.pop("_measurement", "")
    labels = [
        label for label in table.labels if label not in key and label not in {"_time", *_BOUNDS}
    ]
    for row in table.rows(["_time", *labels]):
        time = row.pop("_time")
        fields = _fields(row)
        if fields and time is not None:
            yield DataPoint(measurement, tags, fields, int(time))
