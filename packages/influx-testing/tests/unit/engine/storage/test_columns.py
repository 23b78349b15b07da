from __future__ import annotations

import random
from array import array
from itertools import pairwise

from influx_testing._engine.storage.columns import FieldColumn


def content(column: FieldColumn) -> list[tuple[int, object]]:
    return list(column.items())


def test_values_come_back_in_order_of_time() -> None:
    column = FieldColumn("integer")
    for time in random.Random(1).sample(range(100), 100):
        column.append(time, time * 2)
    assert content(column) == [(time, time * 2) for time in range(100)]


def test_of_values_at_one_time_the_last_written_stays() -> None:
    column = FieldColumn("string")
    for time, value in [(5, "a"), (5, "b"), (3, "c"), (5, "d"), (3, "e")]:
        column.append(time, value)
    assert content(column) == [(3, "e"), (5, "d")]


def test_both_ends_of_a_span_are_read() -> None:
    column = FieldColumn("float")
    for time in range(10):
        column.append(time, float(time))
    times, values = column.read(3, 5)
    assert (list(times), list(values)) == ([3, 4, 5], [3.0, 4.0, 5.0])


def test_an_empty_column_reads_as_nothing() -> None:
    times, values = FieldColumn("boolean").read(-(2**62), 2**62)
    assert (list(times), list(values)) == ([], [])


def test_the_last_possible_time_is_read_too() -> None:
    column = FieldColumn("integer")
    column.append(2**63 - 2, 1)
    assert list(column.read(0, 2**63 - 2)[1]) == [1]


def test_deleting_a_span_leaves_what_is_around_it() -> None:
    column = FieldColumn("integer")
    for time in range(6):
        column.append(time, time)
    column.delete(1, 4)
    assert content(column) == [(0, 0), (5, 5)]


def test_extending_is_the_same_as_appending() -> None:
    appended, extended = FieldColumn("integer"), FieldColumn("integer")
    for times in ([1, 3], [4, 2, 2], [2, 5]):
        values = [10 * time + place for place, time in enumerate(times)]
        ascending = all(one < other for one, other in pairwise(times))
        extended.extend(array("q", times), values, ascending=ascending)
        for time, value in zip(times, values, strict=True):
            appended.append(time, value)
    assert content(extended) == content(appended)
