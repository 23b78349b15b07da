from __future__ import annotations

from influx_testing._engine.storage.shards import StoredSeries, series_key


def test_series_keys_escape_what_separates_their_parts() -> None:
    assert series_key("a b", (("k,1", "v=2"),)) == r"a\ b,k\,1=v\=2"


def test_a_tag_a_series_does_not_have_is_empty() -> None:
    assert StoredSeries("cpu", (("host", "a"),)).tag("region") == ""
