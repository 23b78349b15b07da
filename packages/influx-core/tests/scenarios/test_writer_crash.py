"""The promise under fire: producer and server are killed, the network fails, nothing is missing.

INFLUX_CRASH_SECONDS makes the time of trouble longer. What is missing then has to arrive in time.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from influx_core import blocking
from influx_testing.influxd import Influxd, find_influxd

POINTS = 200_000
SECONDS = float(os.environ.get("INFLUX_CRASH_SECONDS", "6"))
BOUND = 300.0
"""The seconds after which a producer hangs that nobody troubles any more."""
PRODUCER = Path(__file__).with_name("crash_producer.py")


class Network:
    """A proxy on loopback whose connections are reset, stalled, or cut before the answer."""

    def __init__(self, target: Callable[[], str], dice: random.Random) -> None:
        self.trouble = 0.0
        self._target = target
        self._dice = dice
        self._tasks: set[asyncio.Task[None]] = set()

    @contextmanager
    def running(self) -> Iterator[str]:
        started: list[str] = []
        ready, stop = threading.Event(), asyncio.Event()
        loop = asyncio.new_event_loop()

        async def serve() -> None:
            server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
            host, port = server.sockets[0].getsockname()
            started.append(f"http://{host}:{port}")
            ready.set()
            await stop.wait()
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

        thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
        thread.start()
        assert ready.wait(30)
        try:
            yield started[0]
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join(30)
            loop.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                while await self._exchange(reader, writer):
                    pass
        finally:
            self._tasks.discard(task)
            reset(writer)

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Carry one request and its answer; whether the connection goes on."""
        request = await message(reader)
        fault = self._dice.choice(["reset", "stall", "cut"])
        if self._dice.random() > self.trouble:
            fault = "none"
        if fault == "stall":
            await asyncio.sleep(3)
        if fault in ("reset", "stall"):
            return False
        answer = await asked(self._target(), request)
        writer.write(answer[: len(answer) // 2] if fault == "cut" else answer)
        await writer.drain()
        return fault == "none"


async def message(reader: asyncio.StreamReader) -> bytes:
    """Read one request or answer that says how long it is, or has no body."""
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line[15:] for line in head.lower().split(b"\r\n") if line[:15] == b"content-length:"]
    return head + await reader.readexactly(int(lengths[0]) if lengths else 0)


async def asked(url: str, request: bytes) -> bytes:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        writer.write(request)
        return await message(reader)
    finally:
        writer.close()


def reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST instead of FIN."""
    with suppress(OSError):
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


class Producer:
    """The process that writes."""

    def __init__(self, url: str, home: Path) -> None:
        self._notes = home / "notes"
        files = [str(home / "spool"), str(self._notes)]
        numbers = [str(POINTS), str(SECONDS * 0.8)]
        self._command = [sys.executable, str(PRODUCER), url, *files, *numbers]
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self._command, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(30)

    def noted(self) -> int:
        lines = self._notes.read_bytes().split(b"\n")[:-1] if self._notes.exists() else []
        return int(lines[-1]) if lines else 0


def make_trouble(seconds: float, dice: random.Random, actions: list[Callable[[], None]]) -> None:
    """Do one of the actions after another, at random moments, but each of them once."""
    end = time.monotonic() + seconds
    missing = actions.copy()
    while time.monotonic() < end or missing:
        time.sleep(dice.uniform(0.1, 0.8))
        action = dice.choice(actions)
        action()
        if action in missing:
            missing.remove(action)


@pytest.fixture
def server(tmp_path):
    if find_influxd() is None:
        pytest.skip("influxd is not installed")
    server = Influxd(tmp_path)
    yield server
    server.stop()


@pytest.mark.slow
def test_every_acknowledged_point_survives_kills_restarts_and_a_bad_network(server, tmp_path):
    dice = random.Random(8)
    network = Network(lambda: server.url, random.Random(8))
    server.start()
    with blocking.InfluxDBClient(server.url) as client:
        client.create_database("crash")
    with network.running() as url:
        producer = Producer(url, tmp_path)
        kills: list[int] = []

        def kill_producer() -> None:
            producer.kill()
            kills.append(producer.noted())
            producer.start()

        def kill_server() -> None:
            server.kill()
            time.sleep(dice.uniform(0, 1))
            server.start()

        def stop_server() -> None:
            server.stop()
            server.start()

        def spoil_network() -> None:
            network.trouble = dice.choice([0.3, 0.7, 0.0])

        try:
            actions = [kill_producer, kill_producer, kill_server, stop_server, spoil_network]
            make_trouble(SECONDS, dice, actions)
            network.trouble = 0.0
            _, complaints = producer.process.communicate(timeout=BOUND)
            assert (producer.process.returncode, producer.noted()) == (0, POINTS), complaints
        finally:
            producer.kill()
            with blocking.InfluxDBClient(server.url, db="crash") as client:
                counted = client.raw_query("SELECT count(f), sum(f) FROM m")
    assert len(kills) > 1
    assert kills == sorted(kills)
    assert counted.values[0][1:] == [POINTS, POINTS * (POINTS + 1) // 2]
