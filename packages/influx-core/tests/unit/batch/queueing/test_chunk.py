"""Chunks and batches: what is counted, divided and compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core._batch.queueing.chunk import (
    EncodedChunk,
    PointBatch,
    body,
    bytes_in,
    halves,
    points_in,
)
from influx_core._batch.receipts import RunOutcome
from influx_core.interfaces import BatchSummary, Target

TARGET = Target("db")


def chunk(*times: int, tag: str = "a") -> EncodedChunk:
    lines = b"".join(b"m,t=%b f=1 %d\n" % (tag.encode(), time) for time in times)
    return EncodedChunk(lines, len(times), (min(times), max(times)))


def batch(*chunks: EncodedChunk, number: int = 0, target: Target = TARGET) -> PointBatch:
    made = PointBatch(target, 0.0, number=number)
    for each in chunks:
        made.add(each)
    return made


def test_a_batch_counts_what_is_added():
    made = batch(chunk(3, 1), chunk(7))
    assert (made.points, made.size, made.span) == (3, len(body(made.chunks)), (1, 7))
    assert made.summary(2.0) == BatchSummary(TARGET, 3, made.size, 0, 2.0)


def test_an_unknown_span_makes_that_of_the_batch_unknown():
    assert batch(chunk(1), EncodedChunk(b"m f=1 1\n", 1)).span is None


def test_batches_with_a_common_point_collide():
    assert batch(chunk(1, 2)).collides(batch(chunk(2, 3)))
    assert not batch(chunk(1, 2)).collides(batch(chunk(3)))
    assert not batch(chunk(1, 2)).collides(batch(chunk(2, tag="b")))
    assert not batch(chunk(1)).collides(batch(chunk(1), target=Target("other")))


def test_a_point_that_is_added_after_a_comparison_counts():
    older, newer = batch(chunk(1)), batch(chunk(5))
    assert not older.collides(newer)
    older.add(chunk(5))
    assert older.collides(newer)


def test_a_batch_that_shrinks_forgets_what_is_settled():
    made = batch(chunk(1), chunk(2))
    assert made.collides(batch(chunk(1)))
    made.keep(made.chunks[1:])
    assert (made.points, made.size) == (1, len(chunk(2).lines))
    assert not made.collides(batch(chunk(1, 3)))
    assert made.collides(batch(chunk(2)))


@given(counts=st.lists(st.integers(1, 5), min_size=1, max_size=5))
def test_halves_keep_every_point_in_order(counts):
    chunks = [chunk(*range(10 * n, 10 * n + count)) for n, count in enumerate(counts)]
    first, second = halves(chunks)
    assert body(first) + body(second) == body(chunks)
    assert points_in(first) + points_in(second) == points_in(chunks)
    assert bytes_in(first) + bytes_in(second) == bytes_in(chunks)
    assert bool(first) == (points_in(chunks) > 1)


def test_what_is_left_of_a_run_knows_its_place_in_it():
    run = RunOutcome()

    def pieces(chunks: list[EncodedChunk]) -> list[EncodedChunk]:
        first, second = halves(chunks)
        return [*pieces(first), *pieces(second)] if first else chunks

    parts = pieces([EncodedChunk(chunk(*range(13)).lines, 13, (0, 12), run)])
    assert all(part.receipt is run for part in parts)
    assert [(part.first, part.lines) for part in parts] == [(n, chunk(n).lines) for n in range(13)]


def test_what_cannot_be_divided_is_said_to_be_in_one():
    strange = EncodedChunk(b"m f=1 1\n", 5)
    assert halves([strange]) == ([], [strange])


@pytest.mark.parametrize("lines", [b'm f="a\nb" 1\nm f=2 2\n'])
def test_a_line_end_within_a_string_is_no_place_to_divide(lines):
    first, second = halves([EncodedChunk(lines, 2)])
    assert body(first) == b'm f="a\nb" 1\n'
    assert body(second) == b"m f=2 2\n"
