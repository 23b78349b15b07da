from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Any

import pytest

from influx_core._points.data_point import DataPoint, Unsigned
from influx_core.errors import EncodeError
from influx_core.lineprotocol import LineProtocolSerializer, encode


def line(fields: dict[str, Any], **options: Any) -> bytes:
    return encode([("m", {}, fields, 1)], **options)


def refused(
    measurement: Any = "m", tags: Any = None, fields: Any = None, timestamp: Any = 1, **options: Any
) -> EncodeError:
    point = (measurement, {} if tags is None else tags, fields or {"f": 1.5}, timestamp)
    with pytest.raises(EncodeError) as caught:
        encode([("first", {}, {"f": 1.5}, 1), point], **options)
    assert caught.value.index == 1
    return caught.value


def test_a_point_and_a_tuple_of_its_members_write_the_same_line() -> None:
    members = ("cpu", {"host": "a"}, {"load": 0.64}, 1434055562000000000)
    expected = b"cpu,host=a load=0.64 1434055562000000000\n"
    assert encode([members]) == encode([DataPoint(*members)]) == expected


def test_tags_are_sorted_by_key() -> None:
    assert encode([("m", {"b": "2", "a": "1", "B": "0"}, {"f": True}, 1)]).startswith(
        b"m,B=0,a=1,b=2 "
    )


def test_tags_may_be_none_and_a_time_may_be_missing() -> None:
    assert encode([("m", None, {"f": True}, None)]) == b"m f=true\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, b"1i"),
        (-(2**63), b"-9223372036854775808i"),
        (1.0, b"1.0"),
        (0.1, b"0.1"),
        (5e-324, b"5e-324"),
        (-0.0, b"-0.0"),
        (True, b"true"),
        (False, b"false"),
        ("", b'""'),
        ('say "hi"\\\n', b'"say \\"hi\\"\\\\\n"'),
        (Decimal("1.10"), b"1.10"),
        (Decimal("1E+3"), b"1E+3"),
        (datetime(2020, 1, 31, 12, tzinfo=UTC), b'"2020-01-31T12:00:00Z"'),
        (date(2020, 1, 31), b'"2020-01-31"'),
        (IntEnum("Color", {"RED": 3}).RED, b"3i"),  # type: ignore[attr-defined]
    ],
)
def test_each_type_of_value_has_its_text(value: object, text: bytes) -> None:
    assert line({"f": value}) == b"m f=" + text + b" 1\n"
    assert encode([("m", {}, {"f": value}, 1)] * 9) == (b"m f=" + text + b" 1\n") * 9


def test_an_unsigned_integer_needs_a_server_that_has_them() -> None:
    assert line({"f": Unsigned(2**64 - 1)}, unsigned=True) == b"m f=18446744073709551615u 1\n"
    assert "unsigned=True" in refused(fields={"f": Unsigned(1)}).reason


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (2**63, "64 bits"),
        (-(2**63) - 1, "64 bits"),
        pytest.param(10**5000, "over 40 digits", id="huge"),
        (Decimal("sNaN"), "NaN"),
        (Decimal("1e400"), "not a number"),
        (b"raw", "bytes"),
        (Enum("Color", {"RED": 3}).RED, "Color"),  # type: ignore[attr-defined]
        ([1], "list"),
        ({}, "dict"),
        (1j, "complex"),
        ("\ud800", "surrogates"),
        (datetime(2020, 1, 1), "no time zone"),
    ],
)
def test_a_value_that_cannot_be_stored_is_refused_with_its_key(value: object, why: str) -> None:
    error = refused(fields={"good": 1, "bad": value})
    assert why in error.reason
    assert error.measurement == "m"
    assert error.key in {"bad", None if why == "surrogates" else "bad"}


@pytest.mark.parametrize(
    ("tags", "why"),
    [
        ({"t": "a\nb"}, "control character"),
        ({"t\n": "a"}, "control character"),
        ({"": "a"}, "empty"),
        ({"time": "a"}, "called time"),
        ({1: "a"}, "not int"),
        ({"t": b"a"}, "bytes"),
        ({"t": float("nan")}, "nan"),
        ({"t": "ends in \\"}, "backslashes"),
        ({"t\\": "a"}, "backslashes"),
    ],
)
def test_a_tag_that_cannot_be_stored_is_refused(tags: dict[Any, Any], why: str) -> None:
    error = refused(tags={"good": "x", **tags})
    assert why in error.reason
    assert error.key == next(iter(tags))


@pytest.mark.parametrize(
    "name", ["", "a\nb", "#a", "a\\", "a\\,b", "a\\=b", 'a\\"b', None, 5, b"a"]
)
def test_a_measurement_that_cannot_be_stored_is_refused(name: object) -> None:
    assert refused(measurement=name).key is None


@pytest.mark.parametrize("name", ["", "a\nb", "time", "a\\", "a\\,b", "a\\=b", 'a\\"b', "a\\ b", 5])
def test_a_field_key_that_cannot_be_stored_is_refused(name: object) -> None:
    assert refused(fields={name: 1}).key == name


@pytest.mark.parametrize("fields", [{}, {"f": None}])
def test_a_point_without_a_value_is_refused(fields: dict[str, None]) -> None:
    with pytest.raises(EncodeError, match="at least one field"):
        encode([("m", {}, fields, 1)])


def test_members_without_a_value_are_left_out() -> None:
    point = ("m", {"a": None, "b": "", "c": "x"}, {"f": None, "g": 1}, 1)
    assert encode([point]) == b"m,c=x g=1i 1\n"


@pytest.mark.parametrize("point", [("m", {}, {"f": 1}), "abcd", None, 7, ("m", 1, {"f": 1}, 1)])
def test_what_is_no_point_is_refused(point: Any) -> None:
    with pytest.raises(EncodeError):
        encode([point])


@pytest.mark.parametrize("timestamp", [1.5, True, "yesterday", datetime(2020, 1, 1), 2**63])
def test_what_is_no_time_is_refused(timestamp: object) -> None:
    assert refused(timestamp=timestamp).measurement == "m"


def test_an_integer_time_has_the_precision_of_the_call() -> None:
    assert encode([("m", {}, {"f": 1}, 1577836800)], "s") == b"m f=1i 1577836800\n"
    with pytest.raises(EncodeError, match="1677 to 2262"):
        encode([("m", {}, {"f": 1}, 1577836800000)], "h")


@pytest.mark.parametrize(
    ("precision", "text"), [("ns", b"-1500000000"), ("s", b"-2"), ("m", b"-1")]
)
def test_a_datetime_is_rounded_down_to_the_precision(precision: Any, text: bytes) -> None:
    before_1970 = datetime(1969, 12, 31, 23, 59, 58, 500_000, UTC)
    assert encode([("m", {}, {"f": 1}, before_1970)], precision) == b"m f=1i " + text + b"\n"


def test_invalid_points_are_left_out_and_told_in_order() -> None:
    points = [
        ("m", {}, {"f": float("nan") if i in {3, 700, 2100} else 1.5}, i) for i in range(2500)
    ]
    told: list[tuple[int, int | None]] = []
    body = encode(points, on_invalid=lambda index, error: told.append((index, error.index)))
    assert told == [(3, 3), (700, 700), (2100, 2100)]
    assert body == encode([point for point in points if point[3] not in {3, 700, 2100}])


def test_points_are_taken_lazily_and_only_once() -> None:
    points = (("m", {}, {"f": i}, i) for i in range(2001))
    assert encode(points).count(b"\n") == 2001


def test_points_of_different_shapes_keep_their_order() -> None:
    points = [
        ("cpu", {"host": str(i % 7)}, {"load": i / 3, "n": i}, i)
        if i % 3
        else ("mem", {"host": "a", "kind": "b c"}, {"free": None if i % 2 else i, "ok": True}, None)
        for i in range(100)
    ]
    assert encode(points) == b"".join(encode([point]) for point in points)


def test_tag_values_that_are_equal_but_written_differently_are_kept_apart() -> None:
    values = [1, True, 1.0, Decimal(1), "1"]
    body = encode([("m", {"t": value}, {"f": 1}, 1) for value in values] * 3)
    assert (
        body
        == b"".join(b"m,t=%b f=1i 1\n" % text for text in [b"1", b"true", b"1.0", b"1", b"1"]) * 3
    )


def test_a_head_that_would_leave_a_quote_open_is_refused() -> None:
    swallows_the_next_line = {"=": "\\ ", "\\=": '"'}
    assert "backslashes" in refused(tags=swallows_the_next_line).reason


def test_a_percent_sign_is_an_ordinary_character() -> None:
    point = ("100%s", {"%d": "%s"}, {"%f": 1.5}, 1)
    assert encode([point]) == b"100%s,%d=%s %f=1.5 1\n"


def test_text_of_a_str_enum_is_its_content() -> None:
    class Host(StrEnum):
        A = "a"

    assert encode([("m", {"t": Host.A}, {"f": Host.A}, 1)]) == b'm,t=a f="a" 1\n'


def test_numpy_scalars_are_written_with_their_exact_value() -> None:
    np = pytest.importorskip("numpy")
    fields = {
        "a": np.float64(0.1),
        "b": np.float32(0.1),
        "c": np.int8(-3),
        "d": np.bool_(True),
        "e": np.str_("x"),
        "f": np.uint64(7),
    }
    expected = b'm a=0.1,b=0.10000000149011612,c=-3i,d=true,e="x",f=7i 1\n'
    assert encode([("m", {}, fields, np.datetime64(1, "ns"))] * 9) == expected * 9
    assert encode([("m", {"t": np.int64(5)}, {"f": 1}, 1)]) == b"m,t=5 f=1i 1\n"


def test_numpy_scalars_that_do_not_fit_are_refused() -> None:
    np = pytest.importorskip("numpy")
    assert "64 bits" in refused(fields={"f": np.uint64(2**64 - 1)}).reason
    assert "nan" in refused(fields={"f": np.float32("nan")}).reason
    assert "longdouble" in refused(fields={"f": np.longdouble("0.1")}).reason


@pytest.mark.parametrize("elements", [[], [5], [5, 6]])
def test_arrays_are_refused_also_those_of_one_element(elements: list[int]) -> None:
    array = pytest.importorskip("numpy").array(elements)
    assert "an array cannot be stored" in refused(fields={"f": array}).reason
    assert "an array cannot be stored" in refused(tags={"t": array}).reason
    assert "not ndarray" in refused(timestamp=array).reason


def test_the_serializer_writes_what_encode_writes() -> None:
    serializer = LineProtocolSerializer(naive="utc")
    assert serializer.content_type == "text/plain; charset=utf-8"
    assert serializer.dump([("m", {}, {"f": 1}, datetime(1970, 1, 1))], "s") == b"m f=1i 0\n"


@pytest.mark.parametrize("naive", ["UTC", "Europe/Berlin", None])
def test_an_unknown_word_for_naive_times_names_the_known_ones(naive):
    with pytest.raises(ValueError, match=r"unknown naive .*; known are raise, utc, local"):
        encode([("m", {}, {"f": 1}, 1)], naive=naive)
    with pytest.raises(ValueError, match="unknown naive"):
        LineProtocolSerializer(naive=naive)
