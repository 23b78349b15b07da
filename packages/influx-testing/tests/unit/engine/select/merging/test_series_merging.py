from __future__ import annotations

from influx_testing._engine.select.merging.series_merging import merged
from influx_testing._engine.select.run.point_runs import PointRun
from influx_testing._engine.select.run.points import Key

KEY: Key = ("m", ())


def stream(name: str, *times: int) -> PointRun:
    return PointRun(KEY, times, [f"{name}{time}" for time in times])


def values(*streams: PointRun, ascending: bool = True) -> list[str]:
    found = merged(streams, ascending=ascending)
    points = found.points() if isinstance(found, PointRun) else found
    return [point[2] for point in points]


def test_streams_are_merged_by_time() -> None:
    assert values(stream("a", 1, 3), stream("b", 2, 4)) == ["a1", "b2", "a3", "b4"]
    one, other = stream("a", 1, 3), stream("b", 2, 4)
    assert values(one, other, ascending=False) == ["b4", "a3", "b2", "a1"]


def test_equal_times_come_as_the_server_recorded_them() -> None:
    streams = [stream("a", 1, 2, 3), stream("b", 1, 3), stream("c", 1, 3), stream("d", 1, 3)]
    recorded = ["a1", "d1", "b1", "c1", "a2", "c3", "a3", "d3", "b3"]
    assert values(*streams) == recorded


def test_backwards_the_order_of_equal_times_is_another() -> None:
    streams = [stream("a", 1, 2, 3), stream("b", 1, 3), stream("c", 1, 3), stream("d", 1, 3)]
    recorded = ["d3", "a3", "c3", "b3", "a2", "b1", "a1", "d1", "c1"]
    assert values(*streams, ascending=False) == recorded


def test_text_beside_the_points_decides_first() -> None:
    one = PointRun(KEY, (1,), ("one",), (("z",),))
    other = PointRun(KEY, (1,), ("other",), (("a",),))
    assert values(one, other) == ["other", "one"]
