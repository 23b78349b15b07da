"""A series read by other libraries through its Arrow stream, without influx-dataframe's help."""

from __future__ import annotations

import pytest

from influx_core import ColumnSeries, DecodeError, Series

ROWS = [
    [1577836800000000001, 1.5, "ü", True, None, 3, "x"],
    [1577836800000000002, None, None, False, None, None, None],
]
NAMES = ["time", "f", "s", "b", "n", "i", "host"]


def a_series(rows: list[list[object]] = ROWS, **facts: object) -> Series:
    return Series("m", NAMES, rows, tags={"host": "a", "dc": "eu"}, **facts)


@pytest.mark.parametrize("by_column", [False, True])
def test_polars_takes_a_series(by_column):
    pl = pytest.importorskip("polars")
    series = ColumnSeries.of(a_series()) if by_column else a_series()
    frame = pl.DataFrame(series)
    assert frame.columns == ["time", "host", "dc", "f", "s", "b", "n", "i", "host_1"]
    assert frame["time"].dtype == pl.Datetime("ns", "UTC")
    assert frame["time"].to_physical().to_list() == [row[0] for row in ROWS]
    assert frame["host"].to_list() == ["a", "a"]
    for name, values in zip(frame.columns[3:], zip(*ROWS, strict=True), strict=False):
        expected = dict(zip([*NAMES[:-1], "host_1"], zip(*ROWS, strict=True), strict=True))[name]
        assert frame[name].to_list() == list(expected), values


def test_pyarrow_takes_a_series_and_a_slice_of_one():
    pa = pytest.importorskip("pyarrow")
    table = pa.table(a_series())
    table.validate(full=True)
    assert table.column("time").type == pa.timestamp("ns", "UTC")
    assert table.column("f").to_pylist() == [1.5, None]
    part = pa.table(ColumnSeries.of(a_series()).slice(1, 2))
    part.validate(full=True)
    assert part.column("b").to_pylist() == [False]
    assert part.column("s").to_pylist() == [None]


def test_pandas_takes_a_series():
    pd = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    if not hasattr(pd.DataFrame, "from_arrow"):
        pytest.skip("pandas before 3 has no from_arrow")
    frame = pd.DataFrame.from_arrow(a_series())
    assert frame["time"][0].nanosecond == 1
    assert frame["f"].tolist()[0] == 1.5


def test_an_empty_series_has_its_columns():
    pa = pytest.importorskip("pyarrow")
    table = pa.table(a_series([]))
    assert (table.num_rows, table.num_columns) == (0, 9)


def test_values_of_several_kinds_say_how_to_read_them():
    series = Series("m", ["time", "x"], [[1, "a"], [2, True]])
    with pytest.raises(DecodeError, match=r"column 'x' has values of several kinds.*types="):
        series.__arrow_c_stream__()
