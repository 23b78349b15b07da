"""Spans and keys: equal where series and time are equal, however they are written."""

from __future__ import annotations

import pytest

from influx_core._batch.queueing.ordering import keys_of, overlap, span_of


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [((1, 3), (3, 5), True), ((1, 3), (4, 5), False), (None, (4, 5), True), ((1, 2), None, True)],
)
def test_spans_overlap_if_they_share_a_time(one, other, expected):
    assert overlap(one, other) is overlap(other, one) is expected


def test_the_span_of_spans_holds_all_of_them():
    assert span_of([(2, 9), (1, 3), (4, 4)]) == (1, 9)
    assert span_of([(1, 3), None, (2, 9)]) is None


def same(one: bytes, other: bytes) -> bool:
    return keys_of(one + b"\n", 1) == keys_of(other + b"\n", 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"m,a=1,b=2 f=1 7", b"m,b=2,a=1 f=2 7"),
        (b"m f=1 7", b"m f=2 007"),
        (b"m f=1 -7", b"m f=2 -07"),
        (b"m f=1 7", b"m f=1 +7"),
        (rb"m,a=x\ y,b=2 f=1 7", rb"m,b=2,a=x\ y f=2 7"),
        (rb"my\ m,a=1,b=2 f=1 7", rb"my\ m,b=2,a=1 f=2 7"),
        (rb"m,a=x\,y,b=2 f=1 7", rb"m,b=2,a=x\,y f=2 7"),
        (b'm f="a b" 7', b"m f=2 7"),
        (b"m f=1", b"m f=2"),
    ],
)
def test_the_same_series_and_time_have_one_key(one, other):
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"m,a=1 f=1 7", b"m,a=2 f=1 7"),
        (b"m,a=1 f=1 7", b"m,a=1 f=1 8"),
        (b"m f=1 7", b"n f=1 7"),
        (rb"m,a=x\ y f=1 7", rb"m,a=x\ y f=1 8"),
    ],
)
def test_other_series_and_times_have_other_keys(one, other):
    assert not same(one, other)


def test_a_line_end_within_a_string_begins_no_line():
    assert len(keys_of(b'm f="a\nb" 1\nm f=2 2\n', 2)) == 2
