"""Reads frames of all libraries as batches of columns, with one module for each library."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from influx_dataframe._from_frame import from_arrow
from influx_dataframe._from_frame.raw_columns import RawBatch, RawColumn

__all__ = ["RawBatch", "RawColumn", "read_batches"]

ROWS = 2**20
"""Rows that are read at once of a frame that is whole in memory."""


def read_batches(frame: Any, tags: Iterable[str] = ()) -> Iterator[RawBatch]:
    """The rows of a frame, in order.

    Args:
        frame: a pandas or polars DataFrame, an Arrow table, record batch or reader, anything with
            the Arrow PyCapsule interface, a structured NumPy array; or an iterable of those.
        tags: columns whose texts come again and again.

    Raises:
        TypeError: it is none of these.
        ValueError: two columns have the same name, or whole rows are missing.
    """
    if _is_of(frame, "pandas", "DataFrame", "Series", "Index"):
        from influx_dataframe._from_frame import from_pandas

        return from_pandas.read_batches(_checked(frame), ROWS)
    if _is_of(frame, "numpy", "ndarray"):
        from influx_dataframe._from_frame import from_numpy

        return from_numpy.read_batches(frame, ROWS)
    if _is_of(frame, "polars", "DataFrame", "LazyFrame", "Series"):
        from influx_dataframe._from_frame import from_polars

        return from_polars.read_batches(frame, tags)
    if hasattr(frame, "__arrow_c_stream__") or hasattr(frame, "__arrow_c_array__"):
        return from_arrow.read_batches(frame)
    if isinstance(frame, Iterable) and not isinstance(frame, (str, bytes, dict)):
        return (batch for part in frame for batch in read_batches(part, tags))
    raise TypeError(_unknown(frame))


def _is_of(frame: object, library: str, *classes: str) -> bool:
    """Whether it is an object of one of a library's classes; the library is not imported."""
    module = sys.modules.get(library)
    return module is not None and isinstance(
        frame, tuple(getattr(module, name) for name in classes)
    )


def _checked(frame: Any) -> Any:
    """Refuse a Series, which has no name for its index, or none at all."""
    if not hasattr(frame, "columns"):
        raise TypeError(f"a {type(frame).__name__} is not a frame: convert it with .to_frame()")
    return frame


def _unknown(frame: object) -> str:
    return (
        f"a {type(frame).__name__} is not a frame: give a DataFrame of pandas or polars, an object "
        "with the Arrow PyCapsule interface, a structured NumPy array, or an iterator of these"
    )
