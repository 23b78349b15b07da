"""Writes points to a real influxd through the batch writer, and as bodies encoded beforehand.

    python benchmarks/writer.py [--url URL] [--points 500000] [--rounds 3]

Without a URL it starts an influxd of its own. The rounds of all contestants are interleaved, each
into an empty database; the table shows medians: points a second, the ratio to the bodies that were
encoded beforehand (two requests in flight, as the writer has), and the client's CPU a million
points. Clients that are not installed are left out, which is said.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import time
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

from influx_core import DataPoint, InfluxDBClient
from influx_core.lineprotocol import encode
from influx_testing.influxd import influxd

BATCH = 5_000
START_NS = 1_600_000_000_000_000_000

Points = list[DataPoint]
Contestant = Callable[[str, str, Points], Coroutine[Any, Any, tuple[float, float]]]


def points(count: int) -> Points:
    """4 tags, 3 floats, an integer, a string."""
    source = random.Random(1)
    return [
        DataPoint(
            "cpu",
            {"host": f"host-{n % 100}", "region": "eu-west", "rack": f"r{n % 7}", "os": "linux"},
            {
                **{f"float_{k}": source.random() * 100 for k in range(3)},
                "integer": source.randrange(10**6),
                "string": f"state {n % 50}",
            },
            START_NS + n * 1_000_003,
        )
        for n in range(count)
    ]


class Stopwatch:
    """Seconds of the clock, and of this process' CPU."""

    def __init__(self) -> None:
        self._start = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        return time.perf_counter() - self._start[0], time.process_time() - self._start[1]


async def encoded_before(url: str, db: str, data: Points) -> tuple[float, float]:
    bodies = [encode(data[start : start + BATCH]) for start in range(0, len(data), BATCH)]
    async with InfluxDBClient(url, db=db) as client:
        remaining = iter(bodies)

        async def send() -> None:
            for body in remaining:
                await client.write_lines(body)

        watch = Stopwatch()
        await asyncio.gather(send(), send())
        return watch.read()


async def writer_put_many(url: str, db: str, data: Points) -> tuple[float, float]:
    async with InfluxDBClient(url, db=db) as client:
        watch = Stopwatch()
        async with client.writer() as writer:
            await (await writer.put_many(data))
        return watch.read()


async def writer_put(url: str, db: str, data: Points) -> tuple[float, float]:
    async with InfluxDBClient(url, db=db) as client:
        watch = Stopwatch()
        async with client.writer() as writer:
            for point in data:
                await writer.put(point)
        return watch.read()


async def influxdb_python(url: str, db: str, data: Points) -> tuple[float, float]:
    from influxdb import InfluxDBClient as Theirs

    parts = urlsplit(url)
    client = Theirs(parts.hostname, parts.port, database=db)
    rows = [
        {"measurement": p.measurement, "tags": p.tags, "fields": p.fields, "time": p.timestamp}
        for p in data
    ]
    watch = Stopwatch()
    client.write_points(rows, batch_size=BATCH)
    read = watch.read()
    client.close()
    return read


async def aioinflux(url: str, db: str, data: Points) -> tuple[float, float]:
    from aioinflux import InfluxDBClient as Theirs

    parts = urlsplit(url)
    rows = [
        {"measurement": p.measurement, "tags": p.tags, "fields": p.fields, "time": p.timestamp}
        for p in data
    ]
    async with Theirs(parts.hostname, parts.port, db=db) as client:
        watch = Stopwatch()
        for start in range(0, len(rows), BATCH):
            await client.write(rows[start : start + BATCH])
        return watch.read()


CONTESTANTS: dict[str, Contestant] = {
    "encoded before": encoded_before,
    "writer.put_many": writer_put_many,
    "writer.put": writer_put,
    "influxdb": influxdb_python,
    "aioinflux": aioinflux,
}


async def race(url: str, contestant: Contestant, data: Points) -> tuple[float, float]:
    """Let one write into a database of its own, and count what arrived."""
    async with InfluxDBClient(url, db="race") as client:
        await client.drop_database("race")
        await client.create_database("race")
        result = await contestant(url, "race", data)
        counted = (await client.execute("SELECT count(integer) FROM cpu")).series[0].values
        assert counted[0][1] == len(data), counted
        await client.drop_database("race")
        return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url")
    parser.add_argument("--points", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    data = points(options.points)
    results: dict[str, list[tuple[float, float]]] = {name: [] for name in CONTESTANTS}
    with ExitStack() as stack:
        url = options.url or stack.enter_context(influxd())
        for _ in range(options.rounds):
            for name, contestant in list(CONTESTANTS.items()):
                try:
                    results[name].append(asyncio.run(race(url, contestant, data)))
                except ImportError as error:
                    print(f"{name}: left out, {error}")
                    del CONTESTANTS[name]
    base = statistics.median(wall for wall, _ in results["encoded before"])
    print(f"{'':18}{'points/s':>12}{'ratio':>8}{'CPU s a million':>18}")
    for name in CONTESTANTS:
        wall = statistics.median(wall for wall, _ in results[name])
        cpu = statistics.median(cpu for _, cpu in results[name])
        rate, each = options.points / wall, cpu / options.points * 1e6
        print(f"{name:18}{rate:>12,.0f}{base / wall:>8.2f}{each:>18.2f}")


if __name__ == "__main__":
    main()
