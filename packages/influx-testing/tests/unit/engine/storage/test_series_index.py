from __future__ import annotations

from influx_testing._engine.storage.series_index import Index


def test_the_same_series_is_made_once() -> None:
    index = Index()
    assert index.add("cpu", (("h", "a"),)) is index.add("cpu", (("h", "a"),))
    assert index.count() == 1


def test_what_is_dropped_is_gone_but_its_tags_are_known_until_the_index_is_rebuilt() -> None:
    index = Index()
    _kept, lost = index.add("cpu", (("h", "a"),)), index.add("cpu", (("h", "b"), ("r", "x")))
    index.drop(lost)
    assert [series.key for series in index.series("cpu")] == ["cpu,h=a"]
    assert index.values("cpu", "h") == {"a", "b"}
    index.rebuild()
    assert index.values("cpu", "h") == {"a"}
    assert index.tag_keys("cpu") == {"h"}


def test_a_measurement_goes_with_its_last_series() -> None:
    index = Index()
    index.drop(index.add("cpu", ()))
    assert index.measurements() == []
    assert index.count() == 0


def test_a_series_written_several_times_at_once_leaves_its_tags_behind() -> None:
    index = Index()
    index.add("cpu", (("h", "a"),))
    once, twin = index.add("cpu", (("h", "b"),)), index.add("cpu", (("h", "c"),), several=True)
    index.drop(once)
    index.rebuild()
    index.drop(twin)
    index.rebuild()
    assert [series.key for series in index.series("cpu")] == ["cpu,h=a"]
    assert index.values("cpu", "h") == {"a", "c"}


def test_a_measurement_stays_with_a_twin_that_was_dropped_from_the_old_one() -> None:
    index = Index()
    once, twin = index.add("cpu", (("h", "b"),)), index.add("cpu", (("h", "c"),), several=True)
    other = index.add("cpu", (("h", "d"),))
    index.drop(other)
    index.rebuild()
    index.drop(twin)
    index.drop(once)
    assert index.count() == 0
    index.drop(index.add("cpu", twin.tags))
    assert index.measurements() == ["cpu"]


def test_a_twin_takes_a_measurement_along_that_was_made_anew() -> None:
    index = Index()
    once, twin = index.add("cpu", (("h", "b"),)), index.add("cpu", (("h", "c"),), several=True)
    index.drop(once)
    index.rebuild()
    index.add("cpu", (("h", "a"),))
    index.drop(twin)
    assert index.measurements() == []
    assert index.count() == 0
