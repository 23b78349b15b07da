"""Each type of each library, as a field, as a tag, as a time: what the table of the docs says."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core import EncodeError
from influx_core.columns import Column
from influx_dataframe import encode_frame
from influx_dataframe._from_frame import number_buffers as buffers

MOMENT = datetime(2020, 1, 31, 12, 0, 0, 5, tzinfo=timezone(timedelta(hours=2)))


def fields(frame: Any, **options: Any) -> list[str]:
    """The lines of a frame without times, without their measurement."""
    body = encode_frame(frame, measurement="m", timestamp=None, **options).decode()
    return [line.removeprefix("m ") for line in body.splitlines()]


def structured(values: Any, dtype: str) -> Any:
    return np.array([(value,) for value in values], [("f", dtype)])


@pytest.mark.parametrize(
    ("dtype", "values", "written"),
    [
        ("i1", [-128, 127], ["-128i", "127i"]),
        ("i2", [-32768], ["-32768i"]),
        ("i4", [-(2**31)], ["-2147483648i"]),
        ("i8", [-(2**63), 2**63 - 1], ["-9223372036854775808i", "9223372036854775807i"]),
        (">i8", [5], ["5i"]),
        ("u1", [255], ["255i"]),
        ("u4", [2**32 - 1], ["4294967295i"]),
        ("u8", [2**63 - 1], ["9223372036854775807i"]),
        ("f2", [0.5], ["0.5"]),
        ("f4", [0.1], ["0.10000000149011612"]),
        ("f8", [0.1, -0.0], ["0.1", "-0.0"]),
        ("?", [True, False], ["true", "false"]),
        ("U9", ['q"\\', "é"], ['"q\\"\\\\"', '"é"']),
        ("O", ["x", "y"], ['"x"', '"y"']),
        ("O", [Decimal("1.50")], ["1.5"]),
        ("O", [date(2020, 1, 31)], ['"2020-01-31"']),
        ("O", [MOMENT], ['"2020-01-31T10:00:00.000005Z"']),
        ("O", [np.int8(3)], ["3i"]),
        ("M8[s]", ["2020-01-31"], ['"2020-01-31T00:00:00Z"']),
        ("M8[M]", ["2020-02"], ['"2020-02-01T00:00:00Z"']),
        ("M8[25us]", [1], ['"1970-01-01T00:00:00.000025Z"']),
    ],
)
def test_numpy_values_are_fields(dtype, values, written):
    assert fields(structured(values, dtype)) == [f"f={text}" for text in written]


def test_columns_of_a_structured_array_need_not_be_aligned_or_in_order():
    frame = np.zeros(3, [("a", "i1"), ("f", "f8"), ("i", "i2")])[::-1]
    frame["f"] = [1.5, 2.5, 3.5]
    frame["i"] = [1, 2, 3]
    assert fields(frame) == ["a=0i,f=1.5,i=1i", "a=0i,f=2.5,i=2i", "a=0i,f=3.5,i=3i"]


def test_what_a_masked_array_hides_is_missing():
    frame = np.ma.array(
        [(1, 2.0, "x"), (3, 4.0, "y")],
        mask=[(True, False, False), (False, True, True)],
        dtype=[("i", "i8"), ("f", "f8"), ("s", "U1")],
    )
    assert fields(frame) == ['f=2.0,s="x"', "i=3i"]


@pytest.mark.parametrize(
    ("dtype", "values", "reason"),
    [
        ("c16", [1j], "'f': a column of type complex128 cannot be written"),
        ("m8[s]", [1], r"type timedelta64\[s\] .* no durations; durations=\"ns\" writes"),
        ("S3", [b"a"], r"type \|S3"),
        ("u8", [1, 2**63], "point 1, key 'f': .* type uint64 .* 63 bits; unsigned=True is"),
        ("O", [None, "x", 1], r"point 2, key 'f': .* object .* it is a int, after a str in row 1"),
        ("O", [1, 2.5], "it is a float, after a int in row 0"),
        (
            "O",
            [[1]],
            "point 0, key 'f': a column of type object .* a cell holds a list",
        ),
        ("O", [0, 2**64], "point 1, .* it does not fit into 64 bits"),
        ("O", [b"x"], "it is a bytes"),
        ("O", ["a", "\ud800"], "point 1, .* lone surrogates"),
        ("O", [datetime(2020, 1, 1)], 'without a zone need naive="utc" or "local"'),
        ("2i4", [[1, 2]], "each value has 1 dimensions"),
        ("M8[as]", [1], "its unit is not one of W to ns"),
    ],
)
def test_a_column_that_cannot_be_written_is_named_with_its_type_and_row(dtype, values, reason):
    with pytest.raises(EncodeError, match=reason) as caught:
        fields(structured(values, dtype))
    assert caught.value.key == "f"
    assert caught.value.index is not None


def test_unsigned_integers_are_written_as_such_where_the_server_has_them():
    assert fields(structured([2**64 - 1], "u8"), unsigned=True) == ["f=18446744073709551615u"]
    assert fields(structured([2**64 - 1], "O"), unsigned=True) == ["f=18446744073709551615u"]


def test_durations_are_integers_of_nanoseconds_where_that_is_wanted():
    assert fields(structured([1, 2], "m8[ms]"), durations="ns") == ["f=1000000i", "f=2000000i"]
    objects = structured([timedelta(microseconds=-1)], "O")
    assert fields(objects, durations="ns") == ["f=-1000i"]
    with pytest.raises(EncodeError, match=r"point 1, .* 64 bits of nanoseconds"):
        fields(structured([1, 2**62], "m8[s]"), durations="ns")


@pytest.mark.parametrize(
    ("dtype", "values", "written"),
    [
        ("i8", [-3, 0], ["-3", "0"]),
        ("?", [True, False], ["true", "false"]),
        ("f8", [0.5, -0.0], ["0.5", "-0.0"]),
        ("M8[ns]", [1], ["1970-01-01T00:00:00.000000001Z"]),
        ("O", [date(2020, 1, 31)], ["2020-01-31"]),
        ("O", [Decimal("1.50")], ["1.50"]),
        ("U9", ["a b", "c=d,e"], ["a\\ b", "c\\=d\\,e"]),
    ],
)
def test_tags_are_the_texts_that_a_point_would_have(dtype, values, written):
    frame = np.array([(value, 1) for value in values], [("t", dtype), ("f", "i8")])
    lines = encode_frame(frame, measurement="m", tags=["t"], timestamp=None).decode().splitlines()
    assert lines == [f"m,t={text} f=1i" for text in written]


@pytest.mark.parametrize(
    ("dtype", "value", "options", "written"),
    [
        ("M8[ns]", 1_600_000_000_123_456_789, {}, "1600000000123456789"),
        ("M8[ns]", -1, {"precision": "s"}, "-1"),
        ("M8[us]", 1_600_000_000_123_457, {}, "1600000000123457000"),
        ("M8[D]", "2020-01-31", {"precision": "h"}, "439008"),
        ("i8", 1_600_000_000, {"precision": "s"}, "1600000000"),
        ("u2", 5, {"precision": "ms"}, "5"),
        ("O", MOMENT, {}, "1580464800000005000"),
        ("O", date(2020, 1, 31), {"precision": "s"}, "1580428800"),
        ("O", "2020-01-31T00:00:00.000000001Z", {}, "1580428800000000001"),
        ("O", datetime(2020, 1, 31), {"naive": "utc", "precision": "s"}, "1580428800"),
    ],
)
def test_times_are_exact_whatever_they_are_made_of(dtype, value, options, written):
    frame = np.array([(value, 1)], [("time", dtype), ("f", "i8")])
    assert encode_frame(frame, measurement="m", **options).decode() == f"m f=1i {written}\n"


def test_naive_times_may_be_local(monkeypatch):
    import time as clock

    monkeypatch.setenv("TZ", "Asia/Tokyo")
    clock.tzset()
    try:
        frame = np.array([(datetime(2020, 1, 31, 9), 1)], [("time", "O"), ("f", "i8")])
        body = encode_frame(frame, measurement="m", naive="local", precision="s")
    finally:
        monkeypatch.undo()
        clock.tzset()
    assert body == b"m f=1i 1580428800\n"


@pytest.mark.parametrize(("dtype", "value"), [("f8", 1.5), ("?", True), ("m8[s]", 1)])
def test_what_is_no_time_is_refused(dtype, value):
    frame = np.array([(value, 1)], [("time", dtype), ("f", "i8")])
    with pytest.raises(EncodeError, match="a time is a timestamp, a date, an integer, or RFC 3339"):
        encode_frame(frame, measurement="m")


def test_times_beyond_the_server_are_refused_not_wrapped():
    frame = np.array([(0, 1), (9_999_999_999_999, 1)], [("time", "M8[s]"), ("f", "i8")])
    with pytest.raises(EncodeError, match="outside the range") as caught:
        encode_frame(frame, measurement="m")
    assert caught.value.index == 1


@pytest.mark.parametrize("frame", [np.zeros(3), np.zeros((2, 2), [("f", "i8")]), 5, "text", {}])
def test_what_is_no_frame_is_refused(frame):
    with pytest.raises(TypeError, match="frame"):
        encode_frame(frame, measurement="m")


def arithmetic() -> list[object]:
    """What is done with whole columns, with NumPy or without."""
    column = Column.of([1.5, None, float("inf"), float("nan")] * 3, "float")
    return [
        bytes(memoryview(buffers.widened(b"\x00\x38\x00\xbc", "e", "d")).cast("B")),
        bytes(memoryview(buffers.widened(b"\xff\x05", "b", "q")).cast("B")),
        bytes(memoryview(buffers.scaled(Column.of([1, 2, 2**62], "integer").values, 1, 2, 10))),
        buffers.finite(column)[:2],
        buffers.finite(column.slice(3, 9)),
    ]


def test_arithmetic_is_the_same_without_numpy(monkeypatch):
    expected = arithmetic()
    monkeypatch.setattr(buffers, "detect_library", lambda name: None)
    assert arithmetic() == expected


pandas_types: list[Any] = [
    (["x", None], "str", ['s="x"', ""]),
    (["x", None], "string[python]", ['s="x"', ""]),
    (["x", None], "object", ['s="x"', ""]),
    (["x", None], "category", ['s="x"', ""]),
    ([3, None], "Int64", ["s=3i", ""]),
    ([3, None], "UInt8", ["s=3i", ""]),
    ([True, None], "boolean", ["s=true", ""]),
    ([1.5, None], "Float32", ["s=1.5", ""]),
    ([1.5, None], "float64", ["s=1.5", ""]),
    ([3, None], "category", ["s=3i", ""]),
    ([1.5, None], "Sparse[float]", ["s=1.5", ""]),
]


@pytest.mark.parametrize(("values", "dtype", "written"), pandas_types)
def test_pandas_values_are_fields(values, dtype, written):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"s": pd.Series(values, dtype=dtype), "z": 0})
    assert fields(frame) == [f"{text},z=0i".lstrip(",") for text in written]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", None])
def test_pandas_times_of_any_unit_and_zone(unit, zone):
    pd = pytest.importorskip("pandas")
    index = pd.DatetimeIndex(["2020-01-31T00:00:00"], tz=zone).as_unit(unit)
    frame = pd.DataFrame({"f": [1]}, index=index)
    offset = 5.5 * 3600 if zone == "Asia/Kolkata" else 0
    body = encode_frame(frame, measurement="m", precision="s", naive="utc")
    assert body.decode() == f"m f=1i {int(1580428800 - offset)}\n"
    if zone is None:
        with pytest.raises(EncodeError, match='need naive="utc" or "local"'):
            encode_frame(frame, measurement="m")


def test_pandas_needs_no_pyarrow():
    pytest.importorskip("pandas")
    script = """
import sys
sys.modules["pyarrow"] = None
import pandas as pd
from influx_dataframe import encode_frame
frame = pd.DataFrame({"t": ["a", "b"], "s": ["x", None], "i": pd.array([1, 2], "Int64")})
frame.index = pd.DatetimeIndex([1, 2], tz="UTC")
print(encode_frame(frame, measurement="m", tags=["t"]).decode(), end="")
frame["c"] = frame["t"].astype("category")
assert b"c=b" in encode_frame(frame, measurement="m", tags=["c"], fields=["t"])
"""
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert printed.stdout.splitlines()[:1] == ['m,t=a s="x",i=1i 1'], printed.stderr


polars_types: list[Any] = [
    ("String", ["x", None, "a long one, by the way"], ['"x"', None, '"a long one, by the way"']),
    ("Categorical", ["x", None, "x"], ['"x"', None, '"x"']),
    ("Boolean", [True, None, False], ["true", None, "false"]),
    ("Int8", [-128, None], ["-128i", None]),
    ("UInt32", [2**32 - 1], ["4294967295i"]),
    ("UInt64", [7, None], ["7i", None]),
    ("Float32", [0.5, None], ["0.5", None]),
    ("Date", [date(2020, 1, 31), None], ['"2020-01-31"', None]),
    ("Null", [None], [None]),
]


@pytest.mark.parametrize(("dtype", "values", "written"), polars_types)
@pytest.mark.parametrize("skipped", [0, 1])
def test_polars_values_are_fields(dtype, values, written, skipped):
    pl = pytest.importorskip("polars")
    series = pl.Series("s", values, dtype=getattr(pl, dtype))
    frame = pl.DataFrame({"s": series}).with_columns(z=pl.lit(0)).slice(skipped)
    expected = ["" if text is None else f"s={text}," for text in written][skipped:]
    assert fields(frame) == [f"{text}z=0i" for text in expected]


TEXTS = ["", "x", "é", "of twelve ch", "of thirteen c", "a long one, by the way", "a\\b", '"', None]


@given(
    st.lists(st.sampled_from(TEXTS), min_size=1, max_size=20),
    st.lists(st.integers(0, 19), min_size=1),
    st.integers(0, 3),
)
def test_polars_texts_are_those_of_arrow_in_slices_and_chunks(texts, rows, again):
    pl, pa = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    whole = pl.DataFrame({"s": pl.Series(texts, dtype=pl.String), "i": range(len(texts))})
    part = whole[[row % len(texts) for row in rows]]  # texts that share memory
    part = part.with_columns(t=pl.col("s"), u=pl.lit("one"), v=pl.lit("more than twelve"))
    part = part.slice(rows[0] % part.height)
    frame = pl.concat([part] * (again + 1), rechunk=False)
    table = pa.table({name: pa.array(frame[name].to_list()) for name in frame.columns})
    options: dict[str, Any] = {"measurement": "m", "tags": ["t"], "timestamp": None}
    assert encode_frame(frame, **options) == encode_frame(table, **options)


def test_polars_texts_of_many_chunks_are_read_from_all_of_their_buffers():
    pl = pytest.importorskip("polars")
    texts = [f"text {n} " * (n % 4) for n in range(300)]
    parts = [pl.DataFrame({"s": texts[start : start + 7]}) for start in range(0, 300, 7)]
    for rechunk in (False, True):
        frame = pl.concat(parts, rechunk=rechunk)
        assert fields(frame) == [f's="{text}"' for text in texts]
        assert fields(frame.slice(5, 100).filter(pl.col("s") != "")) == [
            f's="{text}"' for text in texts[5:105] if text
        ]


@pytest.mark.parametrize("distinct", [10, 5_000])
def test_polars_tags_are_the_same_whether_they_come_again_or_not(distinct):
    pl = pytest.importorskip("polars")
    tags = [None if n % 7 == 0 else f"tag {n * 7919 % distinct}" for n in range(5_000)]
    lines = encode_frame(pl.DataFrame({"t": tags, "f": 1}), "m", tags=["t"], timestamp=None)
    expected = ["m" if tag is None else rf"m,t=tag\ {tag[4:]}" for tag in tags]
    assert lines.decode().splitlines() == [f"{line} f=1i" for line in expected]


def test_polars_frames_without_rows_have_no_lines():
    pl = pytest.importorskip("polars")
    assert fields(pl.DataFrame({"s": pl.Series([], dtype=pl.String)})) == []


def test_polars_decimals_are_the_nearest_floats():
    pl = pytest.importorskip("polars")
    series = pl.Series("s", [Decimal("-1.25"), Decimal("0.10")], dtype=pl.Decimal(20, 2))
    assert fields(pl.DataFrame({"s": series})) == ["s=-1.25", "s=0.1"]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([[1]], "type large_list cannot be written: InfluxDB has no such values"),
        ([time(1)], "type time of day"),
        ([b"x"], "type binary_view"),
        ([{"a": 1}], "type struct"),
        ([timedelta(1)], r"type duration\[us\] .* no durations"),
        ([datetime(2020, 1, 1)], r"type timestamp\[us\] .* without a zone"),
    ],
)
def test_polars_columns_that_cannot_be_written_are_named(values, reason):
    pl = pytest.importorskip("polars")
    with pytest.raises(EncodeError, match=f"point 1, key 's': .*{reason}"):
        fields(pl.DataFrame({"s": [None, *values], "f": 1}))


def test_nan_is_missing_only_where_the_library_means_that():
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame({"f": [1.5, float("nan"), None], "g": [1, 2, 3]})
    with pytest.raises(EncodeError, match=r"point 1 .*nan is not a number .*type float64"):
        fields(frame)
    assert fields(frame, on_nonfinite="omit") == ["f=1.5,g=1i", "g=2i", "g=3i"]


@pytest.mark.parametrize("index", ["int8", "uint16", "int32", "int64"])
@pytest.mark.parametrize("value", ["string", "large_string", "string_view"])
def test_arrow_dictionaries_of_any_index(index, value):
    pa = pytest.importorskip("pyarrow")
    positions = pa.array([1, None, 0, 1], getattr(pa, index)())
    known = pa.array(["x", "a text of more than twelve"], getattr(pa, value)())
    table = pa.table({"t": pa.DictionaryArray.from_arrays(positions, known), "f": [1, 2, 3, 4]})
    for start in (0, 1):
        lines = encode_frame(table.slice(start), measurement="m", tags=["t"], timestamp=None)
        assert (
            lines.decode().splitlines()
            == [
                "m,t=a\\ text\\ of\\ more\\ than\\ twelve f=1i",
                "m f=2i",
                "m,t=x f=3i",
                "m,t=a\\ text\\ of\\ more\\ than\\ twelve f=4i",
            ][start:]
        )


def test_arrow_dictionaries_of_numbers_are_numbers():
    pa = pytest.importorskip("pyarrow")
    column = pa.array([5, None, 7]).dictionary_encode()
    frame = pa.table({"d": column, "f": [1, 1, 1]})
    assert fields(frame) == ["d=5i,f=1i", "f=1i", "d=7i,f=1i"]


@pytest.mark.parametrize("kind", ["string", "large_string", "string_view", "bool_", "float16"])
def test_arrow_slices_and_chunks(kind):
    pa = pytest.importorskip("pyarrow")
    texts = ["a", None, "ccc", "d" * 20, "", "é"] * 5
    convert = {"bool_": bool, "float16": lambda text: np.float16(len(text) / 2)}.get(kind, str)
    values = [None if text is None else convert(text) for text in texts]
    column = pa.chunked_array([values[:11], values[11:]], getattr(pa, kind)())
    table = pa.table({"s": column, "i": pa.array(range(30), pa.int16())})
    written = [f'"{one}"' if isinstance(one, str) else str(one).lower() for one in values]
    expected = [
        f"i={row}i" if text == "none" else f"s={text},i={row}i" for row, text in enumerate(written)
    ]
    assert fields(table) == expected
    assert fields(table.slice(9, 15)) == expected[9:24]
    (batch, *_) = table.slice(3).to_batches()
    assert fields(batch) == expected[3:11]
    assert fields(table.to_reader(max_chunksize=4)) == expected
    assert fields(iter(table.to_batches())) == expected


class OnlyArrays:
    """Has the interface for one batch, and nothing else."""

    def __init__(self, batch: Any) -> None:
        self._batch = batch

    def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
        return self._batch.__arrow_c_array__(requested_schema)


def test_anything_with_the_arrow_interface_is_a_frame():
    pa = pytest.importorskip("pyarrow")
    batch = pa.record_batch({"f": [1, None, 3], "g": [1.5, 2.5, 3.5]})
    assert fields(OnlyArrays(batch.slice(1))) == ["g=2.5", "f=3i,g=3.5"]
    with pytest.raises(TypeError, match="not a table"):
        fields(pa.array([1]))


def test_an_arrow_stream_that_fails_says_why():
    pa = pytest.importorskip("pyarrow")
    schema = pa.schema({"f": pa.int64()})

    def broken() -> Any:
        yield pa.record_batch({"f": [1]}, schema)
        raise ValueError("the file ends in the midst")

    with pytest.raises(OSError, match="the file ends in the midst"):
        fields(pa.RecordBatchReader.from_batches(schema, broken()))


def test_memory_is_released_when_the_frame_is_written():
    pa = pytest.importorskip("pyarrow")
    before = pa.total_allocated_bytes()
    for _ in range(3):
        encode_frame(
            pa.table({"f": pa.array(range(50_000))}).to_reader(max_chunksize=1000),
            measurement="m",
            timestamp=None,
        )
    assert pa.total_allocated_bytes() == before
