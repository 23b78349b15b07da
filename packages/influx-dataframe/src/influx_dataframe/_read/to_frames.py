"""Converts series, results and response bodies to frames."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Literal, TypeAlias

from influx_core import ConfigError, Plugins, QueryResult, Series, StatementResult
from influx_core.columns import Column, columnar_parser, merge_results
from influx_core.errors import statement_error
from influx_core.interfaces import Deserializer
from influx_dataframe._result_tables import (
    TIME,
    ResultTable,
    Types,
    check_columns,
    checked_types,
    single_table,
    table_name,
    tables_of_series,
)
from influx_dataframe._to_frame.to_arrow import make_arrow
from influx_dataframe._to_frame.to_numpy import make_numpy
from influx_dataframe._to_frame.to_pandas import make_pandas
from influx_dataframe._to_frame.to_polars import make_polars

__all__ = [
    "Backend",
    "decode_frame",
    "frame_of_result",
    "make_frame",
    "to_arrow",
    "to_frame",
    "to_frames",
    "to_numpy",
    "to_pandas",
    "to_polars",
]

Backend: TypeAlias = Literal["pandas", "polars", "pyarrow", "numpy"]

_MAKERS: dict[str, Callable[[ResultTable], Any]] = {
    "pandas": make_pandas,
    "polars": make_polars,
    "pyarrow": make_arrow,
    "numpy": make_numpy,
}

_EACH = "`influx_dataframe.to_frames(await client.execute(query, columnar=True))` makes one of each"


def make_frame(table: ResultTable, backend: Backend) -> Any:
    """Make the frame of a table.

    Raises:
        ConfigError: the backend is unknown or not installed.
        DecodeError: a column has values of several kinds, and the library has no type for that.
    """
    if backend not in _MAKERS:
        raise ConfigError(f"there is no backend {backend!r}; known: {', '.join(_MAKERS)}")
    return _MAKERS[backend](table)


def to_frame(series: Series, *, backend: Backend = "pandas", types: Types | None = None) -> Any:
    """Convert a series to a frame, with the tags as columns.

    Args:
        series: the series; one with columns (`columnar=True`) converts faster than one with rows.
        backend: `pandas`, `polars`, `pyarrow` (a Table) or `numpy` (a masked structured array).
        types: the types of columns, regardless of their values.

    Raises:
        TypeError: it is not a series, but a result, for example.
        ConfigError: there is no such backend, or it is not installed; `types` names a column that
            does not exist.
        DecodeError: a value does not have the type given in `types`.
    """
    if not isinstance(series, Series):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(
            f"a {type(series).__name__} is not a Series: pass one of result.series, or convert "
            "the whole result with to_frames(result)"
        )
    check_columns(types, series.columns)
    return make_frame(tables_of_series([series], types)[table_name(series)], backend)


def to_pandas(series: Series, *, types: Types | None = None) -> Any:
    """Convert a series to a `pandas.DataFrame`, indexed by the time in UTC; see `to_frame`."""
    return to_frame(series, backend="pandas", types=types)


def to_polars(series: Series, *, types: Types | None = None) -> Any:
    """Convert a series to a `polars.DataFrame`; see `to_frame`."""
    return to_frame(series, backend="polars", types=types)


def to_arrow(series: Series, *, types: Types | None = None) -> Any:
    """Convert a series to a `pyarrow.Table`; see `to_frame`."""
    return to_frame(series, backend="pyarrow", types=types)


def to_numpy(series: Series, *, types: Types | None = None) -> Any:
    """Convert a series to a structured `numpy.ma.MaskedArray`; see `to_frame`."""
    return to_frame(series, backend="numpy", types=types)


def to_frames(
    result: QueryResult | StatementResult | Iterable[Series],
    *,
    backend: Backend = "pandas",
    types: Types | None = None,
) -> dict[str, Any]:
    """Convert a result to one frame for each measurement, with the tags of GROUP BY as columns.

    A result of Flux gives one frame for each `yield`, by its name.

    Args:
        result: the result of a query.
        backend: see `to_frame`.
        types: see `to_frame`; they apply to all measurements.

    Raises:
        ConfigError: two statements return the same measurement; see also `to_frame`.
        DecodeError: see `to_frame`.
    """
    if isinstance(result, QueryResult):
        _check_distinct(result)
        result = result.series
    series = list(result.series if isinstance(result, StatementResult) else result)
    check_columns(types, (name for one in series for name in one.columns))
    return {
        name: make_frame(table, backend) for name, table in tables_of_series(series, types).items()
    }


def _check_distinct(result: QueryResult) -> None:
    seen: dict[str, int | None] = {}
    for statement in result:
        for series in statement.series:
            name = table_name(series)
            if seen.setdefault(name, statement.statement_id) != statement.statement_id:
                raise ConfigError(
                    f"two statements return {name!r}: make the frames "
                    "of each: `influx_dataframe.to_frames(result[0])`"
                )


def decode_frame(
    body: bytes,
    *,
    format: Literal["json", "csv"] = "json",  # noqa: A002 - the name that says it
    backend: Backend = "pandas",
    types: Types | None = None,
) -> Any:
    """Convert the body of a response, chunked or not, to a frame.

    JSON prints the float 1.0 as `1`, and CSV has no types: a column is an integer column if all its
        numbers look like integers. Use `types` if this matters.

    Args:
        body: the body of the response, with times as integer nanoseconds (`epoch=ns`) or RFC 3339
            text.
        format: the format of the body.
        backend: see `to_frame`.
        types: see `to_frame`. Columns named here are also in the frame of an empty response.

    Raises:
        ConfigError: the response has several measurements or statements; see also `to_frame`.
        DecodeError: the body is not a response of this format, or incomplete; see also `to_frame`.
        QueryError: the response reports a failed statement.
    """
    feed = columnar_parser(_deserializer(format, types))
    result = merge_results([*feed.feed(body), *feed.finish()])
    for statement in result:
        if statement.error is not None:
            raise statement_error(statement.error, statement.statement_id)
    check_columns(types, (name for series in result.series for name in series.columns))
    return frame_of_result(result, backend, types, ResultTable("", _empty(types)))


def frame_of_result(
    result: QueryResult, backend: Backend, types: Types | None, empty: ResultTable
) -> Any:
    """Make the one frame of an answer; that of the `empty` table if it has no series.

    The frame may keep the memory of the result, which nobody else may use afterwards.

    Raises:
        ConfigError: it has several measurements or statements.
    """
    if len(result) > 1:
        raise ConfigError(f"the query has {len(result)} statements, but a frame has one: {_EACH}")
    table = single_table(result.series, types, _EACH) or empty
    return make_frame(replace(table, owned=True), backend)


def _empty(types: Types | None) -> dict[str, Column]:
    return {TIME: Column.of((), "time")} | {
        name: Column.of((), kind) for name, kind in checked_types(types).items()
    }


def _deserializer(format: str, types: Types | None) -> Deserializer:  # noqa: A002
    if format == "csv":
        values = "guess" if types is None else types
        return Plugins().deserializer({"type": "csv", "values": values})
    if format != "json":
        raise ConfigError(f"there is no format {format!r}; known: json, csv")
    return Plugins().deserializer()
