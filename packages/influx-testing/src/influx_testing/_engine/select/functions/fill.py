"""Fills buckets that have no points: the option fill() of GROUP BY time()."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

from influx_query.nodes import Fill
from influx_testing._engine.select.plan.time_conditions import MIN_TIME
from influx_testing._engine.select.plan.time_windows import zone_offset
from influx_testing._engine.select.run.arithmetic import (
    divide_integers,
    truncated,
    truncated_unsigned,
    wrap,
    wrap_unsigned,
)
from influx_testing._engine.select.run.points import Key, Point, ReadOptions, Results
from influx_testing._engine.storage.columns import NUMBER_TYPES

__all__ = ["as_type", "filled"]


_OVERFLOW: dict[str, Callable[[int], int]] = {"integer": wrap, "unsigned": wrap_unsigned}
_OF_FLOAT: dict[str, Callable[[float], float]] = {
    "float": float,
    "integer": truncated,
    "unsigned": truncated_unsigned,
}
_NO_NUMBER = {"boolean": False, "string": "", "tag": ""}


def as_type(value: Any, type_: str) -> Any:
    """Convert the number of fill() to a column's type; unchanged if that is not a numeric type."""
    if type_ == "unsigned":
        return wrap_unsigned(int(value))
    if type_ == "integer":
        return int(value)
    return float(value) if type_ == "float" else value


def filled(
    results: Results, fill: Fill, type_: str, options: ReadOptions, *, empty: bool = True
) -> Iterator[Point | None]:
    """Return a point for every bucket between start and end of every group.

    A group ends early when LIMIT needs no more of its points; its other buckets are not created.

    Args:
        results: at most one point for each bucket of a group, at its start. A pause within a group
            is a bucket without a point; after it, the pause remains.
        fill: the value for empty buckets.
        type_: the type of the values.
        options: the time range, the buckets and the limits.
        empty: whether to return points without a value.

    Raises:
        StatementError: there are too many buckets.
    """
    return iter(_Filler(results, fill, type_, options, empty=empty))


class _Filler:
    def __init__(
        self, results: Results, fill: Fill, type_: str, options: ReadOptions, *, empty: bool
    ) -> None:
        self._results = iter(results)
        self._fill = fill
        self._type = type_
        self._options = options
        self._empty = empty
        ends = options.start, options.end
        first, last = ends if options.ascending else ends[::-1]
        self._first = MIN_TIME if first == MIN_TIME else options.window(first)[0]
        self._last = MIN_TIME if last == MIN_TIME else options.window(last)[0]
        self._next: Point | None = None
        self._ended = False
        self._read()
        self._key: Key = ("", ())
        self._time = 0
        self._ahead = 0
        self._counts_each = bool(options.limit) or self._last == MIN_TIME or self._overflows()
        self._before: Point | None = None

    def __iter__(self) -> Iterator[Point | None]:
        while not self._ended:
            first = self._next
            if first is None:
                yield None
                self._read()
                continue
            self._open(first)
            while (point := self._next) is not None or (self._is_open() and not self._ended):
                if point is None:
                    yield from self._at_pause()
                    continue
                if point[0] != self._key:
                    break
                if point[1] != self._time:
                    yield from self._gap(point[1])
                    if not self._is_wanted():
                        self._go_to(point[1])
                self._before = point
                yield point
                self._read()
                self._advance()
            yield from self._gap(None)

    def _read(self) -> None:
        """Read the next point; None is a pause, or the end."""
        try:
            self._next = next(self._results)
        except StopIteration:
            self._next, self._ended = None, True

    def _at_pause(self) -> Iterator[Point]:
        """Create the point of a bucket whose function has no result.

        To interpolate, the server looks at the next result, and passes over it if it is a pause.
        """
        self._read()
        if self._is_wanted():
            yield self._made()
        else:
            self._advance()
        if self._fill.kind == "linear" and self._before is not None and self._next is None:
            self._read()

    def _open(self, point: Point) -> None:
        """Start a group at its first bucket."""
        self._key = point[0]
        self._go_to(self._options.window(point[1])[0] if self._first == MIN_TIME else self._first)
        self._before = None
        if not self._counts_each:
            span = abs(self._last - self._time) // self._options.interval.duration + 1
            self._options.usage.take_buckets(span)

    def _overflows(self) -> bool:
        """Whether the bucket after the last one starts beyond 64 bits.

        It starts in the past then, as on the server, which goes on until it hits the last bucket.
        """
        last, step = self._last, self._options.interval.duration
        return self._options.ascending and wrap(last + step) < last

    def _go_to(self, time: int) -> None:
        zone = self._options.interval.zone
        self._time = time
        self._ahead = 0 if zone is None else zone_offset(time, zone)

    def _gap(self, end: int | None) -> Iterator[Point]:
        """Create the points before `end`, or to the last bucket; all have a value, or none has."""
        if not self._empty and self._value() is None:
            if end is not None:
                self._skip_to(end)
            return
        while self._is_wanted() and (self._is_open() if end is None else self._is_before(end)):
            yield self._made()

    def _skip_to(self, end: int) -> None:
        """Create no points before `end`; after a change of clocks, buckets may be off the grid."""
        if self._options.interval.zone is None:
            self._go_to(end)
        while self._is_before(end):
            if self._counts_each:
                self._options.usage.take_buckets(1)
            self._advance()

    def _is_wanted(self) -> bool:
        return self._options.wanted.complete != self._key

    def _advance(self) -> None:
        self._time, self._ahead = self._options.interval.step(
            self._time, self._ahead, ascending=self._options.ascending
        )

    def _is_before(self, time: int) -> bool:
        return self._time < time if self._options.ascending else self._time > time

    def _is_open(self) -> bool:
        if self._options.ascending:
            return self._time <= self._last
        return self._time >= self._last and self._last != MIN_TIME

    def _made(self) -> Point:
        if self._counts_each:
            self._options.usage.take_buckets(1)
        point = self._key, self._time, self._value(), (None,) * len(self._options.beside)
        self._advance()
        return point

    def _value(self) -> Any:
        kind = self._fill.kind
        if kind == "number":
            return _NO_NUMBER.get(self._type, as_type(self._fill.value, self._type))
        if self._before is None or kind == "null":
            return None
        if kind == "linear":
            return self._interpolated(self._before)
        return self._before[2]

    def _interpolated(self, before: Point) -> Any:
        after = self._next
        if after is None or after[0] != self._key or before[2] is None or after[2] is None:
            return None
        if self._type not in NUMBER_TYPES:
            return None
        span = self._options.interval.duration
        times = before[1], self._time, after[1]
        left, here, right = (divide_integers(time, span) for time in times)
        change = after[2] - before[2]
        if not self._options.dialect.averages_as_floats:
            change = _OVERFLOW.get(self._type, float)(change)
        slope = float(change) / (right - left) if right != left else math.nan
        return _OF_FLOAT[self._type](slope * (here - left) + before[2])
