from __future__ import annotations

from itertools import count, islice

from influx_core import DataPoint
from influx_core._points.batching import batches, timed


def test_an_endless_iterable_is_cut_lazily():
    assert list(islice(batches(count(), 3), 2)) == [[0, 1, 2], [3, 4, 5]]


def test_the_last_batch_holds_the_rest():
    assert list(batches(list("abcde"), 2)) == [["a", "b"], ["c", "d"], ["e"]]


def test_points_are_timed_if_every_one_is():
    here = DataPoint("m", {}, {"f": 1}, 0)
    arrival = DataPoint("m", {}, {"f": 1})
    assert timed([here, ("m", {}, {"f": 1}, 5)])
    assert not timed([here, arrival])
    assert not timed([here, ("m", {}, {"f": 1}, None)])
