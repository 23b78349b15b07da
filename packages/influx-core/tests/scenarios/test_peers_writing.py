"""What other clients get wrong when they write: each test is named after what happens there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from influx_core.errors import EncodeError
from influx_core.lineprotocol import decode, encode


def written(
    tags: Any = None, fields: Any = None, timestamp: Any = 1, precision: Any = "ns"
) -> bytes:
    return encode([("m", tags, fields or {"f": 1}, timestamp)], precision)


def test_tags_stay_escaped_beside_a_missing_tag() -> None:
    tags = {"t": "a b,c=d", "u": None}
    assert written(tags) == b"m,t=a\\ b\\,c\\=d f=1i 1\n"
    assert written(tags) * 9 == encode([("m", tags, {"f": 1}, 1)] * 9)


def test_a_nan_tag_is_refused_rather_than_dropped() -> None:
    with pytest.raises(EncodeError, match="nan"):
        written({"t": float("nan")})


def test_microseconds_are_exact() -> None:
    start = datetime(2020, 1, 1, tzinfo=UTC)
    for step in range(0, 1_000_000, 997):
        line = written(None, None, start + timedelta(microseconds=step), "us")
        assert line == b"m f=1i %d\n" % (1_577_836_800_000_000 + step)


def test_a_first_field_without_a_value_leaves_no_comma() -> None:
    assert written(None, {"é": None, "u": 1.0}) == b"m u=1.0 1\n"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_are_none_are_refused(value: float) -> None:
    with pytest.raises(EncodeError, match="not a number"):
        written(None, {"f": value})


def test_not_a_time_is_refused() -> None:
    np = pytest.importorskip("numpy")
    with pytest.raises(EncodeError, match="NaT"):
        written(None, None, np.datetime64("NaT", "ns"))


@pytest.mark.parametrize("value", ["ends in \\", "two\nlines"])
def test_tags_that_would_change_are_refused(value: str) -> None:
    with pytest.raises(EncodeError, match="key 't'"):
        written({"t": value})


def test_nanoseconds_in_text_are_kept() -> None:
    assert written(None, None, "2020-01-01T00:00:00.123456789Z").endswith(b" 1577836800123456789\n")


def test_numpy_booleans_are_booleans() -> None:
    np = pytest.importorskip("numpy")
    assert written(None, {"f": np.True_}) == b"m f=true 1\n"


def test_integers_beyond_64_bits_are_refused() -> None:
    with pytest.raises(EncodeError, match="64 bits"):
        written(None, {"f": 2**63})


def test_microsecond_times_of_numpy_are_scaled() -> None:
    np = pytest.importorskip("numpy")
    assert written(None, None, np.datetime64(1_577_836_800_000_001, "us")).endswith(
        b" 1577836800000001000\n"
    )


def test_a_point_whose_fields_are_all_missing_is_refused() -> None:
    with pytest.raises(EncodeError, match="at least one field"):
        written(None, {"f": None, "g": None})


def test_time_zero_is_a_time() -> None:
    assert written(None, None, 0) == b"m f=1i 0\n"


def test_half_a_second_before_1970_stays_before_1970() -> None:
    time = datetime(1969, 12, 31, 23, 59, 59, 500_000, UTC)
    assert written(None, None, time, "ms") == b"m f=1i -500\n"


def test_quotes_in_strings_are_escaped() -> None:
    line = written(None, {"f": 'a "quoted" \\ value'})
    assert line == b'm f="a \\"quoted\\" \\\\ value" 1\n'
    assert decode(line)[0].fields == {"f": 'a "quoted" \\ value'}


def test_numpy_integers_stay_integers() -> None:
    np = pytest.importorskip("numpy")
    assert written(None, {"f": np.int64(5)}) == b"m f=5i 1\n"


def test_names_are_data_never_code() -> None:
    name = "__import__('os')"
    assert decode(written({name: "x"}, {name + "{f}%s": 1}))[0].fields == {name + "{f}%s": 1}


def test_no_escaping_is_left_out() -> None:
    point = ("a b,c", {"k =,": "v =,"}, {"f =,": 's"\\'}, 1)
    assert encode([point]) == b'a\\ b\\,c,k\\ \\=\\,=v\\ \\=\\, f\\ \\=\\,="s\\"\\\\" 1\n'
