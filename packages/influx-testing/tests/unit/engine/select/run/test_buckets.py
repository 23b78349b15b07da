from __future__ import annotations

from influx_query.nodes import Fill
from influx_testing._engine.select.functions.reducers import Reduced
from influx_testing._engine.select.plan.query_limits import LimitTracker
from influx_testing._engine.select.plan.time_windows import Interval
from influx_testing._engine.select.run.buckets import reduced
from influx_testing._engine.select.run.point_runs import PointRun
from influx_testing._engine.select.run.points import Key, ReadOptions

A: Key = ("m", (("h", "a"),))
B: Key = ("m", (("h", "b"),))


def run(key: Key, *times: int) -> PointRun:
    return PointRun(key, times, times)


def times_of(part: PointRun) -> list[Reduced]:
    return [(None, list(part.times), ())]


def buckets(*runs: PointRun, ascending: bool = True) -> list[tuple[Key, int, list[int]]]:
    options = ReadOptions(
        start=0,
        end=99,
        ascending=ascending,
        interval=Interval(10),
        dimensions=("h",),
        group_by=("h",),
        fill=Fill("none"),
        beside=(),
        condition=None,
        limit=0,
        offset=0,
        slimit=0,
        soffset=0,
        usage=LimitTracker(0),
    )
    return [(key, start, times) for key, start, times, _ in reduced(runs, times_of, options)]


def test_a_bucket_continues_in_the_next_run_of_its_group() -> None:
    assert buckets(run(A, 1, 12), run(A, 13, 25), run(B, 26)) == [
        (A, 0, [1]),
        (A, 10, [12, 13]),
        (A, 20, [25]),
        (B, 20, [26]),
    ]


def test_descending_runs_are_divided_at_the_starts_of_buckets() -> None:
    assert buckets(run(A, 20, 19, 10), run(A, 9), ascending=False) == [
        (A, 20, [20]),
        (A, 10, [19, 10]),
        (A, 0, [9]),
    ]


def test_an_empty_run_does_not_open_a_group() -> None:
    assert buckets(run(A, 1), run(B), run(B, 2)) == [(A, 0, [1]), (B, 0, [2])]
