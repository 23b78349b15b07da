from __future__ import annotations

import re

import pytest

from influx_core import InfluxDBClient
from influx_testing import FakeInfluxDB, TravelClock

LINES = b"m,h=a v=1 1\nm,h=b v=2,w=3i 1000000000\nn,h=a v=2 5\nm,h=a v=2 900000000000000000\n"
SELECTS = [
    "SELECT v FROM m",
    "SELECT v, w FROM m WHERE w > 1",
    "SELECT mean(v) FROM m, n",
    "SELECT max(x) FROM (SELECT v AS x FROM m)",
    # One call: of several the real server tells in no fixed order.
    "SELECT mean(v) FROM m GROUP BY h",
    "SELECT v FROM nosuch",
    "SELECT v FROM m WHERE h = 'b'",
    "SELECT mean(v) FROM m WHERE time >= 0 AND time < 10s GROUP BY time(1s)",
]


def plan(fake: FakeInfluxDB, text: str) -> list[str]:
    (result,) = fake.query(f"EXPLAIN ANALYZE {text}", "db")
    assert not result.error, result.error
    return [line for series in result.series for (line,) in series.values]


def form(lines: list[str]) -> list[str]:
    """Lines without what differs from run to run: times, and the numbers and names of a server."""
    text = re.sub(r"(_time|shard_id): .*", r"\1", "\n".join(lines))
    return re.sub(r'FROM "?\w+"?\.|, "?\w+"?\.(?=autogen)', "FROM ", text).split("\n")


@pytest.fixture
def fake() -> FakeInfluxDB:
    made = FakeInfluxDB(clock=TravelClock(0))
    made.load(LINES, "db")
    return made


@pytest.mark.parametrize("text", SELECTS)
async def test_the_form_is_that_of_the_real_server(
    fake: FakeInfluxDB, influxd_url: str, text: str
) -> None:
    async with InfluxDBClient(influxd_url, db="analyze") as client:
        await client.create_database("analyze")
        await client.write_lines(LINES)
        answer = await client.execute(f"EXPLAIN ANALYZE {text}")
        real = [row[0] for series in answer.series for row in series.values]
        await client.drop_database("analyze")
    assert form(plan(fake, text)) == form(real)


def test_times_are_those_of_the_clock(fake: FakeInfluxDB) -> None:
    assert [line for line in plan(fake, "SELECT v FROM nosuch") if "_time" in line] == [
        "    ├── execution_time: 0s",
        "    ├── planning_time: 0s",
        "    ├── total_time: 0s",
    ]


def test_nothing_is_stored(fake: FakeInfluxDB) -> None:
    plan(fake, "SELECT v INTO copied FROM m")
    (result,) = fake.query("SHOW MEASUREMENTS", "db")
    assert [series.values for series in result.series] == [[["m"], ["n"]]]


def test_a_statement_that_fails_says_why(fake: FakeInfluxDB) -> None:
    (result,) = fake.query("EXPLAIN ANALYZE SELECT mean(v), v FROM m", "db")
    assert result.error == "mixing aggregate and non-aggregate queries is not supported"
