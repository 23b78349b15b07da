"""Kinds of columns: which one values make, and how columns of several are put together."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core._columns.arrow_layout import Column
from influx_core._columns.column_types import (
    cast_column,
    column_of,
    concat_columns,
    plain_strings,
)
from influx_testing.conformance.column_serializer import string_views

ANY = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**65), 2**65),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=3),
)
PIECES = st.lists(
    st.one_of(
        st.lists(st.none() | st.booleans(), max_size=9),
        st.lists(st.none() | st.integers(-3, 2**53), max_size=9),
        st.lists(st.none() | st.floats(allow_nan=False), max_size=9),
        st.lists(st.none() | st.text(max_size=3), max_size=9),
        st.lists(st.none(), max_size=9),
        st.lists(st.none() | st.booleans() | st.text(max_size=3), max_size=9),
    ),
    min_size=1,
    max_size=4,
)


def in_dictionary(column: Column) -> Column:
    """The same strings with a dictionary, positions of missing ones anything."""
    values = column.to_list()
    known = list(dict.fromkeys(value for value in values if value is not None))
    positions = array("i", [-1 if value is None else known.index(value) for value in values])
    return Column(
        "string",
        len(values),
        positions,
        valid=Column.of(values, "string").valid,
        dictionary=Column.of(known, "string"),
    )


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([], "null"),
        ([None, None], "null"),
        ([1, None], "integer"),
        ([1, 1.5], "float"),
        ([2**63, None], "unsigned"),
        ([2**63, -1], "float"),
        ([2**64], "float"),
        ([10**400], "object"),
        ([True, None], "boolean"),
        ([True, 1], "object"),
        (["a", None], "string"),
        (["a", 1], "object"),
        ([[1]], "object"),
    ],
)
def test_the_kind_is_the_narrowest_that_holds_all_values(values, kind):
    assert column_of(values).kind == kind


@pytest.mark.parametrize(
    ("values", "kind", "held"),
    [
        ([1, None], "time", [1, None]),
        ([None], "time", [None]),
        ([], "time", []),
        (["1970-01-01T00:00:00.000000001Z", None], "time", [1, None]),
        (["yesterday"], "string", ["yesterday"]),
        ([2**63], "unsigned", [2**63]),
        ([1.5], "float", [1.5]),
    ],
)
def test_a_column_named_time_has_times_if_that_is_what_they_are(values, kind, held):
    column = column_of(values, "time")
    assert (column.kind, column.to_list()) == (kind, held)


@given(st.lists(ANY, max_size=20))
def test_a_column_holds_the_values_it_was_made_of(values):
    held = column_of(values).to_list()
    if column_of(values).kind == "float":
        values = [None if value is None else float(value) for value in values]
    assert held == values
    assert list(map(type, held)) == list(map(type, values))


@given(PIECES, st.data())
def test_pieces_put_together_have_the_values_of_all(pieces, data):
    columns = []
    for piece in pieces:
        column = column_of(piece)
        if column.kind == "string" and data.draw(st.booleans()):
            column = in_dictionary(column)
        start = data.draw(st.integers(0, len(piece)))
        columns.append(column.slice(start, len(piece)))
    whole = concat_columns(columns)
    held = [value for column in columns for value in column.to_list()]
    assert whole.to_list() == held
    assert whole.length == len(held)
    kinds = {column.kind for column in columns if column.length and column.kind != "null"}
    numbers = kinds <= {"integer", "float"}
    assert whole.kind in kinds or not kinds or (whole.kind == "object" and not numbers)


@pytest.mark.parametrize(
    ("kinds", "common"),
    [
        (["null", "null"], "null"),
        (["null", "time"], "time"),
        (["time", "time"], "time"),
        (["integer", "float"], "float"),
        (["unsigned", "integer"], "unsigned"),
        (["boolean", "integer"], "object"),
        (["string", "float"], "object"),
        (["object", "null"], "object"),
    ],
)
def test_pieces_of_several_kinds_find_the_one_that_loses_nothing(kinds, common):
    values = {"boolean": True, "string": "a", "object": "a", "float": 0.5, "null": None}
    columns = [Column.of([values.get(kind, 1), None], kind) for kind in kinds]
    whole = concat_columns(columns)
    assert whole.kind == common
    assert whole.to_list() == [value for column in columns for value in column.to_list()]


def test_negative_integers_beside_unsigned_ones_are_floats():
    whole = concat_columns([Column.of([-1], "integer"), Column.of([2**63], "unsigned")])
    assert (whole.kind, whole.to_list()) == ("float", [-1.0, 2.0**63])


def test_a_float_printed_as_an_integer_is_that_float_again():
    printed = 12345678901234567000  # what JSON prints for the float 12345678901234567168
    whole = concat_columns([column_of([printed]), column_of([0.5])])
    assert whole.to_list() == [12345678901234567168.0, 0.5]


def test_dictionaries_are_merged():
    left = in_dictionary(Column.of(["a", None, "b"], "string"))
    right = in_dictionary(Column.of(["b", "c", "b"], "string"))
    whole = concat_columns([left, Column("null", 1), right.slice(1, 3)])
    assert whole.dictionary is not None
    assert sorted(whole.dictionary.to_list()) == ["a", "b", "c"]
    assert whole.to_list() == ["a", None, "b", None, "c", "b"]
    assert plain_strings(whole).dictionary is None
    assert plain_strings(whole).to_list() == whole.to_list()


def test_views_are_joined_with_other_strings():
    texts = ["a", None, "one of more than twelve"]
    views = string_views(texts)
    whole = concat_columns([views, Column.of(["b"], "string"), in_dictionary(views).slice(1, 3)])
    assert whole.texts is None
    assert whole.to_list() == [*texts, "b", *texts[1:]]


@pytest.mark.parametrize(
    ("values", "kind", "wanted"),
    [
        ([1, None], "integer", "float"),
        ([1.0, None], "float", "integer"),
        ([1, 2], "integer", "unsigned"),
        ([None], "null", "string"),
        ([None], "null", "time"),
        (["a", None], "string", "object"),
    ],
)
def test_a_cast_keeps_the_values(values, kind, wanted):
    made = cast_column(Column.of(values, kind), wanted)
    assert made.kind == wanted
    assert made.to_list() == values


@pytest.mark.parametrize(
    ("values", "kind", "wanted", "match"),
    [
        ([1.5], "float", "integer", "1.5 is not an integer"),
        ([float("nan")], "float", "integer", "nan is not an integer"),
        ([-1], "integer", "unsigned", "does not fit the kind unsigned"),
        ([2**63], "unsigned", "integer", "does not fit the kind integer"),
        (["1"], "string", "integer", "values of kind string cannot be of kind integer"),
        ([True], "boolean", "float", "values of kind boolean cannot be of kind float"),
    ],
)
def test_a_cast_that_would_change_a_value_is_refused(values, kind, wanted, match):
    with pytest.raises(ValueError, match=match):
        cast_column(Column.of(values, kind), wanted)
