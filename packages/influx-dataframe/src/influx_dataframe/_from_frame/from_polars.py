"""Prepares frames of polars to be read as Arrow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from influx_dataframe._libraries import library

__all__ = ["coded"]

pl = library("polars")


def coded(frame: Any, tags: Iterable[str]) -> Any:
    """The frame with a dictionary for each tag, which polars makes far faster than we read texts.

    Raises:
        TypeError: the frame is lazy, or no frame.
    """
    if isinstance(frame, pl.LazyFrame):
        raise TypeError(
            "a LazyFrame has no rows yet: .collect() it, or write its .collect_batches()"
        )
    if not isinstance(frame, pl.DataFrame):
        raise TypeError(
            f"a polars {type(frame).__name__} is not a frame: convert it with .to_frame()"
        )
    texts = [name for name in tags if frame.schema.get(name) == pl.String]
    return frame.with_columns(pl.col(texts).cast(pl.Categorical)) if texts else frame
