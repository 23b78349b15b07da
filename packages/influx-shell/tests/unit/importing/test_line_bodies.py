"""Files are divided alike whatever the pieces they come in, and whoever finds the ends of lines."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core.codec import all_timed, count_lines, split_lines
from influx_core.plugins import Plugins
from influx_shell._import.line_bodies import BodyDivider, DumpStatement, LineBody, Place

IN_PYTHON = Plugins(discover=False).line_summarizer()
INSTALLED = Plugins().line_summarizer()  # the compiled one, where influx-speedups is

LINES = st.sampled_from(
    [
        *(
            b"m f=1 5\n",
            b"m,t=a f=2i\n",
            b'm s="a\nb" 7\n',
            b'm s="\\"\n\\\\" 8\r\n',
            b"\n",
            b" \n",
        ),
        *(b"# DDL\n", b"# DML\n", b"# CONTEXT-DATABASE: d\n", b"# CONTEXT-DATABASE:\r\n"),
        *(b"# CONTEXT-RETENTION-POLICY: p\n", b"# x\n", b"CREATE DATABASE d\n", b'm,t="a f=1 5\n'),
        *(
            b"m\\ x f=1 5\n",
            b"bad\n",
            b'm s="\n',
            b'm s="open',
            b"\xff\x00\n",
            b"m f=1 1600041600000",
        ),
    ]
)


def divided(data: bytes, cuts: list[int], summarizer=IN_PYTHON, limit=40, most=None):
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    blocks = [data[start:stop] for start, stop in pairwise(edges)]
    return list(BodyDivider(summarizer, limit, most).divided(blocks, Place()))


@given(st.lists(LINES, max_size=8).map(b"".join), st.lists(st.integers(0, 200), max_size=4))
def test_both_summarizers_give_the_same_bodies(data, cuts):
    assert divided(data, cuts, INSTALLED) == divided(data, cuts)


@given(
    st.lists(LINES, max_size=8).map(b"".join),
    st.lists(st.integers(0, 200), max_size=4),
    st.sampled_from([None, 1, 2]),
)
def test_every_line_is_in_one_body_with_its_place_and_target(data, cuts, most):
    parts = divided(data, cuts, most=most)
    bodies = [part for part in parts if isinstance(part, LineBody)]
    for body in bodies:
        start, end = body.place.offset, body.end.offset
        assert data[start:end] == body.data
        assert body.place.line == data.count(b"\n", 0, start) + 1
        assert body.end.line == data.count(b"\n", 0, end) + 1
        assert body.summary.points == count_lines(body.data)
        assert body.summary.timed == all_timed(body.data)
        assert most is None or len(list(split_lines(body.data, 1))) <= most
    whole = divided(data, [], most=1)
    assert [(line, target) for part in parts for line, target in lines_of(part)] == [
        (line, target) for part in whole for line, target in lines_of(part)
    ]


def lines_of(part: LineBody | DumpStatement):
    """Lines, and where they go."""
    if isinstance(part, DumpStatement):
        return [(part.text, part.place.line)]
    target = part.place.db, part.place.retention_policy
    return [(line, target) for line in split_lines(part.data, 1)]


@pytest.mark.parametrize("summarizer", [IN_PYTHON, INSTALLED])
def test_a_line_that_is_longer_than_a_body_is_one(summarizer):
    data = b'm s="%b\n" 1\nm f=1 2\n' % (b"x" * 100)
    parts = divided(data, [30, 60], summarizer)
    assert [part.data for part in parts] == [data[:-8], data[-8:]]
