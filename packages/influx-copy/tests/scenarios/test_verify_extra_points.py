"""verify finds points that only the copy has."""

from __future__ import annotations

from pathlib import Path

import pytest
from influx_copy_points import START, WEEK

from influx_copy import Difference, Plan, Selection, copy, verify
from influx_core import InfluxDBClient

pytestmark = pytest.mark.slow


async def written(url: str, database: str, *lines: str) -> None:
    async with InfluxDBClient(url, db=database) as client:
        await client.create_database(database)
        await client.write_lines("\n".join(lines))


def named(differences: tuple[Difference, ...]) -> set[tuple[str, str, tuple[str, ...]]]:
    return {(d.measurement, d.field, d.what) for d in differences}


async def test_other_measurements_and_other_times_at_a_server(
    servers: tuple[str, str], database: str, tmp_path: Path
) -> None:
    source, target = servers
    chosen = Selection(databases=(database,))
    await written(source, database, f"m,h=a f=1 {START}")
    assert (await copy(source, target, tmp_path / "plan", selection=chosen)).complete
    assert (await verify(source, target, selection=chosen)).equal
    await written(target, database, f"m,h=b g=1i {START + 9 * WEEK}", f'k s="x" {START}')
    report = await verify(source, target, selection=chosen)
    assert named(report.differences) == {
        ("m", "g", ("unexpected",)),
        ("k", "s", ("unexpected",)),
    }
    assert all(d.source is None and d.copy and d.copy.count == 1 for d in report.differences)
    assert (await verify(source, target, selection=chosen, extra=False)).equal
    only = Selection(databases=(database,), measurements=("m",), stop=START + WEEK)
    assert (await verify(source, target, selection=only)).equal


@pytest.mark.parametrize("output", ["all.lp", "all.jsonl.gz", "parquet:all"])
async def test_other_points_in_files(
    servers: tuple[str, str], database: str, output: str, tmp_path: Path, monkeypatch
) -> None:
    if "parquet" in output:
        pytest.importorskip("pyarrow")
    monkeypatch.chdir(tmp_path)
    source, target = servers
    await written(source, database, f"m f=1 {START}", f"m f=2 {START + WEEK}", f"k f=1 {START}")
    await written(target, database, f"m f=1 {START}")
    chosen = Selection(databases=(database,))
    assert (await copy(source, output, "plan", selection=chosen)).complete
    assert (await verify(source, output, selection=chosen)).equal
    report = await verify(target, output, selection=chosen)
    assert named(report.differences) == {
        ("m", "f", ("unexpected",)),
        ("k", "f", ("unexpected",)),
    }


async def test_the_selection_of_a_plan_is_what_is_verified(
    servers: tuple[str, str], database: str, tmp_path: Path
) -> None:
    source, target = servers
    await written(source, database, f"m,h=a f=1 {START}", f"m,h=b f=2 {START}", f"k f=1 {START}")
    await written(target, database, f"k f=7 {START}")
    chosen = Selection(databases=(database,), measurements=("m",), tags={"h": "a"})
    assert (await copy(source, target, tmp_path / "plan", selection=chosen)).complete
    with Plan(tmp_path / "plan") as plan:
        assert plan.selection == chosen
        assert (await verify(source, target, plan=plan)).equal
