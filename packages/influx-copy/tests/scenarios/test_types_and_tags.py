"""Types that differ by shard, and selections by tags, on real servers too."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from influx_copy_points import START, WEEK

from influx_copy import CopyOptions, Selection, TypesDiffer, copy, verify
from influx_core import InfluxDBClient

pytestmark = pytest.mark.slow

LINES = [
    f"m,h=a n=1.5,x=1i {START}",
    f"m,h=a n=2i,x=true {START + WEEK}",
    f'm,h=b n=3i,x="3" {START + 2 * WEEK}',
]


async def fill(url: str, database: str, *lines: str) -> None:
    async with InfluxDBClient(url, db=database) as client:
        for line in lines:
            await client.write_lines(line)


async def rows(url: str, database: str, text: str) -> list[tuple[object, ...]]:
    """All rows of a query, without their times, with integers told from floats."""
    async with InfluxDBClient(url, db=database, deserializer="msgpack") as client:
        result = await client.execute(text)
    return [tuple(row)[1:] for series in result.series for row in series.rows]


async def test_types_that_differ_are_refused_with_their_names(
    servers: tuple[str, str], database: str, tmp_path: Path
) -> None:
    source, target = servers
    await fill(source, database, *LINES)
    with pytest.raises(TypesDiffer) as refused:
        await copy(source, target, tmp_path / "plan", selection=Selection((database,)))
    assert {(m, f): set(types) for m, f, types in refused.value.fields} == {
        ("m", "n"): {"float", "integer"},
        ("m", "x"): {"integer", "boolean", "string"},
    }
    async with InfluxDBClient(target) as client:
        assert database not in await client.databases()


SPLIT = "SELECT n, n_integer, x, x_boolean, x_string FROM m"


@pytest.mark.parametrize(
    ("types", "query", "expected"),
    [
        ("cast", "SELECT n, x FROM m", [(1.5, "1"), (2.0, "true"), (3.0, "3")]),
        (
            "split",
            SPLIT,
            [
                (1.5, None, 1, None, None),
                (None, 2, None, True, None),
                (None, 3, None, None, "3"),
            ],
        ),
    ],
    ids=["cast", "split"],
)
async def test_types_that_differ_are_adapted_if_that_is_asked_for(
    servers: tuple[str, str],
    database: str,
    tmp_path: Path,
    types: Literal["cast", "split"],
    query: str,
    expected: list[tuple[object, ...]],
) -> None:
    source, target = servers
    await fill(source, database, *LINES)
    chosen, options = Selection((database,)), CopyOptions(types=types)
    summary = await copy(source, target, tmp_path / "plan", selection=chosen, options=options)
    assert summary.failed == ()
    assert await rows(target, database, query) == expected
    report = await verify(source, target, selection=chosen, options=options, one_in=1)
    assert report.differences == ()


async def test_a_tag_selects_points_also_where_a_field_has_its_name(
    servers: tuple[str, str], database: str, tmp_path: Path
) -> None:
    source, target = servers
    await fill(
        source,
        database,
        f'm,h=a h="b",v=1i {START}',
        f'm,h=b h="a",v=2i {START}',
        f'm h="a",v=3i {START}',
        f"other,h=a v=4i {START + WEEK}",
    )
    chosen = Selection((database,), tags={"h": "a"})
    summary = await copy(source, target, tmp_path / "plan", selection=chosen)
    assert summary.progress.rows == 2
    assert await rows(target, database, "SELECT v::field, h::field, h::tag FROM m") == [
        (1, "b", "a")
    ]
    assert (await verify(source, target, selection=chosen, one_in=1)).differences == ()
    assert not (await verify(source, target, selection=Selection((database,)))).equal


async def test_a_copy_of_files_with_several_types_is_equal_shard_by_shard(
    servers: tuple[str, str], database: str, tmp_path: Path
) -> None:
    """The files of a measurement are one range, whose points are in several shards of the copy."""
    pytest.importorskip("pyarrow")
    source, target = servers
    await fill(source, database, *LINES)
    files, options = f"parquet:{tmp_path}", CopyOptions(types="keep")
    chosen = Selection((database,))
    await copy(source, files, tmp_path / "out.plan", selection=chosen, options=options)
    summary = await copy(files, target, tmp_path / "in.plan", options=options)
    assert summary.complete
    report = await verify(files, target, options=options, one_in=1)
    assert (report.differences, report.values) == ((), 6)
