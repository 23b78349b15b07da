from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from influx_testing._go.sort import place_of


@given(st.lists(st.integers(0, 9), min_size=1, max_size=200))
def test_every_place_is_taken_once_and_in_order(keys: list[int]) -> None:
    places = [place_of(keys, index) for index in range(len(keys))]
    assert sorted(places) == list(range(len(keys)))
    assert [keys[place] for place in places] == sorted(keys)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12))
def test_a_few_equal_keys_stay_in_their_order(keys: list[int]) -> None:
    places = [place_of(keys, index) for index in range(len(keys))]
    assert places == sorted(range(len(keys)), key=keys.__getitem__)


def test_orders_made_to_hurt_are_sorted_as_well() -> None:
    organ_pipes = [*range(500), *reversed(range(500))]
    assert [organ_pipes[place_of(organ_pipes, index)] for index in (0, 1, 998, 999)] == [
        0,
        0,
        499,
        499,
    ]
