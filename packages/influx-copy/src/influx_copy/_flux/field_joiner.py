"""FieldJoiner: joins the fields of a series, which Flux returns one after another, into points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from influx_copy.interfaces import ColumnarBatch
from influx_core.columns import Column, concat_columns

__all__ = ["MOST_HELD_VALUES", "FieldJoiner"]

MOST_HELD_VALUES = 500_000
"""The values of a series that a reader should hold, so that its memory is limited."""

_Series = tuple[str, tuple[tuple[str, str], ...]]
"""A measurement and its tags."""


class FieldJoiner:
    """Joins batches of one field each into batches that have all fields of a point.

    The batches of a series have to follow one another, as those of InfluxDB do, whose group keys
    are sorted by tags and then by field. They are held until the next series begins. A batch whose
    tags are columns is not joined.

    Attributes:
        values: the values that are held.
    """

    def __init__(self) -> None:
        self._series: _Series | None = None
        self._fields: dict[str, list[ColumnarBatch]] = {}
        self.values = 0

    def add(self, batch: ColumnarBatch) -> Iterator[ColumnarBatch]:
        """Take a batch; yield what is complete."""
        series = _series_of(batch)
        if series is None or series != self._series or self._changes_type(batch):
            yield from self.rest()
        if series is None:
            yield batch
            return
        self._series = series
        for name in batch.fields:
            self._fields.setdefault(name, []).append(batch)
            self.values += len(batch)

    def _changes_type(self, batch: ColumnarBatch) -> bool:
        """Whether a field has another type than before, as another shard may have."""
        return any(
            self._fields[name][0].fields[name].kind != column.kind
            for name, column in batch.fields.items()
            if name in self._fields
        )

    def rest(self) -> Iterator[ColumnarBatch]:
        """Yield the points of the series that is held."""
        if self._series is not None:
            measurement, tags = self._series
            yield _joined(measurement, dict(tags), self._fields)
        self._series, self._fields, self.values = None, {}, 0


def _series_of(batch: ColumnarBatch) -> _Series | None:
    """The series of a batch; None if it has several."""
    tags = {key: _only_value(tag) for key, tag in batch.tags.items()}
    if None in tags.values():
        return None
    present = sorted((key, tag) for key, tag in tags.items() if tag)
    return batch.measurement, tuple(present)


def _only_value(tag: Column | str) -> str | None:
    """The value that all points have; None if they differ."""
    if isinstance(tag, str):
        return tag
    values = set(tag.to_list())
    return cast("str | None", values.pop() or "") if len(values) == 1 else None


def _joined(
    measurement: str, tags: Mapping[str, str], fields: Mapping[str, list[ColumnarBatch]]
) -> ColumnarBatch:
    """The batch of the points that have at least one of the fields."""
    times = {name: concat_columns([p.times for p in pieces]) for name, pieces in fields.items()}
    columns = {
        name: concat_columns([piece.fields[name] for piece in pieces])
        for name, pieces in fields.items()
    }
    first, *others = [column.to_list() for column in times.values()]
    if all(other == first for other in others):
        return ColumnarBatch(measurement, tags, columns, next(iter(times.values())))
    every = sorted(set(first).union(*others))
    aligned = {name: _aligned(column, times[name], every) for name, column in columns.items()}
    return ColumnarBatch(measurement, tags, aligned, Column.of(every, "time", complete=True))


def _aligned(column: Column, times: Column, every: list[int]) -> Column:
    """The values at all these times; missing ones where the column has none."""
    values = dict(zip(times.to_list(), column.to_list(), strict=True))
    return Column.of(map(values.get, every), column.kind)
