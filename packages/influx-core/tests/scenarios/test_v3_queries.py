"""Queries of InfluxDB 3: what is asked for, and what becomes of the answers in each format."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import pytest

from influx_core import ConfigError, InfluxDBClient, Unsigned
from influx_core.parts import JSONDeserializer

HOUR = datetime(2020, 1, 1, 1, tzinfo=UTC)
ROWS = [
    {
        "host": "a",
        "hour": "2020-01-01T01:00:00",
        "load": 0.5,
        "n": 1,
        "time": "2020-01-01T01:02:03",
    },
    {"host": "b", "hour": "2020-01-01T01:00:00", "n": 2, "time": "2020-01-01T01:02:03.000000004"},
]
COLUMNS = ("host", "hour", "load", "n", "time")


def jsonl(rows: list[dict]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def csv(rows: list[dict]) -> bytes:
    lines = [",".join(COLUMNS), *(",".join(str(r.get(c, "")) for c in COLUMNS) for r in rows)]
    return "".join(f"{line}\n" for line in lines).encode()


def parquet(rows: list[dict]) -> bytes:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    times = {
        name: pa.array([row[name] for row in rows], pa.string()).cast(pa.timestamp("ns"))
        for name in ("hour", "time")
    }
    load = pa.array([row.get("load") for row in rows], pa.float64())
    n = pa.array([row["n"] for row in rows], pa.int64())
    host = pa.array([row["host"] for row in rows], pa.string())
    table = {"host": host, "hour": times["hour"], "load": load, "n": n, "time": times["time"]}
    file = io.BytesIO()
    pq.write_table(pa.table(table), file)
    return file.getvalue()


FORMATS = {
    "auto": ("jsonl", jsonl),
    "jsonl": ("jsonl", jsonl),
    "json": ("json", lambda rows: json.dumps(rows).encode()),
    "csv": ("csv", csv),
    "parquet": ("parquet", parquet),
}


def client_of(stub, **options: object) -> InfluxDBClient:
    return InfluxDBClient(stub.url, db="x", api="v3", **options)


@pytest.mark.parametrize("columnar", [False, True])
@pytest.mark.parametrize("deserializer", FORMATS)
async def test_every_format_says_the_same(stub, deserializer, columnar):
    name, body = FORMATS[deserializer]
    stub.says(200, body(ROWS))
    async with client_of(stub, deserializer=deserializer) as client:
        series = await client.query_sql("SELECT * FROM m", columnar=columnar)
    (request,) = stub.requests
    assert (request.headers["accept"], request.asked["format"]) == ("*/*", name)
    assert set(series.columns) == set(COLUMNS)
    assert [(row.host, row.hour, row.load, row.n) for row in series] == [
        ("a", HOUR, 0.5, 1),
        ("b", HOUR, None, 2),
    ]
    assert [row.time_ns % 10**9 for row in series] == [0, 4]
    assert series[1]._ns("hour") == 1_577_840_400 * 10**9
    shown = dict(zip(series.columns, series.with_epoch("s").values[0], strict=True))
    assert (shown["hour"], shown["time"]) == (1_577_840_400, 1_577_840_523)


@pytest.mark.parametrize("deserializer", ["csv", "parquet"])
async def test_an_answer_without_rows_keeps_its_columns(stub, deserializer):
    stub.says(200, FORMATS[deserializer][1]([]))
    async with client_of(stub, deserializer=deserializer) as client:
        series = await client.query_sql("SELECT * FROM m WHERE false")
    assert (len(series), series.columns) == (0, COLUMNS)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT host, date_bin(INTERVAL '1 hour', time) AS hour, m.load, \"n\", time FROM m",
        "select host,\n hour -- a comment\n, /* another */ avg(load) load, n, time from m limit 5",
    ],
)
@pytest.mark.parametrize("columnar", [False, True])
@pytest.mark.parametrize("rows", [ROWS, ROWS[1:], []], ids=["some", "no load", "none"])
async def test_sql_that_names_its_columns_keeps_them_in_json_lines(stub, query, columnar, rows):
    stub.says(200, jsonl(rows))
    async with client_of(stub) as client:
        series = await client.query_sql(query, columnar=columnar)
    assert series.columns == COLUMNS
    assert [row.load for row in series] == [row.get("load") for row in rows]


async def test_influxql_keeps_a_column_that_is_null_in_all_rows(stub):
    row = {"iox::measurement": "m", "time": "2020-01-01T00:00:00", "f": 1.5}
    stub.says(200, jsonl([row]))
    async with client_of(stub) as client:
        (series,) = (await client.execute("SELECT f, g FROM m")).series
    assert (series.name, series.columns, series[0].g) == ("m", ("time", "f", "g"), None)


async def test_text_that_only_resembles_times_stays_text(stub):
    texts = ["2020-01-01T00:00:00", "2020-01-01 00:00:00"]
    stub.says(200, jsonl([{"s": text} for text in texts]))
    async with client_of(stub) as client:
        series = await client.query_sql("SELECT s FROM m")
        assert [row.s for row in series] == texts


async def test_only_time_holds_times_if_that_is_said(stub):
    stub.says(200, jsonl(ROWS[:1]))
    spec = {"type": "jsonl", "times": "time"}
    async with client_of(stub, deserializer=spec) as client:
        (row,) = await client.query_sql("SELECT * FROM m")
    assert (row.hour, row.time.second) == ("2020-01-01T01:00:00", 3)


async def test_a_column_that_is_not_times_in_the_end_is_text_in_all_rows(stub):
    rows = [{"s": "2020-01-01T00:00:00.500"}] * 15_000 + [{"s": "x"}]
    stub.says(200, jsonl(rows))
    async with client_of(stub) as client:
        for columnar in (False, True):
            series = await client.query_sql("SELECT s FROM m", columnar=columnar)
            assert {row.s for row in series} == {"2020-01-01T00:00:00.500", "x"}


async def test_unsigned_integers_are_written_and_read(stub):
    async with client_of(stub) as client:
        stub.says(204)
        await client.write("m", {}, {"n": Unsigned(2**64 - 1), "i": 1}, 5)
        assert stub.requests[0].body == b"m n=18446744073709551615u,i=1i 5\n"
        stub.says(200, jsonl([{"n": 2**64 - 1}, {"n": 1}]))
        series = await client.query_sql("SELECT n FROM m", columnar=True)
    assert (series.data[0].kind, series.rows) == ("unsigned", [[2**64 - 1], [1]])


async def test_a_null_that_stands_for_nan_is_none(stub):
    stub.says(200, b'[{"f":null,"n":1}]')
    async with client_of(stub, deserializer="json") as client:
        (row,) = await client.query_sql("SELECT * FROM m")
    assert (row.f, row.n) == (None, 1)


async def test_a_deserializer_of_1x_is_refused_before_anything_is_sent(stub):
    async with client_of(stub, deserializer=JSONDeserializer()) as client:
        with pytest.raises(ConfigError, match="'jsonl', 'json', 'csv' or 'parquet'"):
            await client.query_sql("SELECT 1")
    assert stub.requests == []
