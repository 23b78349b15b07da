"""LoopbackServer: responds to every request with the same bytes, and records the requests."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Self

__all__ = ["LoopbackServer", "RawRequest", "closed_port"]


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A request as received.

    Attributes:
        method: the HTTP method.
        target: the path and the query, percent-encoded.
        headers: the headers, with names in lower case.
        body: the body, without transfer encoding.
    """

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class LoopbackServer:
    """A server on a loopback port, as an async context manager.

    Args:
        answer: what it sends for every request; None sends the request's path as the body.
        stall: whether it then waits for the client to close the connection, instead of closing it.
        pause: seconds before the answer.

    Attributes:
        url: its address.
        requests: the requests received, in order.
        asked: set when a request has arrived.
        hung_up: set when a client has closed its connection.
        tasks: the server's own tasks.
    """

    def __init__(self, answer: bytes | None, *, stall: bool = False, pause: float = 0) -> None:
        self.url = ""
        self.requests: list[RawRequest] = []
        self.asked = asyncio.Event()
        self.hung_up = asyncio.Event()
        self.tasks: set[asyncio.Task[Any]] = set()
        self._answer = answer
        self._stall = stall
        self._pause = pause
        self._writers: list[asyncio.StreamWriter] = []

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*self.tasks)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        self._writers.append(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            request = await _read(reader)
            self.requests.append(request)
            self.asked.set()
            await asyncio.sleep(self._pause)
            writer.write(_echo(request) if self._answer is None else self._answer)
            await writer.drain()
            if self._stall:
                await reader.read()
                self.hung_up.set()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def _read(reader: asyncio.StreamReader) -> RawRequest:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return RawRequest(method, target, headers, await _read_body(reader, headers))


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return await reader.readexactly(int(headers.get("content-length", 0)))
    body = b""
    while size := int(await reader.readline(), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    return body


def _echo(request: RawRequest) -> bytes:
    body = request.target.encode()
    return f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


@contextlib.contextmanager
def closed_port() -> Generator[str]:
    """The URL of a loopback port on which nothing listens, and which nobody takes meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
