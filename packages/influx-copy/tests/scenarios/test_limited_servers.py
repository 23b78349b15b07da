"""Servers with limits: a copy of them is complete, or says what is missing."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from influx_copy_points import START, WEEK

from influx_copy import Plan, RangeHalved, RunSettings, Selection, copy, verify
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


async def test_a_range_with_more_points_than_the_server_selects_is_halved(tmp_path: Path) -> None:
    events: list[object] = []
    with influxd({"coordinator.max-select-point": "3000"}) as source:
        await fill(source, 10_000)
        summary = await copy(source, f"{tmp_path}/a.lp", tmp_path / "plan", on_event=events.append)
        assert summary.complete
        assert summary.progress.rows == 10_000
        report = await verify(source, f"{tmp_path}/a.lp", one_in=1)
        assert report.equal
    assert any(isinstance(event, RangeHalved) for event in events)
    with Plan(tmp_path / "plan") as plan:
        ranges = sorted(planned.range for planned in plan.ranges())
    assert len(ranges) > 8
    assert all(a.stop == b.start for a, b in pairwise(ranges))


async def test_a_range_that_cannot_be_halved_further_is_named(tmp_path: Path) -> None:
    with influxd({"coordinator.max-select-point": "10"}) as source:
        async with InfluxDBClient(source, db="db") as client:
            await client.create_database("db")
            await client.write_lines("\n".join(f"m,h={n} f=1 {START}" for n in range(100)))
        output = tmp_path / "a.lp"
        summary = await copy(source, str(output), tmp_path / "plan")
    assert not summary.complete
    (failed,) = summary.failed
    assert "max-select-point" in failed.error
    assert failed.range.start <= START < failed.range.stop
    assert not output.exists()


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
