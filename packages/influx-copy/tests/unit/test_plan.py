from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from influx_copy import CopyRange, Plan, PlanInUse, PlanMismatch, RangeResult, SourceObject


def ranges(count: int) -> list[CopyRange]:
    return [CopyRange("db", "rp", "m", at * 10, at * 10 + 10) for at in range(count)]


@pytest.fixture
def plan(tmp_path: Path):
    with Plan(tmp_path / "copy.plan") as opened:
        yield opened


def reopened(plan: Plan) -> Plan:
    plan.close()
    return Plan(plan.path)


@pytest.mark.parametrize("path", ["nofolder/copy.plan", "."])
def test_a_plan_that_cannot_be_opened_is_an_error_of_its_own(tmp_path: Path, path: str) -> None:
    with pytest.raises(PlanMismatch, match="cannot be opened"):
        Plan(tmp_path / path)


def test_a_plan_has_each_range_once(plan: Plan) -> None:
    plan.begin({}, [*ranges(3), *ranges(2)])
    assert [planned.range for planned in plan.ranges()] == ranges(3)


def test_ranges_are_started_in_the_order_of_time(plan: Plan) -> None:
    plan.begin({"source": "a"}, reversed(ranges(3)))
    assert [plan.start_next() for _ in range(4)] == [*ranges(3), None]


def test_newest_ranges_are_started_first_but_growing_ones_last(plan: Plan) -> None:
    growing = CopyRange("db", "rp", "m", 30, 40, growing=True)
    plan.begin({"source": "a"}, [growing, *ranges(3)])
    started = [plan.start_next(newest_first=True) for _ in range(4)]
    assert started == [*reversed(ranges(3)), growing]


def test_a_range_that_was_running_is_pending_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "copy.plan"
    script = (
        "import os, signal, sys\n"
        "from influx_copy import CopyRange, Plan\n"
        f"plan = Plan({str(path)!r})\n"
        "plan.begin({'source': 'a'}, [CopyRange('db', '', 'm', 0, 10)])\n"
        "plan.start_next()\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", script], env=os.environ.copy(), check=False)
    assert killed.returncode == -signal.SIGKILL
    with Plan(path) as plan:
        (planned,) = plan.ranges()
        assert (planned.state, planned.attempts) == ("pending", 1)


def test_what_was_copied_is_there_again(plan: Plan) -> None:
    plan.begin({"source": "a"}, ranges(2))
    range_ = plan.start_next()
    assert range_ is not None
    plan.finish(range_, RangeResult(5, 1, 9, {"f": ("float", "integer")}))
    plan.fail(ranges(2)[1], "ServerBusy: no")
    with reopened(plan) as again:
        done, failed = again.ranges()
        assert done.result == RangeResult(5, 1, 9, {"f": ("float", "integer")})
        assert (failed.state, failed.error) == ("failed", "ServerBusy: no")
        assert again.progress().rows == 5
        assert again.retry_failed() == 1
        assert not again.progress().complete


def test_a_range_is_replaced_by_its_halves(plan: Plan) -> None:
    (whole,) = ranges(1)
    plan.begin({"source": "a"}, [whole])
    halves = whole.halves()
    assert halves is not None
    plan.split(whole, halves)
    assert [(p.range.start, p.range.stop) for p in plan.ranges()] == [(0, 5), (5, 10)]
    with pytest.raises(PlanMismatch, match="has no range"):
        plan.split(whole, halves)
    assert plan.progress().total == 2


def test_ranges_that_are_halved_are_not_added_again(plan: Plan) -> None:
    (whole,) = ranges(1)
    plan.begin({"source": "a"}, [whole])
    plan.split(whole, whole.halves() or ())
    assert plan.add([whole]) == 0
    assert plan.add([CopyRange("db", "rp", "m", -5, 12)]) == 2
    bounds = [(p.range.start, p.range.stop) for p in plan.ranges()]
    assert bounds == [(-5, 0), (0, 5), (5, 10), (10, 12)]


def test_a_growing_range_is_copied_again_and_once_more_when_it_has_ended(plan: Plan) -> None:
    growing = CopyRange("db", "rp", "m", 0, 10, growing=True)
    plan.begin({"source": "a"}, [growing])
    plan.finish(growing, RangeResult())
    plan.add([growing])
    assert [p.state for p in plan.ranges()] == ["pending"]
    plan.finish(growing, RangeResult())
    plan.add(ranges(1))
    assert [(p.state, p.range.growing) for p in plan.ranges()] == [("pending", False)]
    plan.finish(growing, RangeResult())
    plan.add(ranges(1))
    assert plan.progress().complete


def test_a_plan_is_open_once(plan: Plan) -> None:
    with pytest.raises(PlanInUse, match="open in another process"):
        Plan(plan.path)


def test_another_process_cannot_open_a_plan(plan: Plan) -> None:
    script = f"from influx_copy import Plan; Plan({str(plan.path)!r})"
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert "PlanInUse" in run.stderr


def test_other_settings_are_refused_with_both_values(plan: Plan) -> None:
    plan.begin({"source": "http://a", "tags": {"a": "b"}}, [])
    plan.check({"source": "http://a", "tags": {"a": "b"}})
    with pytest.raises(PlanMismatch, match="begun with source 'http://a', not 'http://b'"):
        plan.check({"source": "http://b"})
    with pytest.raises(PlanMismatch, match="is filled"):
        plan.begin({}, [])


def test_a_file_that_is_no_plan_is_refused_and_kept(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_bytes(b"x" * 4096)
    with pytest.raises(PlanMismatch, match="is not a plan"):
        Plan(text)
    assert text.read_bytes() == b"x" * 4096


def test_a_plan_of_another_version_is_refused(plan: Plan) -> None:
    plan._db.execute("PRAGMA user_version = 99")
    with pytest.raises(PlanMismatch, match="has version 99"):
        reopened(plan)


def test_a_cancelled_range_is_pending_and_a_settled_one_stays(plan: Plan) -> None:
    plan.begin({"source": "a"}, ranges(2))
    first = plan.start_next()
    assert first is not None
    plan.release(first)
    assert [p.state for p in plan.ranges()] == ["pending", "pending"]
    plan.finish(first, RangeResult(1, 2, 3))
    plan.release(first)
    assert [p.state for p in plan.ranges()] == ["done", "pending"]


def test_objects_keep_their_outcome(plan: Plan) -> None:
    found = SourceObject("user", "", "ann", "ALL PRIVILEGES", "create it again")
    plan.begin({}, [], [found])
    with reopened(plan) as again:
        assert again.objects == [found]
