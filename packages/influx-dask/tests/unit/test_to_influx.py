from __future__ import annotations

import pytest

pytest.importorskip("dask.dataframe")

import dask
import dask.dataframe as dd
import pandas as pd
from influx_dask_points import START

from influx_core import ConfigError
from influx_dask import ClusterError, read_influx, to_influx


@pytest.fixture(autouse=True)
def in_this_thread():
    with dask.config.set(scheduler="synchronous", **{"dataframe.convert-string": False}):
        yield


def frame(rows: int, **columns):
    index = pd.DatetimeIndex([START + n for n in range(rows)], tz="UTC", name="time")
    return dd.from_pandas(pd.DataFrame(columns, index=index), npartitions=2)


def test_a_frame_that_was_read_is_written_as_it_is_also_twice(url):
    read = read_influx(url, "cpu")
    for _ in range(2):
        assert len(to_influx(read, url, "copied")) == 0
    made, expected = read_influx(url, "copied").compute(), read.compute()
    made, expected = (f.assign(host=f["host"].astype("str")) for f in (made, expected))
    pd.testing.assert_frame_equal(made, expected, check_categorical=False)


def test_rows_that_the_server_refuses_come_back_with_the_reason(url):
    written = frame(40, load=["text"] * 3 + [None] * 37, idle=[float(n) for n in range(40)])
    refused = to_influx(written, url, "cpu")
    assert refused["idle"].tolist() == [0.0, 1.0, 2.0]
    assert refused["error"].str.contains("field type conflict").all()
    assert len(read_influx(url, "cpu", columns=["idle"], drop_empty_rows=True)) == 37


def test_rows_that_cannot_be_encoded_come_back_with_the_reason(url):
    refused = to_influx(frame(4, f=[1.0, float("inf"), 3.0, 4.0]), url, "fresh")
    assert refused.index.astype("int64").tolist() == [START + 1]
    assert "not a number" in refused["error"].iloc[0]
    assert read_influx(url, "fresh")["f"].compute().tolist() == [1.0, 3.0, 4.0]


def test_a_lazy_result_writes_when_it_is_computed(url):
    lazy = to_influx(frame(4, f=[1.0, 2.0, 3.0, 4.0]), url, "lazy", compute=False)
    with pytest.raises(ConfigError, match="no measurement"):
        read_influx(url, "lazy")
    assert list(lazy.compute().columns) == ["f", "error"]
    assert len(read_influx(url, "lazy")) == 4


def test_rows_without_times_are_refused_before_anything_is_sent(fake_url):
    untimed = dd.from_pandas(pd.DataFrame({"f": [1.0]}), npartitions=1)
    with pytest.raises(ConfigError, match="need times"):
        to_influx(untimed, f"{fake_url}/any", "m")


def test_a_column_that_does_not_exist_is_refused_before_anything_is_sent(fake_url):
    with pytest.raises(ConfigError, match="nothing"):
        to_influx(frame(1, f=[1.0]), f"{fake_url}/any", "m", tags=["nothing"])


def test_a_server_that_takes_nothing_ends_in_an_error():
    with pytest.raises(ClusterError, match="did not store 1 rows"):
        to_influx(frame(1, f=[1.0]), "http://127.0.0.1:9/db", "m", patience=0.3)


def test_a_frame_that_is_not_one_of_dask_is_named(fake_url):
    with pytest.raises(ConfigError, match="takes a DataFrame of"):
        to_influx(pd.DataFrame({"f": [1.0]}), f"{fake_url}/any", "m")


def test_columns_of_one_name_are_refused_before_anything_is_sent(fake_url):
    index = pd.DatetimeIndex([START], tz="UTC")
    made = dd.from_pandas(
        pd.DataFrame([[1.0, 2.0]], columns=["f", "f"], index=index), npartitions=1
    )
    with pytest.raises(ConfigError, match="several columns are called 'f'"):
        to_influx(made, f"{fake_url}/any", "m")


@pytest.mark.parametrize(
    ("times", "options"),
    [
        (pd.DatetimeIndex([START, START + 1], tz="UTC").tz_convert("Europe/Berlin"), {}),
        (pd.DatetimeIndex([START, START + 1]), {"naive": "utc"}),
        (pd.Index([START, START + 1], name="at"), {"timestamp": "at"}),
        (pd.DatetimeIndex([START, START + 1_000], tz="UTC").as_unit("us"), {}),
    ],
    ids=["another zone", "no zone", "integers", "microseconds"],
)
def test_rows_of_any_times_come_back_if_the_server_refuses_them(url, times, options):
    columns = {"load": ["text", None], "idle": [1.0, 2.0]}
    made = dd.from_pandas(pd.DataFrame(columns, index=times), npartitions=1)
    refused = to_influx(made, url, "cpu", **options)
    assert refused["idle"].tolist() == [1.0]
    assert refused.index.equals(times[:1])


def test_types_of_pandas_and_of_arrow_are_written_and_rows_without_times_come_back(url):
    index = pd.DatetimeIndex([START, None, START + 2, START + 3], tz="UTC", name="time")
    made = pd.DataFrame(
        {
            "tag": pd.Categorical(["a", "b", None, "a"]),
            "small": pd.array([1, 2, None, 4], dtype="Int8"),
            "text": pd.array(["x", None, "y", "z"], dtype="string[pyarrow]"),
            "arrow": pd.array([1, 2, None, 4], dtype="int64[pyarrow]"),
            "flag": pd.array([True, None, False, True], dtype="boolean"),
        },
        index=index,
    )
    lazy = dd.from_map(lambda part: made.iloc[part * 4 :], [0, 1], meta=made.iloc[:0])
    refused = to_influx(lazy, url, "types")
    assert refused["small"].tolist() == [2]
    assert "time" in refused["error"].iloc[0]
    back = read_influx(url, "types").compute()
    assert back["small"].tolist() == back["arrow"].tolist() == [1, pd.NA, 4]
    assert back["text"].tolist() == ["x", "y", "z"]
    assert back["flag"].tolist() == [True, False, True]
    assert back["tag"].astype(object).fillna("").tolist() == ["a", "", "a"]
