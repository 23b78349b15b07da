from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from influx_testing._engine.select.merging.bucket_order import bucket_order, goroutine_order
from influx_testing._go.heap import Heap

BUCKETS = st.lists(st.integers(0, 5), max_size=8).map(sorted)


def taken(lists: list[list[int]], order: list[int]) -> list[int]:
    """The buckets in the order in which they are taken."""
    rests = [iter(buckets) for buckets in lists]
    return [next(rests[number]) for number in order]


@given(st.lists(BUCKETS, min_size=1, max_size=7))
def test_all_points_are_taken_bucket_by_bucket(lists: list[list[int]]) -> None:
    for order in (list(bucket_order(lists)), list(goroutine_order(lists))):
        assert taken(lists, order) == sorted(bucket for buckets in lists for bucket in buckets)


@given(st.lists(BUCKETS, min_size=1, max_size=16))
def test_the_order_is_that_of_a_heap_of_lists(lists: list[list[int]]) -> None:
    rests = {number: buckets[:] for number, buckets in enumerate(lists) if buckets}
    heap = Heap(lambda one, other: rests[one][0] < rests[other][0], list(rests))
    order = []
    while heap.items:
        number = heap.pop()
        current = rests[number][0]
        while rests[number] and rests[number][0] == current:
            order.append(number)
            rests[number].pop(0)
        if rests[number]:
            heap.push(number)
    assert list(bucket_order(lists)) == order


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
