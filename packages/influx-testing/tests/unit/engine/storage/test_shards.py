from __future__ import annotations

from influx_testing._engine.storage.columns import FieldColumn
from influx_testing._engine.storage.shards import SeriesData, StoredSeries, series_key


def test_series_keys_escape_what_separates_their_parts() -> None:
    assert series_key("a b", (("k,1", "v=2"),)) == r"a\ b,k\,1=v\=2"


def test_a_tag_a_series_does_not_have_is_empty() -> None:
    assert StoredSeries("cpu", (("host", "a"),)).tag("region") == ""


def _data(**times: list[int]) -> SeriesData:
    data = SeriesData(StoredSeries("cpu", ()))
    for name, written in times.items():
        data.columns[name] = column = FieldColumn("float")
        for time in written:
            column.append(time, 1.0)
    return data


def test_points_are_counted_by_their_times() -> None:
    assert _data().point_count() == 0
    assert _data(a=[1, 2, 2]).point_count() == 2
    assert _data(a=[1, 2, 3], b=[3, 1, 2]).point_count() == 3
    assert _data(a=[1, 2], b=[2, 3], c=[]).point_count() == 3
