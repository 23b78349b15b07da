"""A plan whose disk is full, or whose file is damaged, ends a copy with its name."""

from __future__ import annotations

from pathlib import Path

import pytest
from influx_copy_doubles import ListSink, ListSource

from influx_copy import CopyOptions, CopyRange, Plan, PlanUnusable, RunSettings, copy, run_plan

RANGES = [CopyRange("db", "rp", "m", at, at + 100) for at in range(0, 50_000, 100)]


def fill_disk(plan: Plan) -> None:
    """Let the file not grow any more."""
    (pages,) = plan._db.execute("PRAGMA page_count").fetchone()
    plan._db.execute(f"PRAGMA max_page_count = {pages}")


async def test_a_full_disk_at_the_beginning_leaves_a_plan_that_can_be_used_again(
    tmp_path: Path,
) -> None:
    path = tmp_path / "plan"
    with Plan(path) as plan:
        fill_disk(plan)
        with pytest.raises(PlanUnusable, match=r"the plan .*plan cannot be .*disk is full"):
            await copy(ListSource(RANGES), ListSink(), plan)
        assert (plan.settings, plan.progress().total) == ({}, 0)
    assert (await copy(ListSource(RANGES), ListSink(), path)).complete


async def test_a_full_disk_during_a_copy_loses_nothing(tmp_path: Path) -> None:
    """The types of the fields of a range are what makes the plan grow."""
    path, sink = tmp_path / "plan", ListSink()
    with Plan(path) as plan:
        plan.begin({"source": "list"}, RANGES)
        fill_disk(plan)
        with pytest.raises(PlanUnusable, match="disk is full"):
            await run_plan(plan, ListSource(RANGES), sink, CopyOptions(), RunSettings(parallel=3))
        done = [planned.range for planned in plan.ranges("done")]
    assert set(done) <= sink.stored.keys()
    assert 0 < len(done) < len(RANGES)
    with Plan(path) as plan:
        assert [planned.range for planned in plan.ranges("done")] == done
        summary = await run_plan(plan, ListSource(RANGES), sink, CopyOptions())
    assert summary.complete
    assert sink.stored.keys() == set(RANGES)
