"""Programs with a batch writer are interrupted (Ctrl-C), once or more, while the server hangs.

The first interrupt ends the program in order, within `close_timeout`. The second one ends it at
once. In both cases points are in the spool, or are reported as lost.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from influx_core.parts import SQLiteSpool

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process"),
]

POINTS = 100

PROGRAMS = {
    "asyncio": """
        import asyncio

        async def main():
            async with InfluxDBClient(url, db="d") as client:
                async with client.writer(spool=spool, close_timeout=60) as writer:
                    for n in range(100):
                        await writer.put(("m", {"t": str(n)}, {"f": 1}, n))
                    print("ready", flush=True)
                    await asyncio.sleep(60)

        asyncio.run(main())
        """,
    "blocking": """
        with blocking.InfluxDBClient(url, db="d") as client:
            with client.writer(spool=spool, close_timeout=60) as writer:
                for n in range(100):
                    writer.put(("m", {"t": str(n)}, {"f": 1}, n))
                print("ready", flush=True)
                time.sleep(60)
        """,
    "blocking, never left": """
        client = blocking.InfluxDBClient(url, db="d")
        writer = client.writer(spool=spool, close_timeout=60)
        writer.__enter__()
        for n in range(100):
            writer.put(("m", {"t": str(n)}, {"f": 1}, n))
        print("ready", flush=True)
        time.sleep(60)
        """,
}
HEAD = """
import signal, sys, time
from influx_core import InfluxDBClient, blocking
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background ignores interrupts
url, spool = sys.argv[1], sys.argv[2] or None
"""


@pytest.fixture
def hanging_url() -> Iterator[str]:
    """The URL of a server that accepts connections, and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def interrupted(program: str, url: str, spool: str, pauses: tuple[float, ...]) -> str:
    """Run a program, interrupt it before each pause; return its stderr."""
    text = HEAD + textwrap.dedent(PROGRAMS[program])
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", text, url, spool], stdout=pipe, stderr=pipe, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            for pause in pauses:
                process.send_signal(signal.SIGINT)
                time.sleep(pause)
            _, told = process.communicate(timeout=300)
        finally:
            process.kill()
    assert process.returncode != 0
    return told


@pytest.mark.parametrize("pauses", [(0.5, 0.0), (0.05, 0.05, 0.0)], ids=["twice", "three times"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_further_interrupts_end_a_program_whose_points_stay_in_the_spool(
    hanging_url: str, tmp_path: Path, program: str, pauses: tuple[float, ...]
) -> None:
    path = tmp_path / "points.spool"
    told = interrupted(program, hanging_url, str(path), pauses)
    spool = SQLiteSpool(path)
    try:
        assert sum(batch.points for batch in spool.open()) == POINTS
    finally:
        spool.close()
    assert told.count("Traceback (most recent call last)") <= len(pauses)


@pytest.mark.parametrize("program", PROGRAMS)
def test_further_interrupts_tell_what_is_lost_without_a_spool(
    hanging_url: str, program: str
) -> None:
    told = interrupted(program, hanging_url, "", (0.5, 0.0))
    assert f"{POINTS} points were not delivered" in told
    assert told.count("Traceback (most recent call last)") <= 2
