"""The rows of 3.x: those that a limit leaves are found without reading all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_testing._engine.select.run.row_order import rows_from_end, sorted_group, sorted_rows
from influx_testing._engine.select.run.rows import Row

DAY = 86_400_000_000_000


def rows_between(times: list[int], asked: list[tuple[int, int]]):
    """Return a function that reads the rows of a time range, and notes the range."""

    def read(start: int, end: int) -> list[Row]:
        asked.append((start, end))
        return [Row(("m", ()), time, []) for time in times if start <= time <= end]

    return read


@pytest.mark.parametrize("at_start", [True, False])
def test_one_row_at_an_end_is_found_in_a_second(at_start):
    asked: list[tuple[int, int]] = []
    times = [0, DAY, 2 * DAY]
    found = rows_from_end(rows_between(times, asked), 0, 2 * DAY, 1, at_start=at_start)
    assert [row.time for row in found] == [0 if at_start else 2 * DAY]
    assert asked == [(0, 10**9) if at_start else (2 * DAY - 10**9, 2 * DAY)]


@given(
    st.lists(st.integers(0, 3 * DAY), max_size=20).map(sorted),
    st.integers(1, 25),
    st.booleans(),
)
def test_rows_at_an_end_are_enough_or_all(times, count, at_start):
    everything = rows_between(times, [])(0, 3 * DAY)
    found = rows_from_end(rows_between(times, []), 0, 3 * DAY, count, at_start=at_start)
    assert len(found) >= min(count, len(everything))
    assert found == (everything[: len(found)] if at_start else everything[-len(found) :])


TAGS = st.sampled_from(["", "a", "b", None])


@given(
    st.lists(st.tuples(st.integers(0, 3), TAGS, TAGS, st.integers()), max_size=12),
    st.sampled_from([[], [0], [1, 0]]),
    st.booleans(),
    st.integers(0, 4),
    st.integers(0, 3),
)
def test_one_group_is_sorted_like_several(rows, tags, ascending, limit, offset):
    read = [Row(("m", ()), time, values) for time, *values in sorted(rows, key=lambda row: row[0])]
    options = {"ascending": ascending, "limit": limit, "offset": offset}
    assert list(sorted_group(read, tags, **options)) == list(sorted_rows(read, tags, **options))
