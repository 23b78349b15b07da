"""batches_of: puts points into columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from influx_copy.errors import RangeIncomplete
from influx_copy.interfaces import ColumnarBatch, FieldType
from influx_core import DataPoint, Unsigned
from influx_core.columns import Column

__all__ = ["batches_of"]

_KINDS: dict[type, FieldType] = {
    float: "float",
    int: "integer",
    Unsigned: "unsigned",
    bool: "boolean",
    str: "string",
}


def batches_of(points: Iterable[DataPoint]) -> Iterator[ColumnarBatch]:
    """Put points into a batch for each measurement, in their order.

    A field that changes its type begins a new batch.

    Raises:
        RangeIncomplete: a point has no time.
    """
    building: dict[str, _Building] = {}
    for point in points:
        batch = building.get(point.measurement)
        if batch is None or not batch.accepts(point):
            if batch is not None:
                yield batch.made()
            batch = building[point.measurement] = _Building(point.measurement)
        batch.add(point)
    for batch in building.values():
        yield batch.made()


class _Building:
    """The columns of one measurement, as lists that grow."""

    def __init__(self, measurement: str) -> None:
        self._measurement = measurement
        self._times: list[int] = []
        self._tags: dict[str, list[str | None]] = {}
        self._fields: dict[str, list[Any]] = {}
        self._kinds: dict[str, FieldType] = {}

    def accepts(self, point: DataPoint) -> bool:
        kinds = self._kinds
        return all(
            kinds.get(name, kind) == kind
            for name, kind in ((name, _KINDS[type(value)]) for name, value in point.fields.items())
        )

    def add(self, point: DataPoint) -> None:
        if not isinstance(point.timestamp, int):
            raise RangeIncomplete(
                f"a point of {point.measurement!r} has no time: write it with a client, which "
                "gives it the time of arrival"
            )
        length = len(self._times)
        self._times.append(point.timestamp)
        for key, value in point.tags.items():
            _append(self._tags, key, value, length)
        for name, value in point.fields.items():
            self._kinds.setdefault(name, _KINDS[type(value)])
            _append(self._fields, name, value, length)

    def made(self) -> ColumnarBatch:
        length = len(self._times)
        return ColumnarBatch(
            self._measurement,
            {key: Column.of(_filled(v, length), "string") for key, v in self._tags.items()},
            {n: Column.of(_filled(v, length), self._kinds[n]) for n, v in self._fields.items()},
            Column.of(self._times, "time", complete=True),
        )


def _append(columns: dict[str, list[Any]], name: str, value: object, length: int) -> None:
    column = columns.setdefault(name, [])
    if len(column) < length:
        column.extend([None] * (length - len(column)))
    column.append(value)


def _filled(values: list[Any], length: int) -> list[Any]:
    return values + [None] * (length - len(values))
