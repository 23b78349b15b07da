"""Reads frames of pandas as columns, from their NumPy arrays, masks and Arrow arrays.

pandas' own Arrow interface needs pyarrow, which may not be installed, and does not distinguish
missing values from NaN.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from influx_core import ConfigError
from influx_core.columns import Column
from influx_dataframe._from_frame import (
    arrow_c_reader,
    from_arrow,
    from_numpy,
    number_buffers,
    object_values,
)
from influx_dataframe._from_frame.raw_columns import RawBatch, RawColumn
from influx_dataframe._libraries import library

__all__ = ["read_batches"]

np = library("numpy")
pd = library("pandas")


def read_batches(frame: Any, rows: int) -> Iterator[RawBatch]:
    """A DataFrame, so many rows at a time."""
    for start in range(0, len(frame), rows):
        yield _batch(frame.iloc[start : start + rows] if len(frame) > rows else frame)


def _batch(frame: Any) -> RawBatch:
    columns: dict[str, RawColumn] = {}
    for position, name in enumerate(frame.columns):
        if name in columns:
            raise ConfigError(f"two columns are called {name!r}: rename one, or drop it")
        columns[name] = _raw(frame.iloc[:, position])
    index, time = _index(frame)
    for name in index:
        if name in columns:
            raise ConfigError(f"a column and a level of the index are called {name!r}")
    columns |= index
    return RawBatch(len(frame), columns, tuple(index), time)


def _index(frame: Any) -> tuple[dict[str, RawColumn], str | None]:
    """The levels of the index that have names or are times, and the name of the only time.

    Raises:
        ConfigError: a level without a name holds more than the numbers of rows.
    """
    found: dict[str, RawColumn] = {}
    times: list[str] = []
    several = frame.index.nlevels > 1
    for number, name in enumerate(frame.index.names):
        level = frame.index.get_level_values(number)
        if name is None and not several and pd.api.types.is_integer_dtype(level.dtype):
            continue  # the numbers of rows
        column = _raw(level.to_timestamp() if isinstance(level, pd.PeriodIndex) else level)
        timed = column.kind in ("time", "naive time")
        if name is None and not timed and len(frame):
            raise ConfigError(
                f"level {number} of the index has no name: name it in frame.index.names and say "
                "whether it is a tag, a field or the time, or drop it with reset_index(drop=True)"
            )
        if name is None and not timed:
            continue
        key = "time" if name is None else name
        if key in found:
            raise ConfigError(f"two levels of the index are called {key!r}")
        found[key] = column
        times += [key] if timed else []
    return found, times[0] if len(times) == 1 else None


def _raw(values: Any) -> RawColumn:
    """A Series or an Index as a column."""
    dtype, type_ = values.dtype, str(values.dtype)
    if isinstance(dtype, np.dtype):
        return _objects(values, type_) if dtype.kind == "O" else _array(values.to_numpy(), type_)
    if isinstance(dtype, pd.CategoricalDtype):
        return _categories(values, type_)
    if isinstance(dtype, pd.DatetimeTZDtype):
        moments = np.asarray(values, dtype=f"datetime64[{dtype.unit}]")
        return from_numpy.raw_column(moments, naive=False, type_=type_)
    if isinstance(dtype, pd.SparseDtype):
        return _raw(pd.Series(values.array.to_dense()))
    if hasattr(dtype, "numpy_dtype") and not isinstance(dtype, pd.ArrowDtype):
        dense = values.to_numpy(dtype=dtype.numpy_dtype, na_value=dtype.numpy_dtype.type(0))
        return from_numpy.raw_column(dense, np.asarray(values.isna()), naive=True, type_=type_)
    if _made_of_arrow(dtype):
        return _arrow(values, type_)
    if isinstance(dtype, pd.StringDtype):
        return _objects(values, type_)
    return RawColumn.foreign(type_, len(values))


def _array(values: Any, type_: str) -> RawColumn:
    return from_numpy.raw_column(values, naive=True, type_=type_)


def _made_of_arrow(dtype: Any) -> bool:
    return isinstance(dtype, pd.ArrowDtype) or getattr(dtype, "storage", "") == "pyarrow"


def _arrow(values: Any, type_: str) -> RawColumn:
    chunks = values.array.__arrow_array__()
    whole = chunks.combine_chunks() if hasattr(chunks, "combine_chunks") else chunks
    (found,) = arrow_c_reader.read_batches(whole)
    raw = from_arrow.raw_column(found)
    return RawColumn(raw.kind, type_, raw.column, raw.reason, raw.row)


def _categories(values: Any, type_: str) -> RawColumn:
    """Positions in a dictionary; -1 where a value is missing."""
    array = values.array
    meaning = _raw(array.categories)
    name = f"{type_} of {meaning.type}"
    if meaning.kind == "foreign":
        return RawColumn.foreign(name, len(values), meaning.reason)
    positions = np.ascontiguousarray(array.codes, np.int32)
    if meaning.kind == "string":
        return RawColumn("string", name, _coded(positions, meaning.column))
    known = [*meaning.column.to_list(), None]
    found = [known[position] for position in positions.tolist()]
    return RawColumn(meaning.kind, name, Column.of(found, meaning.column.kind))


def _coded(positions: Any, dictionary: Column) -> Column:
    missing = positions < 0
    valid = number_buffers.bits((~missing).tolist()) if missing.any() else None
    return Column("string", len(positions), memoryview(positions), None, valid, 0, dictionary)


def _objects(values: Any, type_: str) -> RawColumn:
    """Objects, or texts that are kept as object_values."""
    items = values.to_numpy(dtype=object)
    if pd.api.types.infer_dtype(items, skipna=True) == "string" and _repetitive(items):
        positions, distinct = pd.factorize(items)
        known = object_values.raw_column(distinct.tolist(), type_)
        if known.kind == "string":
            positions = np.ascontiguousarray(positions, np.int32)
            return RawColumn("string", type_, _coded(positions, known.column))
    missing = np.asarray(pd.isna(items))
    return object_values.raw_column(np.where(missing, None, items).tolist(), type_)


def _repetitive(items: Any) -> bool:
    """Whether texts come again so often that a dictionary is worth it; a few are looked at."""
    some = items[:: max(1, len(items) // 1000)]
    return len(set(some.tolist())) < len(some) / 2
