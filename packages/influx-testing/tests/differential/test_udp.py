"""The UDP listener: the real server and the fake do the same with the same datagrams."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from influx_core import InfluxDBClient, QueryError
from influx_testing import FakeInfluxDB, serve
from influx_testing.influxd import Influxd, find_influxd


class Server(NamedTuple):
    url: str
    udp_url: str


def free_port() -> int:
    """The real server does not tell which port it took, so it is given one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@pytest.fixture(params=["fake", "influxd"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    if request.param == "fake":
        fake = FakeInfluxDB(config={"udp.database": "d", "udp.precision": "s"})
        with serve(fake=fake, udp=0) as served:
            yield Server(served.url, served.udp_url)
        return
    if find_influxd() is None and "INFLUX_REQUIRE_INFLUXD" not in os.environ:
        pytest.skip("influxd is not installed (Debian: apt-get install influxdb)")
    address = f"127.0.0.1:{free_port()}"
    settings = {"enabled": "true", "bind-address": address, "database": "d", "precision": "s"}
    settings["batch-timeout"] = "5ms"
    real = Influxd(tmp_path, {f"udp.0.{name}": value for name, value in settings.items()})
    real.start()
    yield Server(real.url, f"udp://{address}")
    real.kill()  # it would wait 10 s for its UDP listener to end


async def rows(client: InfluxDBClient, query: str, count: int) -> list[Any]:
    """What a query gives as soon as there are so many rows: nobody says when datagrams deliver."""
    async with asyncio.timeout(120):
        while True:
            with suppress(QueryError):  # the database is made with the first points
                (result,) = await client.execute(query, epoch="ns")
                values = [list(row) for series in result.series for row in series.values]
                if len(values) >= count:
                    return values
            await asyncio.sleep(0.005)


async def test_datagrams_are_stored_whole_or_dropped_silently(server: Server) -> None:
    async with (
        InfluxDBClient(server.url, db="d") as client,
        InfluxDBClient(
            server.udp_url, db="d", transport={"type": "udp", "precision": "s"}
        ) as lines,
    ):
        await lines.write_lines(b"m v=1 1\nbad\nm v=2 2\n", precision="s")
        await lines.write_lines(b"m v=3 3\nm v=4 4\n", precision="s")
        assert await rows(client, "SELECT v FROM m", 2) == [[3_000_000_000, 3], [4_000_000_000, 4]]
        await lines.write_lines(b'm v="x" 5\nm v=6 6\n', precision="s")
        assert (await rows(client, "SELECT v FROM m", 3))[2:] == [[6_000_000_000, 6]]
        await client.drop_database("d")
        await lines.write_lines(b"m v=7 7\n", precision="s")
        assert await client.databases() == []


def test_a_port_for_datagrams_that_is_taken_is_an_error() -> None:
    with serve(udp=0) as served, pytest.raises(OSError, match="in use"):
        serve(udp=int(served.udp_url.rpartition(":")[2]))


def test_datagrams_of_a_test_need_no_socket() -> None:
    fake = FakeInfluxDB(config={"udp.retention-policy": "nosuch"})
    fake.receive(b"m v=1 1")
    assert [list(row) for row in fake.query("SHOW DATABASES")[0].series[0].values] == [["udp"]]
    assert fake.query("SELECT v FROM m", "udp")[0].series == []
