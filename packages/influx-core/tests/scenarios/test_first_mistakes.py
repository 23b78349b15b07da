"""What users of other clients try first: it works where it has one meaning, or says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from influx_core import (
    ConfigError,
    DataPoint,
    EncodeError,
    InfluxDBClient,
    InfluxDBError,
    blocking,
)

POINT = DataPoint("m", {"h": "a"}, {"f": 1.5}, 1)
DICT = {"measurement": "m", "tags": {"h": "a"}, "fields": {"f": 1.5}, "time": 1}
TUPLE = ("m", {"h": "a"}, {"f": 1.5}, 1)


@pytest.mark.parametrize("point", [POINT, DICT, TUPLE, {**DICT, "tags": None}])
async def test_a_point_of_any_form_is_written_alone_or_in_a_list(client: InfluxDBClient, point):
    await client.write(point)
    await client.write_many(point)
    await client.write_many([point])
    await client.write_many(iter([point, POINT]))
    result = await client.execute("SELECT f FROM m")
    assert result.first().f == 1.5


async def test_a_writer_takes_the_same_forms(client: InfluxDBClient):
    async with client.writer() as writer:
        for point in (POINT, DICT, TUPLE):
            await writer.put(point)
            await writer.put_many(point)
            await writer.put_many([point])
    assert writer.counters.written == 9


async def test_line_protocol_may_be_text(client: InfluxDBClient):
    await client.write_lines("m,h=ü f=1 1")
    await client.write_lines(bytearray(b"m f=2 2"))
    assert (await client.execute("SELECT count(f) FROM m")).scalar() == 2


async def test_the_path_of_a_file_is_a_spool(client: InfluxDBClient, tmp_path: Path):
    for path in (tmp_path / "a", str(tmp_path / "b.spool")):
        async with client.writer(spool=path) as writer:
            await writer.put(POINT)
    assert {file.name for file in tmp_path.iterdir()} >= {"a", "b.spool"}  # noqa: ASYNC240


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda c: c.write("m", "host", {"f": 1}), r"tags are a mapping .*not 'host'"),
        (lambda c: c.write("m", {}, [1]), r"fields are a mapping .*not \[1\]"),
        (lambda c: c.write("m", {}, {}), "^at least one field is required"),
        (lambda c: c.write("m"), "at least one field is required"),
        (lambda c: c.write_many("m f=1"), r"line protocol is for write_lines\(\)"),
        (lambda c: c.write_many(["m f=1"]), r"point 0: .*line protocol is for write_lines\(\)"),
        (lambda c: c.write_many(b"m f=1"), r"line protocol is for write_lines\(\)"),
        (lambda c: c.write_many(None), r"a point is a DataPoint, a tuple .*not a NoneType"),
        (lambda c: c.write_many([("m", {"f": 1})]), r"point 0: .*not a tuple of 2"),
        (lambda c: c.write_many([{"name": "m", "fields": {"f": 1}}]), "not a dict with the keys"),
        (lambda c: c.write("m", {}, {"f": [1]}), "key 'f': values of type list cannot be stored"),
        (lambda c: c.write("m", {}, {"f": 1}, 1.7e9), "a time is an int, a datetime"),
        (
            lambda c: c.write("m", {}, {"f": 1}, 1_700_000_000_000, precision="s"),
            'if it counts ms, say precision="ms"',
        ),
        (lambda c: c.write_lines(5), "line protocol is bytes or text, not int"),
        (lambda c: c.write_lines("m f=\ud800"), "lone surrogates"),
        (lambda c: c.execute(";"), "the query is empty"),
        (lambda c: c.execute(""), "the query is empty"),
        (lambda c: c.execute("-- nothing\n/* yet */;"), "the query is empty"),
        (lambda c: c.execute(5), "a query is text, a statement or a builder, not int"),
        (lambda c: c.tag_values(), "at least one tag key"),
    ],
)
async def test_a_wrong_call_says_what_is_wanted(call, text):
    async with InfluxDBClient("http://127.0.0.1:1", db="x") as client:
        with pytest.raises(InfluxDBError, match=text) as caught:
            await call(client)
    assert isinstance(caught.value, (ConfigError, EncodeError))


@pytest.mark.parametrize("kind", [InfluxDBClient, blocking.InfluxDBClient])
def test_a_statement_given_to_the_builder_names_execute(kind):
    client = kind("memory://", db="db")
    for options in ({}, {"bind_params": {"h": "a"}}):
        with pytest.raises(ConfigError, match=r"call execute\('SELECT f FROM m'\)"):
            client.query("SELECT f FROM m", **options)
    with pytest.raises(ConfigError, match="call execute"):
        client.query(select="SELECT f FROM m")
    with pytest.raises(TypeError):
        client.query()
    assert str(client.query("f", from_="m")) == str(client.query(select="f", from_="m"))
