"""Every format of answers says the same, on every server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from influx_core import ConfigError, InfluxDBClient, QueryError

START = datetime(2020, 1, 1, tzinfo=UTC)
POINTS = [
    (
        "a, b",
        {"host": f"h,{i % 2}= "},
        {
            "f": i / 2,
            "i": i,
            "s": f'"{i}"\n,',
            "up": i % 3 == 0,
            **({"rare": 1.5} if i > 20 else {}),
        },
        START + timedelta(seconds=i),
    )
    for i in range(25)
]


@pytest.fixture(params=["json", "csv", "msgpack"])
async def reader(request, client: InfluxDBClient, server_url: str):
    """A client that reads one format, of a database with points."""
    await client.write_many(POINTS)
    db = client.admin._database(None)
    async with InfluxDBClient(server_url, db=db, deserializer=request.param) as made:
        yield made


async def test_rows_are_the_same(reader):
    series = await reader.raw_query('SELECT * FROM "a, b"')
    assert (series.name, series.partial) == ("a, b", False)
    assert series.columns == ("time", "f", "host", "i", "rare", "s", "up")
    assert [row._asdict() for row in series] == [
        {"time": time, "host": tags["host"], "rare": None, **fields}
        for _, tags, fields, time in POINTS
    ]


async def test_tags_of_groups_are_the_same(reader):
    series = await reader.raw_query('SELECT count(f) FROM "a, b" GROUP BY host')
    assert [dict(one.tags) for one in series] == [{"host": "h,0= "}, {"host": "h,1= "}]
    assert [row["count"] for one in series for row in one] == [13, 12]


async def test_chunks_are_the_same(reader):
    pieces = [piece async for piece in reader.stream('SELECT f FROM "a, b"', chunk_size=10)]
    assert sum(map(len, pieces)) == 25
    assert [piece.partial for piece in pieces][-1] is False
    whole = await reader.raw_query('SELECT f FROM "a, b"', chunk_size=10)
    assert [row.f for row in whole] == [i / 2 for i in range(25)]


async def test_statements_are_kept_apart(reader):
    result = await reader.execute('SELECT f FROM "a, b" LIMIT 1; SHOW MEASUREMENTS')
    assert [[series.columns for series in statement.series] for statement in result] == [
        [("time", "f")],
        [("name",)],
    ]


async def test_no_rows_are_no_series(reader):
    assert await reader.raw_query("SELECT nosuch FROM m") is None


async def test_a_query_that_does_not_parse_is_an_error(reader):
    with pytest.raises(QueryError, match="found FORM, expected FROM"):
        await reader.raw_query("SELECT f FORM m")


async def test_lists_hold_text_in_every_format(reader):
    tags = {"007": "1.50", "day": "2020-01-01T00:00:00", "2": "true"}
    await reader.write("12", tags, {"f": 1.0}, START)
    assert set(await reader.tag_values("007", "day", "2")) == set(tags.values())
    assert {"12"} <= set(await reader.measurements())
    assert set(await reader.tag_keys("12")) == set(tags)


async def test_a_failed_statement_that_changes_something_is_an_error_in_every_format(reader):
    with pytest.raises(QueryError, match="user not found"):
        await reader.admin.drop_user("nobody")
    with pytest.raises(QueryError, match="user not found"):
        await reader.execute("DROP USER nobody")
    with pytest.raises(QueryError, match="at least 1h"):
        await reader.admin.create_retention_policy("short", "1s")


@pytest.mark.parametrize("name", ["jsonl", "json-rows", "parquet"])
async def test_formats_of_influxdb_3_are_refused_elsewhere(server_url, name):
    if name == "parquet":
        pytest.importorskip("pyarrow")
    async with InfluxDBClient(server_url, db="x", deserializer=name) as client:
        with pytest.raises(ConfigError, match="api 'v1' sends no"):
            await client.execute("SELECT f FROM m")
