"""Series that InfluxDB 1.x stores and lists, and whose points no query returns, are named."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from influx_copy import CopyOptions, LossRefused, Selection, copy, verify
from influx_core import InfluxDBClient, PartialWriteError

DATABASE = "unreadable"
CHOSEN = Selection(databases=(DATABASE,))
LINES = (
    rb"m\\,t=a v=1 1",  # a measurement that ends with a backslash
    rb"m,k\\,a=b v=2 2",
    rb"m,t=a\\\,b v=3 3",
    b"m v=4 4",
)


@pytest.fixture
async def source(influxd_url: str) -> AsyncIterator[str]:
    async with InfluxDBClient(influxd_url, db=DATABASE) as client:
        await client.create_database(DATABASE)
        await client.admin.create_retention_policy("other", None, db=DATABASE)
        await client.write_lines(b"n v=1 1", retention_policy="other")
        await client.write_lines(b"gone v=1 1000000000000000000")
        await client.execute("DELETE FROM gone")
        for line in LINES:
            await client.write_lines(line)
        with pytest.raises(PartialWriteError):
            await client.write_lines(b"refused,t=a time=1 1")  # its series is listed
        yield influxd_url
        await client.drop_database(DATABASE)


async def test_a_copy_names_series_whose_points_are_not_returned(
    source: str, tmp_path: Path
) -> None:
    with pytest.raises(LossRefused, match=r"no points of them \('m,t=a'\)") as caught:
        await copy(source, f"jsonl:{tmp_path / 'all'}", tmp_path / "plan", selection=CHOSEN)
    assert caught.value.losses == {"unreadable": ("m,t=a",)}


async def test_the_others_are_copied_when_that_is_accepted(source: str, tmp_path: Path) -> None:
    sink, accepted = f"jsonl:{tmp_path / 'all'}", CopyOptions(accept=("unreadable",))
    summary = await copy(source, sink, tmp_path / "plan", selection=CHOSEN, options=accepted)
    assert summary.complete
    assert summary.progress.rows == len(LINES)  # and one of the other policy
    assert (await verify(source, sink, selection=CHOSEN, options=accepted, one_in=1)).equal
    report = await verify(source, sink, selection=CHOSEN, one_in=1)
    assert [each.measurement for each in report.differences] == ["m,t=a"]


async def test_other_measurements_can_be_copied(source: str, tmp_path: Path) -> None:
    chosen = Selection(databases=(DATABASE,), measurements=("m", "n"))
    sink = f"jsonl:{tmp_path / 'all'}"
    assert (await copy(source, sink, tmp_path / "plan", selection=chosen)).complete
