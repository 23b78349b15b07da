from __future__ import annotations

from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core._lineprotocol import split
from influx_core._lineprotocol.split import (
    LineSplitter,
    all_timed,
    count_lines,
    split_lines,
)


def test_a_short_text_is_one_body_and_an_empty_one_is_none():
    assert list(split_lines(b"m f=1\nm f=2\n", 100)) == [b"m f=1\nm f=2\n"]
    assert list(split_lines(b"", 100)) == []


def test_a_body_has_no_more_lines_than_it_may():
    text = b'm f="a\nb" 1\nm f=2 2\nm f=3 3\n'
    assert list(split_lines(text, 100, 2)) == [b'm f="a\nb" 1\nm f=2 2\n', b"m f=3 3\n"]
    assert list(split_lines(text, 100, 3)) == [text]
    assert list(split_lines(text, 10, 2)) == [b'm f="a\nb" 1\n', b"m f=2 2\n", b"m f=3 3\n"]


def test_cuts_are_at_line_ends_only():
    text = b'm f="a\nb" 1\nm f=2 2\nm\\ x,t="q f="\\"\n" 3\n'
    assert list(split_lines(text, 1)) == [
        b'm f="a\nb" 1\n',
        b"m f=2 2\n",
        b'm\\ x,t="q f="\\"\n" 3\n',
    ]


def test_a_quote_in_a_tag_opens_nothing():
    assert list(split_lines(b'm,t="a f=1\nm,t=b" f=2\n', 1)) == [
        b'm,t="a f=1\n',
        b'm,t=b" f=2\n',
    ]


def test_only_lines_with_points_count():
    assert count_lines(b'# a comment\n\nm f="x\ny"\n   \nm f=1') == 2


@given(st.binary(max_size=200) | st.text('m ,=\\"\n#1i', max_size=200).map(str.encode))
def test_nothing_is_lost_by_cutting(data):
    assert b"".join(split_lines(data, 20)) == data


@given(st.lists(st.text('mf ,=\\"', min_size=1, max_size=9), min_size=1, max_size=9))
def test_strings_with_line_ends_stay_whole(values):
    lines = [
        b'm f="%s\n"\n' % value.replace("\\", "\\\\").replace('"', '\\"').encode()
        for value in values
    ]
    assert list(split_lines(b"".join(lines), 1)) == lines


def bodies_of_matched_lines(data, limit, most):
    """The bodies by the pattern of a line, without the shortcut for lines without newlines."""
    bodies, body = [], []
    for line in filter(None, (match[0] for match in split.LINE.finditer(data))):
        if body and (len(b"".join(body) + line) > limit or len(body) == most):
            bodies.append(b"".join(body))
            body = []
        body.append(line)
    return [*bodies, b"".join(body)] if body else bodies


SIGNS = st.text('m ,="\n\\#1', max_size=80) | st.lists(
    st.sampled_from(['m f="', '="', '"', "\\", "\n", " 1\n", " ", "# x", "m,t=a", '\\"', "="])
).map("".join)


@given(SIGNS.map(str.encode))
def test_the_shortcut_for_plain_lines_changes_nothing(data):
    for limit, most in ((1, None), (9, 2), (10_000, 3)):
        is_short = len(data) <= limit and data.count(b"\n") <= (most or len(data))
        expected = [data] if data and is_short else bodies_of_matched_lines(data, limit, most)
        assert list(split_lines(data, limit, most)) == expected
    lines = [match[0].strip() for match in split.LINE.finditer(data)]
    points = [line for line in lines if line and not line.startswith(b"#")]
    assert list(split.point_lines(data)) == points
    assert count_lines(data) == len(points)
    assert all_timed(data) == all(map(split.is_timed, points))
    matches = takewhile(lambda match: match[1], split._LINE_OF_STREAM.finditer(data))
    assert split.whole_lines(data) == max((match.end() for match in matches), default=0)


LINES = st.text('m ,=\\"\n#1i', max_size=60).map(str.encode) | st.just(b'm f="a\n\\"b" 1\n')


@given(st.lists(LINES, max_size=6), st.data())
def test_data_in_pieces_is_split_where_the_whole_is(texts, data):
    whole = b"".join(texts)
    splitter, bodies, position = LineSplitter(1), [], 0
    while position < len(whole):
        size = data.draw(st.integers(1, 20))
        bodies += splitter.feed(whole[position : position + size])
        position += size
    assert [*bodies, *splitter.finish()] == list(split_lines(whole, 1))


def test_pieces_give_the_lines_that_are_complete():
    splitter = LineSplitter(100)
    assert splitter.feed(b"m f=1 1\nm f=") == [b"m f=1 1\n"]
    assert splitter.feed(b'"a\nb') == []
    assert splitter.feed(b'c" 2\nm') == [b'm f="a\nbc" 2\n']
    assert splitter.finish() == [b"m"]


def test_a_quote_without_an_end_does_not_hold_all_that_follows(monkeypatch):
    monkeypatch.setattr(split, "LONGEST_STRING", 100)
    splitter, bodies = LineSplitter(1), []
    lines = [b'm f="x\n', *(b"m f=%d %d\n" % (n, n) for n in range(50))]
    for line in lines:
        bodies += splitter.feed(line)
    assert len(bodies) > 30
    assert [*bodies, *splitter.finish()] == lines


@pytest.mark.parametrize(
    ("lines", "timed"),
    [
        (b"m f=1 5\nm f=2 -6\n", True),
        (b'# a comment\n\nm f="x 7" 5', True),
        (b"m f=1 5\nm f=2", False),
        (b'm f="x\ny 7"\n', False),
        (b"m f=1", False),
    ],
)
def test_lines_are_timed_if_every_point_is(lines, timed):
    assert all_timed(lines) is timed
