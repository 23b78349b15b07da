"""Queries return results, older ones if the server does not respond."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from sensor_service import Reading, Rooms, SensorService

from influx_core import InfluxDBClient
from influx_core.errors import AuthenticationError
from influx_testing import Fault, InfluxServer, faults, strategies

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
async def service(influx_server: InfluxServer) -> AsyncIterator[SensorService]:
    async with InfluxDBClient(influx_server.url, db=influx_server.database) as client:
        yield SensorService(client)


@pytest.fixture
async def hasty_service(influx_server: InfluxServer) -> AsyncIterator[SensorService]:
    """A service that soon takes a server for one that does not respond."""
    url, db = influx_server.url, influx_server.database
    async with InfluxDBClient(url, db=db, timeout=0.5) as client:
        yield SensorService(client)


async def store_now(influx_server: InfluxServer, *readings: tuple[str, float]) -> None:
    """Store readings with the server's own time."""
    for room, celsius in readings:
        await influx_server.client().write("climate", {"room": room}, {"celsius": celsius})


async def test_the_rooms_have_their_mean(
    service: SensorService, influx_server: InfluxServer
) -> None:
    await store_now(influx_server, ("attic", 30.0), ("attic", 32.0), ("kitchen", 21.0))
    assert await service.rooms() == Rooms({"attic": 31.0, "kitchen": 21.0})


@pytest.mark.influx(now=NOON, data="climate,room=attic celsius=30 1782907200000000000")
async def test_old_readings_do_not_count(
    service: SensorService, influx_server: InfluxServer
) -> None:
    assert (await service.rooms()).celsius == {"attic": 30.0}
    influx_server.clock.advance(timedelta(minutes=11))
    assert (await service.rooms()).celsius == {}


@pytest.mark.parametrize(
    "fault",
    [
        faults.status(500),
        faults.slow_headers(1),
        faults.slow_body(1),
        faults.truncate(),
        faults.error_mid_stream(),
        faults.garbage(),
        faults.reset(),
    ],
    ids=lambda fault: fault.name,
)
async def test_a_failed_query_returns_the_last_known_result(
    hasty_service: SensorService, influx_server: InfluxServer, fault: Fault
) -> None:
    await store_now(influx_server, ("attic", 30.0))
    while (known := await hasty_service.rooms()).stale:
        pass  # the machine is too busy to respond in time
    # aiohttp repeats a GET if its connection breaks, so one failure is not enough.
    influx_server.fail(fault, query="SELECT mean").always()
    assert await hasty_service.rooms() == Rooms(known.celsius, stale=True)


async def test_expired_credentials_are_not_hidden(
    service: SensorService, influx_server: InfluxServer
) -> None:
    influx_server.fail(faults.expired_token(), method="GET")
    with pytest.raises(AuthenticationError):
        await service.rooms()


async def test_the_next_server_answers_when_one_is_gone(
    influx_factory: Callable[..., InfluxServer],
) -> None:
    gone, there = influx_factory(), influx_factory()
    gone.fail(faults.drop()).always().optional()
    await store_now(there, ("attic", 30.0))
    async with InfluxDBClient([there.url, gone.url], db=there.database) as client:
        assert (await SensorService(client).rooms()).celsius == {"attic": 30.0}


async def test_history_is_what_a_real_server_gave(
    influx_factory: Callable[..., InfluxServer],
) -> None:
    server = influx_factory(cassette=str(Path("cassettes", "history.json")), memory=True)
    service = SensorService(server.client())
    readings = [Reading("attic", 30.0 + n, NOON + timedelta(minutes=n)) for n in range(3)]
    await service.store(readings)
    assert await service.history("attic") == readings


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(room=strategies.names())
async def test_rooms_may_have_any_name(influx_client: InfluxDBClient, room: str) -> None:
    service = SensorService(influx_client)
    await service.store([Reading(room, 20.0, NOON)])
    assert await service.history(room) == [Reading(room, 20.0, NOON)]


def test_a_synchronous_test_can_read_points(influx_server: InfluxServer) -> None:
    influx_server.load("climate,room=attic celsius=30 1")
    assert influx_server.points()[0].tags == {"room": "attic"}
