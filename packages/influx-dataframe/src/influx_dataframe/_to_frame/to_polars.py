"""Converts columns to polars frames: with pyarrow without a copy, else from Python values."""

from __future__ import annotations

from typing import Any

from influx_core.columns import Column
from influx_dataframe._libraries import detect_library, library
from influx_dataframe._result_tables import ResultTable
from influx_dataframe._to_frame import to_arrow

__all__ = ["make_polars"]


def make_polars(table: ResultTable) -> Any:
    """Make a `polars.DataFrame`: times as `Datetime("ns", "UTC")`, tags `Categorical`.

    Raises:
        ConfigError: polars is not installed.
        DecodeError: a column has values of several kinds.
    """
    pl = library("polars")
    if detect_library("pyarrow") is not None:
        return pl.from_arrow(to_arrow.make_arrow(table))
    return pl.DataFrame(
        [_series(pl, name, column, name in table.tags) for name, column in table.columns.items()]
    )


def _series(pl: Any, name: str, column: Column, tag: bool) -> Any:
    if column.kind == "object":
        raise to_arrow.mixed(name)
    kinds = {
        "null": pl.Null,
        "boolean": pl.Boolean,
        "integer": pl.Int64,
        "unsigned": pl.UInt64,
        "float": pl.Float64,
        "string": pl.Categorical if tag else pl.String,
        "time": pl.Int64,
    }
    series = pl.Series(name, column.to_list(), dtype=kinds[column.kind])
    return series.cast(pl.Datetime("ns", "UTC")) if column.kind == "time" else series
