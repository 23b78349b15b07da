"""Servers with limits: a copy of them is complete, or says what is missing."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from influx_copy_points import START, WEEK

from influx_copy import Plan, RunSettings, Selection, copy, verify
from influx_core import InfluxDBClient, QueryError
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


async def counted(url: str, rows: str) -> int:
    """Count the values of f; a busy server may reach its time limit with that too."""
    async with InfluxDBClient(url, db="db") as client:
        for _ in range(100):
            with suppress(QueryError):
                return (await client.execute(f"SELECT count(f) FROM {rows}")).scalar()
        raise AssertionError("the server does not count")


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
        assert await counted(source, f"m WHERE time < {START + WEEK // 8}") == 37_500
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


async def test_a_limit_of_rows_does_not_shorten_lists_or_answers(tmp_path: Path) -> None:
    """`max-row-limit` cuts responses that are not chunked, as those to SHOW usually are."""
    output = f"{tmp_path}/a.lp"
    lines = [f"m{n},h=h{n} f{n}=1,f=2i {START + n}" for n in range(20)]
    wide = ",".join(f"f{n}={n}" for n in range(20))
    tags = ",".join(f"t{n}=x" for n in range(20))
    with influxd({"http.max-row-limit": "5"}) as source:
        async with InfluxDBClient(source, db="db") as client:
            await client.create_database("db")
            await client.write_lines("\n".join([*lines, f"wide,{tags} {wide} {START}"]))
        summary = await copy(source, output, tmp_path / "plan")
        assert summary.failed == ()
        assert summary.progress.rows == 21
        report = await verify(source, output, one_in=1)
        assert report.differences == ()
        assert report.values == 2 * 20 + 20
        async with InfluxDBClient(source, db="db") as client:
            assert len(await client.tag_keys("wide")) == 20


async def test_a_limit_of_series_at_the_source_fails_and_names_the_range(tmp_path: Path) -> None:
    with influxd({"coordinator.max-select-series": "5"}) as source:
        await fill(source, 100)
        summary = await copy(source, f"{tmp_path}/a.lp", tmp_path / "plan")
    assert not summary.complete
    assert {planned.range.measurement for planned in summary.failed} == {"m"}
    assert "max-select-series limit exceeded" in summary.failed[0].error


async def test_a_limit_of_series_at_the_sink_fails_and_names_the_range(tmp_path: Path) -> None:
    with influxd() as source, influxd({"data.max-series-per-database": "5"}) as sink:
        await fill(source, 100)
        summary = await copy(source, sink, tmp_path / "plan")
        assert not summary.complete
        assert "max-series-per-database limit exceeded" in summary.failed[0].error
        report = await verify(source, sink)
        assert {difference.field for difference in report.differences} == {"f", "i"}


async def test_requests_are_divided_for_a_sink_that_limits_their_size(tmp_path: Path) -> None:
    with influxd() as source, influxd({"http.max-body-size": "1000"}) as sink:
        await fill(source, 1000)
        summary = await copy(source, sink, tmp_path / "plan")
        assert summary.failed == ()
        assert (await verify(source, sink, one_in=1)).differences == ()


async def test_a_point_that_is_larger_than_the_sink_takes_fails_its_range(tmp_path: Path) -> None:
    with influxd() as source, influxd({"http.max-body-size": "20"}) as sink:
        await fill(source, 10)
        summary = await copy(source, sink, tmp_path / "plan")
    assert "RequestTooLarge" in summary.failed[0].error
