"""Writes points to a real influxd through the batch writer, and as bodies encoded beforehand.

    python benchmarks/writer.py [--url URL] [--points 500000] [--rounds 3] [--only "NAME;NAME"]

Without a URL it starts an influxd of its own. The rounds of all contestants are interleaved, each
into an empty database, and what arrived is counted by query; the table shows medians: points a
second, the ratio to the bodies that were encoded beforehand (two requests in flight, as the writer
has) in the same round, and the client's CPU a million points. Ours run with the compiled
serializer, if influx-speedups is installed, and with the Python one. All clients get points as
they like them best, made before. Clients that are not installed are left out, which is said.
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

from influx_core import ConfigError, DataPoint, InfluxDBClient
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


def writer_put_many(serializer: str) -> Contestant:
    async def contestant(url: str, db: str, data: Points) -> tuple[float, float]:
        async with InfluxDBClient(url, db=db, serializer=serializer) as client:
            watch = Stopwatch()
            async with client.writer() as writer:
                await (await writer.put_many(data))
            return watch.read()

    return contestant


def writer_put(serializer: str) -> Contestant:
    async def contestant(url: str, db: str, data: Points) -> tuple[float, float]:
        async with InfluxDBClient(url, db=db, serializer=serializer) as client:
            watch = Stopwatch()
            async with client.writer() as writer:
                for point in data:
                    await writer.put(point)
            return watch.read()

    return contestant


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


async def influxdb_client(url: str, db: str, data: Points) -> tuple[float, float]:
    from influxdb_client import InfluxDBClient as Theirs
    from influxdb_client import Point, WriteOptions

    rows = [
        Point.from_dict({"measurement": p.measurement, "tags": p.tags, "fields": p.fields})
        for p in data
    ]
    for row, point in zip(rows, data, strict=True):
        row.time(point.timestamp)
    client = Theirs(url, token="-", org="-")
    call_api = client.api_client.call_api

    def to_1x(
        path: str, method: str, _places: object, _query: object, *rest: Any, **more: Any
    ) -> Any:
        """Let it write where InfluxDB 1.x before 1.8 takes points; the rest is its own work."""
        return call_api("/write", method, {}, [("db", db)], *rest, **more)

    client.api_client.call_api = to_1x
    watch = Stopwatch()
    with client.write_api(WriteOptions(batch_size=BATCH)) as writer:
        writer.write(db, record=rows)
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


BASE = "encoded before"
COMPILED, PYTHON = "compiled-line-protocol", "line-protocol"

CONTESTANTS: dict[str, Contestant] = {
    BASE: encoded_before,
    "put_many, influx-speedups": writer_put_many(COMPILED),
    "put, influx-speedups": writer_put(COMPILED),
    "put_many, pure Python": writer_put_many(PYTHON),
    "put, pure Python": writer_put(PYTHON),
    "aioinflux": aioinflux,
    "influxdb": influxdb_python,
    "influxdb-client": influxdb_client,
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
    parser.add_argument("--only", type=lambda text: text.split(";"), default=list(CONTESTANTS))
    options = parser.parse_args()
    data = points(options.points)
    names = [name for name in CONTESTANTS if name == BASE or name in options.only]
    results: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    with ExitStack() as stack:
        url = options.url or stack.enter_context(influxd())
        for _ in range(options.rounds):
            for name in list(results):
                try:
                    results[name].append(asyncio.run(race(url, CONTESTANTS[name], data)))
                except (ImportError, ConfigError) as error:
                    print(f"{name}: left out, {error}")
                    del results[name]
    base = [wall for wall, _ in results[BASE]]
    print(f"{'':28}{'points/s':>12}{'ratio':>8}{'CPU s a million':>18}")
    for name, rounds in results.items():
        rate = options.points / statistics.median(wall for wall, _ in rounds)
        ratio = statistics.median(b / wall for b, (wall, _) in zip(base, rounds, strict=True))
        cpu = statistics.median(cpu for _, cpu in rounds) / options.points * 1e6
        print(f"{name:28}{rate:>12,.0f}{ratio:>8.2f}{cpu:>18.2f}")


if __name__ == "__main__":
    main()
