"""A transport that receives responses ahead of their reader, in bounded memory."""

from __future__ import annotations

import asyncio

import pytest

from influx_core.interfaces import LocalResponse, Request
from influx_shell._connection.brief_transport import BriefTransport
from influx_shell._connection.read_ahead import ReadAheadTransport
from influx_testing.conformance import TransportSuite


class TestReadAheadTransport(TransportSuite):
    """The suite for every HTTP transport."""

    def make(self) -> ReadAheadTransport:
        return ReadAheadTransport(BriefTransport())


class Pieces:
    """A response of pieces, which counts those that were taken."""

    def __init__(self, count: int, error: Exception | None = None) -> None:
        self.count = count
        self.error = error
        self.taken = 0
        self.closed = False
        self.status = 200
        self.headers = {"x": "y"}

    async def chunks(self):
        for number in range(self.count):
            self.taken += 1
            yield b"%05d" % number
            await asyncio.sleep(0)
        if self.error is not None:
            raise self.error

    async def aclose(self) -> None:
        self.closed = True


class OneResponse:
    """A transport with one response."""

    def __init__(self, response: Pieces) -> None:
        self.response = response

    async def send(self, request: Request) -> Pieces | LocalResponse:
        return self.response

    async def aclose(self) -> None:
        pass


async def settled() -> None:
    for _ in range(500):
        await asyncio.sleep(0)


async def sent(response: Pieces, limit: int = 1000):
    transport = ReadAheadTransport(OneResponse(response), limit)
    return await transport.send(Request("GET", "/query"))


async def test_a_response_is_received_before_it_is_read():
    pieces = Pieces(20)
    response = await sent(pieces)
    await settled()
    assert pieces.taken == 20
    assert (response.status, response.headers) == (200, {"x": "y"})
    assert [piece async for piece in response.chunks()] == [b"%05d" % n for n in range(20)]
    await response.aclose()


async def test_no_more_is_held_than_the_limit_and_a_piece():
    pieces = Pieces(200)
    response = await sent(pieces, limit=50)
    await settled()
    assert pieces.taken == 11
    read = 0
    async for _ in response.chunks():
        read += 1
        await settled()
        assert pieces.taken <= read + 11
    assert read == 200
    await response.aclose()


async def test_an_error_follows_what_was_received_before_it():
    response = await sent(Pieces(3, ConnectionError("it broke")))
    await settled()
    chunks = response.chunks()
    assert [await anext(chunks) for _ in range(3)] == [b"00000", b"00001", b"00002"]
    with pytest.raises(ConnectionError, match="it broke"):
        await anext(chunks)
    await response.aclose()


async def test_a_response_that_is_closed_is_received_no_further():
    pieces = Pieces(200)
    response = await sent(pieces, limit=5)
    await settled()
    await response.aclose()
    await settled()
    assert pieces.closed
    assert pieces.taken == 2
