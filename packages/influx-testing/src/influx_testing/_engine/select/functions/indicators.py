"""Technical analysis: indicators over the last points of a group, such as moving averages.

Source: https://docs.influxdata.com/influxdb/v1/query_language/functions/#technical-analysis
What the page leaves open was measured with InfluxDB 1.6.7: how averages begin, and how many points
are held back.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from influx_query.nodes import Call, IntegerLiteral, StringLiteral
from influx_testing._go.floats import divide
from influx_testing.errors import PanicError

__all__ = ["INDICATORS", "Indicator"]


class _Smoothing(Protocol):
    """An indicator of the values so far."""

    held: int

    def add(self, value: float) -> float | None:
        """Process the next value; return the indicator, or None if it has no result for it."""
        ...


class Indicator:
    """The state of an indicator for one group: results begin after a number of points.

    Args:
        call: the call; its arguments are the period, the points to hold back, and how averages
            begin.
    """

    def __init__(self, call: Call) -> None:
        numbers = [arg.value for arg in call.args[1:] if isinstance(arg, IntegerLiteral)]
        words = [arg.value for arg in call.args[1:] if isinstance(arg, StringLiteral)]
        self._smoothing = INDICATORS[call.name](numbers[0], words[0] if words else "")
        wanted = numbers[1] if len(numbers) > 1 else -1
        self._held = self._smoothing.held if wanted == -1 else wanted
        self._count = 0

    def step(self, time: int, value: Any) -> float | None:
        """Process the next point; return the result at its time, or None if there is none."""
        result = self._smoothing.add(float(value))
        self._count += 1
        return None if self._count <= self._held else result


class _Average:
    """The exponential moving average.

    Until there are `period` values, new ones weigh more, or it is the mean with `simple`.
    """

    def __init__(self, period: int, warm_up: str, weight: float | None = None) -> None:
        self.held = period - 1
        self.value = 0.0
        self._period = period
        self._weight = 2 / (period + 1) if weight is None else weight
        self._simple = warm_up == "simple"
        self._count = 0

    @property
    def passes_on(self) -> bool:
        """Whether another average of this one takes its values already."""
        return not self._simple or self._count == self._period

    def add(self, value: float) -> float:
        if self._count == 0:
            self.value = value
        elif self._count < self._period and self._simple:
            self.value = (self.value * self._count + value) / (self._count + 1)
        else:
            grows = self._count < self._period
            weight = 2 / (self._count + 2) if grows else self._weight
            self.value += (value - self.value) * weight
        self._count = min(self._count + 1, self._period)
        return self.value


class _Averages:
    """Averages of averages; each begins when the one before is complete."""

    def __init__(self, period: int, warm_up: str, depth: int) -> None:
        self._averages = [_Average(period, warm_up) for _ in range(depth)]
        self.held = (period - 1) * (depth if warm_up == "simple" else 1)

    def add(self, value: float) -> list[float]:
        """Process the next value; return the averages, where one has not begun that before it."""
        results: list[float] = []
        passes_on = True
        for average in self._averages:
            if passes_on:
                value = average.add(value)
                passes_on = average.passes_on
            results.append(value)
        return results


class _Double:
    def __init__(self, period: int, warm_up: str) -> None:
        self._averages = _Averages(period, warm_up, 2)
        self.held = self._averages.held

    def add(self, value: float) -> float:
        first, second = self._averages.add(value)
        return 2 * first - second


class _Triple:
    def __init__(self, period: int, warm_up: str) -> None:
        self._averages = _Averages(period, warm_up, 3)
        self.held = self._averages.held

    def add(self, value: float) -> float:
        first, second, third = self._averages.add(value)
        return 3 * first - 3 * second + third


class _TripleDerivative:
    """The change of the third average in percent; none from 0, which is infinite."""

    def __init__(self, period: int, warm_up: str) -> None:
        self._averages = _Averages(period, warm_up, 3)
        self.held = self._averages.held + 1
        self._last = 0.0

    def add(self, value: float) -> float | None:
        *_, third = self._averages.add(value)
        rate = (divide(third, self._last) - 1) * 100
        self._last = third
        return None if math.isinf(rate) else rate


class _GainsAndLosses:
    """The averages of the steps up and of the steps down; the first step is from 0."""

    def __init__(self, period: int, warm_up: str) -> None:
        self.up = _Average(period + 1, warm_up, 1 / period)
        self.down = _Average(period + 1, warm_up, 1 / period)
        self.held = period
        self._last = 0.0

    def add(self, value: float) -> tuple[float, float]:
        change, self._last = value - self._last, value
        return self.up.add(_rise(change)), self.down.add(_rise(-change))


class _RelativeStrength:
    def __init__(self, period: int, warm_up: str) -> None:
        self._changes = _GainsAndLosses(period, warm_up)
        self.held = self._changes.held

    def add(self, value: float) -> float:
        up, down = self._changes.add(value)
        return 100 - divide(100, 1 + divide(up, down))


class _SmoothedOscillator:
    """Chande's momentum oscillator of averages."""

    def __init__(self, period: int, warm_up: str) -> None:
        self._changes = _GainsAndLosses(period, warm_up)
        self.held = self._changes.held

    def add(self, value: float) -> float:
        up, down = self._changes.add(value)
        return 100 * divide(up - down, up + down)


class _Oscillator:
    """Chande's momentum oscillator of sums over the last changes."""

    def __init__(self, period: int) -> None:
        if period == 1:
            raise PanicError("runtime error: index out of range [1] with length 0")
        self.held = period - 1
        self._changes: deque[float] = deque([0.0] * (period - 1))
        self._last: float | None = None
        self._up = self._down = 0.0

    def add(self, value: float) -> float:
        change = 0.0 if self._last is None else value - self._last
        self._last = value
        self._up += _rise(change)
        self._down += _rise(-change)
        both = self._up + self._down
        result = 100 * divide(self._up - self._down, both) if self._up or self._down else 0.0
        oldest = self._changes.popleft()
        self._up -= _rise(oldest)
        self._down -= _rise(-oldest)
        self._changes.append(change)
        return result


class _EfficiencyRatio:
    """Kaufman's efficiency ratio: how far values went, by the length of their way."""

    def __init__(self, period: int) -> None:
        self.held = period
        self._values: deque[tuple[float, float]] = deque([(0.0, 0.0)] * period)
        self._way = 0.0

    def add(self, value: float) -> float:
        newest, _ = self._values[-1]
        oldest, step = self._values.popleft()
        distance = abs(value - oldest)
        self._way -= step
        self._way += abs(value - newest)
        self._values.append((value, abs(value - newest)))
        return 0.0 if distance == 0 or self._way == 0 else distance / self._way


_SLOWEST = 2 / (30 + 1)
_RANGE = 56 / 93
"""2 / (2 + 1), the fastest, less the slowest: Go calculates with constants exactly."""


class _AdaptiveAverage:
    """Kaufman's adaptive moving average; it follows the values until there are `period`."""

    def __init__(self, period: int) -> None:
        self._ratio = _EfficiencyRatio(period)
        self.held = period
        self._last = 0.0
        self._count = 0

    def add(self, value: float) -> float:
        ratio = self._ratio.add(value)
        weight = ratio * _RANGE + _SLOWEST
        average = self._last + weight * weight * (value - self._last)
        self._last = value if self._count < self.held else average
        self._count += 1
        return average


def _rise(change: float) -> float:
    """The change if it goes up; 0 for NaN, which is not greater than 0."""
    return change if change > 0 else 0.0


INDICATORS: dict[str, Callable[[int, str], _Smoothing]] = {
    "chande_momentum_oscillator": lambda period, warm_up: (
        _SmoothedOscillator(period, warm_up)
        if warm_up in {"exponential", "simple"}
        else _Oscillator(period)
    ),
    "double_exponential_moving_average": _Double,
    "exponential_moving_average": _Average,
    "kaufmans_adaptive_moving_average": lambda period, warm_up: _AdaptiveAverage(period),
    "kaufmans_efficiency_ratio": lambda period, warm_up: _EfficiencyRatio(period),
    "relative_strength_index": _RelativeStrength,
    "triple_exponential_derivative": _TripleDerivative,
    "triple_exponential_moving_average": _Triple,
}
"""Makes the indicator of a function for a period and a way to begin; without one it is empty."""
