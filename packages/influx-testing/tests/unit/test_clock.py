from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from influx_core.errors import AuthenticationError
from influx_core.parts import JWTAuth
from influx_testing import InfluxServer, ManualClock, TravelClock
from influx_testing._fixtures.server_options import SHARED_SECRET

NOON = datetime(2020, 1, 1, 12, tzinfo=UTC)


def test_a_clock_runs_until_it_is_set() -> None:
    ticks = iter(range(5))
    clock = TravelClock(source=lambda: next(ticks))
    assert [clock(), clock()] == [0, 1]
    clock.set(NOON)
    assert clock.now == clock.now == NOON


def test_a_clock_that_never_runs_has_a_name_of_its_own() -> None:
    clock = ManualClock(5)
    clock.advance(1)
    assert clock() == 1_000_000_005


def test_a_clock_is_moved_by_seconds_and_spans() -> None:
    clock = TravelClock(NOON)
    clock.advance(0.5)
    clock.advance(timedelta(days=-1))
    assert clock.now == NOON + timedelta(days=-1, seconds=0.5)


@pytest.mark.influx(now=NOON)
async def test_the_server_stamps_points_and_answers_now_by_it(influx_memory: InfluxServer) -> None:
    client = influx_memory.client()
    await client.write("cpu", {}, {"v": 1})
    assert influx_memory.points()[0].timestamp == int(NOON.timestamp()) * 10**9
    influx_memory.clock.advance(timedelta(hours=2))
    assert await client.raw_query("SELECT v FROM cpu WHERE time > now() - 1h") is None


@pytest.mark.influx(now=NOON)
async def test_points_expire_by_it(influx_memory: InfluxServer) -> None:
    client = influx_memory.client()
    await client.admin.create_retention_policy("day", "1d", default=True)
    await client.write("cpu", {}, {"v": 1})
    influx_memory.clock.advance(timedelta(days=9))
    assert influx_memory.points() == []


@pytest.mark.influx(auth=True)
async def test_tokens_expire_by_it(influx_memory: InfluxServer) -> None:
    client = influx_memory.client(
        username=None, password=None, auth=JWTAuth("admin", SHARED_SECRET, lifetime=60)
    )
    await client.databases()
    influx_memory.clock.advance(timedelta(minutes=2))
    with pytest.raises(AuthenticationError, match="expired"):
        await client.databases()
