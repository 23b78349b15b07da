from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_testing._engine.select.merging.time_order import numpy_order, plain_order

pytest.importorskip("numpy")

TIMES = st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3)
POINTS = st.lists(st.tuples(TIMES, st.floats(allow_nan=False)), min_size=1, max_size=20)


@given(st.lists(POINTS, min_size=1, max_size=5))
def test_numpy_gives_the_same_bits_as_python(series: list[list[tuple[int, float]]]) -> None:
    times = [array("q", [time for time, _ in points]) for points in series]
    floats = [array("d", [value for _, value in points]) for points in series]
    texts = [[str(value) for _, value in points] for points in series]
    plain, fast = plain_order(times), numpy_order(times)
    assert list(fast.times) == plain.times
    assert fast.has_equal == plain.has_equal
    assert fast.take(texts) == plain.take(texts)
    assert array("d", fast.take(floats)).tobytes() == array("d", plain.take(floats)).tobytes()


def test_equal_times_keep_the_order_of_the_series() -> None:
    order = plain_order([[2, 3], [1, 2]])
    assert order.times == [1, 2, 2, 3]
    assert order.has_equal
    assert order.take([["a", "b"], ["c", "d"]]) == ["c", "a", "d", "b"]


def test_arrays_can_grow_while_their_order_is_known() -> None:
    times = [array("q", [2]), array("q", [1])]
    order = numpy_order(times)
    times[0].append(3)
    assert list(order.times) == [1, 2]
