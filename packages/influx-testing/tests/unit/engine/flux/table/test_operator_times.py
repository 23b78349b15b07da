"""How long functions work."""

from __future__ import annotations

from itertools import count

import pytest

from influx_testing._engine.flux.table.operator_times import OperatorTimes


def test_a_function_is_measured_without_those_before_it():
    ticks = count(0, 10)
    times = OperatorTimes(lambda: next(ticks))
    inner = times.timed("from", [1, 2])
    outer = times.timed("map", (item + 1 for item in inner))
    assert list(outer) == [2, 3]
    assert times.times == {"from": [10, 10], "map": [20, 20]}


def test_an_error_ends_the_measurement():
    times = OperatorTimes()

    def failing():
        yield 1
        raise ValueError("no")

    outer = times.timed("map", times.timed("from", failing()))
    assert next(outer) == 1
    with pytest.raises(ValueError, match="no"):
        next(outer)
    assert {name: len(found) for name, found in times.times.items()} == {"from": 1, "map": 1}
