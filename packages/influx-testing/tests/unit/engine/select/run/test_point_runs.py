from __future__ import annotations

from influx_testing._engine.select.run.point_runs import PointRun, joined, points_of, runs_of
from influx_testing._engine.select.run.points import Key, Point

HERE: Key = ("m", (("host", "a"),))
THERE: Key = ("m", (("host", "b"),))
ALL: Key = ("m", ())


def points(key: Key, *times: int) -> list[Point]:
    return [(key, time, float(time), (str(time),)) for time in times]


def test_points_of_one_key_are_one_run() -> None:
    found = points(HERE, 1, 2, 2, 3)
    (run,) = runs_of(found, ("host",), ascending=True)
    assert run == (HERE, (1, 2, 2, 3), (1.0, 2.0, 2.0, 3.0), (("1", "2", "2", "3"),), None)
    assert list(points_of([run])) == found


def test_a_run_ends_with_its_group_and_where_time_turns() -> None:
    found = [*points(HERE, 1, 2), *points(THERE, 3, 1)]
    runs = list(runs_of(found, ("host",), ascending=True))
    assert [(run.key, run.times) for run in runs] == [(HERE, (1, 2)), (THERE, (3,)), (THERE, (1,))]
    assert list(points_of(runs)) == found


def test_finer_groups_share_a_run_and_can_be_separated() -> None:
    found = [*points(HERE, 1), *points(THERE, 2), *points(HERE, 3)]
    (run,) = runs_of(found, (), ascending=True)
    assert run.keys == (HERE, THERE, HERE)
    assert [(part.key, part.times) for part in run.by_key()] == [(HERE, [1, 3]), (THERE, [2])]


def test_points_without_a_value_can_be_left_out() -> None:
    run = PointRun(ALL, (1, 2, 3), (1.0, None, 3.0), (("a", "b", "c"),))
    assert run.valued() == (ALL, [1, 3], [1.0, 3.0], (["a", "c"],), None)


def test_joined_runs_have_all_columns() -> None:
    one, other = PointRun(ALL, (1,), (1.0,), (("a",),)), PointRun(ALL, (2,), (2.0,), (("b",),))
    assert joined([one, other]) == (ALL, [1, 2], [1.0, 2.0], (["a", "b"],), None)
