"""Converts InfluxQL results to Arrow tables, with the metadata of InfluxDB 3."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.statements.result_series import Result, ResultSeries
from influx_testing._engine.storage.table_schemas import TYPE_NAMES, ColumnKind
from influx_testing._flavors.sql.tables import COLUMN_TYPE, module
from influx_testing._flavors.v3.influxql_rows import rows_of

__all__ = ["influxql_table"]

_GROUP_KEY = "iox::influxql::group_key::metadata"
_MEASUREMENT = "iox::measurement"


def influxql_table(results: Sequence[Result], database: Database) -> Any:
    """The rows of all results of a statement as an Arrow table.

    Args:
        results: the results.
        database: the database that it reads; it has the types of columns without values.
    """
    arrow = module("pyarrow")
    names, records, _ = rows_of(results)
    series = [each for result in results for each in result.series]
    times = {each.columns[0]: each.zone for each in series if each.has_time}
    kinds = _stored_kinds(database, {each.name for each in series})
    fields: list[Any] = []
    columns: list[Any] = []
    for name in names:
        values = [record.get(name) for record in records]
        zone = times.get(name)
        is_time = name in times or (name == "time" and not records)
        kind: ColumnKind | None = "timestamp" if is_time else kinds.get(name)
        type_ = arrow.timestamp("ns", None if zone is None else str(zone)) if is_time else None
        column = _column(arrow, values, type_ or _type(arrow, kind), is_known=is_time)
        metadata = {} if kind is None else {COLUMN_TYPE: TYPE_NAMES[kind]}
        is_required = is_time or name == _MEASUREMENT
        fields.append(arrow.field(name, column.type, not is_required, metadata or None))
        columns.append(column)
    schema = arrow.schema(fields, {_GROUP_KEY: _group_key(names, series)})
    return arrow.table(columns, schema=schema)


def _stored_kinds(database: Database, measurements: Iterable[str]) -> Mapping[str, ColumnKind]:
    """The columns of measurements; a name of two kinds is left out."""
    found: dict[str, ColumnKind] = {}
    unclear: set[str] = set()
    for measurement in measurements:
        for name, kind in database.schemas.tables.get(measurement, {}).items():
            if found.setdefault(name, kind) != kind:
                unclear.add(name)
    return {name: kind for name, kind in found.items() if name not in unclear}


def _column(arrow: Any, values: list[Any], type_: Any, *, is_known: bool) -> Any:
    """An array of values; of another type than the expected one, if they need it."""
    present = {type(value) for value in values if value is not None}
    if not present or is_known:
        return arrow.array(values, type_)
    if present <= {int, float}:
        return _numbers(arrow, values, present, type_)
    if present == {bool}:
        return arrow.array(values, arrow.bool_())
    return arrow.array([None if value is None else str(value) for value in values], arrow.string())


def _numbers(arrow: Any, values: list[Any], present: set[type], type_: Any) -> Any:
    if float in present:
        return arrow.array(values, arrow.float64())
    if type_ in (arrow.uint64(), arrow.int64()):
        return arrow.array(values, type_)
    highest = max(value for value in values if value is not None)
    return arrow.array(values, arrow.uint64() if highest >= 2**63 else arrow.int64())


def _type(arrow: Any, kind: ColumnKind | None) -> Any:
    types = {
        "boolean": arrow.bool_(),
        "float": arrow.float64(),
        "integer": arrow.int64(),
        "unsigned": arrow.uint64(),
    }
    return types.get(kind or "", arrow.string())


def _group_key(names: Sequence[str], series: Sequence[ResultSeries]) -> str:
    """Which columns are the tags of GROUP BY, as JSON."""
    keys = dict.fromkeys(key for each in series for key in each.tags or ())
    selected = {column for each in series for column in each.columns}
    columns = [
        {"tag_key": key, "column_index": names.index(key), "is_projected": key in selected}
        for key in keys
        if key in names
    ]
    document = {"measurement_column_index": 0, "tag_key_columns": columns}
    return json.dumps(document, separators=(",", ":"))
