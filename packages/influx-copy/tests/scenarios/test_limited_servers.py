"""Servers with limits: a copy of them is complete, or says what is missing."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from influx_copy_points import START, WEEK

from influx_copy import Plan, RunSettings, Selection, copy, verify
from influx_core import InfluxDBClient
from influx_testing.influxd import find_influxd, influxd

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_influxd() is None, reason="influxd is not installed"),
]


async def fill(url: str, points: int) -> None:
    lines = (f"m,host=h{n % 10} f={n},i={n}i {START + n * WEEK // points}" for n in range(points))
    async with InfluxDBClient(url, db="db") as client:
        await client.create_database("db")
        await client.write_lines("\n".join(lines))


async def test_a_limit_of_points_halves_ranges_and_loses_nothing(tmp_path: Path) -> None:
    """The server looks at its limit once a second, so a fast machine may not reach it."""
    output = f"{tmp_path}/a.lp"
    with influxd({"coordinator.max-select-point": "20000"}) as source:
        await fill(source, 300_000)
        summary = await copy(source, output, tmp_path / "plan")
        assert summary.failed == ()
        assert summary.progress.rows == 300_000
        assert (await verify(source, output, one_in=100)).equal
    with Plan(tmp_path / "plan") as plan:
        ranges = sorted(planned.range for planned in plan.ranges())
    assert all(a.stop == b.start for a, b in pairwise(ranges))


async def test_a_source_with_a_query_timeout_ends_complete_or_names_what_is_missing(
    tmp_path: Path,
) -> None:
    with influxd({"coordinator.query-timeout": "1s"}) as source, influxd() as sink:
        await fill(source, 300_000)
        settings = RunSettings(points_per_second=100_000)
        summary = await copy(source, sink, tmp_path / "plan", settings=settings)
        assert summary.complete == (summary.failed == ())
        selection = Selection(databases=("db",))
        async with InfluxDBClient(source, db="db") as client:
            result = await client.execute(
                f"SELECT count(f) FROM m WHERE time < {START + WEEK // 8}"
            )
            assert result.scalar() == 37_500
        with Plan(tmp_path / "plan") as plan:
            if summary.complete:
                assert plan.progress().rows == 300_000
                async with InfluxDBClient(sink, db="db") as client:
                    result = await client.execute("SELECT count(f), sum(i) FROM m")
                    assert result.rows()[0]["count"] == 300_000
                    assert result.rows()[0]["sum"] == 300_000 * 299_999 // 2
            else:
                done = [planned.range for planned in plan.ranges("done")]
                missing = [planned.range for planned in summary.failed]
                assert done + missing == [p.range for p in plan.ranges() if selection.has(p.range)]
