"""An option that the server lacks is refused before a point is taken, and stops no others."""

from __future__ import annotations

import asyncio
import logging

import pytest

from influx_core import ConfigError, InfluxDBClient
from influx_testing import FakeInfluxDB, MemoryTransport

POINT = ("m", {}, {"f": 1.0}, 1)

WRONG = [
    ("v1", {"org": "garden"}, "api 'v1': a write takes no org, which is for InfluxDB 2.x"),
    ("v2", {"consistency": "one"}, "takes no consistency, which is for InfluxDB 1.x"),
    ("v2", {"precision": "m"}, "api 'v2' takes no timestamps of precision 'm'; known: ns, us"),
    ("v3", {"org": "garden"}, "api 'v3': a write takes no org, which is for InfluxDB 2.x"),
    ("v3", {"precision": "h"}, "api 'v3' takes no timestamps of precision 'h'"),
    ("victoriametrics", {"consistency": "one"}, "a write takes no consistency"),
]


@pytest.mark.parametrize(("api", "option", "text"), WRONG)
def test_a_client_is_not_made_with_an_option_that_its_server_lacks(api, option, text):
    with pytest.raises(ConfigError, match=text):
        InfluxDBClient("memory://", api=api, db="db", **option)


@pytest.mark.parametrize(("api", "option", "text"), WRONG)
async def test_a_writer_takes_no_point_with_an_option_that_the_server_lacks(api, option, text):
    async with (
        InfluxDBClient("memory://", api=api, db="db") as client,
        client.writer(close_timeout=0.0) as writer,
    ):
        for put in (writer.put, writer.put_many, writer.put_lines):
            with pytest.raises(ConfigError, match=text):
                await put(b"m f=1 1" if put == writer.put_lines else [POINT], **option)
        assert writer.pending == 0


async def test_a_writer_is_not_entered_with_options_that_the_detected_server_lacks():
    transport = MemoryTransport(FakeInfluxDB("3.x"))
    async with InfluxDBClient(
        "memory://", transport=transport, api="auto", db="db", org="garden"
    ) as client:
        await client.ping()
        with pytest.raises(ConfigError, match="a write takes no org"):
            await client.writer().__aenter__()


async def test_points_that_were_spooled_for_another_kind_of_server_stop_no_others(
    tmp_path, caplog, until
):
    spool = tmp_path / "points.spool"
    old = MemoryTransport(FakeInfluxDB("2.x", token="t"))
    async with (
        InfluxDBClient(
            "memory://", transport=old, api="v2", db="db", org="garden", token="wrong"
        ) as client,
        client.writer(spool=spool, flush_interval=0.0) as writer,
    ):
        await (await writer.put(POINT))
        assert writer.counters.spooled == 1

    new = FakeInfluxDB("3.x")
    with caplog.at_level(logging.WARNING):
        async with (
            InfluxDBClient(
                "memory://", transport=MemoryTransport(new), api="v3", db="db"
            ) as client,
            client.writer(spool=spool, flush_interval=0.0) as writer,
        ):
            await until(lambda: "a write takes no org" in caplog.text)
            async with asyncio.timeout(60):
                await (await writer.put(("m", {}, {"f": 2.0}, 2)))
            assert (writer.counters.written, writer.backlog) == (1, 1)
            assert (await client.execute("SELECT f FROM m")).scalar() == 2.0
    assert "points for it are kept" in caplog.text
