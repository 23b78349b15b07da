"""Copies millions of points of every type from InfluxDB 1.x to Parquet and back, and to fakes.

Each copy, and each comparison, runs in a process of its own, whose peak of memory is measured. So
does each fake, whose memory is printed, but not limited: a point takes some 800 bytes in that of
3.x and 400 in that of 2.x. Name fewer points if that is too much.

usage: python benchmarks/copy_millions.py [POINTS] [POINTS-FOR-3.X] [POINTS-FOR-2.X]
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from influx_copy import Selection
from influx_core import InfluxDBClient
from influx_testing.influxd import influxd

START = 1_600_041_600_000_000_000
SPAN = 30 * 86_400_000_000_000
REQUEST = 10_000
LIMIT = 300_000_000
"""The most bytes of memory of one process."""

CHILD = """
import asyncio, dataclasses, json, resource, sys, time
from influx_copy import Selection, copy, verify
what, source, sink, plan, start, stop, one_in = json.loads(sys.argv[1])
selection = Selection(databases=("millions",), start=start, stop=stop)
started = time.perf_counter()
if what == "copy":
    summary = asyncio.run(copy(source, sink, plan, selection=selection))
    found = {"rows": summary.progress.rows, "wrong": [p.error for p in summary.failed]}
else:
    report = asyncio.run(verify(source, sink, selection=selection, one_in=one_in))
    found = {"rows": report.values, "wrong": [str(d) for d in report.differences]}
found["seconds"] = time.perf_counter() - started
found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps(found))
"""

FAKE = """
import resource, sys
from influx_testing import FakeInfluxDB, serve
with serve(fake=FakeInfluxDB(sys.argv[1], token="t0k3n")) as server:
    print(server.url, flush=True)
    input()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""

NEWER = {"3.x": "?api=v3&token=t0k3n", "2.x": "?api=v2&org=my-org&token=t0k3n"}
"""The versions of the fakes, and what their URLs end with."""


def lines(first: int, last: int, points: int) -> bytes:
    """Points of every type, in 700 series over 30 days."""
    return "\n".join(line(n, points) for n in range(first, last)).encode()


def line(n: int, points: int) -> str:
    """One point, with integers beyond 2**53 and a float that looks whole.

    One in a hundred has a space in a tag, and quotes in a string: a fake reads such lines ten times
    as slowly as others.
    """
    whole = (n - points // 2) * 9007199254740993 % 2**62
    rare = n % 100 == 0
    region = f"r\\ {n % 7}" if rare else f"r{n % 7}"
    text = f'text \\"{n % 1000}\\" ü' if rare else f"text {n % 1000} ü"
    fields = f'f={n / 7},i={whole}i,b={"tf"[n % 2]},s="{text}",w={n % 50}'
    return f"m,host=h{n % 100},region={region} {fields} {START + n * SPAN // points}"


async def fill(url: str, points: int) -> None:
    async with InfluxDBClient(url, db="millions", timeout=300) as client:
        await client.create_database("millions")
        for first in range(0, points, REQUEST):
            await client.write_lines(lines(first, min(first + REQUEST, points), points))


def child(name: str, *arguments: object) -> None:
    """Run one step in a process of its own; fail if it is wrong, or needs too much memory."""
    run = subprocess.run(
        [sys.executable, "-c", CHILD, json.dumps(arguments)], capture_output=True, check=False
    )
    if run.returncode:
        sys.exit(f"{name} failed: {run.stderr.decode()[-3000:]}")
    found = json.loads(run.stdout)
    rate = found["rows"] / found["seconds"]
    print(
        f"{name}: {found['rows']:,} in {found['seconds']:.1f} s, {rate:,.0f}/s, "
        f"peak {found['memory'] / 1e6:.0f} MB",
        flush=True,
    )
    assert found["wrong"] == [], found["wrong"]
    assert found["memory"] < LIMIT, "too much memory"


async def rows_of(url: str, start: int, stop: int) -> list[object]:
    """All points of a time range, with their tags and types."""
    async with InfluxDBClient(url, db="millions", deserializer="msgpack", timeout=300) as client:
        result = await client.execute(
            f"SELECT *::field FROM m WHERE time >= {start} AND time < {stop} GROUP BY *"
        )
    return [(dict(series.tags), series.columns, series.rows) for series in result.series]


def windows() -> Iterator[tuple[int, int]]:
    """Ten time ranges of ten minutes."""
    for at in range(10):
        start = START + at * SPAN // 10
        yield start, start + 600_000_000_000


def copy_by_parquet(source: str, sink: str, folder: Path) -> None:
    everything = (Selection().start, Selection().stop)
    parquet = f"parquet:{folder}/parquet"
    child("1.x to Parquet", "copy", source, parquet, f"{folder}/a", *everything, 0)
    child("Parquet to 1.x", "copy", parquet, sink, f"{folder}/b", *everything, 0)
    child("verify Parquet", "verify", source, parquet, "", *everything, 64)
    child("verify 1.x", "verify", source, sink, "", *everything, 64)
    compared = 0
    for start, stop in windows():
        before, after = (asyncio.run(rows_of(url, start, stop)) for url in (source, sink))
        assert before == after
        compared += sum(len(rows) for _, _, rows in before)  # type: ignore[misc]
    print(f"equal row by row: {compared:,}", flush=True)


def copy_to_newer(version: str, source: str, folder: Path, part: float) -> None:
    bounds = (START, START + int(SPAN * part))
    process = subprocess.Popen(
        [sys.executable, "-c", FAKE, version], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with process:
        assert process.stdout is not None
        url = process.stdout.readline().decode().strip() + NEWER[version]
        child(f"1.x to fake {version}", "copy", source, url, f"{folder}/{version}", *bounds, 0)
        child(f"verify fake {version}", "verify", source, url, "", *bounds, 64)
        memory, _ = process.communicate(b"\n")
    print(f"peak of the fake {version}: {int(memory) / 1e6:,.0f} MB", flush=True)


def main() -> None:
    """Fill a server, copy its points, and compare."""
    points, *newer = [int(text) for text in sys.argv[1:]] or [10_000_000]
    parts = dict(zip(NEWER, newer, strict=False))
    with ExitStack() as stack:
        source, sink = stack.enter_context(influxd()), stack.enter_context(influxd())
        folder = Path(stack.enter_context(TemporaryDirectory()))
        started = time.perf_counter()
        asyncio.run(fill(source, points))
        print(f"{points:,} points written in {time.perf_counter() - started:.1f} s", flush=True)
        copy_by_parquet(source, sink, folder)
        for version in NEWER:
            copy_to_newer(version, source, folder, min(1.0, parts.get(version, points) / points))


if __name__ == "__main__":
    main()
