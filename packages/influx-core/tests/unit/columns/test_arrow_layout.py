"""Columns: values in Arrow's memory layout, in and out."""

from __future__ import annotations

import pickle
import struct
from array import array
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core._columns.arrow_layout import Column, Kind
from influx_testing.conformance.column_serializer import string_views

INT64 = st.integers(-(2**63), 2**63 - 1)
VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "integer": INT64,
    "unsigned": st.integers(0, 2**64 - 1),
    "float": st.floats(allow_nan=False),
    "string": st.text(max_size=5),
    "time": INT64,
    "object": st.one_of(st.booleans(), st.text(max_size=3)),
}


@given(st.data(), st.sampled_from(list(VALUES)))
def test_a_column_gives_back_the_values_it_was_made_of_and_so_does_every_slice(
    data: st.DataObject, kind: Kind
) -> None:
    values = data.draw(st.lists(st.none() | VALUES[kind], max_size=30))
    column = Column.of(values, kind)
    assert column.to_list() == values
    assert column.nulls == values.count(None)
    start = data.draw(st.integers(0, len(values)))
    stop = data.draw(st.integers(start, len(values)))
    part = column.slice(start, stop)
    assert part.to_list() == values[start:stop]
    inner = data.draw(st.integers(0, stop - start))
    assert part.slice(inner, stop - start).to_list() == values[start + inner : stop]


@given(st.lists(st.none() | st.sampled_from(["a", "ü", ""]), max_size=20))
def test_a_dictionary_holds_each_string_once(values: list[str | None]) -> None:
    known = Column.of(["a", "ü", ""], "string")
    place = {"a": 0, "ü": 1, "": 2, None: -1}
    positions = array("i", [place[value] for value in values])
    valid = Column.of(values, "string").valid
    column = Column("string", len(values), positions, valid=valid, dictionary=known)
    assert column.to_list() == values


def test_a_column_without_a_kind_has_only_missing_values() -> None:
    column = Column.of([None, None], "null")
    assert column.to_list() == [None, None]
    assert column.slice(1, 2).nulls == 1


def test_the_layout_is_that_of_arrow() -> None:
    column = Column.of(["ü", None, "bc"], "string")
    assert bytes(column.values) == "übc".encode()  # type: ignore[arg-type]
    assert array("q", [0, 2, 2, 4]) == column.offsets
    assert column.valid == b"\x05"
    assert Column.of([True, False, True], "boolean").values == b"\x05"


TEXTS = (
    st.none() | st.text(max_size=5) | st.sampled_from(["of twelve ch", "of thirteen c", "x" * 40])
)


@given(st.data(), st.lists(TEXTS, max_size=20))
def test_views_are_the_strings_that_they_were_made_of_and_so_is_every_slice(
    data: st.DataObject, texts: list[str | None]
) -> None:
    column = string_views(texts)
    assert column.to_list() == texts
    start = data.draw(st.integers(0, len(texts)))
    stop = data.draw(st.integers(start, len(texts)))
    part = column.slice(start, stop)
    assert part.to_list() == texts[start:stop]
    assert pickle.loads(pickle.dumps(part)).to_list() == texts[start:stop]


def test_views_are_those_of_arrow() -> None:
    pa = pytest.importorskip("pyarrow")
    texts = ["", None, "of twelve ch", "of thirteen c", "é" * 20]
    valid, values, *buffers = pa.array(texts, pa.string_view()).buffers()
    column = Column("string", 5, memoryview(values), valid=memoryview(valid), texts=buffers)
    assert column.to_list() == texts


@pytest.mark.parametrize(
    ("size", "buffer", "offset"),
    [(13, 0, 8), (13, 0, -1), (13, 1, 0), (13, -1, 0), (-1, 0, 0), (2**31 - 1, 0, 0), (21, 0, 0)],
)
def test_a_view_outside_of_its_texts_is_refused_if_its_value_is_there(
    size: int, buffer: int, offset: int
) -> None:
    view = struct.pack("=i4xii", size, buffer, offset)
    with pytest.raises(IndexError, match="outside of the texts"):
        Column("string", 1, view, texts=[b"x" * 20]).to_list()
    assert Column("string", 1, view, valid=b"\0", texts=[b"x" * 20]).to_list() == [None]


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(OverflowError):
        Column.of([2**63], "integer")
    with pytest.raises(TypeError):
        Column.of(["1"], "float")
    with pytest.raises(IndexError, match="no slice 1:5 of 2 values"):
        Column.of([1, 2], "integer").slice(1, 5)
