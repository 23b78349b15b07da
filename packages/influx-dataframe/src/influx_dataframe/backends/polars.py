"""polars' frames, made of columns: through pyarrow without a copy, else of Python's values."""

from __future__ import annotations

from typing import Any

from influx_core.columns import Column
from influx_dataframe.backends import arrow
from influx_dataframe.libraries import found, library
from influx_dataframe.tables import Table

__all__ = ["frame"]


def frame(table: Table) -> Any:
    """Make a `polars.DataFrame`: times as `Datetime("ns", "UTC")`, tags `Categorical`.

    Raises:
        ConfigError: polars is not installed.
        DecodeError: a column has values of several kinds.
    """
    pl = library("polars")
    if found("pyarrow") is not None:
        return pl.from_arrow(arrow.frame(table))
    return pl.DataFrame(
        [_series(pl, name, column, name in table.tags) for name, column in table.columns.items()]
    )


def _series(pl: Any, name: str, column: Column, tag: bool) -> Any:
    if column.kind == "object":
        raise arrow.mixed(name)
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
