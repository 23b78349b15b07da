"""Which column is what, and what becomes of rows that cannot be written."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from influx_core import ConfigError, DataPoint, EncodeError
from influx_core.lineprotocol import LineProtocolSerializer, encode
from influx_dataframe import encode_frame

FRAME = np.array(
    [(1, "a b", "x", 1.5, 7), (2, "", "y", 2.5, 8)],
    [("time", "M8[ns]"), ("host", "U9"), ("room", "U9"), ("load", "f8"), ("n", "i8")],
)


BACKSLASHES = "its backslashes or control characters would be read differently; no line can hold it"
CONTROL = "a tag value cannot hold the control character '\\n'"


def lines(frame: Any = FRAME, **options: Any) -> list[str]:
    options = {"measurement": "m", **options}
    return encode_frame(frame, **options).decode().splitlines()


def test_all_columns_that_are_nothing_else_are_fields():
    assert lines(tags=["host"]) == [
        'm,host=a\\ b room="x",load=1.5,n=7i 1',
        'm room="y",load=2.5,n=8i 2',
    ]


def test_fields_can_be_chosen():
    assert lines(fields=["n"]) == ["m n=7i 1", "m n=8i 2"]


def test_the_measurement_may_be_a_column():
    found = lines(measurement=None, measurement_column="room", fields=["n"])
    assert found == ["x n=7i 1", "y n=8i 2"]


def test_all_rows_may_have_a_tag_in_common():
    tags = {"zone": "eu=1", "empty": ""}
    assert lines(tags=["host"], constant_tags=tags, fields=["n"]) == [
        "m,host=a\\ b,zone=eu\\=1 n=7i 1",
        "m,zone=eu\\=1 n=8i 2",
    ]


def test_names_are_escaped_and_never_evaluated():
    frame = np.array([(1, 2, "v")], [("a b", "i8"), ('{x}"', "i8"), ("t,=", "U1")])
    assert lines(frame, measurement="m,n", tags=["t,="], timestamp=None) == [
        'm\\,n,t\\,\\==v a\\ b=1i,{x}"=2i'
    ]


def test_any_column_may_be_the_time():
    assert lines(timestamp="n", fields=["load"], precision="s") == ["m load=1.5 7", "m load=2.5 8"]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"measurement": None}, "either measurement= or measurement_column="),
        ({"measurement_column": "room"}, "either measurement= or measurement_column="),
        ({"tags": ["hots"]}, "no column 'hots'; there are 'host', 'load', 'n', 'room', 'time'"),
        ({"tags": ["host"], "fields": ["host"]}, "'host': a column has one role, not two"),
        ({"tags": ["host"], "constant_tags": {"host": "x"}}, "both a column and a constant tag"),
        ({"timestamp": "when"}, "no column 'when'"),
        ({"precision": "d"}, "unknown precision 'd'"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_written(options, reason):
    with pytest.raises(ConfigError, match=reason):
        lines(**options)


def test_a_frame_without_times_is_refused_unless_that_is_wanted():
    frame = FRAME[["load"]]
    with pytest.raises(ConfigError, match="say timestamp="):
        lines(frame)
    assert lines(frame, timestamp=None) == ["m load=1.5", "m load=2.5"]


def test_rows_that_cannot_be_written_are_told_with_what_is_wrong_and_left_out():
    frame = np.array(
        [
            (1, "a", 1.5, 1),
            ("NaT", "a", 1.5, 2),
            (3, "back\\", 1.5, 3),
            (4, "a", np.inf, 4),
            (5, "a\nb", 1.5, 5),
        ],
        [("time", "M8[ns]"), ("t", "U9"), ("f", "f8"), ("i", "i8")],
    )
    told: dict[int, EncodeError] = {}
    found = lines(frame, tags=["t"], on_invalid=told.__setitem__)
    assert found == ["m,t=a f=1.5,i=1i 1"]
    assert [str(error) for error in told.values()] == [
        "point 1 ('m'): its time is missing",
        f"point 2 ('m'), key 't': {BACKSLASHES} (a column of type <U9)",
        (
            "point 3 ('m'), key 'f': inf is not a number that InfluxDB can store "
            "(a column of type float64)"
        ),
        f"point 4 ('m'), key 't': {CONTROL} (a column of type <U9)",
    ]
    with pytest.raises(EncodeError, match="its time is missing") as caught:
        lines(frame, tags=["t"])
    assert caught.value.index == 1


def test_numbers_that_are_not_finite_may_be_left_out():
    frame = np.array([(1.5, np.inf), (2.5, 3.5)], [("f", "f8"), ("g", "f8")])
    assert lines(frame, timestamp=None, on_nonfinite="omit") == ["m f=1.5", "m f=2.5,g=3.5"]


def test_a_row_without_fields_is_reported():
    frame = np.array([(1, 1.5), (2, np.nan)], [("time", "i8"), ("f", "f8")])
    with pytest.raises(EncodeError, match="at least one field with a value is required") as caught:
        lines(frame)
    assert caught.value.index == 1


def test_rows_count_through_all_pieces_of_a_frame():
    pieces = [FRAME, FRAME[:0], np.array([(1, np.inf)], [("time", "i8"), ("f", "f8")])]
    with pytest.raises(EncodeError) as caught:
        lines(iter(pieces))
    assert caught.value.index == 2


def test_a_frame_without_rows_is_nothing():
    assert lines(FRAME[:0]) == []
    assert lines([]) == []


class PointsOnly:
    """A serializer of somebody's that knows no columns."""

    content_type = "text/plain"

    def dump(self, points: Any, precision: Any, on_invalid: Any = None) -> bytes:
        assert all(type(point) is tuple for point in points)
        return encode(points, precision, on_invalid=on_invalid)


@pytest.mark.parametrize("serializer", ["line-protocol", LineProtocolSerializer(), PointsOnly()])
def test_any_serializer_writes_the_same(serializer):
    assert lines(tags=["host"], serializer=serializer) == lines(tags=["host"])
    assert lines(precision="us", serializer=serializer) == lines(precision="us")


def test_the_rows_are_what_points_would_be():
    points = [
        DataPoint("m", {"host": host}, {"room": room, "load": load, "n": n}, time)
        for time, host, room, load, n in FRAME.tolist()
    ]
    assert lines(tags=["host"]) == encode(points).decode().splitlines()


def pandas_frame() -> Any:
    pd = pytest.importorskip("pandas")
    index = pd.MultiIndex.from_arrays(
        [pd.to_datetime([1, 2], utc=True), ["a", "b"]], names=["when", "host"]
    )
    return pd.DataFrame({"f": [1, 2]}, index=index)


def test_levels_of_a_pandas_index_are_columns():
    assert lines(pandas_frame(), tags=["host"]) == ["m,host=a f=1i 1", "m,host=b f=2i 2"]


def test_a_level_of_the_index_that_is_nothing_is_refused_not_lost():
    with pytest.raises(ConfigError, match="'host': a level of the index that is neither a tag nor"):
        lines(pandas_frame())


def test_rows_of_a_pandas_frame_may_be_numbered_as_they_like():
    frame = pandas_frame().reset_index()
    frame.index = [7, 3]
    assert lines(frame, timestamp="when", tags=["host"]) == ["m,host=a f=1i 1", "m,host=b f=2i 2"]


def test_names_of_columns_that_are_no_text_or_come_twice_are_refused():
    pd = pytest.importorskip("pandas")
    with pytest.raises(ConfigError, match="0, 1: the name of a column is text; rename it"):
        lines(pd.DataFrame([[1, 2]]), timestamp=None)
    with pytest.raises(ValueError, match="two columns are called 'a'"):
        lines(pd.DataFrame([[1, 2]], columns=["a", "a"]), timestamp=None)
    with pytest.raises(TypeError, match=r"a Series is not a frame: convert it with \.to_frame"):
        lines(pd.Series([1]))


def test_large_frames_of_repeated_objects_are_written_whole():
    pd = pytest.importorskip("pandas")
    texts = [None if row % 7 == 0 else f"host {row % 5}" for row in range(3000)]
    frame = pd.DataFrame({"t": pd.Series(texts, dtype=object), "i": range(3000)})
    points = [("m", {"t": text}, {"i": row}, None) for row, text in enumerate(texts)]
    expected = encode(points).decode().splitlines()
    assert lines(frame, tags=["t"], timestamp=None) == expected
    assert lines(frame.astype({"t": "category"}), tags=["t"], timestamp=None) == expected
    assert lines(frame.astype({"t": "string"}), tags=["t"], timestamp=None) == expected


def test_polars_tags_are_written_from_dictionaries():
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame({"t": ["a", None, "a b"], "i": [1, 2, 3]})
    assert lines(frame, tags=["t"], timestamp=None) == ["m,t=a i=1i", "m i=2i", "m,t=a\\ b i=3i"]
    with pytest.raises(TypeError, match="collect_batches"):
        lines(frame.lazy())
    with pytest.raises(TypeError, match="to_frame"):
        lines(frame["t"])
