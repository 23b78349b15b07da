from __future__ import annotations

import operator

from hypothesis import given
from hypothesis import strategies as st

from influx_testing._go.heap import Heap


@given(st.lists(st.integers()), st.lists(st.integers()))
def test_items_come_out_in_order(made_of: list[int], pushed: list[int]) -> None:
    heap = Heap(operator.lt, list(made_of))
    for item in pushed:
        heap.push(item)
    out = [heap.pop() for _ in range(len(heap.items))]
    assert out == sorted(made_of + pushed)


@given(st.lists(st.integers(), min_size=1), st.integers())
def test_a_replaced_first_item_finds_its_place(items: list[int], new: int) -> None:
    heap = Heap(operator.lt, list(items))
    heap.replace(new)
    assert heap.items[0] == min([*sorted(items)[1:], new])
