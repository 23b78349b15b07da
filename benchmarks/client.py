"""Writes rows to a real influxd and reads them, beside aioinflux, influxdb and influxdb-client.

    python benchmarks/client.py --rows 1000000

Reading is also measured as reading the bytes and throwing them away: what no client can beat. Peers
that are not installed are named and left out. Trust the ratios of one run, not its seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import resource
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from influx_core import InfluxDBClient
from influx_testing.influxd import influxd

DB = "benchmark"
START = 1_577_836_800_000_000_000
BATCH = 5_000
QUERY = "SELECT * FROM {}"


class Measured(NamedTuple):
    """What one piece of work cost."""

    seconds: float
    cpu: float
    grown: float

    def __str__(self) -> str:
        return f"{self.seconds:8.2f} s   CPU {self.cpu:7.2f} s   peak +{self.grown:6.1f} MB"


def measured(work: Callable[[], object]) -> Measured:
    """Do it once; the growth of the peak is that of the whole process so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cpu, began = time.process_time(), time.perf_counter()
    work()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak
    return Measured(time.perf_counter() - began, time.process_time() - cpu, grown / 1024)


def rows(count: int) -> Iterator[tuple[str, dict[str, str], dict[str, Any], int]]:
    """Points with two tags, two floats and an integer, one a millisecond."""
    for i in range(count):
        tags = {"host": f"server{i % 20}", "region": "eu"}
        yield tags["host"], tags, {"load": i / 7, "temp": i % 90 + 0.25, "n": i}, START + i * 10**6


class Ours:
    """influx_core: one client, asyncio."""

    name = "influx_core"

    def write(self, url: str, count: int) -> None:
        async def work() -> None:
            async with InfluxDBClient(url, db=DB) as client:
                points = (("ours", tags, fields, time) for _, tags, fields, time in rows(count))
                await client.write_many(points)

        asyncio.run(work())

    def read(self, url: str, count: int) -> None:
        async def work() -> None:
            async with InfluxDBClient(url, db=DB) as client:
                stream = client.stream(QUERY.format("ours"))
                assert sum([len(piece) async for piece in stream]) == count

        asyncio.run(work())


class Aioinflux:
    """aioinflux: asyncio."""

    name = "aioinflux"

    def write(self, url: str, count: int) -> None:
        async def work() -> None:
            async with self._client(url) as client:
                for batch in batches(count):
                    await client.write(
                        [
                            {"measurement": "aio", "tags": tags, "fields": fields, "time": time}
                            for _, tags, fields, time in batch
                        ]
                    )

        asyncio.run(work())

    def read(self, url: str, count: int) -> None:
        async def work() -> None:
            async with self._client(url) as client:
                stream = await client.query(QUERY.format("ours"), chunked=True, chunk_size=50_000)
                read = 0
                async for chunk in stream:
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

    name = "influxdb"

    def write(self, url: str, count: int) -> None:
        client = self._client(url)
        for batch in batches(count):
            client.write_points(
                [
                    {"measurement": "old", "tags": tags, "fields": fields, "time": time}
                    for _, tags, fields, time in batch
                ]
            )
        client.close()

    def read(self, url: str, count: int) -> None:
        client = self._client(url)
        answer = client.query(QUERY.format("ours"), epoch="ns", chunked=True, chunk_size=50_000)
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

    name = "influxdb_client"

    def write(self, url: str, count: int) -> None:
        from influxdb_client import Point

        for batch in batches(count):
            lines = "\n".join(
                Point.from_dict(
                    {"measurement": "off", "tags": tags, "fields": fields, "time": time}
                ).to_line_protocol()
                for _, tags, fields, time in batch
            )
            request = urllib.request.Request(f"{url}/write?db={DB}", lines.encode(), method="POST")
            urllib.request.urlopen(request).close()

    read = None  # it reads Flux, which InfluxDB 1.6 does not answer


PEERS = (Aioinflux, Influxdb, InfluxdbClient)


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


def discard(url: str) -> None:
    """Ask as influx_core does, and throw the bytes away."""
    query = {
        "db": DB,
        "q": QUERY.format("ours"),
        "epoch": "ns",
        "chunked": "true",
        "chunk_size": "50000",
    }
    with urllib.request.urlopen(f"{url}/query?{urllib.parse.urlencode(query)}") as answer:
        while answer.read(1 << 16):
            pass


def installed(name: str) -> bool:
    """Whether a peer can be imported."""
    return importlib.util.find_spec(name) is not None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument(
        "--rounds", type=int, default=3, help="how often each reads; the best counts"
    )
    parser.add_argument("--peers", nargs="*", default=[peer.name for peer in PEERS])
    options = parser.parse_args()
    found = [
        Ours(),
        *(peer() for peer in PEERS if peer.name in options.peers and installed(peer.name)),
    ]
    for name in options.peers:
        if not installed(name):
            print(f"{name} is not installed, and left out")
    with influxd() as url:
        create = urllib.parse.urlencode({"q": f"CREATE DATABASE {DB}"}).encode()
        urllib.request.urlopen(f"{url}/query", create).close()
        for contestant in found:
            print(
                f"write  {contestant.name:16}",
                measured(lambda c=contestant: c.write(url, options.rows)),
            )
        readers = [("read and discard", lambda: discard(url))]
        readers += [
            (contestant.name, lambda c=contestant: c.read(url, options.rows))
            for contestant in found
            if contestant.read
        ]
        best: dict[str, Measured] = {}
        for _ in range(options.rounds):  # contestants take turns, so that all see the same machine
            for name, work in readers:
                taken = measured(work)
                best[name] = min(taken, best.get(name, taken))
        for name, taken in best.items():
            print(f"read   {name:16}", taken)


if __name__ == "__main__":
    main()
