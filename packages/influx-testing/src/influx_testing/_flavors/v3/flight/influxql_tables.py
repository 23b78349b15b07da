"""Converts InfluxQL results to Arrow tables, with the metadata of InfluxDB 3."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from influx_query.nodes import SelectStatement, Statement
from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.statements.result_series import Result, ResultSeries
from influx_testing._engine.storage.table_schemas import TYPE_NAMES, ColumnKind
from influx_testing._flavors.sql.tables import COLUMN_TYPE, module
from influx_testing._flavors.v3.flight.influxql_types import selected_kinds, stored_kinds
from influx_testing._flavors.v3.influxql_rows import MEASUREMENT, column_names

__all__ = ["InfluxQLTable"]

_GROUP_KEY = "iox::influxql::group_key::metadata"


class InfluxQLTable:
    """Collects the results of a statement as an Arrow table.

    Args:
        statement: what was asked.
        database: the database that it reads; it has the types of columns without values.
    """

    def __init__(self, statement: Statement, database: Database) -> None:
        self._statement = statement
        self._database = database
        self._columns: dict[str, list[Any]] = {}
        self._rows = 0
        self._series: list[ResultSeries] = []

    def add(self, result: Result) -> None:
        """Add the rows of a result."""
        self._need(column_names(result))
        for series in result.series:
            self._add_series(series)

    def _need(self, names: Iterable[str]) -> None:
        for name in names:
            if name not in self._columns:
                self._columns[name] = [None] * self._rows

    def _add_series(self, series: ResultSeries) -> None:
        count = len(series.values)
        cells = dict(zip(series.columns, zip(*series.values, strict=True), strict=bool(count)))
        shared = {MEASUREMENT: series.name or None, **(series.tags or {})}
        for name, column in self._columns.items():
            column.extend(cells[name] if name in cells else [shared.get(name) or None] * count)
        self._rows += count
        if not self._series or not self._series[-1].is_same(series):
            self._series.append(replace(series, values=[]))

    def table(self) -> Any:
        """All rows as an Arrow table."""
        arrow = module("pyarrow")
        names, series = list(self._columns), self._series
        stored = stored_kinds(self._statement, self._database.schemas.tables)
        kinds = selected_kinds(self._statement, _selected(self._statement, names), stored)
        times = _times(names, series)
        columns = {
            name: arrow.array(values, times[name])
            if name in times
            else _column(arrow, values, _type(arrow, kinds.get(name)))
            for name, values in self._columns.items()
        }
        fields = [
            arrow.field(
                name,
                column.type,
                name not in times and name != MEASUREMENT,
                _metadata(arrow, column, "timestamp" if name in times else stored.get(name)),
            )
            for name, column in columns.items()
        ]
        schema = arrow.schema(fields, {_GROUP_KEY: _group_key(names, series)})
        return arrow.table(list(columns.values()), schema=schema)


def _selected(statement: Statement, names: Sequence[str]) -> list[str]:
    """The names of columns that are neither the measurement, the time nor tags of GROUP BY."""
    dimensions = statement.dimensions if isinstance(statement, SelectStatement) else ()
    others = {MEASUREMENT, "time", *(str(dimension) for dimension in dimensions)}
    return [name for name in names if name not in others]


def _times(names: Sequence[str], series: Sequence[ResultSeries]) -> dict[str, Any]:
    """The types of the columns of times, by their names."""
    arrow = module("pyarrow")
    zones = {each.columns[0]: each.zone for each in series if each.has_time}
    if not series and "time" in names:
        zones = {"time": None}
    return {
        name: arrow.timestamp("ns", None if zone is None else str(zone))
        for name, zone in zones.items()
    }


def _metadata(arrow: Any, column: Any, kind: ColumnKind | None) -> dict[str, str] | None:
    """The metadata of a column that is stored, or is the time."""
    if kind is None or (kind != "timestamp" and column.type != _type(arrow, kind)):
        return None
    return {COLUMN_TYPE: TYPE_NAMES[kind]}


def _column(arrow: Any, values: list[Any], type_: Any) -> Any:
    """An array of values; of another type than the expected one, if they need it."""
    present = {type(value) for value in values if value is not None}
    if not present:
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
