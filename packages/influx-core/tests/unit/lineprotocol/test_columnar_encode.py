"""Rows of a frame: the same bytes and the same refusals as for the points that they are."""

from __future__ import annotations

import math
import struct
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core._columns.arrow_layout import Column
from influx_core._lineprotocol.encode.columnar_encode import encode_columns
from influx_core._points.data_point import Unsigned
from influx_core.errors import ConfigError, EncodeError
from influx_core.lineprotocol import encode
from influx_core.timestamps import MAX_NS, MIN_NS
from influx_testing.conformance.column_serializer import string_views

NAMES = st.one_of(
    st.sampled_from(["a", "b", "time", "tag", "a b", "", "#", "a\\", "\\,", 'q"', "ü", "a=b,c"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
)
VALUES = {
    "float": st.floats(),
    "integer": st.integers(-(2**63), 2**63 - 1),
    "unsigned": st.integers(0, 2**64 - 1),
    "boolean": st.booleans(),
    "string": st.one_of(NAMES, st.text(st.characters(exclude_categories=["Cs"]), max_size=30)),
    "null": st.none(),
    "time": st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(-(10**10), 10**10)),
}


def coded(texts):
    """The same column of strings with a dictionary, which has a text that no row has."""
    known = list(dict.fromkeys(text for text in texts if text is not None))
    positions = [-7 if text is None else known.index(text) for text in texts]
    plain = Column.of(texts, "string")
    dictionary = Column.of([*known, "nobody's"], "string")
    return Column("string", len(texts), array("i", positions), None, plain.valid, 0, dictionary)


@st.composite
def columns(draw, length, *kinds):
    """A column of one of some kinds, a slice of a longer one, half of them with missing values."""
    kind = draw(st.sampled_from(kinds))
    value = st.one_of(VALUES[kind], st.none()) if draw(st.booleans()) else VALUES[kind]
    before = draw(st.integers(0, 9))
    size = before + length + draw(st.integers(0, 2))
    values = draw(st.lists(value, min_size=size, max_size=size))
    makes = [lambda texts: Column.of(texts, kind)]
    makes += [coded, string_views] if kind == "string" else []
    return draw(st.sampled_from(makes))(values).slice(before, before + length)


@st.composite
def frames(draw):
    length = draw(st.integers(0, 7))
    texts = columns(length, "string", "null")
    values = columns(length, *(VALUES.keys() - {"time"}))
    return (
        draw(st.one_of(NAMES, texts)),
        draw(st.dictionaries(NAMES, st.one_of(NAMES, texts), max_size=3)),
        draw(st.dictionaries(NAMES, values, min_size=1, max_size=4)),
        draw(st.one_of(st.none(), columns(length, "time", "null"))),
    )


def rows(measurement, tags, fields, timestamps):
    """The points that columns are."""
    length = next(iter(fields.values())).length

    def values(column):
        if not isinstance(column, Column):
            return [column] * length
        if column.kind == "unsigned":
            return [None if n is None else Unsigned(n) for n in column.to_list()]
        return column.to_list()

    names, times = values(measurement), values(timestamps)
    tags = {key: values(tag) for key, tag in tags.items()}
    fields = {key: values(field) for key, field in fields.items()}
    return [
        (
            names[row],
            {key: tag[row] for key, tag in tags.items()},
            {key: field[row] for key, field in fields.items()},
            times[row],
        )
        for row in range(length)
    ]


def outcome(write):
    """What was written, and what was told."""
    told = []

    def on_invalid(index, error):
        told.append((index, error.index, str(error), error.measurement, error.key))

    return write(on_invalid), told


@given(frames(), st.booleans())
def test_the_rows_of_a_frame_are_written_as_the_points_that_they_are(frame, unsigned):
    written = outcome(lambda told: encode_columns(*frame, "ns", told, unsigned=unsigned))
    points = rows(*frame)
    assert written == outcome(lambda told: encode(points, on_invalid=told, unsigned=unsigned))


@given(
    st.lists(st.integers(MIN_NS, MAX_NS), max_size=9),
    st.sampled_from([("us", 10**3), ("ms", 10**6), ("s", 10**9), ("m", 6 * 10**10), ("h", 36e11)]),
)
def test_times_are_rounded_down_to_the_precision(times, precision):
    unit, ns = precision
    fields = {"f": Column.of([1] * len(times), "integer")}
    body = encode_columns("m", {}, fields, Column.of(times, "time"), unit)
    assert body.decode() == "".join(f"m f=1i {time // int(ns)}\n" for time in times)


@pytest.mark.parametrize("length", [999, 1000, 1001, 2500, 5000])
def test_long_frames_are_written_whole_and_in_order(length):
    tags = [f"t{row % 7}" if row % 5 else None for row in range(length)]
    numbers = [None if row % 3 == 0 else row / 8 for row in range(length)]
    names = [f"m{row % 2}" for row in range(length)]
    frame = (
        Column.of(names, "string"),
        {"tag": coded(tags), "always": "x y", "never": ""},
        {"f": Column.of(numbers, "float"), "i": Column.of(range(length), "integer")},
        Column.of(range(length), "time"),
    )
    assert encode_columns(*frame) == encode(rows(*frame))


def test_rows_that_cannot_be_written_are_told_in_order_and_left_out():
    values = [float(row) for row in range(3000)]
    values[0] = values[1234] = math.nan
    values[2999] = math.inf
    told = []
    frame = ("m", {}, {"f": Column.of(values, "float")}, None)
    body = encode_columns(*frame, on_invalid=lambda index, error: told.append((index, error.key)))
    assert told == [(0, "f"), (1234, "f"), (2999, "f")]
    assert body.count(b"\n") == 2997


def test_without_anybody_to_be_told_the_first_refused_row_is_an_error():
    values = Column.of([1.5, math.nan, math.inf], "float")
    with pytest.raises(EncodeError, match="nan is not a number that InfluxDB can store") as caught:
        encode_columns("m", {}, {"f": values}, None)
    assert (caught.value.index, caught.value.measurement, caught.value.key) == (1, "m", "f")


def test_a_row_without_any_field_is_refused():
    fields = {"f": Column.of([None, 1.5], "float"), "g": Column.of([None, None], "null")}
    with pytest.raises(EncodeError, match="at least one field with a value is required"):
        encode_columns("m", {}, fields, None)


def test_unsigned_integers_need_a_server_that_has_them():
    fields = {"u": Column.of([1, 2**64 - 1], "unsigned")}
    assert encode_columns("m", {}, fields, None, unsigned=True) == (
        b"m u=1u\nm u=18446744073709551615u\n"
    )
    with pytest.raises(EncodeError, match="the server has no unsigned integers"):
        encode_columns("m", {}, fields, None)


def test_a_frame_without_rows_is_nothing_whatever_its_names():
    assert encode_columns("", {"": ""}, {"time": Column.of([], "float")}, None) == b""
    assert encode_columns("m", {}, {}, None) == b""


def test_what_is_missing_has_any_number_in_its_place():
    values = Column("float", 3, array("d", [math.nan, 1.0, math.inf]), valid=b"\x02")
    times = Column("time", 3, array("q", [-(2**63), 5, 2**63 - 1]), valid=b"\x02")
    fields = {"f": values, "i": Column.of([1, 2, 3], "integer")}
    assert encode_columns("m", {}, fields, times) == b"m i=1i\nm f=1.0,i=2i 5\nm i=3i\n"


ONE = {"f": Column.of([1.0], "float")}


@pytest.mark.parametrize(
    ("measurement", "tags", "fields", "timestamps", "reason"),
    [
        ("m", {"t": Column.of(["a", "b"], "string")}, ONE, None, "tag 't' has 2, field 'f' has 1"),
        ("m", {"t": Column.of([1], "integer")}, ONE, None, "tag 't' cannot be .* kind 'integer'"),
        ("m", {}, {"f": Column.of([1], "time")}, None, "field 'f' cannot be .* kind 'time'"),
        ("m", {}, {"f": Column.of([1], "object")}, None, "field 'f' cannot be .* kind 'object'"),
        ("m", {}, ONE, Column.of([1], "integer"), "the timestamp cannot be .* kind 'integer'"),
        (Column.of([1.5], "float"), {}, ONE, None, "the measurement cannot be .* kind 'float'"),
        ("m", {}, {"f": Column("float", 2, bytes(15))}, None, "field 'f' has less memory than 2"),
        ("m", {}, {"f": Column("boolean", 9, b"1")}, None, "field 'f' has less memory than 9"),
        ("m", {}, {"f": Column("string", 1, b"a")}, None, "field 'f' .* without offsets"),
        ("m", {}, {"f": Column("string", 1, b"a", bytes(8))}, None, "'f' has less memory than 1"),
        ("m", {}, {"f": Column("string", 2, bytes(31), texts=())}, None, "less memory than 2"),
        ("m", {}, ONE, Column("time", 1, bytes(8), valid=b""), "the timestamp has less memory"),
    ],
)
def test_columns_that_make_no_rows_are_refused(measurement, tags, fields, timestamps, reason):
    with pytest.raises(ValueError, match=reason):
        encode_columns(measurement, tags, fields, timestamps)


@pytest.mark.parametrize("position", [1, 2**31 - 1, -1, -(2**31)])
def test_a_position_outside_of_its_dictionary_is_refused(position):
    dictionary = Column.of(["a"], "string")
    tag = Column("string", 1, array("i", [position]), dictionary=dictionary)
    with pytest.raises(ValueError, match="tag 't' has positions outside of its dictionary"):
        encode_columns("m", {"t": tag}, ONE, None)


@pytest.mark.parametrize("offsets", [[2, 1], [0, 3], [-1, 1], [-5, -4]])
def test_offsets_outside_of_their_text_are_refused(offsets):
    text = Column("string", 1, b"ab", array("q", offsets))
    with pytest.raises(ValueError, match="field 's' has offsets outside of its text"):
        encode_columns("m", {}, {"s": text}, None)


OUTSIDE = [(13, 0, 8), (13, 0, -1), (13, 1, 0), (13, -1, 0), (-1, 0, 0), (2**31 - 1, 0, 0)]


@pytest.mark.parametrize("view", OUTSIDE)
def test_views_outside_of_their_texts_are_refused(view):
    views = struct.pack("=i4xii", *view)
    text = Column("string", 1, views, texts=[b"x" * 20])
    with pytest.raises(ValueError, match="field 's' has views outside of its texts"):
        encode_columns("m", {}, {"s": text}, None)
    missing = Column("string", 1, views, valid=b"\0", texts=[b"x" * 20])
    assert encode_columns("m", {"t": missing}, ONE | {"s": missing}, None) == b"m f=1.0\n"


def test_damage_of_a_dictionary_harms_only_the_rows_that_have_it():
    texts = [b"plain" * 4]
    views = struct.pack("=i4xii", 20, 0, 0) + struct.pack("=i4xii", 21, 0, 0)
    dictionary = Column("string", 2, views, texts=texts)
    tags = [Column("string", 1, array("i", [n]), dictionary=dictionary) for n in (0, 1)]
    assert encode_columns("m", {"t": tags[0]}, ONE, None) == b"m,t=" + texts[0] + b" f=1.0\n"
    with pytest.raises(ValueError, match="tag 't' has views outside of its texts"):
        encode_columns("m", {"t": tags[1]}, ONE, None)


def test_text_that_is_not_utf_8_is_refused():
    text = Column("string", 1, b"\xff\xfe", array("q", [0, 2]))
    with pytest.raises(EncodeError, match="not UTF-8"):
        encode_columns("m", {}, {"s": text}, None)


def test_a_text_that_is_not_utf_8_harms_only_the_rows_that_have_it():
    dictionary = Column("string", 2, b"a\xff", array("q", [0, 1, 2]))
    tag = Column("string", 2, array("i", [1, 0]), dictionary=dictionary)
    told = []
    fields = {"f": Column.of([1, 2], "integer")}
    body = encode_columns("m", {"t": tag}, fields, None, on_invalid=lambda *row: told.append(row))
    assert body == b"m,t=a f=2i\n"
    ((index, error),) = told
    assert (index, error.index) == (0, 0)
    assert "not UTF-8" in str(error)


def test_a_dictionary_may_be_larger_than_the_frame():
    dictionary = Column.of([f"text {n}" for n in range(10_000)], "string")
    tag = Column("string", 2, array("i", [9999, 3]), dictionary=dictionary)
    fields = {"f": Column.of([1, 2], "integer")}
    body = encode_columns("m", {"t": tag}, fields, None)
    assert body == b"m,t=text\\ 9999 f=1i\nm,t=text\\ 3 f=2i\n"


@pytest.mark.parametrize("tags", [{1: "a", "b": "c"}, {"t": 5}, {"t": None}])
def test_tags_that_are_no_text_are_what_they_are_in_a_point(tags):
    fields = {"f": Column.of([1], "integer")}
    written = outcome(lambda told: encode_columns("m", tags, fields, None, on_invalid=told))
    assert written == outcome(lambda told: encode([("m", tags, {"f": 1}, None)], on_invalid=told))


def test_an_unknown_precision_is_refused():
    with pytest.raises(ConfigError, match="unknown precision 'd'"):
        encode_columns("m", {}, ONE, None, "d")
