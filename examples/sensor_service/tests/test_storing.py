"""Readings are stored under every fault of the server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sensor_service import Reading, SensorService

from influx_core import InfluxDBClient
from influx_core.errors import AuthenticationError, RequestTooLarge, WriteError
from influx_testing import Fault, InfluxServer, faults

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
KITCHEN = Reading("kitchen", 21.5, NOON)
ATTIC = Reading("attic", 33.0, NOON)


class Sleeps(list[float]):
    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def sleeps() -> Sleeps:
    return Sleeps()


@pytest.fixture
async def service(influx_server: InfluxServer, sleeps: Sleeps) -> AsyncIterator[SensorService]:
    async with InfluxDBClient(
        influx_server.url, db=influx_server.database, timeout=60, **influx_server.credentials
    ) as client:
        yield SensorService(client, sleeps)


async def test_a_reading_is_a_point(service: SensorService, influx_server: InfluxServer) -> None:
    assert await service.store([KITCHEN]) == 1
    influx_server.assert_written("climate,room=kitchen celsius=21.5 1782907200000000000")
    assert [point.fields for point in influx_server.points("climate")] == [{"celsius": 21.5}]


async def test_nothing_is_written_without_readings(
    service: SensorService, influx_server: InfluxServer
) -> None:
    assert await service.store([]) == 0
    influx_server.assert_no_writes()


async def test_many_readings_are_one_request_to_our_database(
    service: SensorService, influx_server: InfluxServer
) -> None:
    await service.store([KITCHEN, ATTIC])
    (request,) = influx_server.requests
    assert (request.method, request.path) == ("POST", "/write")
    assert request.params["db"] == influx_server.database
    assert len(request.points) == 2


async def test_it_comes_back_when_a_busy_server_says(
    service: SensorService, influx_server: InfluxServer, sleeps: Sleeps
) -> None:
    influx_server.fail(status=503, retry_after=2).times(3)
    assert await service.store([KITCHEN]) == 1
    assert sleeps == [2, 2, 2]
    influx_server.assert_written(KITCHEN.point())


@pytest.mark.parametrize("fault", [faults.drop(), faults.reset()], ids=lambda fault: fault.name)
async def test_a_lost_reading_is_sent_again(
    service: SensorService, influx_server: InfluxServer, fault: Fault
) -> None:
    influx_server.fail(fault, path="/write")
    await service.store([KITCHEN])
    influx_server.assert_written(KITCHEN.point())


async def test_a_reading_whose_answer_was_lost_is_there_once(
    service: SensorService, influx_server: InfluxServer
) -> None:
    influx_server.fail(faults.drop(stored=True))
    await service.store([KITCHEN])
    influx_server.assert_written(KITCHEN.point(), times=2)
    assert len(influx_server.points("climate")) == 1


async def test_the_second_of_two_requests_may_fail_too(
    service: SensorService, influx_server: InfluxServer
) -> None:
    influx_server.fail(status=500, nth=2)
    await service.store([KITCHEN])
    await service.store([ATTIC])
    influx_server.assert_written(KITCHEN.point(), ATTIC.point())


async def test_what_is_too_large_is_sent_in_halves(
    service: SensorService, influx_server: InfluxServer
) -> None:
    influx_server.fail(faults.too_large(120)).always()
    readings = [Reading("kitchen", 20.0, NOON + timedelta(minutes=n)) for n in range(5)]
    assert await service.store(readings) == 5
    influx_server.assert_written(*(reading.point() for reading in readings))


async def test_one_reading_that_is_too_large_is_an_error(
    service: SensorService, influx_server: InfluxServer
) -> None:
    influx_server.fail(faults.too_large(1))
    with pytest.raises(RequestTooLarge):
        await service.store([KITCHEN])


@pytest.mark.parametrize(
    "fault", [faults.partial_write("room=attic"), faults.type_conflict("room=attic")]
)
async def test_refused_readings_are_left_out(
    service: SensorService, influx_server: InfluxServer, fault: Fault
) -> None:
    influx_server.fail(fault, line="room=attic")
    assert await service.store([KITCHEN, ATTIC]) == 1
    influx_server.assert_written(KITCHEN.point())
    influx_server.assert_written(ATTIC.point(), times=0)


async def test_a_real_conflict_is_no_different(
    service: SensorService, influx_server: InfluxServer
) -> None:
    influx_server.load('climate,room=attic celsius="warm" 1782907200000000000')
    assert await service.store([KITCHEN]) == 0
    influx_server.assert_written(KITCHEN.point(), times=0)


async def test_credentials_that_have_expired_are_an_error_at_once(
    service: SensorService, influx_server: InfluxServer, sleeps: Sleeps
) -> None:
    influx_server.fail(faults.expired_token())
    with pytest.raises(AuthenticationError):
        await service.store([KITCHEN])
    assert sleeps == []


@pytest.mark.influx(auth=True)
async def test_it_logs_in_and_the_password_is_in_no_log(
    service: SensorService, influx_server: InfluxServer
) -> None:
    await service.store([KITCHEN])
    (request,) = influx_server.requests
    assert request.headers["authorization"] == "Basic [REDACTED]"


async def test_a_database_that_is_gone_is_an_error(influx_memory: InfluxServer) -> None:
    with pytest.raises(WriteError, match="database not found"):
        await SensorService(influx_memory.client(db="gone")).store([KITCHEN])


@pytest.mark.parametrize("seed", range(3))
async def test_chaos_loses_nothing(
    service: SensorService, influx_server: InfluxServer, seed: int
) -> None:
    influx_server.chaos(seed, rate=0.3)
    readings = [Reading("kitchen", float(n), NOON + timedelta(minutes=n)) for n in range(20)]
    for reading in readings:
        await service.store([reading])
    assert len(influx_server.points("climate")) == len(readings)
