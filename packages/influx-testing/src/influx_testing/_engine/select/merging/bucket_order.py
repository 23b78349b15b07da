"""The order in which the server takes points from several lists, bucket by bucket.

It keeps the lists in a binary heap, and takes a whole bucket from the list with the first one. The
heap is rearranged each time, which decides the order of lists with the same bucket. In a shard, as
many goroutines as there are processors do so with some of the series each, and then with what the
goroutines have.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from influx_testing._go.heap import Heap
from influx_testing._go.scheduler import GOMAXPROCS

__all__ = ["bucket_order", "goroutine_order"]

Lists = Sequence[Sequence[int]]
"""For each list the bucket of each of its points, in ascending order."""


def goroutine_order(lists: Lists) -> Iterator[int]:
    """The number of the list that each next point comes from, with goroutines."""
    share = max(len(lists) // GOMAXPROCS, 1)
    ends = [*range(share, len(lists), share)][: GOMAXPROCS - 1]
    parts = [range(*bounds) for bounds in pairwise([0, *ends, len(lists)])]
    if _are_regular(lists):
        return _regular_order(parts, len(lists[0]))
    return _merged_order(lists, parts)


def _merged_order(lists: Lists, parts: Sequence[range]) -> Iterator[int]:
    orders = [[part[at] for at in bucket_order([lists[at] for at in part])] for part in parts]
    rests = [iter(buckets) for buckets in lists]
    merged = [[next(rests[number]) for number in order] for order in orders]
    numbers = [iter(order) for order in orders]
    return (next(numbers[part]) for part in bucket_order(merged))


def bucket_order(lists: Lists) -> Iterator[int]:
    """The number of the list that each next point comes from.

    The steps are those of `Heap`, without a call for each comparison: there are some millions. The
    item that moves is put only where it stays.
    """
    heap = Heap(_is_before, [(buckets[0], at) for at, buckets in enumerate(lists) if buckets])
    keys, numbers = [key for key, _ in heap.items], [number for _, number in heap.items]
    places = [0] * len(lists)
    while keys:
        current, taken = keys[0], numbers[0]
        key, number = keys.pop(), numbers.pop()
        count, index, child = len(keys), 0, 1
        while child < count:
            least = keys[child]
            if child + 1 < count and keys[child + 1] < least:
                child += 1
                least = keys[child]
            if not least < key:
                break
            keys[index], numbers[index] = least, numbers[child]
            index = child
            child = 2 * index + 1
        if count:
            keys[index], numbers[index] = key, number
        buckets, place = lists[taken], places[taken]
        end = len(buckets)
        while place < end and buckets[place] == current:
            yield taken
            place += 1
        if place == end:
            continue
        places[taken], key = place, buckets[place]
        keys.append(key)
        numbers.append(taken)
        index = count
        while index and key < (above := keys[(index - 1) // 2]):
            keys[index], numbers[index] = above, numbers[(index - 1) // 2]
            index = (index - 1) // 2
        keys[index], numbers[index] = key, taken


def _is_before(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[0]


def _are_regular(lists: Lists) -> bool:
    """Whether all lists have one point in each of the same buckets."""
    buckets = lists[0]
    return (
        len(buckets) > 0
        and len(set(buckets)) == len(buckets)
        and all(other == buckets for other in lists)
    )


def _regular_order(parts: Sequence[range], buckets: int) -> Iterator[int]:
    """`_merged_order` of regular lists, without a heap."""
    orders = zip(*(_rounds(len(part), buckets) for part in parts), strict=True)
    for taken, within in zip(_rounds(len(parts), buckets), orders, strict=True):
        for number in taken:
            part = parts[number]
            yield from [part[at] for at in within[number]]


def _rounds(width: int, buckets: int) -> Iterator[list[int]]:
    """The order of regular lists in each bucket; every bucket rearranges the heap alike."""
    firsts = [0] * width
    heap = Heap(lambda one, other: firsts[one] < firsts[other], list(range(width)))
    popped: list[int] = []
    for _ in range(width):
        popped.append(heap.pop())
        firsts[popped[-1]] = 1
        heap.push(popped[-1])
    state = list(range(width))
    for _ in range(buckets - 1):
        yield [state[place] for place in popped]
        state = [state[place] for place in heap.items]
    if buckets:
        last = Heap(lambda one, other: False, state)
        yield [last.pop() for _ in range(width)]
