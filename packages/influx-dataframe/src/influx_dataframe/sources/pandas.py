"""Frames of pandas as columns: from the arrays of NumPy, masks and Arrow that they are made of.

pandas' own Arrow interface needs pyarrow, which need not be installed; and it is not told apart
there what is missing and what is NaN.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from influx_core.columns import Column
from influx_dataframe.libraries import library
from influx_dataframe.sources import arrow, cdata, numbers, objects
from influx_dataframe.sources import numpy as arrays
from influx_dataframe.sources.raw import Batch, Raw

__all__ = ["batches"]

np = library("numpy")
pd = library("pandas")


def batches(frame: Any, rows: int) -> Iterator[Batch]:
    """A DataFrame, so many rows at a time."""
    for start in range(0, len(frame), rows):
        yield _batch(frame.iloc[start : start + rows] if len(frame) > rows else frame)


def _batch(frame: Any) -> Batch:
    columns: dict[str, Raw] = {}
    for position, name in enumerate(frame.columns):
        if name in columns:
            raise ValueError(f"two columns are called {name!r}")
        columns[name] = _raw(frame.iloc[:, position])
    index, time = _index(frame)
    for name in index:
        if name in columns:
            raise ValueError(f"a column and a level of the index are called {name!r}")
    columns |= index
    return Batch(len(frame), columns, tuple(index), time)


def _index(frame: Any) -> tuple[dict[str, Raw], str | None]:
    """The levels of the index that have names or are times, and the name of the only time."""
    found: dict[str, Raw] = {}
    times: list[str] = []
    for number, name in enumerate(frame.index.names):
        level = frame.index.get_level_values(number)
        timed = isinstance(level, pd.DatetimeIndex)
        if name is None and not timed:
            continue  # the numbers of rows, or labels that say nothing
        key = "time" if name is None else name
        if key in found:
            raise ValueError(f"two levels of the index are called {key!r}")
        found[key] = _raw(level)
        times += [key] if timed else []
    return found, times[0] if len(times) == 1 else None


def _raw(values: Any) -> Raw:
    """A Series or an Index as a column."""
    dtype, type_ = values.dtype, str(values.dtype)
    if isinstance(dtype, np.dtype):
        return _objects(values, type_) if dtype.kind == "O" else _array(values.to_numpy(), type_)
    if isinstance(dtype, pd.CategoricalDtype):
        return _categories(values, type_)
    if isinstance(dtype, pd.DatetimeTZDtype):
        moments = np.asarray(values, dtype=f"datetime64[{dtype.unit}]")
        return arrays.raw(moments, naive=False, type_=type_)
    if isinstance(dtype, pd.SparseDtype):
        return _raw(pd.Series(values.array.to_dense()))
    if hasattr(dtype, "numpy_dtype") and not isinstance(dtype, pd.ArrowDtype):
        dense = values.to_numpy(dtype=dtype.numpy_dtype, na_value=dtype.numpy_dtype.type(0))
        return arrays.raw(dense, np.asarray(values.isna()), naive=True, type_=type_)
    if _made_of_arrow(dtype):
        return _arrow(values, type_)
    if isinstance(dtype, pd.StringDtype):
        return _objects(values, type_)
    return Raw.foreign(type_, len(values))


def _array(values: Any, type_: str) -> Raw:
    return arrays.raw(values, naive=True, type_=type_)


def _made_of_arrow(dtype: Any) -> bool:
    return isinstance(dtype, pd.ArrowDtype) or getattr(dtype, "storage", "") == "pyarrow"


def _arrow(values: Any, type_: str) -> Raw:
    chunks = values.array.__arrow_array__()
    whole = chunks.combine_chunks() if hasattr(chunks, "combine_chunks") else chunks
    (found,) = cdata.batches(whole)
    raw = arrow.raw(found)
    return Raw(raw.kind, type_, raw.column, raw.reason, raw.row)


def _categories(values: Any, type_: str) -> Raw:
    """Positions in a dictionary; -1 where a value is missing."""
    array = values.array
    meaning = _raw(array.categories)
    name = f"{type_} of {meaning.type}"
    if meaning.kind == "foreign":
        return Raw.foreign(name, len(values), meaning.reason)
    positions = np.ascontiguousarray(array.codes, np.int32)
    if meaning.kind == "string":
        return Raw("string", name, _coded(positions, meaning.column))
    known = [*meaning.column.to_list(), None]
    found = [known[position] for position in positions.tolist()]
    return Raw(meaning.kind, name, Column.of(found, meaning.column.kind))


def _coded(positions: Any, dictionary: Column) -> Column:
    missing = positions < 0
    valid = numbers.bits((~missing).tolist()) if missing.any() else None
    return Column("string", len(positions), memoryview(positions), None, valid, 0, dictionary)


def _objects(values: Any, type_: str) -> Raw:
    """Objects, or texts that are kept as objects."""
    items = values.to_numpy(dtype=object)
    if pd.api.types.infer_dtype(items, skipna=True) == "string" and _repetitive(items):
        positions, distinct = pd.factorize(items)
        known = objects.raw(distinct.tolist(), type_)
        if known.kind == "string":
            positions = np.ascontiguousarray(positions, np.int32)
            return Raw("string", type_, _coded(positions, known.column))
    missing = np.asarray(pd.isna(items))
    return objects.raw(np.where(missing, None, items).tolist(), type_)


def _repetitive(items: Any) -> bool:
    """Whether texts come again so often that a dictionary is worth it; a few are looked at."""
    some = items[:: max(1, len(items) // 1000)]
    return len(set(some.tolist())) < len(some) / 2
