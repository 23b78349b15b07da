"""Points of several databases or policies go to one place only if none can replace another."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from influx_copy_points import START

from influx_copy import CopyOptions, LossRefused, Plan, Selection, copy, verify
from influx_core import InfluxDBClient


async def test_policies_that_share_a_measurement_are_refused(
    servers: tuple[str, str], database: str, tmp_path: Path
) -> None:
    source, sink = servers
    chosen = Selection(databases=(database,))
    options = CopyOptions(mapping={f"{database}/w": f"{database}/autogen"})
    async with InfluxDBClient(source, db=database) as client:
        await client.admin.create_retention_policy("w", "1000w", db=database)
        await client.write_lines(f"m,host=a f=1 {START}\nother f=1 {START}")
        await client.write_lines(f"extra f=1 {START}", retention_policy="w")
        assert (
            await copy(source, sink, tmp_path / "apart", selection=chosen, options=options)
        ).complete
        assert (await verify(source, sink, selection=chosen, options=options, one_in=1)).equal
        await client.write_lines(f"m,host=a f=2 {START}", retention_policy="w")
    with pytest.raises(LossRefused) as caught:
        await copy(source, sink, tmp_path / "refused", selection=chosen, options=options)
    assert caught.value.losses == {"merged": ("m",)}
    async with InfluxDBClient(sink, db=database) as client:
        assert (await client.execute("SELECT f FROM m")).scalar() == 1.0
    accepted = CopyOptions(mapping=options.mapping, accept=("merged",))
    assert (
        await copy(source, sink, tmp_path / "accepted", selection=chosen, options=accepted)
    ).complete
    report = await verify(source, sink, selection=chosen, options=accepted, one_in=1)
    assert [(each.measurement, each.field) for each in report.differences] == [("m", "f")]


async def test_databases_that_share_a_measurement_are_refused(
    servers: tuple[str, str], database: str, tmp_path: Path
) -> None:
    source, sink = servers
    second = f"{database} 2"
    chosen = Selection(databases=(database, second))
    options = CopyOptions(mapping={second: database})
    async with InfluxDBClient(source) as client:
        await client.create_database(second)
        for name in (database, second):
            await client.write_lines(f"m f=1 {START}", db=name)
        with pytest.raises(LossRefused, match=r"accept=\('merged',\)"):
            await copy(source, sink, tmp_path / "plan", selection=chosen, options=options)
        await client.drop_database(second)
    async with InfluxDBClient(sink) as client:
        assert database not in await client.databases()


@pytest.mark.parametrize(
    ("types", "stored"),
    [
        ("cast", {("f", "float"), ("g", "string"), ("host_field", "string")}),
        (
            "split",
            {
                ("f", "float"),
                ("f_integer", "integer"),
                ("g", "string"),
                ("g_boolean", "boolean"),
                ("host_field", "string"),
            },
        ),
    ],
)
async def test_fields_get_one_type_in_all_policies_that_share_a_place(
    servers: tuple[str, str],
    database: str,
    tmp_path: Path,
    types: Literal["cast", "split"],
    stored: set[tuple[str, str]],
) -> None:
    """Each policy has one type; a tag of one policy is a field of the other."""
    source, sink = servers
    async with InfluxDBClient(source, db=database) as client:
        await client.admin.create_retention_policy("w", "1000w", db=database)
        await client.write_lines(f'm,host=a f=1,g="x" {START}')
        await client.write_lines(f'm f=2i,g=true,host="b" {START + 1}', retention_policy="w")
    chosen = Selection(databases=(database,))
    options = CopyOptions(
        types=types,
        shared_names="rename",
        mapping={f"{database}/w": f"{database}/autogen"},
        accept=("merged",),
    )
    with Plan(tmp_path / "plan") as plan:
        summary = await copy(source, sink, plan, selection=chosen, options=options)
        assert summary.complete, summary.failed
        assert summary.progress.rows == 2
        report = await verify(source, sink, plan=plan, one_in=1)
        assert report.equal, report.differences
    async with InfluxDBClient(sink, db=database) as client:
        result = await client.execute("SHOW FIELD KEYS FROM m")
        assert {(row["fieldKey"], row["fieldType"]) for row in result.rows()} == stored
