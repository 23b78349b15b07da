"""Runs clients and batch writers on servers that fail and restart; memory and handles stay flat.

    python tests/soak.py [SECONDS] [SEED]

One server is a fake in a process of its own that fails at random. This process writes, queries,
abandons streams and cancels calls. The other server is influxd, which is stopped or killed and
started again while one batch writer with a spool writes to it all the time; at the end it must
have every point. Memory, file descriptors, threads, tasks and the size of the spools are sampled;
the program fails if the last quarter of the samples is above the second one.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from influx_core import BatchWriter, InfluxDBClient, InfluxDBError, blocking
from influx_testing.influxd import Influxd

PAGE = 4096
TIMES = 5_000
"""The timestamps in use: points replace each other, so the server's data does not grow."""

MOST_SPOOLED = 100
"""Batches in a spool above which no more points are put."""

DOWN = 0.5
"""Seconds that influxd is down, at each restart."""

ALLOWED = {
    "megabytes": 8.0,
    "descriptors": 3.0,
    "threads": 2.0,
    "tasks": 3.0,
    "server": 12.0,
    "spools": 8.0,
}
"""How far the last quarter may be above the second one."""


@dataclass(frozen=True)
class Sample:
    """What this process, and the server, hold at one moment."""

    megabytes: float
    descriptors: float
    threads: float
    tasks: float
    server: float
    spools: float


def megabytes(process: int | str) -> float:
    resident = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return resident * PAGE / 1e6


def sample(server: int, folder: Path) -> Sample:
    return Sample(
        megabytes("self"),
        len(list(Path("/proc/self/fd").iterdir())),
        threading.active_count(),
        len(asyncio.all_tasks()),
        megabytes(server),
        sum(path.stat().st_size for path in folder.glob("*.spool*")) / 1e6,
    )


@contextlib.contextmanager
def failing_server() -> Iterator[tuple[str, int]]:
    """A fake that fails at random, in a process of its own: its URL and its process id."""
    command = [sys.executable, "-m", "influx_testing", "--port", "0", "--quiet", "--chaos", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().removeprefix("listening on ").strip()
        try:
            yield url, process.pid
        finally:
            process.terminate()


async def created(client: InfluxDBClient) -> bool:
    try:
        await client.create_database("soak")
    except InfluxDBError:
        return False
    return True


def writer_settings(folder: Path, name: str) -> dict[str, Any]:
    """Settings of a writer with a spool that tries again soon."""
    return {
        "spool": {"type": "sqlite", "path": str(folder / f"{name}.spool")},
        "dead_letter": str(folder / f"{name}.rejected.lp"),
        "flush_interval": 0.05,
        "backoff": 0.01,
        "max_retry_delay": 0.2,
        "queue_points": 5_000,
    }


async def has_few_spooled(writer: BatchWriter) -> None:
    """Wait until the spool is small: on a slow machine its file would grow by what waits in it."""
    while writer.backlog > MOST_SPOOLED:  # noqa: ASYNC110 - a spool has no event to wait for
        await asyncio.sleep(0.05)


async def put_points(client: InfluxDBClient, folder: Path, end: float) -> int:
    """Put points into a writer with a spool until the end; how many were settled."""
    written = 0
    while monotonic() < end:
        async with client.writer(**writer_settings(folder, "failing")) as writer:
            stop = min(end, monotonic() + 5)
            while monotonic() < stop:
                batch = [
                    ("soak", {"host": f"h{n % 7}"}, {"f": float(n)}, n % TIMES) for n in range(200)
                ]
                await has_few_spooled(writer)
                receipt = await writer.put_many(batch)
                with contextlib.suppress(TimeoutError, InfluxDBError):
                    async with asyncio.timeout(random.random() / 10):
                        await receipt
                await asyncio.sleep(0.01)
        written += writer.counters.written
        (folder / "failing.rejected.lp").unlink(missing_ok=True)
    return written


async def query(client: InfluxDBClient, end: float) -> int:
    """Query, stream and cancel until the end; how many calls succeeded."""
    succeeded = 0
    while monotonic() < end:
        with contextlib.suppress(InfluxDBError, TimeoutError):
            async with asyncio.timeout(0.2 if random.random() < 0.2 else 10):
                await client.execute("SELECT mean(f) FROM soak GROUP BY host")
                succeeded += 1
        with contextlib.suppress(InfluxDBError):
            async with contextlib.aclosing(
                client.stream("SELECT f FROM soak", chunk_size=100)
            ) as pieces:
                async for _ in pieces:
                    if random.random() < 0.5:
                        break
        await asyncio.sleep(0.01)
    return succeeded


def use_threads(url: str, end: float) -> None:
    """Create and close blocking clients until the end."""
    while monotonic() < end:
        with blocking.InfluxDBClient(url, "soak") as client, contextlib.suppress(InfluxDBError):
            client.execute("SHOW MEASUREMENTS")


async def restart(server: Influxd, period: float, end: float) -> int:
    """Stop or kill influxd once a period until the end, and start it again; how often."""
    restarts = 0
    while monotonic() + period < end:
        await asyncio.sleep(period * random.uniform(0.5, 1.5))
        await asyncio.to_thread(random.choice((server.stop, server.kill)))
        await asyncio.sleep(DOWN)
        await asyncio.to_thread(server.start)
        restarts += 1
    return restarts


async def put_in_order(client: InfluxDBClient, folder: Path, end: float) -> int:
    """Put points with times of their own into one writer until the end; how many."""
    put = 0
    async with client.writer(**writer_settings(folder, "restarted")) as writer:
        while monotonic() < end:
            await has_few_spooled(writer)
            await writer.put_many(
                [("restarts", {"host": f"h{n % 7}"}, {"f": n}, n) for n in range(put, put + 100)]
            )
            put += 100
            await asyncio.sleep(0.05)
    return put


async def stored_points(client: InfluxDBClient, expected: int) -> int:
    """How many points are stored, as soon as all are, or after a minute."""
    stored, end = 0, monotonic() + 60
    while stored < expected and monotonic() < end:
        await asyncio.sleep(0.2)
        stored = (await client.execute("SELECT count(f) FROM restarts")).scalar()
    return stored


async def ask(client: InfluxDBClient, end: float) -> None:
    """Query a server that restarts until the end; failures are on purpose."""
    while monotonic() < end:
        with contextlib.suppress(InfluxDBError):
            await client.execute("SELECT f FROM restarts WHERE time < 1000")
        await asyncio.sleep(0.1)


async def survive_restarts(folder: Path, seconds: float) -> str:
    """Write to influxd while it restarts; it must have each point at the end."""
    end = monotonic() + seconds
    (folder / "influxd").mkdir()
    server = Influxd(folder / "influxd")
    try:
        await asyncio.to_thread(server.start)
        async with InfluxDBClient(server.url, "soak", timeout=10) as client:
            await client.create_database("soak")
            restarts, put, _ = await asyncio.gather(
                restart(server, max(3.0, seconds / 90), end),
                put_in_order(client, folder, end),
                ask(client, end),
            )
            # That writer has delivered or spooled each point; a new one delivers what is spooled.
            async with client.writer(**writer_settings(folder, "restarted")):
                stored = await stored_points(client, put)
    finally:
        await asyncio.to_thread(server.stop)
    assert stored == put, f"{put:,} points put, {stored:,} stored"
    return f"{put:,} points put while influxd restarted {restarts} times, and all are stored"


async def soak(url: str, server: int, seconds: float) -> list[Sample]:
    """Do all of it at the same time, and take samples."""
    end = monotonic() + seconds
    samples: list[Sample] = []
    with tempfile.TemporaryDirectory() as folder:
        async with InfluxDBClient(url, "soak", timeout=2) as client:
            while not await created(client):  # noqa: ASYNC110 - a server has no event to wait for
                await asyncio.sleep(0.1)
            work = asyncio.gather(
                put_points(client, Path(folder), end),
                query(client, end),
                asyncio.to_thread(use_threads, url, end),
                survive_restarts(Path(folder), seconds),
            )
            while not work.done():
                await asyncio.sleep(min(5.0, seconds / 40))
                samples.append(sample(server, Path(folder)))
            written, succeeded, _, restarted = await work
    sys.stdout.write(f"{written:,} points written, {succeeded:,} queries succeeded\n{restarted}\n")
    assert written > 0
    assert succeeded > 0
    return samples


def growth(samples: list[Sample]) -> dict[str, tuple[float, float]]:
    """For each kind, the medians of the second and of the last quarter."""
    quarter = len(samples) // 4
    columns = dict(zip(ALLOWED, zip(*map(astuple, samples), strict=True), strict=True))
    return {
        name: (
            statistics.median(values[quarter : 2 * quarter]),
            statistics.median(values[-quarter:]),
        )
        for name, values in columns.items()
    }


def main() -> int:
    """Run, report and judge; 1 if something has grown."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(2**32)
    random.seed(seed)
    sys.stdout.write(f"{seconds:g} s with seed {seed}\n")
    sys.stdout.flush()
    logging.disable()  # the failures are on purpose
    os.environ["INFLUX_BLOCK_PLUGINS"] = "parrot"  # a plugin of the tests, which keeps all it hears
    with failing_server() as (url, server):
        samples = asyncio.run(soak(url, server, seconds))
    grown = False
    for name, (before, after) in growth(samples).items():
        failed = after - before > ALLOWED[name]
        grown = grown or failed
        verdict = "GREW" if failed else "flat"
        sys.stdout.write(f"{verdict}  {name:12} {before:10.1f} -> {after:10.1f}\n")
    return int(grown)


if __name__ == "__main__":
    sys.exit(main())
