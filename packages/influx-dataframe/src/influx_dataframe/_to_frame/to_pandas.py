"""Converts columns to pandas frames. Needs pandas; pyarrow makes strings faster."""

from __future__ import annotations

from typing import Any

from influx_core.columns import Column
from influx_dataframe._libraries import library
from influx_dataframe._result_tables import ResultTable
from influx_dataframe._to_frame import to_arrow
from influx_dataframe._to_frame.to_numpy import flags, missing, numbers, positions

__all__ = ["make_pandas"]

_MOST_BLOCKS = 50
"""The most columns that stay apart: pandas warns of more than 100 when a column is added."""


def make_pandas(table: ResultTable) -> Any:
    """Make a `pandas.DataFrame`, whose types depend on the kinds of columns alone.

    The index is `time`, or `_time` of Flux, in UTC, exact. Integers are `Int64`, unsigned ones
    `UInt64`, booleans `boolean`: with or without missing values. Floats are `float64`, NaN where
    one is missing. Strings are what pandas makes of strings, tags categories, all else objects.
    Values are copied, unless the table owns their memory and has all of it.

    Raises:
        ConfigError: pandas is not installed.
    """
    pd = library("pandas")
    columns = {
        name: _tag(pd, column) if name in table.tags else _array(pd, column, table.owned)
        for name, column in table.columns.items()
        if name != table.time or column.kind != "time"
    }
    time = table.columns.get(table.time)
    if time is not None and time.kind != "time":  # SQL can call any column so
        time = None
    index = pd.RangeIndex(table.length) if time is None else _index(pd, time, table.time)
    joined = None if len(columns) > _MOST_BLOCKS else False  # nobody else changes the columns
    return pd.DataFrame(columns, index=index, copy=joined)


def _index(pd: Any, column: Column, name: str) -> Any:
    """An index, which cannot be changed; so it shares the memory of the column if it can."""
    values = numbers(column) if column.valid is None else _own_times(column, owned=False)
    return pd.DatetimeIndex(values.view("i8"), dtype="datetime64[ns, UTC]", name=name)


def _times(pd: Any, column: Column, owned: bool) -> Any:
    return pd.array(_own_times(column, owned).view("i8"), dtype="datetime64[ns, UTC]", copy=False)


def _own_times(column: Column, owned: bool) -> Any:
    values = _own_numbers(column, owned)
    if column.valid is not None:
        values[missing(column)] = "NaT"
    return values


def _own_numbers(column: Column, owned: bool) -> Any:
    """The values of a column of numbers or times, in memory that the frame may change."""
    values = numbers(column)
    whole = values.base is None or values.nbytes == values.base.nbytes
    return values if owned and whole and values.flags.writeable else values.copy()


def _array(pd: Any, column: Column, owned: bool) -> Any:
    match column.kind:
        case "integer" | "unsigned":
            return pd.arrays.IntegerArray(_own_numbers(column, owned), missing(column))
        case "boolean":
            return pd.arrays.BooleanArray(flags(column.values, column), missing(column))
        case "float":
            return _floats(column, owned)
        case "time":
            return _times(pd, column, owned)
        case "string":
            return _strings(pd, column)
        case _:
            return pd.Series(column.to_list(), dtype=object).array


def _floats(column: Column, owned: bool) -> Any:
    values = _own_numbers(column, owned)
    if column.valid is not None:
        values[missing(column)] = float("nan")
    return values


def _strings(pd: Any, column: Column) -> Any:
    """Strings of the type that this pandas gives to strings; without a copy if it keeps Arrow's."""
    dtype = _text_type(pd)
    if getattr(dtype, "storage", "") == "pyarrow":
        return dtype.__from_arrow__(to_arrow.strings(column))
    return pd.array(column.to_list(), dtype=dtype)


def _tag(pd: Any, column: Column) -> Any:
    assert column.dictionary is not None
    codes = positions(column).copy()
    codes[missing(column)] = -1
    categories = pd.Index(column.dictionary.to_list(), dtype=_text_type(pd))
    return pd.Categorical.from_codes(codes, categories=categories)


def _text_type(pd: Any) -> Any:
    """The type that this pandas gives to strings."""
    return pd.Series([""]).dtype
