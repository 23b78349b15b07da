"""Copies that are killed at random moments, and servers too, end as one that nobody disturbed.

`INFLUX_COPY_KILLS` is the number of kills of each story, `INFLUX_COPY_SEED` what they are drawn by.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from influx_copy_points import START, WEEK

from influx_copy import Plan, verify
from influx_core import InfluxDBClient
from influx_testing.influxd import Influxd, find_influxd

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_influxd() is None, reason="influxd is not installed"),
]

KILLS = int(os.environ.get("INFLUX_COPY_KILLS", "4"))
SEED = int(os.environ.get("INFLUX_COPY_SEED", "1"))
POINTS = 40_000
REQUEST = 5_000

COPY = """
import asyncio, json, sys
from influx_copy import RunSettings, copy
source, sink, plan, rate = json.loads(sys.argv[1])
settings = RunSettings(points_per_second=rate, attempts=20, first_pause=0.2, longest_pause=1.0)
summary = asyncio.run(copy(source, sink, plan, settings=settings))
sys.exit(0 if summary.complete else 1)
"""


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Influxd]:
    yield from running(tmp_path / "source")


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Influxd]:
    yield from running(tmp_path / "sink")


def running(home: Path) -> Iterator[Influxd]:
    home.mkdir()
    server = Influxd(home)
    server.start()
    yield server
    server.kill()


async def fill(url: str) -> None:
    lines = [
        f'm{n % 3},host=h{n % 50} f={n / 7},i={n}i,b={"tf"[n % 2]},s="text {n}" '
        f"{START + (n % 4) * WEEK + n}"
        for n in range(POINTS)
    ]
    async with InfluxDBClient(url, db="db", retry="backoff") as client:
        await client.create_database("db")
        for at in range(0, POINTS, REQUEST):
            await client.write_lines("\n".join(lines[at : at + REQUEST]))


def unfinished(folder: Path) -> list[str]:
    """Files that are half done, and the parts of files."""
    return [path.name for path in folder.glob("**/*.part*") if path.is_file()]


def remove(target: Path) -> None:
    """Remove a file, or the files in a folder, that a copy made; a new copy replaces none."""
    for path in target.glob("**/*") if target.is_dir() else [target]:
        if path.is_file():
            path.unlink()


def started(source: str, sink: str, plan: Path, rate: int) -> subprocess.Popen[bytes]:
    arguments = json.dumps([source, sink, str(plan), rate])
    return subprocess.Popen([sys.executable, "-c", COPY, arguments])


def ended(source: str, sink: str, plan: Path) -> int:
    """The exit status of a copy that is left alone."""
    return started(source, sink, plan, 1_000_000).wait(timeout=300)


async def assert_equal(source: str, sink: str, plan: Path) -> None:
    with Plan(plan) as opened:
        ranges = [planned.range for planned in opened.ranges()]
        assert len(ranges) == len(set(ranges)) >= 12
        assert opened.progress().complete
        assert opened.progress().rows == POINTS
    report = await verify(source, sink, one_in=1)
    assert [str(difference) for difference in report.differences] == []
    assert report.values == 4 * POINTS


@pytest.mark.parametrize(
    "files", ["", "parquet:files", "lines.lp.gz"], ids=["1.6", "Parquet", "lp"]
)
async def test_a_copy_that_is_killed_goes_on(
    source: Influxd,
    sink: Influxd,
    files: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if "parquet" in files:
        pytest.importorskip("pyarrow")
    monkeypatch.chdir(tmp_path)
    await fill(source.url)
    draw = random.Random(SEED)
    plan, target = tmp_path / "plan", files or sink.url
    kills = 0
    while kills < KILLS:
        process = started(source.url, target, plan, 15_000)
        try:
            process.wait(timeout=draw.uniform(0.4, 3.0))
            plan.unlink()  # it was faster: once more from the beginning
            if files:
                remove(tmp_path / files.removeprefix("parquet:"))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
    assert ended(source.url, target, plan) == 0
    await assert_equal(source.url, target, plan)
    assert unfinished(tmp_path) == []


@pytest.mark.parametrize("victim", ["source", "sink"])
async def test_a_copy_goes_on_when_a_server_was_killed(
    source: Influxd, sink: Influxd, victim: str, tmp_path: Path
) -> None:
    await fill(source.url)
    draw = random.Random(SEED)
    killed = {"source": source, "sink": sink}[victim]
    plan = tmp_path / "plan"
    kills = 0
    while kills < KILLS:
        process = started(source.url, sink.url, plan, 15_000)
        while process.poll() is None and kills < KILLS:
            await asyncio.sleep(draw.uniform(0.5, 2.0))
            if process.poll() is None:
                killed.kill()
                await asyncio.sleep(draw.uniform(0.0, 0.5))
                killed.start()
                kills += 1
        if process.wait(timeout=300) == 0 and kills < KILLS:
            plan.unlink()
    assert ended(source.url, sink.url, plan) == 0
    await assert_equal(source.url, sink.url, plan)
