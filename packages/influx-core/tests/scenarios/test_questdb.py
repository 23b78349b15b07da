"""Writes to QuestDB, by the 1.x API that it serves for clients of InfluxDB.

The double behaves as https://questdb.com/docs/ingestion/ilp/overview/ and QuestDB's page on
InfluxDB's own clients say: `POST /write` with a precision, transactions of one request, the first
column types win, an error is a JSON object; `GET /ping` is 204 and names an InfluxDB version.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

import pytest

from influx_core import ConfigError, InfluxDBClient, PartialWriteError, ResponseError, WriteError
from influx_core.interfaces import LocalResponse, Request
from influx_core.lineprotocol import BadLine, scan
from influx_testing import Listener

UNITS = {"ns": 1, "us": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
PRECISIONS = {unit: unit for unit in UNITS} | {"n": "ns", "u": "us"}
KINDS = {float: "DOUBLE", int: "LONG", str: "STRING", bool: "BOOLEAN"}


class QuestDB:
    """Tables and their column types."""

    def __init__(self) -> None:
        self.kinds: dict[tuple[str, str], str] = {}
        self.rows: list[tuple[str, dict, dict, int]] = []

    def handle(self, request: Request) -> LocalResponse:
        if (request.method, request.path) == ("GET", "/ping"):
            told = {"server": "questDB/1.0", "x-influxdb-version": "v2.7.4"}
            return LocalResponse(204, told, ())
        if (request.method, request.path) == ("POST", "/write"):
            return self.write(request)
        return LocalResponse(404, {"content-type": "text/plain"}, (b"Not Found\r\n",))

    def write(self, request: Request) -> LocalResponse:
        packed = request.headers.get("content-encoding") == "gzip"
        body = gzip.decompress(request.body) if packed else request.body
        unit = PRECISIONS.get(dict(request.params).get("precision", "ns"), "ns")
        kinds, rows = dict(self.kinds), []
        for number, item in enumerate(scan(body, unit, 0, rules="v2"), 1):
            if isinstance(item, BadLine):
                return refused(number, f"table: ?; {item.reason}")
            for name, value in item.fields.items():
                sent = KINDS[type(value)]
                kept = kinds.setdefault((item.measurement, name), sent)
                if sent != kept:
                    cast = f"cast error from protocol type: {sent} to column type: {kept}"
                    return refused(number, f"table: {item.measurement}, column: {name}; {cast}")
            rows.append((item.measurement, dict(item.tags), dict(item.fields), item.timestamp))
        self.kinds = kinds
        self.rows += rows
        return LocalResponse(204, {"server": "questDB/1.0"}, ())


def refused(line: int, reason: str) -> LocalResponse:
    said = {
        "code": "invalid",
        "message": "failed to parse line protocol:errors encountered on line(s):\n"
        f"error in line {line}: {reason}",
        "line": line,
        "errorId": "8cd4d8e0-1",
    }
    return LocalResponse(400, {"content-type": "application/json"}, (json.dumps(said).encode(),))


@pytest.fixture
def quest() -> Iterator[tuple[QuestDB, str]]:
    double = QuestDB()
    listener = Listener.on()
    listener.handle = double.handle
    yield double, listener.url
    listener.close()


@pytest.mark.parametrize("api", ["v1", "auto"])
@pytest.mark.parametrize("precision", UNITS)
async def test_points_arrive_in_every_precision(quest, api, precision):
    double, url = quest
    async with InfluxDBClient(url, api=api, precision=precision) as client:
        await client.write("trades", {"symbol": "ETH-USD"}, {"price": 2615.5, "n": 3}, 1_700_000)
        assert await client.ping() == "v2.7.4"
        assert (await client.health()).status == "pass"
    ((measurement, tags, fields, time),) = double.rows
    assert (measurement, tags) == ("trades", {"symbol": "ETH-USD"})
    assert fields == {"price": 2615.5, "n": 3}
    assert time == 1_700_000 * UNITS[precision]


async def test_an_error_names_its_line_and_nothing_of_the_request_is_stored(quest):
    double, url = quest
    async with InfluxDBClient(url) as client:
        await client.write("stat", {"unit": "t"}, {"avg": 24.5}, 1)
        with pytest.raises(WriteError, match="cast error from protocol type: STRING") as caught:
            await client.write_many(
                [("stat", {}, {"avg": 25.5}, 2), ("stat", {}, {"avg": "24.5"}, 3)]
            )
    error = caught.value
    assert not isinstance(error, PartialWriteError)
    assert (error.status, error.code, error.request_id) == (400, "invalid", "8cd4d8e0-1")
    assert [line for line, _ in error.rejected] == ['stat avg="24.5" 3']
    assert len(double.rows) == 1


async def test_a_writer_loses_only_the_line_that_the_server_will_never_take(quest):
    double, url = quest
    async with InfluxDBClient(url) as client:
        await client.write("stat", {}, {"avg": 24.5}, 0)
        letters: list = []
        async with client.writer(flush_interval=60, dead_letter=letters.append) as writer:
            for i in range(1, 10):
                await writer.put(("stat", {}, {"avg": "text" if i == 4 else float(i)}, i))
    assert [row[3] for row in double.rows] == [0, 1, 2, 3, 5, 6, 7, 8, 9]
    assert [letter.lines for letter in letters] == [b'stat avg="text" 4\n']


async def test_it_answers_no_influxql(quest):
    async with InfluxDBClient(quest[1]) as client:
        with pytest.raises(ResponseError, match="Not Found"):
            await client.execute("SHOW DATABASES")
        with pytest.raises(ConfigError, match="InfluxQL only"):
            await client.query_sql("SELECT 1")
