"""A database with names and values of every kind goes through each format and comes back."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from influx_copy_points import EVERY_KIND, START, WEEK

from influx_copy import CopyOptions, Plan, Selection, copy, verify
from influx_core import InfluxDBClient
from influx_query import quote_ident

pytestmark = pytest.mark.slow


async def fill(url: str, database: str, lines: list[str], policy: str | None = None) -> None:
    async with InfluxDBClient(url, db=database) as client:
        for line in lines:
            await client.write_lines(line, retention_policy=policy)


async def everything(url: str, database: str) -> dict[str, list[object]]:
    """All points of a database, shard by shard, so that types of shards are kept."""
    found: dict[str, list[object]] = {}
    async with InfluxDBClient(url, db=database, deserializer="msgpack") as client:
        for name in await client.measurements():
            for start in (-(2**62), START, START + WEEK, START + 2 * WEEK):
                result = await client.execute(
                    f"SELECT *::field FROM {quote_ident(name)} WHERE time >= {start} AND "
                    f"time < {start + WEEK} GROUP BY *"
                )
                found[f"{name} {start}"] = [
                    (dict(series.tags), series.columns, series.rows) for series in result.series
                ]
    return found


WAYS = {
    "another server": (),
    "line protocol, a file": ("points.lp",),
    "line protocol, gzip": ("points.lp.gz",),
    "line protocol, zstd": ("points.lp.zst",),
    "line protocol, a directory": ("lp:lines?compression=gz",),
    "JSON lines": ("points.jsonl",),
    "JSON lines, a directory": ("jsonl:json?compression=zst",),
    "Parquet": ("parquet:parquet",),
    "all of them": ("parquet:a", "jsonl:b", "c.lp.gz", "parquet:d?compression=none"),
}


@pytest.mark.parametrize("files", WAYS.values(), ids=WAYS)
async def test_points_of_every_kind_arrive_unchanged(
    servers: tuple[str, str],
    database: str,
    files: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for text in files:
        pytest.importorskip("pyarrow") if "parquet" in text else None
        pytest.importorskip("zstandard") if "zst" in text else None
    source, target = servers
    await fill(source, database, EVERY_KIND)
    ends = [source, *files, target]
    selection = Selection(databases=(database,))
    for at, (start, end) in enumerate(pairwise(ends)):
        summary = await copy(start, end, f"plan{at}", selection=selection)
        assert summary.failed == ()
        assert summary.complete
        report = await verify(start, end, selection=selection, one_in=1)
        assert [str(difference) for difference in report.differences] == []
        assert report.values >= 20
    assert await everything(target, database) == await everything(source, database)


@pytest.mark.parametrize("through", [(), ("points.lp",)], ids=["direct", "through a file"])
async def test_a_database_under_another_name_keeps_its_policies(
    servers: tuple[str, str],
    database: str,
    through: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    source, target = servers
    async with InfluxDBClient(source, db=database) as client:
        await client.admin.create_retention_policy("other", None, db=database)
    await fill(source, database, ["m v=1 1"])
    await fill(source, database, ["m v=2 1"], "other")
    selection, mapping = Selection(databases=(database,)), {database: f"{database}_copy"}
    start = source
    for at, end in enumerate((*through, target)):
        last = end == target
        options = CopyOptions(mapping=mapping if last else {})
        assert (await copy(start, end, f"{at}", selection=selection, options=options)).complete
        assert (await verify(start, end, selection=selection, options=options, one_in=1)).equal
        start = end
    async with InfluxDBClient(target, db=f"{database}_copy") as client:
        for policy, value in (("autogen", 1), ("other", 2)):
            result = await client.execute(f"SELECT v FROM {policy}.m")
            assert result.scalar() == value


async def test_types_that_differ_by_shard_are_kept(
    servers: tuple[str, str], database: str, tmp_path: Path
) -> None:
    source, target = servers
    lines = [f"m f=1.5 {START}", f"m f=2i {START + WEEK}", f'm f="x" {START + 2 * WEEK}']
    await fill(source, database, lines)
    summary = await copy(
        source,
        target,
        tmp_path / "plan",
        selection=Selection(databases=(database,)),
        options=CopyOptions(types="keep"),
    )
    assert summary.complete
    assert await everything(target, database) == await everything(source, database)
    with Plan(tmp_path / "plan") as plan:
        types = [planned.result.types for planned in plan.ranges() if planned.result]
    assert types == [{"f": ("float",)}, {"f": ("integer",)}, {"f": ("string",)}]
