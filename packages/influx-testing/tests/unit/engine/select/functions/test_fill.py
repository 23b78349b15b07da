from __future__ import annotations

from typing import Any

import pytest

from influx_query.nodes import Fill
from influx_testing._engine.select.functions.fill import as_type, filled
from influx_testing._engine.select.plan.query_limits import LimitTracker
from influx_testing._engine.select.plan.time_windows import Interval
from influx_testing._engine.select.run.points import Key, Point, ReadOptions
from influx_testing.errors import StatementError

A: Key = ("m", (("h", "a"),))
B: Key = ("m", (("h", "b"),))


def fill(
    how: Fill,
    *points: tuple[Key, int, Any],
    type_: str = "float",
    ascending: bool = True,
    end: int = 49,
) -> list[tuple[Key, int, Any]]:
    """Fill buckets of 10 from 0 to `end`."""
    usage = LimitTracker(100)
    options = ReadOptions(
        0, end, ascending, Interval(10), ("h",), ("h",), how, (), None, 0, 0, 0, 0, usage
    )
    stream: list[Point] = [(key, time, value, ()) for key, time, value in points]
    return [(key, time, value) for key, time, value, _ in filled(stream, how, type_, options)]


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (Fill("null"), [None, 1.0, None, 4.0, None]),
        (Fill("number", 7), [7.0, 1.0, 7.0, 4.0, 7.0]),
        (Fill("previous"), [None, 1.0, 1.0, 4.0, 4.0]),
        (Fill("linear"), [None, 1.0, 2.5, 4.0, None]),
    ],
)
def test_empty_buckets_get_what_was_asked(how: Fill, expected: list[float | None]) -> None:
    assert [value for _, _, value in fill(how, (A, 10, 1.0), (A, 30, 4.0))] == expected


def test_every_group_has_all_buckets() -> None:
    found = fill(Fill("null"), (A, 0, 1.0), (B, 40, 2.0))
    assert [key for key, _, _ in found] == [A] * 5 + [B] * 5


def test_backwards_buckets_come_backwards() -> None:
    found = fill(Fill("null"), (A, 10, 1.0), ascending=False)
    assert [time for _, time, _ in found] == [40, 30, 20, 10, 0]


def test_nothing_stays_nothing() -> None:
    assert fill(Fill("number", 0)) == []


def test_interpolated_integers_are_cut() -> None:
    assert fill(Fill("linear"), (A, 0, 0), (A, 20, 3), type_="integer", end=29)[1] == (A, 10, 1)


def test_more_buckets_than_the_budget_allows_are_refused() -> None:
    with pytest.raises(StatementError, match="max-select-buckets limit exceeded"):
        fill(Fill("null"), (A, 0, 1.0), end=10_000)


def test_a_number_takes_the_type_of_its_column() -> None:
    assert (as_type(3.5, "integer"), as_type(3, "float"), as_type(3, "string")) == (3, 3.0, 3)
