"""The plugin that counts requests."""

from __future__ import annotations

from examples.system_metrics.meter import RequestMeter

from influx_core import InfluxDBClient


async def test_every_request_of_its_client_is_counted_with_its_duration() -> None:
    meter = RequestMeter()
    async with InfluxDBClient("memory://", plugins=[meter]) as client:
        assert (meter.requests, meter.mean) == (0, 0)
        await client.ping()
        await client.ping()
    assert meter.requests == 2
    assert meter.mean == meter.seconds / 2 > 0
