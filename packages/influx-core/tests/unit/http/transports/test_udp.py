from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from influx_core import ConfigError, InfluxDBClient, RequestTooLarge
from influx_core._http.transports.udp import UDPTransport


class Listener(asyncio.DatagramProtocol):
    """Keeps what arrives."""

    def __init__(self) -> None:
        self.arrived: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.arrived.put_nowait(data)

    async def datagrams(self, count: int) -> list[bytes]:
        return [await asyncio.wait_for(self.arrived.get(), 60) for _ in range(count)]


@pytest.fixture
async def listening() -> AsyncIterator[tuple[Listener, str]]:
    loop = asyncio.get_running_loop()
    socket, listener = await loop.create_datagram_endpoint(Listener, local_addr=("127.0.0.1", 0))
    yield listener, f"udp://127.0.0.1:{socket.get_extra_info('sockname')[1]}"
    socket.close()
    await asyncio.sleep(0)


async def test_lines_travel_in_datagrams_cut_at_their_ends(listening):
    listener, url = listening
    async with InfluxDBClient(url, transport={"type": "udp", "payload": 20}) as client:
        await client.write_lines(b'm f="a\nb" 1\nm f=1 2\nm f=2 3\n')
        assert await listener.datagrams(2) == [b'm f="a\nb" 1\nm f=1 2\n', b"m f=2 3\n"]


async def test_the_scheme_chooses_it(listening):
    listener, url = listening
    async with InfluxDBClient(url) as client:
        await client.write("m", {"t": "x"}, {"f": 1}, 5)
        assert await listener.datagrams(1) == [b"m,t=x f=1i 5\n"]


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda client: client.ping(), "carries writes of api 'v1' and nothing else, not /ping"),
        (lambda client: client.databases(), "not /query"),
        (lambda client: client.write("m", {}, {"f": 1}, 5, precision="s"), "timestamps for ns"),
    ],
)
async def test_what_nobody_would_understand_is_not_sent(listening, call, reason):
    async with InfluxDBClient(listening[1]) as client:
        with pytest.raises(ConfigError, match=reason):
            await call(client)


async def test_a_listener_can_be_configured_for_another_precision(listening):
    listener, url = listening
    options = {"type": "udp", "precision": "s"}
    async with InfluxDBClient(url, precision="s", transport=options) as client:
        await client.write("m", {}, {"f": 1}, 5)
        assert await listener.datagrams(1) == [b"m f=1i 5\n"]


async def test_a_line_that_fits_no_datagram_is_refused(listening):
    async with InfluxDBClient(listening[1]) as client:
        with pytest.raises(RequestTooLarge, match="65507"):
            await client.write("m", {}, {"f": "x" * 70_000}, 5)


async def test_a_port_is_needed_and_a_closed_transport_says_so():
    async with InfluxDBClient("udp://localhost") as client:
        with pytest.raises(ConfigError, match="needs host and port"):
            await client.write("m", {}, {"f": 1}, 5)
    with pytest.raises(ConfigError, match="closed"):
        await client.write("m", {}, {"f": 1}, 5)


def test_a_payload_has_a_size_a_datagram_can_have():
    with pytest.raises(ConfigError, match="payload 70000"):
        UDPTransport(payload=70_000)
