from __future__ import annotations

from influx_testing.engine.storage import Index, Series, Shard, series_key


def test_series_keys_escape_what_separates_their_parts() -> None:
    assert series_key("a b", (("k,1", "v=2"),)) == r"a\ b,k\,1=v\=2"


def test_a_tag_a_series_does_not_have_is_empty() -> None:
    assert Series("cpu", (("host", "a"),)).tag("region") == ""


def test_the_same_series_is_made_once() -> None:
    index = Index()
    assert index.add("cpu", (("h", "a"),)) is index.add("cpu", (("h", "a"),))
    assert index.count() == 1


def test_series_no_shard_holds_leave_the_index() -> None:
    index, shard = Index(), Shard(1, 0, 100)
    kept, _lost = index.add("cpu", (("h", "a"),)), index.add("cpu", (("h", "b"),))
    shard.data(kept)
    index.keep_only([shard])
    assert [series.key for series in index.series("cpu")] == ["cpu,h=a"]
    assert index.values("cpu", "h") == {"a"}


def test_tag_keys_stay_known_as_long_as_their_measurement() -> None:
    index, shard = Index(), Shard(1, 0, 100)
    index.add("cpu", (("h", "a"),))
    shard.data(index.add("cpu", ()))
    index.keep_only([shard])
    assert index.tag_keys("cpu") == {"h"}
    index.keep_only([])
    assert index.tag_keys("cpu") == set()
