"""The client on every server: a fake behind a socket, a fake in memory, and the real influxd."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import influx_query
from influx_core import (
    ConfigError,
    DatabaseNotFound,
    DataPoint,
    EncodeError,
    InfluxDBClient,
    PartialWriteError,
    QueryError,
    QueryResult,
    Series,
    ServerUnreachable,
    WriteError,
    blocking,
)
from influx_query import field, func

START = datetime(2020, 1, 1, tzinfo=UTC)


def points(count: int, measurement: str = "cpu") -> list[DataPoint]:
    return [
        DataPoint(measurement, {"host": f"h{i % 2}"}, {"load": i / 2}, START + timedelta(seconds=i))
        for i in range(count)
    ]


async def test_ping_tells_the_version(client: InfluxDBClient):
    assert (await client.ping()).startswith("1.")


async def test_what_is_written_can_be_read(client: InfluxDBClient):
    await client.write("cpu", {"host": "a b"}, {"load": 0.5, "up": True, "n": 3, "s": 'x"y'}, START)
    series = await client.raw_query("SELECT * FROM cpu")
    (row,) = series
    assert row._asdict() == {
        "time": START,
        "host": "a b",
        "load": 0.5,
        "n": 3,
        "s": 'x"y',
        "up": True,
    }


@pytest.mark.parametrize("hostile", ["a b", "a,b", "a=b", 'q"q', "ü", "'", "x#", "a\\b", "SELECT"])
async def test_names_and_values_with_special_characters_come_back(client, hostile):
    point = DataPoint(hostile, {hostile: hostile}, {hostile + "f": hostile}, 1)
    await client.write_many([point])
    assert await client.measurements() == [hostile]
    assert await client.tag_keys(hostile) == [hostile]
    assert await client.field_keys(hostile) == {hostile + "f": "string"}
    assert await client.tag_values(hostile, measurement=hostile) == [hostile]


async def test_write_many_takes_points_and_tuples_lazily(client: InfluxDBClient):
    await client.write_many(point for point in points(2))
    await client.write_many([("cpu", {"host": "h9"}, {"load": 9.0}, START)])
    assert await client.tag_values("host") == ["h0", "h1", "h9"]


async def test_more_points_than_one_request_takes_are_all_written(client: InfluxDBClient):
    await client.write_many(points(12_001))
    (row,) = await client.raw_query("SELECT count(load) FROM cpu")
    assert row["count"] == 12_001


async def test_an_integer_timestamp_has_the_precision_of_the_call(client: InfluxDBClient):
    await client.write("m", {}, {"f": 1}, 1_577_836_800, precision="s")
    (row,) = await client.raw_query("SELECT f FROM m")
    assert row.time_ns == 1_577_836_800 * 10**9


async def test_epoch_decides_what_values_show_and_nothing_else(client: InfluxDBClient):
    await client.write("m", {}, {"f": 1}, 1_577_836_800_123_456_789)
    text = await client.raw_query("SELECT f FROM m")
    seconds = await client.raw_query("SELECT f FROM m", epoch="s")
    assert text.values == [["2020-01-01T00:00:00.123456789Z", 1]]
    assert seconds.values == [[1_577_836_800, 1]]
    assert list(text) == list(seconds)


async def test_write_lines_takes_ready_line_protocol(client: InfluxDBClient):
    await client.write_lines(b'm f="a\nb" 1\nm f="c" 2\n')
    assert [row.f for row in await client.raw_query("SELECT f FROM m")] == ["a\nb", "c"]


async def test_group_by_keeps_the_tags(client: InfluxDBClient):
    await client.write_many(points(4))
    series = await client.raw_query("SELECT mean(load) FROM cpu GROUP BY host")
    assert [(one.tags["host"], next(iter(one))["mean"]) for one in series] == [
        ("h0", 0.5),
        ("h1", 1.0),
    ]


async def test_raw_query_answers_by_the_number_of_statements(client: InfluxDBClient):
    await client.write_many(points(1) + points(1, "mem"))
    assert await client.raw_query("SELECT nosuch FROM cpu") is None
    both = await client.raw_query("SELECT load FROM cpu, mem;")
    assert [series.name for series in both] == ["cpu", "mem"]
    several = await client.raw_query(
        "SELECT load FROM cpu; SELECT nosuch FROM cpu; SELECT load FROM cpu, mem"
    )
    assert several[0].name == "cpu"
    assert several[1] is None
    assert [series.name for series in several[2]] == ["cpu", "mem"]


async def test_execute_has_a_result_for_each_statement(client: InfluxDBClient):
    await client.write_many(points(3))
    result = await client.execute("SELECT load FROM cpu; SHOW MEASUREMENTS")
    assert [statement.statement_id for statement in result] == [0, 1]
    assert len(result[0].series[0]) == 3


async def test_chunks_are_put_together_and_stream_gives_them_one_by_one(client: InfluxDBClient):
    await client.write_many(points(25))
    whole = await client.raw_query("SELECT load FROM cpu", chunk_size=10)
    assert [row.load for row in whole] == [i / 2 for i in range(25)]
    sizes = [len(piece) async for piece in client.stream("SELECT load FROM cpu", chunk_size=10)]
    assert sizes == [10, 10, 5]


async def test_bind_parameters_are_values_only(client: InfluxDBClient):
    await client.write_many(points(4))
    series = await client.raw_query(
        "SELECT load FROM cpu WHERE host = $host AND load > $least",
        bind_params={"host": "h1", "least": 1e-07},
    )
    assert [row.load for row in series] == [0.5, 1.5]


async def test_times_and_spans_of_time_are_bound(client: InfluxDBClient):
    await client.write_many(points(6))
    series = await client.raw_query(
        "SELECT load FROM cpu WHERE time > $end - $span",
        bind_params={"end": START + timedelta(seconds=5), "span": timedelta(seconds=2.5)},
    )
    assert [row.load for row in series] == [1.5, 2.0, 2.5]


async def test_the_builder_asks_its_client(client: InfluxDBClient):
    await client.write_many(points(4))
    query = client.query("load", "cpu").where(host="h1").descending(True).limit(1)
    assert str(query) == ('SELECT load FROM "cpu" WHERE "host" = \'h1\' ORDER BY time DESC LIMIT 1')
    assert (await query.execute()).one().load == 1.5


@pytest.mark.parametrize(("tag", "groups"), [("nosuch='x'", 0), ("host='h1'", 1), ("host=~/./", 2)])
async def test_the_builder_returns_one_type_for_any_number_of_series(
    client: InfluxDBClient, tag: str, groups: int
):
    await client.write_many(points(4))
    query = client.query("load", "cpu", where=tag, group_by="host")
    result = await query.execute()
    assert type(result) is QueryResult
    assert isinstance(result.series, tuple)
    assert [isinstance(series, Series) for series in result.series] == [True] * groups
    assert len(result.rows()) == 2 * groups
    assert (result.first() is None) == (groups == 0)
    assert await client.execute(query) == result


async def test_a_query_that_is_awaited_runs(client: InfluxDBClient):
    await client.write_many(points(4))
    query = client.query("load", "cpu").where(host="h1").limit(1)
    assert await query == await query.execute()


async def test_select_into_writes(client: InfluxDBClient):
    await client.write_many(points(4))
    await client.query("load", "cpu").into("copy").execute()
    assert await client.measurements() == ["copy", "cpu"]


async def test_a_query_that_does_not_parse_is_refused(client: InfluxDBClient):
    with pytest.raises(QueryError, match="error parsing query: found FORM, expected FROM"):
        await client.raw_query("SELECT load FORM cpu")


async def test_an_error_in_any_statement_is_raised_with_its_number(client: InfluxDBClient):
    with pytest.raises(QueryError, match="database not found: nosuch") as caught:
        await client.execute("SHOW DATABASES; DROP DATABASE x; SHOW TAG KEYS ON nosuch")
    assert caught.value.statement_id == 2


async def test_a_database_that_is_not_there_is_told_and_not_created(client: InfluxDBClient):
    with pytest.raises(DatabaseNotFound):
        await client.write("m", {}, {"f": 1}, db="nosuch")
    with pytest.raises(DatabaseNotFound):
        await client.raw_query("SELECT f FROM m", db="nosuch")
    assert "nosuch" not in await client.databases()


async def test_a_type_conflict_is_a_partial_write(client: InfluxDBClient):
    await client.write("m", {}, {"f": 1}, 1)
    with pytest.raises(PartialWriteError, match="field type conflict") as caught:
        await client.write_many([("m", {}, {"f": "x"}, 2), ("m", {}, {"f": 2}, 3)])
    assert caught.value.dropped == 1
    assert caught.value.status == 400


async def test_a_failing_batch_says_what_was_written_and_what_was_not_sent(client):
    await client.write("cpu", {"host": "h0"}, {"load": 0.0}, START)
    batch = points(12_000)
    batch[6_000] = DataPoint("cpu", {"host": "h0"}, {"load": "high"}, START)
    with pytest.raises(WriteError) as caught:
        await client.write_many(batch)
    assert (caught.value.written, caught.value.not_sent) == (5_000, 2_000)


async def test_a_point_that_cannot_be_written_is_named_by_its_index_in_the_call(client):
    batch = points(6_000)
    batch[5_500] = DataPoint("cpu", {}, {"load": float("nan")})
    with pytest.raises(EncodeError) as caught:
        await client.write_many(batch)
    assert (caught.value.index, caught.value.written) == (5_500, 5_000)


async def test_databases_come_and_go(client: InfluxDBClient):
    name = f'{client._parts.write_options.db}; DROP DATABASE "x"'
    await client.create_database(name)
    assert name in await client.databases()
    await client.drop_database(name)
    assert name not in await client.databases()


async def test_a_naive_datetime_is_refused_unless_the_client_was_told(server_url, client):
    naive = datetime(2020, 1, 1)
    with pytest.raises(EncodeError, match="naive"):
        await client.write("m", {}, {"f": 1}, naive)
    async with InfluxDBClient("http://127.0.0.1:1", naive="utc") as utc:
        assert b"1577836800000000000" in utc.serializer.dump([("m", {}, {"f": 1}, naive)], "ns")


async def test_no_server_is_one_clear_error():
    async with InfluxDBClient("http://127.0.0.1:1") as client:
        with pytest.raises(
            ServerUnreachable, match=r"no server could be reached: http://127\.0\.0\.1:1"
        ):
            await client.ping()


async def test_a_closed_client_says_so(server_url: str):
    client = InfluxDBClient(server_url)
    await client.aclose()
    await client.aclose()
    with pytest.raises(ConfigError, match="closed"):
        await client.ping()


def test_a_client_can_be_made_without_a_loop_and_needs_no_closing_if_never_used():
    client = InfluxDBClient(["http://a:8086/", "http://b:8086"], username="u", password="s3cret")
    assert client.base_urls == ["http://a:8086", "http://b:8086"]
    assert "s3cret" not in repr(client)


@pytest.mark.parametrize(
    "wrong",
    [
        {"api": "v9"},
        {"base_urls": []},
        {"precision": "d"},
        {"transport": "pigeon"},
        {"base_urls": "gopher://x"},
        {"serializer": {"type": "line-protocol", "colour": "red"}},
    ],
)
def test_a_wrong_configuration_fails_before_anything_is_sent(wrong):
    with pytest.raises(ConfigError):
        InfluxDBClient(**wrong)


async def test_a_builder_whose_fields_do_not_mix_is_refused_before_it_is_sent():
    wrong = influx_query.query(func.mean(field("load")), field("load")).from_("cpu")
    async with InfluxDBClient("http://127.0.0.1:1") as client:
        with pytest.raises(influx_query.ValidationError, match="mixing aggregate and"):
            await client.execute(wrong)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (None, "not NoneType"),
        (b"SHOW DATABASES", "not bytes"),
        ('SELECT f FROM "\ud800"', "not Unicode"),
    ],
)
async def test_what_is_no_query_is_refused_before_anything_is_sent(query, reason):
    async with InfluxDBClient("http://127.0.0.1:1") as client:
        with pytest.raises(ConfigError, match=reason):
            await client.execute(query)


async def test_lines_are_bytes_or_text():
    async with InfluxDBClient("http://127.0.0.1:1") as client:
        with pytest.raises(ConfigError, match="bytes or text, not list"):
            await client.write_lines(["m f=1 1"])


async def test_an_empty_measurement_does_not_stand_for_all_of_them():
    async with InfluxDBClient("http://127.0.0.1:1") as client:
        for ask in (client.tag_keys, client.field_keys, client.schema.series):
            with pytest.raises(ConfigError, match="name of a measurement is empty"):
                await ask("")


def test_a_client_shows_its_servers_and_database_and_no_credential():
    options = {"username": "u", "password": "s3cret"}
    assert repr(InfluxDBClient("http://a:1", "yard", **options)) == (
        "<InfluxDBClient http://a:1, db='yard'>"
    )
    waiting = blocking.InfluxDBClient(["http://a:1", "http://b:1"], **options)
    assert repr(waiting) == "<blocking InfluxDBClient http://a:1, http://b:1>"
