"""Reads frames of polars as Arrow, but texts as polars puts them end to end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from influx_core.columns import Column, typed_view
from influx_dataframe._from_frame import from_arrow, number_buffers
from influx_dataframe._from_frame.raw_columns import RawBatch, RawColumn
from influx_dataframe._libraries import library

__all__ = ["read_batches"]

pl = library("polars")

_LONGEST_TEXT = 2**31 - 1
"""The bytes that a text in Arrow's memory can have."""


def read_batches(frame: Any, tags: Iterable[str], rows: int) -> Iterator[RawBatch]:
    """A DataFrame; if it has texts, so many rows at a time.

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
    return _batches(frame, tags, rows)


def _batches(frame: Any, tags: Iterable[str], rows: int) -> Iterator[RawBatch]:
    texts = {name for name, type_ in frame.schema.items() if type_ == pl.String}
    coded = [name for name in tags if name in texts and _repetitive(frame[name])]
    frame = frame.with_columns(pl.col(coded).cast(pl.Categorical)) if coded else frame
    texts -= set(coded)
    if not texts or not frame.height:
        yield from from_arrow.read_batches(frame)
        return
    for part in frame.iter_slices(rows):
        yield from _with_texts(part.rechunk(), list(texts))


def _repetitive(texts: Any) -> bool:
    """Whether texts come again so often that a dictionary is worth it; a few are looked at."""
    some = texts.gather_every(max(1, len(texts) // 1000))
    return bool(some.n_unique() < len(some) / 2)


def _with_texts(part: Any, names: list[str]) -> Iterator[RawBatch]:
    """Rows with these columns of texts.

    An Arrow array of polars has a view for each text, which takes Python long to follow. So polars
    joins them, and tells where each of them ends.
    """
    lengths = pl.col(names).str.len_bytes().cast(pl.Int64).fill_null(0)
    batch = _single(part.with_columns(lengths.cum_sum()))
    ends = {name: _numbers(batch.columns[name].column) for name in names}
    if part.height > 1 and any(_last(ends[name]) > _LONGEST_TEXT for name in names):
        half = part.height // 2
        yield from _with_texts(part[:half], names)
        yield from _with_texts(part[half:], names)
        return
    # str.join of a column panics before polars 2 where texts share memory, as copies of one do.
    joined = _single(part.select(pl.col(names).implode().list.join("")))
    columns = dict(batch.columns)
    for name in names:
        text = joined.columns[name].column.values
        offsets = b"".join((bytes(8), ends[name]))
        column = Column("string", part.height, text, offsets, _presence(part, name))
        columns[name] = RawColumn("string", "string", column)
    yield RawBatch(part.height, columns)


def _presence(part: Any, name: str) -> Any:
    """A bit for each text that is there; None if all are."""
    if not part[name].null_count():
        return None
    column = _single(part.select(pl.col(name).is_not_null())).columns[name].column
    return number_buffers.bits(column.to_list()) if column.offset else column.values


def _single(frame: Any) -> RawBatch:
    """The only batch of a frame that is in one piece."""
    (batch,) = from_arrow.read_batches(frame)
    return batch


def _numbers(column: Column) -> memoryview:
    """The memory of 64-bit integers."""
    memory = typed_view(column.values, "B")
    return memory[8 * column.offset : 8 * (column.offset + column.length)]


def _last(numbers: memoryview) -> int:
    return int.from_bytes(numbers[-8:], "little", signed=True)
