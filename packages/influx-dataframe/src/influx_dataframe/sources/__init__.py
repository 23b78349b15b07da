"""Frames of all libraries as batches of columns; each library's module knows it alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from influx_dataframe.sources import arrow
from influx_dataframe.sources.raw import Batch, Raw

__all__ = ["Batch", "Raw", "batches"]

ROWS = 2**20
"""Rows that are read at once of a frame that is whole in memory."""


def batches(frame: Any, tags: Iterable[str] = ()) -> Iterator[Batch]:
    """The rows of a frame, in order.

    Args:
        frame: a pandas or polars DataFrame, an Arrow table, record batch or reader, anything with
            the Arrow PyCapsule interface, a structured NumPy array; or an iterable of those.
        tags: columns whose texts come again and again.

    Raises:
        TypeError: it is none of these.
        ValueError: two columns have one name, or whole rows are missing.
    """
    library = type(frame).__module__.partition(".")[0]
    if library == "pandas":
        from influx_dataframe.sources import pandas

        return pandas.batches(_checked(frame), ROWS)
    if library == "numpy":
        from influx_dataframe.sources import numpy

        return numpy.batches(frame, ROWS)
    if library == "polars":
        from influx_dataframe.sources import polars

        return arrow.batches(polars.coded(frame, tags))
    if hasattr(frame, "__arrow_c_stream__") or hasattr(frame, "__arrow_c_array__"):
        return arrow.batches(frame)
    if isinstance(frame, Iterable) and not isinstance(frame, (str, bytes, dict)):
        return (batch for part in frame for batch in batches(part, tags))
    raise TypeError(_unknown(frame))


def _checked(frame: Any) -> Any:
    """Refuse a Series, which has no name for its index, or none at all."""
    if not hasattr(frame, "columns"):
        raise TypeError(f"a {type(frame).__name__} is no frame: make it one with .to_frame()")
    return frame


def _unknown(frame: object) -> str:
    return (
        f"a {type(frame).__name__} is no frame; one is a DataFrame of pandas or polars, anything "
        "with the Arrow PyCapsule interface, a structured NumPy array, or an iterator of those"
    )
