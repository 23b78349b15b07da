"""What the documentation of asphalt-influxdb 2.1.0 showed its users, on every server."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

import pytest
from asphalt.core import Context

from asphalt.influxdb.client import DataPoint
from asphalt.influxdb.component import InfluxDBComponent


@pytest.fixture
async def ctx(server_url: str) -> AsyncIterator[Context]:
    name = f"test_{uuid.uuid4().hex}"
    async with Context() as context:
        await InfluxDBComponent(base_urls=server_url, db=name).start(context)
        await context.influxdb.raw_query(f'CREATE DATABASE "{name}"')
        yield context
        await context.influxdb.raw_query(f'DROP DATABASE "{name}"')


@pytest.fixture
async def filled(ctx: Context) -> Context:
    await ctx.influxdb.write_many(
        [
            DataPoint("m1", {"location": "Helsinki"}, {"field1": 4.5, "field2": 5.0}, 1),
            DataPoint("m1", {"location": "Turku"}, {"field1": 4.5, "field2": 5.0}, 2),
            DataPoint("m1", {"location": "Helsinki"}, {"field1": 1.5, "field2": 5.0}, 3),
            DataPoint("m2", {"location": "Turku"}, {"field1": 2.0, "field2": 8.0}, 4),
        ]
    )
    return ctx


async def test_ping_answers_the_version(ctx):
    assert (await ctx.influxdb.ping()).startswith("1.")


async def test_one_point_and_many(ctx):
    await ctx.influxdb.write("cpu_load_short", {"host": "server02"}, {"value": 0.67})
    await ctx.influxdb.write_many(
        [
            DataPoint("cpu_load_short", {"host": "server03"}, {"value": 0.67}),
            DataPoint("cpu_load_short", {"host": "server01"}, {"value": 0.21}),
        ]
    )
    series = await ctx.influxdb.raw_query("SELECT * FROM cpu_load_short")
    assert sorted(row.host for row in series) == ["server01", "server02", "server03"]


async def test_a_query_with_one_series(ctx):
    series = await ctx.influxdb.raw_query("SHOW DATABASES")
    assert ctx.influxdb.default_query_params["db"] in [row[0] for row in series]


async def test_a_query_of_several_measurements(filled):
    m1, m2 = await filled.influxdb.raw_query("SELECT * FROM m1,m2")
    assert (m1.name, len(m1), m2.name, len(m2)) == ("m1", 3, "m2", 1)


async def test_several_queries_at_once(filled):
    databases, measurements = await filled.influxdb.raw_query("SHOW DATABASES; SHOW MEASUREMENTS")
    assert filled.influxdb.default_query_params["db"] in [row[0] for row in databases]
    assert [row[0] for row in measurements] == ["m1", "m2"]


async def test_select_into_with_the_verb_given(filled):
    await filled.influxdb.raw_query("SELECT field1 INTO m3 FROM m1", http_verb="POST")
    assert len(await filled.influxdb.raw_query("SELECT field1 FROM m3")) == 3


async def test_the_builder_selects_from_several_measurements(filled):
    query = filled.influxdb.query(["field1", "field2"], ["m1", "m2"])
    assert str(query) == 'SELECT field1,field2 FROM "m1","m2"'
    assert [len(series) for series in await query.execute()] == [3, 1]


async def test_the_builder_takes_raw_expressions(filled):
    query = filled.influxdb.query("field1 + field2", "m1")
    assert str(query) == 'SELECT field1 + field2 FROM "m1"'
    assert [row[1] for row in await query.execute()] == [9.5, 9.5, 6.5]


async def test_the_builder_filters(filled):
    query = filled.influxdb.query(["field1", "field2"], "m1").where(
        "field1 > 3.5", "field2 < 6.2", location="Helsinki"
    )
    assert str(query) == (
        'SELECT field1,field2 FROM "m1" '
        "WHERE field1 > 3.5 AND field2 < 6.2 AND \"location\" = 'Helsinki'"
    )
    (row,) = await query.execute()
    assert (row.field1, row.time_ns) == (4.5, 1)


async def test_the_builder_groups(filled):
    query = filled.influxdb.query(["SUM(field2)"], "m1").group_by("location")
    assert str(query) == 'SELECT SUM(field2) FROM "m1" GROUP BY "location"'
    series = await query.execute()
    assert {one.tags["location"]: next(iter(one))["sum"] for one in series} == {
        "Helsinki": 10.0,
        "Turku": 5.0,
    }
