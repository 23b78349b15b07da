"""RequestSizes: limits that fall fast and grow slowly; chunks divided by them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from influx_core._batch.failure_handling.request_size import RequestSizes, divide
from influx_core._batch.queueing.chunk import EncodedChunk, body
from influx_core.interfaces import Target

LINE = b"m,t=a f=1000.0 1000\n"


def test_the_limit_grows_slowly_until_it_is_forgotten():
    sizes, target = RequestSizes(), Target("db")
    sizes.refused(target, 1000)
    assert sizes.limit(target) == 500
    sizes.stored(target, 100)  # says nothing of larger ones
    assert sizes.limit(target) == 500
    requests = 0
    while (limit := sizes.limit(target)) is not None:
        sizes.stored(target, limit)
        requests += 1
    assert 40 < requests < 60


def test_requests_of_one_size_that_are_refused_together_count_once():
    sizes, target = RequestSizes(), Target("db")
    sizes.refused(target, 1000)
    sizes.refused(target, 1000)
    assert sizes.limit(target) == 500
    sizes.refused(target, 1)
    assert sizes.limit(target) == 1


@given(counts=st.lists(st.integers(1, 9), min_size=1), limit=st.integers(1, 200))
def test_cutting_keeps_every_point_in_order(counts, limit):
    chunks = [EncodedChunk(LINE * count, count) for count in counts]
    parts = divide(chunks, limit)
    assert b"".join(map(body, parts)) == body(chunks)
    assert all(
        len(body(part)) <= limit or sum(chunk.points for chunk in part) == 1 for part in parts
    )
    assert sum(chunk.points for part in parts for chunk in part) == sum(counts)


def test_a_chunk_that_cannot_be_divided_stays_whole():
    strange = EncodedChunk(LINE, 7)
    assert divide([strange], 3) == [[strange]]
