from __future__ import annotations

import json
import re
from typing import Any

import pytest

from influx_core import InfluxDBClient
from influx_core.interfaces import Request
from influx_testing import FakeInfluxDB, TravelClock
from influx_testing._server.upstream import Upstream

WRITE = Request("POST", "/write", (("db", "db"),), {}, b"m,h=a v=1 1\nm,h=b v=2 1\n")


@pytest.fixture
def fake() -> FakeInfluxDB:
    made = FakeInfluxDB(clock=TravelClock(5_000_000_000))
    made.create_database("db")
    made.handle(WRITE)
    return made


def stats(fake: FakeInfluxDB, module: str) -> dict[str, Any]:
    (result,) = fake.query(f"SHOW STATS FOR '{module}'")
    (series,) = result.series
    return dict(zip(series.columns, series.values[0], strict=True))


@pytest.mark.parametrize(
    "text",
    ["SHOW STATS", "SHOW DIAGNOSTICS", "SHOW STATS FOR 'indexes'", "SHOW STATS FOR 'nosuch'"],
)
async def test_the_names_are_those_of_the_real_server(
    fake: FakeInfluxDB, influxd_url: str, text: str
) -> None:
    async with InfluxDBClient(influxd_url, db="db") as client:
        await client.create_database("db")
        await client.write_lines(WRITE.body)
        answer = await client.execute(text)
        await client.drop_database("db")
    real = {(one.name, *sorted(one.tags or ()), *one.columns) for one in answer.series}
    (result,) = fake.query(text)
    assert {(one.name, *sorted(one.tags or ()), *one.columns) for one in result.series} == real


def variables(body: bytes) -> dict[str, list[str]]:
    """Names of /debug/vars without what is a server's own, and the names below each."""
    found: dict[str, Any] = json.loads(body)
    del found["cmdline"], found["memstats"]
    return {
        re.sub(":.*", "", key): sorted(value.get("values", value)) for key, value in found.items()
    }


def test_variables_have_the_names_of_the_real_server(fake: FakeInfluxDB, influxd_url: str) -> None:
    upstream = Upstream.at(influxd_url)
    upstream.answer(Request("POST", "/query", (("q", "CREATE DATABASE db"),)))
    upstream.answer(WRITE)
    real = b"".join(upstream.answer(Request("GET", "/debug/vars")).pieces)
    upstream.answer(Request("POST", "/query", (("q", "DROP DATABASE db"),)))
    answer = fake.handle(Request("GET", "/debug/vars"))
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert variables(b"".join(answer.pieces)) == variables(real)


def test_requests_are_counted(fake: FakeInfluxDB) -> None:
    for path in ("/ping", "/status", "/query", "/nosuch"):
        fake.handle(Request("GET", path))
    found = stats(fake, "httpd")
    assert {key: value for key, value in found.items() if value} == {
        "clientError": 2,
        "pingReq": 1,
        "pointsWrittenOK": 2,
        "queryReq": 1,
        "req": 5,
        "statusReq": 1,
        "writeReq": 1,
        "writeReqBytes": len(WRITE.body),
    }


def test_refused_points_are_counted(fake: FakeInfluxDB) -> None:
    fake.handle(Request("POST", "/write", (("db", "db"),), {}, b"m v=1i 1\nm w=1 1"))
    assert stats(fake, "httpd")["pointsWrittenDropped"] == 1
    assert stats(fake, "write")["writeDrop"] == 1
    shard = stats(fake, "shard")
    assert (shard["writePointsOk"], shard["writePointsDropped"], shard["writeReq"]) == (3, 1, 2)


def test_a_write_with_a_conflict_is_counted_as_the_real_server_does(fake: FakeInfluxDB) -> None:
    fake.handle(Request("POST", "/write", (("db", "db"),), {}, b"n v=1i 1\nn v=1 1"))
    shard = stats(fake, "shard")
    counts = shard["writeReq"], shard["writeReqErr"], shard["writeReqOk"]
    assert counts == (3, 0, 2)
    assert stats(fake, "httpd")["pointsWrittenFail"] == 0
    assert stats(fake, "write")["writeError"] == 1


def test_statements_are_counted(fake: FakeInfluxDB) -> None:
    fake.query("SHOW DATABASES; SHOW USERS")
    found = stats(fake, "queryExecutor")
    assert (found["queriesActive"], found["queriesExecuted"], found["queriesFinished"]) == (1, 3, 2)


def test_a_database_has_its_size(fake: FakeInfluxDB) -> None:
    assert stats(fake, "database") == {"numMeasurements": 1, "numSeries": 2}


def test_the_server_tells_its_version_and_age() -> None:
    clock = TravelClock(0)
    fake = FakeInfluxDB("1.8", clock=clock)
    clock.advance(90)
    (result,) = fake.query("SHOW DIAGNOSTICS")
    facts = {one.name: dict(zip(one.columns, one.values[0], strict=True)) for one in result.series}
    assert facts["build"]["Version"] == "1.8.10"
    assert facts["system"]["uptime"] == "1m30s"
    assert facts["system"]["currentTime"] == "1970-01-01T00:01:30Z"
