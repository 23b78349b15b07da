"""Reads frames of polars as Arrow; tags whose texts come again get a dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from influx_dataframe._from_frame import from_arrow
from influx_dataframe._from_frame.raw_columns import RawBatch
from influx_dataframe._libraries import library

__all__ = ["read_batches"]

pl = library("polars")


def read_batches(frame: Any, tags: Iterable[str]) -> Iterator[RawBatch]:
    """A DataFrame.

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
    texts = {name for name, type_ in frame.schema.items() if type_ == pl.String}
    coded = [name for name in tags if name in texts and _repetitive(frame[name])]
    frame = frame.with_columns(pl.col(coded).cast(pl.Categorical)) if coded else frame
    return from_arrow.read_batches(frame)


def _repetitive(texts: Any) -> bool:
    """Whether texts come again so often that a dictionary is worth it; a few are looked at."""
    some = texts.gather_every(max(1, len(texts) // 1000))
    return bool(some.n_unique() < len(some) / 2)
