"""Writes rows to a real influxd and reads them, beside aioinflux, influxdb and influxdb-client.

    python benchmarks/client.py --rows 1000000 --rounds 3

Every piece of work runs in a process of its own, and the contestants take turns. Reading is also
measured as reading the bytes and throwing them away, which no client can beat. influx_core runs
once more without influx-speedups where that is installed. Peers that are not installed are named
and left out. CPU is that of the contestant's process; the server's is its own. Trust the ratios of
one run, not its seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import json
import os
import resource
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from influx_core import InfluxDBClient
from influx_testing.influxd import influxd

DB = "benchmark"
FULL, WARM = "full", "warm"
START = 1_577_836_800_000_000_000
BATCH = 5_000
WARM_ROWS = 10
QUERY = "SELECT * FROM {}"
CHUNK = 25_000
DISCARD = "read and discard"
PURE = "without speedups"


class Measured(NamedTuple):
    """What one piece of work cost: seconds, seconds of CPU, and MB the peak of memory grew."""

    seconds: float
    cpu: float
    grown: float


def measured(work: Callable[[], object]) -> Measured:
    """Do it once in this process; the growth is beyond what was in memory before."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cpu, began = time.process_time(), time.perf_counter()
    work()
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak
    return Measured(seconds, cpu, grown / 1024)


def rows(count: int) -> Iterator[tuple[dict[str, str], dict[str, Any], int]]:
    """Tags, fields and times: two tags, two floats and an integer, one a millisecond."""
    for i in range(count):
        tags = {"host": f"server{i % 20}", "region": "eu"}
        yield tags, {"load": i / 7, "temp": i % 90 + 0.25, "n": i}, START + i * 10**6


def batches(count: int) -> Iterator[list[Any]]:
    """The rows in lists of the size of a request."""
    batch: list[Any] = []
    for row in rows(count):
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


class Ours:
    """influx_core: asyncio; `write_many` and `stream`."""

    def write(self, url: str, count: int, measurement: str) -> None:
        async def work() -> None:
            async with InfluxDBClient(url, db=DB) as client:
                points = ((measurement, tags, fields, time) for tags, fields, time in rows(count))
                await client.write_many(points)

        asyncio.run(work())

    def read(self, url: str, count: int, measurement: str) -> None:
        async def work() -> None:
            async with InfluxDBClient(url, db=DB) as client:
                read = 0
                async for piece in client.stream(QUERY.format(measurement)):
                    read += len(piece)
                assert read == count

        asyncio.run(work())


class Aioinflux:
    """aioinflux: asyncio."""

    def write(self, url: str, count: int, measurement: str) -> None:
        async def work() -> None:
            async with self._client(url) as client:
                for batch in batches(count):
                    await client.write(
                        [
                            {"measurement": measurement, "tags": t, "fields": f, "time": time}
                            for t, f, time in batch
                        ]
                    )

        asyncio.run(work())

    def read(self, url: str, count: int, measurement: str) -> None:
        async def work() -> None:
            async with self._client(url) as client:
                read = 0
                query = QUERY.format(measurement)
                async for chunk in await client.query(query, chunked=True, chunk_size=CHUNK):
                    for result in chunk["results"]:
                        read += sum(len(series["values"]) for series in result["series"])
                assert read == count

        asyncio.run(work())

    def _client(self, url: str) -> Any:
        import aioinflux

        parts = urllib.parse.urlsplit(url)
        return aioinflux.InfluxDBClient(host=parts.hostname, port=parts.port, db=DB)


class Influxdb:
    """influxdb: blocking."""

    def write(self, url: str, count: int, measurement: str) -> None:
        client = self._client(url)
        for batch in batches(count):
            client.write_points(
                [
                    {"measurement": measurement, "tags": tags, "fields": fields, "time": time}
                    for tags, fields, time in batch
                ]
            )
        client.close()

    def read(self, url: str, count: int, measurement: str) -> None:
        client = self._client(url)
        query = QUERY.format(measurement)
        answer = client.query(query, epoch="ns", chunked=True, chunk_size=CHUNK)
        assert sum(1 for result in answer for _ in result.get_points()) == count
        client.close()

    def _client(self, url: str) -> Any:
        import influxdb

        parts = urllib.parse.urlsplit(url)
        # Its MessagePack cannot read chunked answers, so JSON is asked for.
        headers = {"Accept": "application/json"}
        return influxdb.InfluxDBClient(parts.hostname, parts.port, database=DB, headers=headers)


class InfluxdbClient:
    """influxdb-client: it writes to /api/v2 alone, so what it would send is written by hand."""

    read = None  # it reads Flux, which InfluxDB 1.6 does not answer

    def write(self, url: str, count: int, measurement: str) -> None:
        from influxdb_client import Point

        for batch in batches(count):
            lines = "\n".join(
                Point.from_dict(
                    {"measurement": measurement, "tags": tags, "fields": fields, "time": time}
                ).to_line_protocol()
                for tags, fields, time in batch
            )
            request = urllib.request.Request(f"{url}/write?db={DB}", lines.encode(), method="POST")
            urllib.request.urlopen(request).close()


class Discard:
    """Asks as influx_core does, and throws the bytes away."""

    def read(self, url: str, count: int, measurement: str) -> None:
        query = {
            "db": DB,
            "q": QUERY.format(measurement),
            "epoch": "ns",
            "chunked": "true",
            "chunk_size": str(CHUNK),
        }
        with urllib.request.urlopen(f"{url}/query?{urllib.parse.urlencode(query)}") as answer:
            while answer.read(1 << 16):
                pass


PEERS: dict[str, Any] = {
    "aioinflux": Aioinflux,
    "influxdb": Influxdb,
    "influxdb_client": InfluxdbClient,
}
CONTESTANTS = {DISCARD: Discard, "influx_core": Ours, f"influx_core {PURE}": Ours, **PEERS}


def in_a_process(kind: str, name: str, url: str, count: int, measurement: str) -> Measured:
    """Have one contestant do one thing in a process of its own."""
    blocked = "speedups" if name.endswith(PURE) else ""
    command = [sys.executable, __file__, "--do", kind, name, url, str(count), measurement]
    environment = {**os.environ, "INFLUX_BLOCK_PLUGINS": blocked}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    return Measured(*json.loads(done.stdout))


def do(kind: str, name: str, url: str, count: str, measurement: str) -> None:
    """Do one thing, and print what it cost; a small one before it pays for imports and the like."""
    work = getattr(CONTESTANTS[name](), kind)
    work(url, WARM_ROWS, WARM)
    print(json.dumps(measured(lambda: work(url, int(count), measurement))))


def contest(kind: str, names: list[str], url: str, count: int, rounds: int) -> None:
    """Let them take turns, and print the best of each."""
    best: dict[str, Measured] = {}
    grown: dict[str, float] = {}
    for turn in range(rounds):
        for number, name in enumerate(names):
            measurement = FULL if kind == "read" else f"m{turn}_{number}"
            cost = in_a_process(kind, name, url, count, measurement)
            best[name] = min(cost, best.get(name, cost))
            grown[name] = max(cost.grown, grown.get(name, 0))
    first = best[names[0]]
    title = f"{kind} {count:,} rows | seconds | relative to {names[0]}"
    print(f"\n| {title} | CPU seconds | memory grows by |")
    print("|---|---|---|---|---|")
    for name, cost in best.items():
        ratio = first.seconds / cost.seconds
        speed = f"{cost.seconds:.2f} | {ratio:.2f}x"
        print(f"| {name} | {speed} | {cost.cpu:.2f} | {grown[name]:.0f} MB |")


def installed(name: str) -> bool:
    """Whether a module can be imported."""
    return importlib.util.find_spec(name) is not None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3, help="how often each; the best counts")
    parser.add_argument("--peers", nargs="*", default=list(PEERS))
    parser.add_argument("--do", nargs=5, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.do:
        do(*options.do)
        return
    for name in options.peers:
        if not installed(name):
            print(f"{name} is not installed, and left out")
    ours = ["influx_core", *([f"influx_core {PURE}"] if installed("influx_speedups") else [])]
    found = [*ours, *filter(installed, options.peers)]
    with influxd() as url:
        create = urllib.parse.urlencode({"q": f"CREATE DATABASE {DB}"}).encode()
        urllib.request.urlopen(f"{url}/query", create).close()
        Ours().write(url, options.rows, FULL)
        Ours().write(url, WARM_ROWS, WARM)
        readers = [name for name in found if getattr(CONTESTANTS[name], "read", None)]
        contest("read", [DISCARD, *readers], url, options.rows, options.rounds)
        contest("write", found, url, options.rows, options.rounds)


if __name__ == "__main__":
    main()
