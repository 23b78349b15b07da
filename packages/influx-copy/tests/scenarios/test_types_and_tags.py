"""Types that differ by shard, and selections by tags, on real servers too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from influx_copy_points import START, WEEK

from influx_copy import (
    CopyOptions,
    CopyRange,
    Selection,
    TypesDiffer,
    copy,
    open_source,
    verify,
)
from influx_copy.interfaces import PointFilter
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


async def points_of_two_policies(source: str, database: str) -> None:
    """Write a field that is a float in the policy `month`, and an integer in the default one."""
    async with InfluxDBClient(source, db=database) as client:
        await client.admin.create_retention_policy("month", None, db=database)
        await client.write_lines(f"m,h=a n=1i {START}")
        await client.write_lines(
            f"m,h=a n=2 {START}\nonly,h=a n=3,u=4i {START}", retention_policy="month"
        )


IN_TWO_POLICIES = [
    ("SELECT n FROM m", [(1,)]),
    ("SELECT n FROM month.m", [(2.0,)]),
    ("SELECT n, u FROM month.only", [(3.0, 4)]),
]


async def test_a_field_keeps_the_type_that_it_has_in_its_policy(
    servers: tuple[str, str], database: str, tmp_path: Path
) -> None:
    source, target = servers
    chosen = Selection((database,))
    await points_of_two_policies(source, database)
    assert (await copy(source, target, tmp_path / "plan", selection=chosen)).complete
    for text, expected in IN_TWO_POLICIES:
        found = await rows(target, database, text)
        assert [(row, [*map(type, row)]) for row in found] == [
            (row, [*map(type, row)]) for row in expected
        ]
    assert (await verify(source, target, selection=chosen)).equal


async def test_files_of_policies_with_other_types_are_restored(
    servers: tuple[str, str], database: str, tmp_path: Path
) -> None:
    source, target = servers
    chosen, files = Selection((database,)), f"parquet:{tmp_path / 'files'}"
    await points_of_two_policies(source, database)
    async with InfluxDBClient(target, db=database) as client:
        await client.create_database(database)
        await client.admin.create_retention_policy("month", None, db=database)
    assert (await copy(source, files, tmp_path / "out", selection=chosen)).complete
    assert (await copy(files, target, tmp_path / "in", selection=chosen)).complete
    assert (await verify(source, target, selection=chosen)).equal


async def test_types_that_differ_by_policy_are_refused_where_policies_are_merged(
    servers: tuple[str, str], database: str, tmp_path: Path
) -> None:
    source, target = servers
    await points_of_two_policies(source, database)
    options = CopyOptions(
        mapping={database: "one/autogen", f"{database}/month": "one/autogen"}, accept=("merged",)
    )
    chosen = Selection((database,))
    with pytest.raises(TypesDiffer, match="'n' of 'm' is integer, float"):
        await copy(source, target, tmp_path / "plan", selection=chosen, options=options)


@pytest.mark.parametrize("series", [1, 3], ids=["grouped", "tags as columns"])
async def test_tags_and_fields_that_are_new_while_points_are_read_are_kept(
    servers: tuple[str, str], database: str, series: int
) -> None:
    url = servers[0]
    first, second = CopyRange(database, "autogen", "m", START, START + WEEK), (START + 2 * WEEK)
    later = replace(first, start=second, stop=second + WEEK)
    await fill(url, database, *(f"m,h={at} n=1.5 {START}" for at in range(series)))
    reading = open_source(url)
    try:
        assert [len(batch) async for batch in reading.read(first, PointFilter())] == [1] * series
        await fill(url, database, f"m,h=a,new=b n=2,count=3 {second}")
        (batch,) = [batch async for batch in reading.read(later, PointFilter())]
    finally:
        await reading.aclose()
    assert {
        tag: value if isinstance(value, str) else value.to_list()
        for tag, value in batch.tags.items()
    } in (
        {"h": "a", "new": "b"},
        {"h": ["a"], "new": ["b"]},
    )
    assert {name: (column.kind, column.to_list()) for name, column in batch.fields.items()} == {
        "n": ("float", [2.0]),
        "count": ("float", [3.0]),
    }
