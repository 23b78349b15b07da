"""A summary of lines says what the rules for single lines say, and keys find what is replaced."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from influx_core import lineprotocol
from influx_core._lineprotocol import split
from influx_core.interfaces import LineSummary
from influx_core.parts import LineProtocolSummarizer

summarizer = LineProtocolSummarizer()

PIECES = st.sampled_from(
    [
        *(b"m", b",t=a", b",t=b", b",u=a", b" f=1", b",g=2i", b' s="x"', b' s="a\nb"', b' s="'),
        *(
            b" 1600041600000000000",
            b" 1600041600000000001",
            b" 5",
            b" -5",
            b" 05",
            b" -",
            b"9" * 20,
        ),
        *(b"\n", b"\n", b"\r\n", b"\\", b"\\ ", b"\\,", b'\\"', b'"', b"=", b'="', b" ", b"\t"),
        *(b"# x", b"# DML", b"\x0b", b"\x1c", b"\xff", b"\xc3\xbc", b"\x00", b"", b"m f=1 5\n" * 3),
    ]
)
DATA = st.lists(PIECES, max_size=14).map(b"".join) | st.binary(max_size=40)


def summary_by_lines(data: bytes) -> LineSummary:
    """The summary of whole lines, made from each line by itself."""
    points = list(split.point_lines(data))
    lines = [match[0].strip() for match in split.LINE.finditer(data)]
    times = [int(line.rpartition(b" ")[2]) for line in points if split.is_timed(line)]
    bounded = [max(-(2**63), min(time, 2**63 - 1)) for time in times]
    return LineSummary(
        len(data),
        data.count(b"\n"),
        len(points),
        all(map(split.is_timed, points)),
        any(line.startswith(b"#") for line in lines),
        min(bounded, default=None),
        max(bounded, default=None),
    )


@given(DATA)
@example(b"m f=1 5\nm f=1 5\n 5\n")
@example(b'm f="\nm f=1 5\n')
def test_a_summary_is_that_of_the_single_lines(data):
    assert summarizer.summarize(data, final=True) == summary_by_lines(data)
    end = split.whole_lines(data)
    assert summarizer.summarize(data) == summary_by_lines(data[:end])


NAMES = st.sampled_from(["a", "b", "a b", "a,b", "a=b", "a\\b", "ü"])
POINTS = st.tuples(
    NAMES,
    st.dictionaries(NAMES, NAMES, max_size=3),
    st.dictionaries(NAMES, st.sampled_from([1.5, "x", "a\nb", " 1"]), min_size=1, max_size=2),
    st.integers(-1, 1),
)


@given(POINTS, POINTS, st.sampled_from(["v2", "1.x"]))
@example(("a", {}, {"a": "x"}, 0), ("a", {}, {"b": "x"}, 0), "v2")
def test_points_of_one_series_and_time_have_one_key(one, other, rules):
    lines = [lineprotocol.encode([point], rules=rules) for point in (one, other)]
    first, second = (point[0] for point in map(lineprotocol.decode, lines))
    same = (first.measurement, first.tags, one[3]) == (second.measurement, second.tags, other[3])
    keys, others = map(summarizer.keys, lines)
    assert not keys.isdisjoint(summarizer.keys(b"".join(lines)))
    if same:
        assert not keys.isdisjoint(others)
    by_field = [summarizer.keys(line, by_field=True) for line in lines]
    if same and None not in by_field and set(one[2]) == set(other[2]):
        assert not by_field[0].isdisjoint(by_field[1])
