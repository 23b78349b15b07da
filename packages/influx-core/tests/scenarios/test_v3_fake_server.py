"""What the client does with InfluxDB 3, on the fake server: configuration, writes, all formats."""

from __future__ import annotations

import importlib.util
from collections.abc import AsyncIterator, Iterator

import pytest

from influx_core import (
    AlreadyExists,
    InfluxDBClient,
    NotFound,
    PartialWriteError,
    QueryError,
    Unsigned,
)
from influx_testing import FakeInfluxDB, serve

needs_sql = pytest.mark.skipif(
    importlib.util.find_spec("datafusion") is None, reason="datafusion is not installed"
)
MOST = 2**64 - 1


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serve(fake=FakeInfluxDB("3.x", token="s3cret")) as server:
        yield server.url


@pytest.fixture
async def client(url, request) -> AsyncIterator[InfluxDBClient]:
    options = getattr(request, "param", {})
    async with InfluxDBClient(url, db="x", api="v3", token="s3cret", **options) as made:
        await made.admin.create_database("x")
        yield made
        await made.admin.drop_database("x", hard_delete_at="now")


async def test_a_retention_period_is_kept_changed_and_removed(client):
    async def period() -> str:
        (policy,) = await client.admin.retention_policies("kept")
        return str(policy.duration)

    await client.admin.create_database("kept", retention_period="7d")
    assert await period() == "7 days, 0:00:00"
    await client.admin.set_retention_period("2h", db="kept")
    assert await period() == "2:00:00"
    await client.admin.remove_retention_period(db="kept")
    assert await period() == "None"
    await client.drop_database("kept")
    assert "kept" not in await client.databases()
    with pytest.raises(NotFound):
        await client.admin.set_retention_period("2h", db="kept")


async def test_a_deleted_database_is_listed_only_if_asked(client):
    await client.create_database("gone")
    await client.drop_database("gone")
    assert "gone" not in {each.name for each in await client.admin.list_databases()}
    listed = await client.admin.list_databases(include_deleted=True)
    assert any(each.deleted and each.name.startswith("gone") for each in listed)


async def test_a_table_has_its_types_from_the_start(client):
    await client.admin.tables.create("cpu", ["host"], {"load": "float", "n": "unsigned"})
    with pytest.raises(AlreadyExists):
        await client.admin.tables.create("cpu", ["host"])
    await client.write("cpu", {"host": "a"}, {"load": 1.5, "n": Unsigned(MOST)})
    with pytest.raises(PartialWriteError) as caught:
        await client.write_lines("cpu,host=a load=1 1\ncpu,host=a load=true 2")
    ((line, _),) = caught.value.rejected
    assert (caught.value.rejected[0].number, line) == (2, "cpu,host=a load=true 2")
    assert await client.field_keys("cpu") == {"load": "float", "n": "unsigned"}
    await client.admin.tables.delete("cpu")
    with pytest.raises(NotFound):
        await client.admin.tables.delete("nosuch")


async def test_tag_values_are_of_the_last_day_unless_a_time_is_given(client):
    await client.write("cpu", {"host": "old"}, {"load": 1.5}, "2020-01-01T00:00:00Z")
    await client.write("cpu", {"host": "new"}, {"load": 1.5})
    everything = await client.tag_values("host", measurement="cpu", start=0)
    assert sorted(everything) == ["new", "old"]
    assert await client.measurements() == ["cpu"]


async def test_a_token_is_used_and_deleted(client, url):
    made = await client.admin.tokens.create_named_admin("ci", expiry="1d")
    async with InfluxDBClient(url, db="x", api="v3", token=made.token) as other:
        assert "x" in await other.databases()
    await client.admin.tokens.delete("ci")
    with pytest.raises(NotFound):
        await client.admin.tokens.delete("ci")


@pytest.mark.parametrize("text", ["SHOW SERIES", "DELETE FROM m"])
async def test_what_is_not_planned_is_told_by_the_server(client, text):
    name = text.removesuffix(" FROM m")
    with pytest.raises(QueryError, match=f"This feature is not implemented: {name}") as caught:
        await client.execute(text)
    assert caught.value.status == 405


async def test_what_is_no_statement_is_told_by_the_server(client):
    with pytest.raises(QueryError, match="invalid SHOW statement") as caught:
        await client.execute("SHOW TABLES")
    assert caught.value.status == 400


needs_pyarrow = pytest.mark.skipif(
    importlib.util.find_spec("pyarrow") is None, reason="pyarrow is not installed"
)
PARQUET = pytest.param({"deserializer": "parquet"}, marks=needs_pyarrow)
FORMATS = [
    *({"deserializer": name} for name in ("jsonl", "json", "csv")),
    PARQUET,
]


@needs_sql
@pytest.mark.parametrize("client", FORMATS, indirect=True, ids=lambda o: o["deserializer"])
async def test_sql_says_the_same_in_every_format(client):
    await client.write("m", {"host": "a"}, {"n": Unsigned(MOST), "s": "x"}, 10**18 + 1)
    await client.write("m", {"host": "b"}, {"f": 0.5}, 10**18 + 2)
    series = await client.query_sql("SELECT host, f, n, time AS t FROM m ORDER BY time")
    assert [(row.host, row.f, row.n, row._ns("t") - 10**18) for row in series] == [
        ("a", None, MOST, 1),
        ("b", 0.5, None, 2),
    ]
    nothing = await client.query_sql("SELECT host, f, n, time AS t FROM m WHERE host = 'c'")
    assert (len(nothing), nothing.columns) == (0, ("host", "f", "n", "t"))


@pytest.mark.parametrize("client", FORMATS, indirect=True, ids=lambda o: o["deserializer"])
async def test_influxql_says_the_same_in_every_format(client):
    await client.write("m", {"host": "a"}, {"f": 0.5}, 10**18 + 1)
    await client.write("m", {"host": "b"}, {"f": 1.5}, 10**18 + 2)
    result = await client.execute("SELECT f, missing FROM m GROUP BY host")
    assert [(each.tags["host"], each.columns) for each in result.series] == [
        ("a", ("time", "f", "missing")),
        ("b", ("time", "f", "missing")),
    ]
    assert [(row.time_ns, row.f) for row in result.rows()] == [(10**18 + 1, 0.5), (10**18 + 2, 1.5)]


READERS = [{"deserializer": name} for name in ("auto", "json", "csv")]


@pytest.mark.parametrize("client", READERS, indirect=True)
@pytest.mark.parametrize("columnar", [False, True])
async def test_tags_of_group_by_are_kept_that_look_like_times_or_numbers(client, columnar):
    tags = {"day": "2020-01-01T00:00:00", "n": "007", "up": "true"}
    await client.write_many(
        ("m", {**tags, "n": n}, {"f": 1.5, "s": tags["day"]}, 10) for n in ("007", "1.0")
    )
    for by in ("*", "up, day, n", "/./"):
        result = await client.execute(f"SELECT f, s FROM m GROUP BY {by}", columnar=columnar)
        assert [list(series.tags) for series in result.series] == [["day", "n", "up"]] * 2
        assert [dict(series.tags) for series in result.series] == [
            {**tags, "n": "007"},
            {**tags, "n": "1.0"},
        ]
        assert [(row.f, row.s) for row in result.rows()] == [(1.5, tags["day"])] * 2


@pytest.mark.parametrize("client", READERS, indirect=True)
async def test_influxql_has_times_in_the_column_time_only(client):
    await client.write("m", {"day": "2020-01-01T00:00:00"}, {"f": 1.5}, 10)
    (row,) = (await client.execute("SELECT * FROM m")).rows()
    assert (row.day, row._ns("time")) == ("2020-01-01T00:00:00", 10)
    assert await client.tag_values("day", start=0) == ["2020-01-01T00:00:00"]


STREAMED = [*READERS, PARQUET]


@pytest.mark.parametrize("client", STREAMED, indirect=True)
@pytest.mark.parametrize("columnar", [False, True])
async def test_pieces_of_a_stream_have_at_most_chunk_size_rows(client, columnar):
    await client.write_many(("m", {"h": "ab"[n // 5]}, {"f": float(n)}, n) for n in range(7))
    for text, sizes in (("SELECT f FROM m", [3, 3, 1]), ("SELECT f FROM m GROUP BY h", [3, 2, 2])):
        pieces = [p async for p in client.stream(text, chunk_size=3, columnar=columnar)]
        assert [len(piece) for piece in pieces] == sizes
        assert [row.f for piece in pieces for row in piece] == list(range(7))
        assert pieces[0].partial
        assert not pieces[-1].partial


async def test_points_without_a_tag_add_nothing_to_its_values(client):
    await client.write_lines("m,h=a f=1 1\nm f=1 2")
    assert await client.tag_values("h", start=0) == ["a"]
