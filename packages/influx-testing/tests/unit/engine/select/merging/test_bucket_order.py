from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from influx_testing._engine.select.merging.bucket_order import bucket_order, goroutine_order

BUCKETS = st.lists(st.integers(0, 5), max_size=8).map(sorted)


def taken(lists: list[list[int]], order: list[int]) -> list[int]:
    """The buckets in the order in which they are taken."""
    rests = [iter(buckets) for buckets in lists]
    return [next(rests[number]) for number in order]


@given(st.lists(BUCKETS, min_size=1, max_size=7))
def test_all_points_are_taken_bucket_by_bucket(lists: list[list[int]]) -> None:
    for order in (list(bucket_order(lists)), list(goroutine_order(lists))):
        assert taken(lists, order) == sorted(bucket for buckets in lists for bucket in buckets)


@given(st.integers(2, 12), st.integers(1, 9))
def test_regular_lists_have_the_order_of_the_heap(width: int, buckets: int) -> None:
    regular = [list(range(buckets))] * width
    with_heap = [[*range(buckets), buckets], *regular[1:]]
    before_the_last = width * (buckets - 1)
    order, expected = list(goroutine_order(regular)), list(goroutine_order(with_heap))
    assert order[:before_the_last] == expected[:before_the_last]
    assert sorted(order[before_the_last:]) == list(range(width))


def test_the_last_list_comes_second() -> None:
    assert list(bucket_order([[1], [1], [1]])) == [0, 2, 1]
    assert list(goroutine_order([[1], [1], [1], [1]])) == [0, 1, 2, 3]
    assert list(goroutine_order([[1]] * 5)) == [0, 1, 2, 4, 3]
