"""How fast influx-copy copies from one InfluxDB 1.x to another, beside reading and writing alone.

The peer is a process that reads everything and discards it, while another process writes the same
points, which are encoded already: no copy can be faster on this machine. Rounds of both alternate,
and the median of the ratios counts.

usage: python benchmarks/copy_servers.py [POINTS] [ROUNDS]
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from influx_core import InfluxDBClient
from influx_testing.influxd import influxd

START = 1_600_041_600_000_000_000
WEEK = 604_800_000_000_000
REQUEST = 20_000

READ = """
import asyncio, json, sys
from influx_core import InfluxDBClient
url, start, week = json.loads(sys.argv[1])
async def main():
    rows = 0
    async with InfluxDBClient(url, db="db") as client:
        for shard in range(4):
            first, last = start + shard * week, start + shard * week + week
            text = f"SELECT *::field FROM m WHERE time >= {first} AND time < {last} GROUP BY *"
            async for series in client.stream(text, columnar=True, chunk_size=20_000):
                rows += len(series)
    return rows
print(asyncio.run(main()))
"""

WRITE = """
import asyncio, json, sys
from pathlib import Path
from influx_core import InfluxDBClient
url, folder = json.loads(sys.argv[1])
async def send(client, files):
    for file in files:
        await client.write_lines(file.read_bytes(), db="written")
async def main():
    async with InfluxDBClient(url) as client:
        await client.create_database("written")
        files = iter(sorted(Path(folder).iterdir()))
        await asyncio.gather(*(send(client, files) for _ in range(4)))
asyncio.run(main())
"""

COPY = """
import asyncio, json, sys
from influx_copy import RunSettings, Selection, copy
source, sink, plan = json.loads(sys.argv[1])
settings = RunSettings(parallel=2)
summary = asyncio.run(copy(source + "/db", sink + "/copied", plan, settings=settings))
assert summary.complete, summary.failed
print(summary.progress.rows)
"""


def lines(first: int, last: int, points: int) -> bytes:
    return "\n".join(
        f'm,host=h{n % 50},region=eu f={n / 7},i={n}i,b=t,s="text {n % 1000}" '
        f"{START + n * 4 * WEEK // points}"
        for n in range(first, last)
    ).encode()


async def fill(url: str, folder: Path, points: int) -> None:
    async with InfluxDBClient(url, db="db") as client:
        await client.create_database("db")
        for first in range(0, points, REQUEST):
            body = lines(first, min(first + REQUEST, points), points)
            (folder / f"{first:012}").write_bytes(body)
            await client.write_lines(body)


async def drop(url: str) -> None:
    async with InfluxDBClient(url, timeout=300) as client:
        for name in ("written", "copied"):
            await client.drop_database(name)


def started(script: str, *arguments: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", script, json.dumps(arguments)], stdout=subprocess.PIPE
    )


def seconds_of(*scripts: tuple[object, ...]) -> float:
    """The seconds until all processes have ended, started together."""
    begun = time.perf_counter()
    processes = [started(*script) for script in scripts]  # type: ignore[arg-type]
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    return time.perf_counter() - begun


def main() -> None:
    points = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with influxd() as source, influxd() as sink, TemporaryDirectory() as name:
        folder = Path(name) / "bodies"
        folder.mkdir()
        asyncio.run(fill(source, folder, points))
        ratios: list[float] = []
        for at in range(rounds):
            apart = seconds_of((READ, source, START, WEEK), (WRITE, sink, str(folder)))
            asyncio.run(drop(sink))
            together = seconds_of((COPY, source, sink, f"{name}/plan{at}"))
            asyncio.run(drop(sink))
            ratios.append(apart / together)
            print(
                f"{points:,} points: read and write apart {points / apart:,.0f}/s, "
                f"copy {points / together:,.0f}/s, ratio {ratios[-1]:.2f}"
            )
        print(f"median ratio: {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
