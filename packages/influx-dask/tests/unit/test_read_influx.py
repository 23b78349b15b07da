from __future__ import annotations

from datetime import datetime, timedelta
from itertools import combinations

import pytest

pytest.importorskip("dask.dataframe")

import dask
import dask.dataframe as dd
import pandas as pd
from influx_dask_points import POINTS, START, WEEK, WEEKS

from influx_core import ConfigError, DatabaseNotFound, blocking
from influx_dask import read_influx, to_influx
from influx_dataframe import query_frame
from influx_testing import FakeInfluxDB, serve


@pytest.fixture(autouse=True)
def in_this_thread():
    with dask.config.set(scheduler="synchronous"):
        yield


def whole(url: str):
    """The frame that one query of all points gives, in the order of time."""
    with blocking.InfluxDBClient.from_url(url) as client:
        text = "SELECT * FROM cpu GROUP BY *"
        types = {"load": "float", "big": "integer", "rare": "integer"}
        return query_frame(client, text, types=types).sort_index()


def text_tags(frame):
    return frame.assign(**{tag: frame[tag].astype(object).fillna("") for tag in ("host", "region")})


def test_a_frame_is_that_of_a_query_in_partitions_of_shards(url):
    frame = read_influx(url, "cpu")
    assert frame.npartitions == WEEKS
    assert frame.divisions[0] == pd.Timestamp(START, tz="UTC")
    made, expected = text_tags(frame.compute()), text_tags(whole(url))
    pd.testing.assert_frame_equal(made, expected[made.columns], check_freq=False)
    assert list(made.columns) == ["host", "region", "big", "load", "ok", "rare", "text"]
    assert made["big"].iloc[0] == 9007199254740993


def test_every_partition_has_the_types_of_the_frame_also_without_rows(url):
    frame = read_influx(url, "cpu", interval=timedelta(hours=6), tags={"host": "h1"})
    later = read_influx(url, "cpu", START + 40 * WEEK, START + 41 * WEEK)
    assert len(later) == 0
    assert later.compute().dtypes.astype(str).to_dict() == frame.dtypes.astype(str).to_dict()
    assert frame.dtypes.astype(str).to_dict() == {
        "host": "category",
        "region": "category",
        "big": "Int64",
        "load": "float64",
        "ok": "boolean",
        "rare": "Int64",
        "text": str(pd.Series([""]).dtype),
    }
    assert str(frame.index.dtype) == "datetime64[ns, UTC]"
    assert later.compute()["host"].cat.categories.tolist() == []
    for part in (frame.partitions[0].compute(), frame.partitions[1].compute()):
        assert part.dtypes.astype(str).to_dict() == frame.dtypes.astype(str).to_dict()
        assert str(part.index.dtype) == "datetime64[ns, UTC]"


def test_a_tag_that_one_partition_lacks_is_a_category_of_text_there():
    with serve() as started, blocking.InfluxDBClient(started.url, db="log") as client:
        client.create_database("log")
        client.write_lines(f"cpu,host=a load=1 {START}\ncpu load=2 {START + WEEK}")
        frame = read_influx(f"{started.url}/log", "cpu")
        assert frame.npartitions == 2
        made = frame.compute()
        assert made["host"].cat.categories.tolist() == ["a"]
        assert made["host"].isna().tolist() == [False, True]
        types = {part.compute()["host"].cat.categories.dtype for part in frame.partitions}
        assert types == {pd.Series([""]).dtype}


@pytest.fixture
def server():
    """A fake server of its own with a point in each of three shards, and what it is asked."""
    with serve() as started:
        with blocking.InfluxDBClient(started.url, db="log") as client:
            client.create_database("log")
            client.write_lines(
                "\n".join(
                    f"cpu,host={'abc'[n]},room=x load={n},idle=2,temp=3 {START + n * WEEK}"
                    for n in range(WEEKS)
                )
            )
        yield started


def selects(server) -> list[str]:
    """The SELECTs in the log of a server, in the order in which they came."""
    texts = [request.query for request in server.requests]
    return [text for text in texts if text and text.startswith("SELECT")]


def test_columns_tags_and_times_reach_the_server(server):
    where = {"tags": {"host": ["a", "b"]}, "columns": ["load"], "drop_empty_rows": True}
    frame = read_influx(f"{server.url}/log", "cpu", START, START + 10, **where)
    assert frame["load"].sum().compute() == 0.0
    conditions = (
        f"time >= {START} AND time < {START + 10} AND (\"host\"::tag = 'a' OR \"host\"::tag = 'b')"
    )
    assert selects(server) == [f'SELECT "load"::field AS "load" FROM "cpu" WHERE {conditions}']


def test_tags_that_are_not_used_are_not_selected(server):
    frame = read_influx(f"{server.url}/log", "cpu", START, START + 10)
    frame[frame["host"] == "a"]["load"].mean().compute()
    (asked,) = selects(server)
    assert '"host"::tag' in asked
    assert "room" not in asked


def test_head_and_loc_read_one_partition_and_len_all(server):
    frame = read_influx(f"{server.url}/log", "cpu")
    assert selects(server) == []
    assert frame.head(1)["load"].tolist() == [0.0]
    assert len(selects(server)) == 1
    assert frame.loc["2020-09-21":"2020-09-22"]["load"].compute().tolist() == [1.0]
    assert len(selects(server)) == 2
    assert len(frame) == WEEKS
    assert len(selects(server)) == 2 + WEEKS


def test_loc_reads_the_partitions_of_its_times_alone(url):
    frame = read_influx(url, "cpu", interval=timedelta(days=1))
    day = frame.loc["2020-09-20"]
    assert day.npartitions == 1
    assert len(day) == len(whole(url).loc["2020-09-20"])


@pytest.mark.slow
def test_every_projection_has_the_rows_of_the_frame(url):
    frame = read_influx(url, "cpu", columns=["host", "load", "rare", "text"])
    index = whole(url).index
    for columns in (*combinations(frame.columns, 1), *combinations(frame.columns, 2), ()):
        projected = frame[list(columns)]
        assert list(projected.columns) == list(columns)
        assert projected.compute().index.equals(index), columns
        assert len(projected) == POINTS
    assert frame.index.compute().equals(index)
    assert frame["rare"].isna().sum().compute() == frame.compute()["rare"].isna().sum()
    assert read_influx(url, "cpu", columns=["region"]).compute().columns.tolist() == ["region"]


def test_rows_stay_where_only_a_field_of_several_types_has_a_value(url):
    with blocking.InfluxDBClient.from_url(url) as client:
        for at, value in enumerate(("1i", "2.5", '"text"', "true")):
            client.write_lines(
                f"mixed v={value} {START + at * WEEK}\nmixed n=1 {START + at * WEEK + 1}"
            )
    frame = read_influx(url, "mixed", columns=["n"], interval=timedelta(days=365))
    assert frame["n"].isna().compute().tolist() == [True, False] * 4


def test_rows_without_the_chosen_fields_are_dropped_if_that_is_asked_for(url):
    frame = read_influx(url, "cpu", columns=["host", "load", "rare"], drop_empty_rows=True)
    assert len(frame["rare"]) == len(frame) == POINTS  # all have a load
    assert len(read_influx(url, "cpu", columns=["rare"], drop_empty_rows=True)) == POINTS // 100


def test_partitions_of_equal_numbers_of_points(url):
    sizes = read_influx(url, "cpu", partition_rows=100).map_partitions(len).compute()
    assert sum(sizes) == POINTS
    assert max(sizes) <= 200
    assert len(sizes) <= 20


def test_means_by_tag_and_hour_are_those_of_the_server(url):
    frame = read_influx(url, "cpu")
    hour = frame.index.to_series().dt.floor("12h").rename("hour")
    made = frame.assign(hour=hour).groupby(["region", "hour"], observed=True)["load"].mean()
    with blocking.InfluxDBClient.from_url(url) as client:
        text = "SELECT mean(load) FROM cpu WHERE time >= 0 GROUP BY time(12h), region fill(none)"
        own = query_frame(client, text)
    found = {(str(region), time): value for (region, time), value in made.compute().items()}
    expected = {
        (str(r), t): v for t, r, v in zip(own.index, own["region"], own["mean"], strict=True)
    }
    assert found == pytest.approx(expected)


def test_a_query_that_groups_by_time_is_that_of_the_server(url):
    text = "SELECT mean(load), count(big) FROM cpu {} GROUP BY time(5d), region fill(none)"
    made = read_influx(url, query=text.format("")).compute()
    with blocking.InfluxDBClient.from_url(url) as client:
        own = query_frame(client, text.format("WHERE time >= 0"), types="schema")
    columns = ["region", "mean", "count"]
    ordered = [
        frame.assign(region=frame["region"].astype("str")).reset_index() for frame in (made, own)
    ]
    ordered = [frame.sort_values(["time", "region"])[["time", *columns]] for frame in ordered]
    pd.testing.assert_frame_equal(*(frame.reset_index(drop=True) for frame in ordered))


def test_tags_of_a_query_are_categories_and_types_may_be_said(url):
    text = "SELECT load * 2 AS twice, host, region::tag AS r FROM cpu WHERE host = 'h1'"
    made = read_influx(url, query=text, types={"twice": "float"}).compute()
    assert made.dtypes.astype(str).to_dict() == {
        "host": "category",
        "r": "category",
        "twice": "float64",
    }
    expected = whole(url).query("host == 'h1'")
    assert made["twice"].tolist() == (expected["load"] * 2).tolist()
    assert set(made["host"]) == {"h1"}
    assert made["r"].tolist() == expected["region"].tolist()


def test_the_retention_policy_of_the_url_is_read_and_written(url):
    with blocking.InfluxDBClient.from_url(url) as client:
        client.execute(
            'CREATE RETENTION POLICY "long term" ON {} DURATION INF REPLICATION 1'.format(
                url.rpartition("/")[2]
            )
        )
        client.write_lines(
            f"kept,host=a f=1i {START}\nkept f=2i {START + WEEK}", retention_policy="long term"
        )
    kept = f"{url}?rp=long%20term"
    frame = read_influx(kept, "kept")
    assert frame["f"].compute().tolist() == [1, 2]
    assert len(read_influx(kept, "kept", partition_rows=1)) == 2
    assert read_influx(kept, query="SELECT f FROM kept")["f"].compute().tolist() == [1, 2]
    named = read_influx(url, query='SELECT f FROM "long term".kept')
    assert named["f"].compute().tolist() == [1, 2]
    to_influx(frame, kept, "again")
    assert read_influx(kept, "again")["f"].compute().tolist() == [1, 2]
    with pytest.raises(
        ConfigError, match="has no points in the default policy: name the retention"
    ):
        read_influx(url, "kept")


def test_names_may_have_any_characters(url):
    measurement, tag, field, value = "we\"i\\r'd é", 't"a\\g,=é', 'fi"e\\ld; é', "va'l\"\\é x"
    with blocking.InfluxDBClient.from_url(url) as client:
        for n in range(2):
            client.write(measurement, {tag: value}, {field: n + 0.5, "n": n}, START + n * WEEK)
        client.write(measurement, {tag: "other"}, {field: 9.5}, START)
    frame = read_influx(url, measurement, tags={tag: value}, columns=[tag, field])
    made = frame.compute()
    assert list(made.columns) == [tag, field]
    assert made[field].tolist() == [0.5, 1.5]
    assert set(made[tag]) == {value}


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # of Dask
def test_to_parquet_and_back_is_equal(url, tmp_path):
    frame = read_influx(url, "cpu")
    frame.to_parquet(tmp_path)
    with dask.config.set({"dataframe.convert-string": False}):
        back = dd.read_parquet(tmp_path, calculate_divisions=True)
    for at in range(frame.npartitions):
        parts = [text_tags(each.partitions[at].compute()) for each in (frame, back)]
        pd.testing.assert_frame_equal(*parts)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"measurement": "cp"}, "has no measurement 'cp'; it has 'cpu', 'other'"),
        ({"measurement": "cpu", "columns": ["lod"]}, "has no tag or field 'lod'; it has 'load'"),
        ({"measurement": "cpu", "tags": {"load": "1"}}, "has no tag 'load'"),
        ({"measurement": "cpu", "tags": {"host": []}}, "no values are given"),
        ({"measurement": "cpu", "columns": "load"}, "['load'], not a text"),
        ({"measurement": "cpu", "tags": {"host": None}}, "'host' has text as its value"),
        ({"measurement": "cpu", "tags": {"host": [5]}}, "are texts, not 5"),
        ({"measurement": "cpu", "tags": "host"}, "values by name"),
        ({"measurement": "cpu", "types": {"load": "float"}}, "types are for a query"),
        ({"measurement": "cpu", "start": "yesterday"}, "start: 'yesterday'"),
        ({"measurement": "cpu", "stop": datetime(2020, 9, 14)}, "has no time zone"),
        ({"measurement": "cpu", "stop": 1.5}, "stop: a time is an int"),
        ({"measurement": "cpu", "interval": 60}, "such as timedelta(days=1), not 60"),
        ({"measurement": "cpu", "start": 5, "stop": 5}, "time range is empty"),
        ({"measurement": "cpu", "max_requests": 0}, "max_requests is a number from 1"),
        ({"measurement": "cpu", "columns": ["host"], "drop_empty_rows": True}, "choose a field"),
        ({"query": "SELECT load FROM cpu", "drop_empty_rows": True}, "leave out columns"),
        ({}, "a measurement or query"),
        ({"query": "SELECT mean(load) FROM cpu"}, "need GROUP BY time"),
        ({"query": "SELECT load FROM cpu LIMIT 5"}, "LIMIT"),
        ({"query": "SELECT * FROM cpu"}, "name the fields"),
        ({"query": "SELECT load FROM cpu WHERE time > 5"}, "start= and stop="),
        ({"query": "SELECT derivative(load) FROM cpu"}, "the points before"),
        ({"query": "SELECT mean(load) FROM cpu GROUP BY time(1h)"}, "fill(none)"),
        ({"query": "SELECT load * 2 FROM cpu"}, "name the column of load * 2"),
        ({"query": "SELECT load * 2 AS twice FROM cpu"}, "say types={'twice': 'float'}"),
        ({"query": "SELECT nothing FROM cpu"}, "'nothing' does not follow"),
        ({"query": "SELECT load, load FROM cpu"}, "two columns of the query are called 'load'"),
        ({"query": "SELECT load FROM cpu", "types": {"lod": "float"}}, "no column 'lod'"),
        ({"query": "SELECT load FROM cpu", "types": {"load": "double"}}, "cannot be 'double'"),
    ],
)
def test_a_wrong_call_says_what_there_is(fake_url, arguments, said):
    with blocking.InfluxDBClient(fake_url, db="wrong") as client:
        client.create_database("wrong")
        client.write_lines(f"cpu,host=a load=1 {START}\nother f=1 {START}")
    with pytest.raises(ConfigError) as caught:
        read_influx(f"{fake_url}/wrong", **arguments)
    assert said in str(caught.value)


def test_a_database_that_does_not_exist_is_named(fake_url):
    with pytest.raises((ConfigError, DatabaseNotFound), match="nothing_here"):
        read_influx(f"{fake_url}/nothing_here", "cpu")


def test_a_password_is_in_no_text_of_a_task(fake_url):
    with blocking.InfluxDBClient(fake_url, db="secret") as client:
        client.create_database("secret")
        client.write_lines(f"cpu f=1 {START}")
    url = fake_url.replace("http://", "http://me:hunter2@") + "/secret"
    frame = read_influx(url, "cpu")
    assert "hunter2" not in repr(dict(frame.optimize().dask))
    assert "hunter2" not in repr(frame)


@pytest.fixture(params=["2.x", "3.x"])
def newer_url(request):
    """The URL of a database with points in a fake of a newer server."""
    fake = FakeInfluxDB(request.param, token="t0k3n")
    name, given = {
        "2.x": ("my-bucket", "api=v2&token=t0k3n&org=my-org"),
        "3.x": ("plant", "api=v3&token=t0k3n"),
    }[request.param]
    with serve(fake=fake) as server:
        url = f"{server.url}/{name}?{given}"
        with blocking.InfluxDBClient.from_url(url) as client:
            client.write_lines(
                "\n".join(
                    f"cpu,host=h{n % 3} f={n},i={n}i{',r=1' * (n < 9)} {START + n * WEEK // 500}"
                    for n in range(500)
                )
            )
        yield url


@pytest.mark.slow
def test_newer_servers_are_read_in_parts_of_equal_size(newer_url):
    frame = read_influx(newer_url, "cpu", partition_rows=100)
    assert 5 <= frame.npartitions <= 10
    made = frame.compute()
    assert frame["r"].compute().index.equals(made.index)
    assert len(read_influx(newer_url, "cpu", columns=["r"], drop_empty_rows=True)) == 9
    assert list(made["i"]) == list(range(500))
    assert str(made["f"].dtype) == "float64"
    assert made["host"].astype("str").tolist()[:4] == ["h0", "h1", "h2", "h0"]


@pytest.mark.slow
def test_newer_servers_take_filters_queries_and_frames(newer_url):
    day = START + WEEK // 7
    frame = read_influx(newer_url, "cpu", START, day, tags={"host": ["h0", "h1"]})
    assert frame["i"].compute().tolist() == [n for n in range(72) if n % 3 < 2]
    assert len(read_influx(newer_url, "cpu", interval=timedelta(days=1)).loc["2020-09-15"]) == 71
    later = read_influx(newer_url, "cpu", START + 40 * WEEK, START + 41 * WEEK)
    assert later.compute().dtypes.astype(str).to_dict() == frame.dtypes.astype(str).to_dict()
    text = "SELECT count(i) FROM cpu GROUP BY time(1d), host fill(none)"
    assert read_influx(newer_url, query=text)["count"].sum().compute() == 500
    for _ in range(2):
        assert len(to_influx(frame, newer_url, "copied")) == 0
    pd.testing.assert_frame_equal(
        *(
            each.compute().assign(host=lambda made: made["host"].astype("str"))
            for each in (read_influx(newer_url, "copied"), frame[["host", "f", "i", "r"]])
        ),
        check_like=True,
        check_freq=False,
    )
