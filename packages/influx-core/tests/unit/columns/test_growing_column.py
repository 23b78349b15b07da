"""A column that grows is the one that its pieces are joined to."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core._columns.arrow_layout import Column
from influx_core._columns.column_types import column_of, concat_columns
from influx_core._columns.growing_column import GrowingColumn

INTEGERS = st.integers(-(2**63), 2**63 - 1)
LARGE = st.integers(2**63, 2**64 - 1)
KINDS = {
    "integer": INTEGERS,
    "unsigned": LARGE,
    "float": st.floats(allow_nan=False),
    "boolean": st.booleans(),
    "string": st.text(max_size=3),
    "null": st.none(),
}


def pieces_of(*kinds: str) -> st.SearchStrategy[list[Column]]:
    values = st.sampled_from(kinds).flatmap(
        lambda kind: st.lists(KINDS[kind] | st.none(), max_size=5)
    )
    sliced = st.tuples(values, st.integers(0, 2)).map(
        lambda found: sliced_from(column_of(found[0]), found[1])
    )
    return st.lists(sliced, min_size=1, max_size=6)


def sliced_from(column: Column, start: int) -> Column:
    return column.slice(min(start, column.length), column.length)


def grown(pieces: list[Column]) -> Column:
    column = GrowingColumn()
    for piece in pieces:
        column.append(piece)
    return column.joined()


def assert_same(found: Column, expected: Column) -> None:
    assert (found.kind, found.length) == (expected.kind, expected.length)
    assert repr(found.to_list()) == repr(expected.to_list())
    assert found.nulls == expected.nulls


@given(pieces_of("integer", "float", "null") | pieces_of("integer") | pieces_of("float"))
def test_numbers_are_joined_as_they_come(pieces):
    assert_same(grown(pieces), concat_columns(pieces))


@given(
    pieces_of("integer", "unsigned", "float", "null")
    | st.sampled_from(sorted(KINDS)).flatmap(lambda kind: pieces_of(kind, "null"))
)
def test_pieces_of_any_kind_are_joined_as_at_once(pieces):
    assert_same(grown(pieces), concat_columns(pieces))


@given(pieces_of(*KINDS))
def test_pieces_of_all_kinds_are_told_from_others(pieces):
    column = GrowingColumn()
    for piece in pieces:
        column.append(piece)
    assert column.kinds == {each.kind for each in pieces if each.length} - {"null"}


@given(st.lists(st.lists(INTEGERS, max_size=3), min_size=1, max_size=3))
def test_times_stay_times(several):
    pieces = [column_of(values, "time") for values in several]
    assert_same(grown(pieces), concat_columns(pieces))


def test_the_kinds_of_the_pieces_are_known():
    column = GrowingColumn()
    for values in ([None], [1], [2.5], []):
        column.append(column_of(values))
    assert column.kinds == {"integer", "float"}


def test_without_pieces_there_are_no_values():
    assert_same(grown([column_of([])]), Column("null", 0))


@pytest.mark.parametrize("last", [7, 7.5, None])
def test_no_more_memory_is_needed_than_for_the_column(last: Any):
    """Also if the numbers become floats, or if some are missing."""
    values = list(range(1_000))
    tracemalloc.start()
    try:
        column = GrowingColumn()
        for _ in range(500):
            column.append(column_of(values))
        column.append(column_of([last]))
        joined = column.joined()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert joined.length == 500_001
    assert peak < 1.5 * 8 * joined.length
