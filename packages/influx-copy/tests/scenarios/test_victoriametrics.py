"""To a real VictoriaMetrics and back: what it keeps arrives, what it does not keep is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from influx_copy_points import START
from victoria_metrics import victoria_metrics

from influx_copy import CopyOptions, LossRefused, Selection, copy, verify
from influx_core import ConfigError, InfluxDBClient
from influx_testing import FakeInfluxDB, serve

pytestmark = pytest.mark.slow

MS = 1_000_000
ALL = CopyOptions(accept=("digits", "strings", "times", "types"))


@pytest.fixture(scope="module")
def victoria(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server that keeps one of several equal points."""
    home = tmp_path_factory.mktemp("victoria")
    flags = ("-retentionPeriod=100y", "-dedup.minScrapeInterval=1ms")
    with victoria_metrics(home, *flags) as url:
        yield f"{url}?api=victoriametrics"


async def filled(url: str, db: str, *lines: str) -> Selection:
    async with InfluxDBClient(url, db=db) as client:
        await client.create_database(db)
        await client.write_lines("\n".join(lines))
    return Selection(databases=(db,))


async def test_points_arrive_and_are_verified_and_come_back(
    fake_url: str, other_fake_url: str, victoria: str, tmp_path: Path
) -> None:
    chosen = await filled(
        fake_url,
        "plant",
        *(f"oven,line=a\\ b,ü=x c={n / 7},n={n}i,open={'tf'[n % 2]} {START + n * MS}"
          for n in range(50)),
        f'oven note="hot",c=1.5 {START + 10**9 + 1}',
        f'oven note="only text" {START + 2 * 10**9}',
        f"a\\ b f=2 {START}",
    )  # fmt: skip
    summary = await copy(fake_url, victoria, tmp_path / "there", selection=chosen, options=ALL)
    assert summary.failed == ()
    report = await verify(fake_url, victoria, selection=chosen, options=ALL)
    assert [str(difference) for difference in report.differences] == []
    assert report.values == 3 * 50 + 2
    again = await copy(fake_url, victoria, tmp_path / "again", selection=chosen, options=ALL)
    assert again.complete
    assert (await verify(fake_url, victoria, selection=chosen, options=ALL)).equal

    back = await copy(victoria, other_fake_url, tmp_path / "back", selection=chosen)
    assert back.failed == ()
    assert back.progress.rows == report.values
    async with InfluxDBClient(other_fake_url, db="plant") as client:
        result = await client.execute("SELECT value, line FROM oven_n WHERE time < now()")
        assert [row["value"] for row in result.rows()] == [float(n) for n in range(50)]
        assert {row["line"] for row in result.rows()} == {"a b"}
        assert (await client.execute('SELECT value FROM "a b_f"')).scalar() == 2.0


async def test_a_point_that_is_missing_is_found(
    fake_url: str, victoria: str, tmp_path: Path
) -> None:
    chosen = await filled(fake_url, "holes", f"m f=1 {START}")
    options = CopyOptions(accept=("digits",))
    await copy(fake_url, victoria, tmp_path / "plan", selection=chosen, options=options)
    await filled(fake_url, "holes", f"m f=2 {START + MS}")
    report = await verify(fake_url, victoria, selection=chosen, options=options)
    assert [difference.what for difference in report.differences] == [("count", "last", "sum")]


async def test_losses_are_refused_before_anything_is_copied(
    fake_url: str, victoria: str, tmp_path: Path
) -> None:
    chosen = await filled(fake_url, "lossy", f'm f=1.5,n=1i,s="x" {START}', f"k f=1 {START}")
    with pytest.raises(LossRefused, match=r"say accept=\('digits', 'strings', 'types',\)") as seen:
        await copy(fake_url, victoria, tmp_path / "plan", selection=chosen)
    assert seen.value.losses == {"digits": ("k", "m"), "strings": ("m",), "types": ("m",)}
    report = await verify(fake_url, victoria, selection=chosen, options=ALL)
    assert {difference.what for difference in report.differences} == {("missing",)}


async def test_times_that_would_change_fail_their_range(
    fake_url: str, victoria: str, tmp_path: Path
) -> None:
    chosen = await filled(fake_url, "fine", f"m f=1 {START + 1}")
    options = CopyOptions(accept=("digits",))
    summary = await copy(fake_url, victoria, tmp_path / "plan", selection=chosen, options=options)
    assert "times are rounded down to the unit of the sink" in summary.failed[0].error


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"m,db=other f=1 {START}", "the tag 'db' of 'm' has a name of the sink's own"),
        (
            "m f=1 -1000000",
            "has a point at 1969-12-31T23:59:59.999Z; the sink keeps times from 197",
        ),
    ],
)
async def test_points_that_would_vanish_are_refused(
    victoria: str, tmp_path: Path, line: str, reason: str
) -> None:
    file = tmp_path / "a.lp"
    file.write_text(line + "\n")
    url = victoria.replace("?", "/vanish?")
    options = CopyOptions(accept=("digits",))
    summary = await copy(str(file), url, tmp_path / "plan", options=options)
    assert reason in summary.failed[0].error


async def test_a_server_that_keeps_repeated_points_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.lp"
    file.write_text(f"m f=1 {START}\n")
    with victoria_metrics(tmp_path / "data", "-retentionPeriod=100y") as url:
        sink = f"{url}/db?api=victoriametrics"
        with pytest.raises(LossRefused, match="repeats: points are stored twice"):
            await copy(str(file), sink, tmp_path / "plan")
        options = CopyOptions(accept=("digits", "repeats"))
        assert (await copy(str(file), sink, tmp_path / "plan", options=options)).complete


async def test_a_server_that_drops_near_points_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.lp"
    file.write_text(f"m f=1 {START}\n")
    with (
        victoria_metrics(tmp_path / "data", "-dedup.minScrapeInterval=30s") as url,
        pytest.raises(ConfigError, match="keeps one point of each 30s"),
    ):
        await copy(str(file), f"{url}/db?api=victoriametrics", tmp_path / "plan")


async def test_metrics_that_no_database_has_are_a_source_too(
    other_fake_url: str, tmp_path: Path
) -> None:
    with victoria_metrics(tmp_path / "data", "-retentionPeriod=100y") as url:
        async with InfluxDBClient(url, api="victoriametrics") as client:
            await client.write_lines(f"up,job=x value=1 {START}")
        sink = f"{other_fake_url}/metrics"
        copied = await copy(f"{url}?api=victoriametrics", sink, tmp_path / "plan")
        assert copied.complete


@pytest.fixture
def fake_url() -> Iterator[str]:
    """A source of its own for each test."""
    with serve(fake=FakeInfluxDB()) as server:
        yield server.url
