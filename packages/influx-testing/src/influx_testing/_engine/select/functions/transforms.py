"""Functions of consecutive points: derivative(), difference(), integral() and others.

Each group has its own state. Source:
https://docs.influxdata.com/influxdb/v1/query_language/functions/#transformations
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from influx_query.nodes import Call, DurationLiteral, IntegerLiteral
from influx_testing._engine.select.functions.indicators import INDICATORS, Indicator
from influx_testing._engine.select.plan.time_conditions import MIN_TIME
from influx_testing._engine.select.run.arithmetic import divide_integers, wrap, wrap_unsigned
from influx_testing._engine.select.run.points import Key, Point, Points, ReadOptions

__all__ = ["TRANSFORMS", "integral", "transformed"]

_SECOND = 1_000_000_000
_NANOSECOND = 1

_Overflow = Callable[[int], int]
"""Reduces an integer to 64 bits."""


class _TransformState(Protocol):
    """The state of a transformation for one group."""

    def step(self, time: int, value: Any) -> Any:
        """Process the next point; return the result at its time, or None if there is none."""
        ...


def transformed(
    points: Points, call: Call, options: ReadOptions, type_: str = ""
) -> Iterator[Point]:
    """Apply one of `TRANSFORMS` to every group of a stream.

    Args:
        points: the points.
        call: the call.
        options: the time range and the buckets.
        type_: the type of the values; only `unsigned` has an effect: integers use all 64 bits.
    """
    overflow = wrap_unsigned if type_ == "unsigned" else wrap
    make = TRANSFORMS[call.name]
    states: dict[Key, _TransformState] = {}
    for key, time, value, _ in points:
        if value is None:
            continue
        state = states.get(key)
        if state is None:
            state = states[key] = make(call, options, overflow)
        result = state.step(time, value)
        if result is not None:
            yield key, time, result, ()


class _Difference:
    """The difference between consecutive points; of points with the same time, the first counts."""

    def __init__(self, call: Call, options: ReadOptions, overflow: _Overflow) -> None:
        self._non_negative = call.name.startswith("non_negative")
        self._overflow = overflow
        self._time: int | None = None
        self._value: Any = None

    def step(self, time: int, value: Any) -> Any:
        if time == self._time:
            return None
        before, self._value = self._value, value
        elapsed, self._time = wrap(time - (self._time or 0)), time
        if before is None:
            return None
        result = self.change(value, before, elapsed)
        falls = result < 0 or (self._overflow is wrap_unsigned and value < before)
        return None if self._non_negative and falls else result

    def change(self, value: Any, before: Any, elapsed: int) -> Any:
        """Return the result for two consecutive values."""
        difference = value - before
        return self._overflow(difference) if difference.__class__ is int else difference


class _Derivative(_Difference):
    """The rate of change."""

    def __init__(self, call: Call, options: ReadOptions, overflow: _Overflow) -> None:
        super().__init__(call, options, overflow)
        default = options.interval.duration if options.interval else _SECOND
        self._unit = _unit(call, default)
        self._sign = 1 if options.ascending else -1

    def change(self, value: Any, before: Any, elapsed: int) -> Any:
        if self._overflow is wrap_unsigned:
            difference = float(value - before)
        else:
            difference = float(super().change(value, before, elapsed))
        return difference / (float(self._sign * elapsed) / self._unit)


class _Elapsed:
    """The time from each point to the next, in whole units."""

    def __init__(self, call: Call, options: ReadOptions, overflow: _Overflow) -> None:
        self._unit = _unit(call, _NANOSECOND)
        self._time: int | None = None

    def step(self, time: int, value: Any) -> Any:
        before, self._time = self._time, time
        if before is None:
            return None
        return divide_integers(wrap(time - before), self._unit)


class _MovingAverage:
    """The mean of the last few points."""

    def __init__(self, call: Call, options: ReadOptions, overflow: _Overflow) -> None:
        size = call.args[1]
        assert isinstance(size, IntegerLiteral)
        self._size = size.value
        self._values: deque[Any] = deque(maxlen=self._size)
        self._sum: Any = 0
        self._overflow = overflow

    def step(self, time: int, value: Any) -> Any:
        if len(self._values) == self._size:
            self._sum -= self._values[0]
        self._values.append(value)
        self._sum += value
        if self._sum.__class__ is int:
            self._sum = self._overflow(self._sum)
        if len(self._values) < self._size:
            return None
        return float(self._sum) / self._size


class _CumulativeSum:
    """The sum so far."""

    def __init__(self, call: Call, options: ReadOptions, overflow: _Overflow) -> None:
        self._sum: Any = 0
        self._overflow = overflow

    def step(self, time: int, value: Any) -> Any:
        self._sum += value
        if self._sum.__class__ is int:
            self._sum = self._overflow(self._sum)
        return self._sum


def _unit(call: Call, default: int) -> int:
    unit = call.args[1] if len(call.args) == 2 else None
    return unit.value if isinstance(unit, DurationLiteral) else default


TRANSFORMS: dict[str, Callable[[Call, ReadOptions, _Overflow], _TransformState]] = {
    "cumulative_sum": _CumulativeSum,
    "derivative": _Derivative,
    "difference": _Difference,
    "elapsed": _Elapsed,
    "moving_average": _MovingAverage,
    "non_negative_derivative": _Derivative,
    "non_negative_difference": _Difference,
    **dict.fromkeys(INDICATORS, lambda call, options, overflow: Indicator(call)),
}


def integral(points: Points, call: Call, options: ReadOptions) -> Iterator[Point]:
    """The area under the values of each group, for each bucket.

    The last bucket of each group comes after all points. There, the server iterates over a map of
    Go, so chance decides the order of the groups. This order is the most frequent one of up to
    eight groups.
    """
    areas: dict[Key, _Area] = {}
    for key, time, value, _ in points:
        if value is None:
            continue
        area = areas.get(key)
        if area is None:
            area = areas[key] = _Area(_unit(call, _SECOND), options)
        for result in area.step(time, value):
            yield (key, *result, ())
    for key, area in reversed(areas.items()):
        yield from ((key, *result, ()) for result in area.close())


class _Area:
    """The area under one group by the trapezoidal rule, interpolated at the edges of buckets."""

    def __init__(self, unit: int, options: ReadOptions) -> None:
        self._unit = unit
        self._options = options
        self._before: tuple[int, float] | None = None
        self._start = self._end = 0
        self._bounded = False
        self._sum = 0.0

    def step(self, time: int, value: float) -> Iterator[tuple[int, float]]:
        """Process the next point; yield the time and area of a bucket that it completes."""
        if self._before is None:
            # Without buckets, the server uses the ends of the time range only for integers.
            self._bounded = bool(self._options.interval) or value.__class__ is int
            if self._bounded:
                self._open(time)
        elif self._before[0] != time:
            reached = value
            if self._bounded and self._is_beyond(time):
                reached = self._cut(time, value)
                yield self._start, self._sum
                self._open(time)
                self._sum = 0.0
            self._add(time, reached)
        self._before = time, value

    def close(self) -> Iterator[tuple[int, float]]:
        """Yield the last bucket, unless it has no width."""
        if self._before is not None and self._before[0] != self._start:
            yield 0 if self._start == MIN_TIME else self._start, self._sum

    def _open(self, time: int) -> None:
        edges = self._options.window(time)
        self._start, self._end = edges if self._options.ascending else edges[::-1]

    def _is_beyond(self, time: int) -> bool:
        return time >= self._end if self._options.ascending else time <= self._end

    def _cut(self, time: int, value: float) -> float:
        """Add the area up to the edge of the bucket; return the value for the next area.

        For integers, the server continues from the previous value to the value at the edge.
        """
        assert self._before is not None
        before, low = self._before
        if before == self._end:
            return value
        edge = (value - low) / (time - before) * (self._end - before) + low
        self._add(self._end, edge)
        is_integer = value.__class__ is int
        self._before = self._end, low if is_integer else edge
        return edge if is_integer else value

    def _add(self, time: int, value: float) -> None:
        assert self._before is not None
        before, low = self._before
        self._sum += 0.5 * (value + low) * (float(time - before) / self._unit)
