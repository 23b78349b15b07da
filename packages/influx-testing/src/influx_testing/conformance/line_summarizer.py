"""The contract of a summarizer of line protocol: it agrees with the rules for the ends of lines."""

from __future__ import annotations

import pytest

from influx_core.codec import LONGEST_STRING
from influx_core.interfaces import LineSummarizer, LineSummary

__all__ = ["LineSummarizerSuite"]

_EMPTY = LineSummary(0, 0, 0, True, False, None, None)
_SUMMARIES = (
    (b"", _EMPTY),
    (b"m f=1 5", _EMPTY),
    (b"m f=1 5\n", LineSummary(8, 1, 1, True, False, 5, 5)),
    (b"m f=1 7\nm f=2 -6\nm f=3", LineSummary(17, 2, 2, True, False, -6, 7)),
    (b"m f=1 5\nm f=2\n", LineSummary(14, 2, 2, False, False, 5, 5)),
    (b"m f=1\n", LineSummary(6, 1, 1, False, False, None, None)),
    (b"m f=1 5\r\n \t\n", LineSummary(12, 2, 1, True, False, 5, 5)),
    (b"# a comment 9\nm f=1 5\n", LineSummary(22, 2, 1, True, True, 5, 5)),
    (b'm f="a\nb 7" 5\n', LineSummary(14, 2, 1, True, False, 5, 5)),
    (b'm f="a\\"\nb" 5\n', LineSummary(14, 2, 1, True, False, 5, 5)),
    (b'm f=1 5\nm f="a\n', LineSummary(8, 1, 1, True, False, 5, 5)),
    (b'm,t="a f=1 5\nm,t=b" f=2 6\n', LineSummary(26, 2, 2, True, False, 5, 6)),
    (b'm\\ "x f="a\n" 5\n', LineSummary(15, 2, 1, True, False, 5, 5)),
    (b"m f=1 " + b"9" * 5000 + b"\n", LineSummary(5007, 1, 1, True, False, *[2**63 - 1] * 2)),
    (b"m f=1 -9223372036854775809\n", LineSummary(27, 1, 1, True, False, *[-(2**63)] * 2)),
    (b"m f=1 -00\nm f=1 0007\n", LineSummary(21, 2, 2, True, False, 0, 7)),
)
_FINAL = (
    (b"m f=1 5", LineSummary(7, 0, 1, True, False, 5, 5)),
    (b'm f="a\nm f=1 5\n', LineSummary(15, 2, 2, False, False, 5, 5)),
    (b'm f="a\\', LineSummary(7, 0, 1, False, False, None, None)),
)
_SAME = (
    (b"m,a=1,b=2 f=1 5", b"m,b=2,a=1 g=3 05"),
    (b"m\\=x,a=1 f=1 5", b"m=x,a=1 f=1 5"),
    (b"m,a=\\=1 f=1 -0", b'm,a\\==1 f="x" 0'),
)
_OTHER = (
    (b"m f=1 5", b"m f=1 6"),
    (b"m,a=1,b=2 f=1 5", b"m,a=2,b=1 f=1 5"),
    (b"m,a=1 f=1 5", b"m f=1 5"),
    (b"m,a=x\\ y f=1 5", b"m,a=x\\ z f=1 5"),
)


class LineSummarizerSuite:
    """Tests for any summarizer of line protocol; a subclass creates it in `make`."""

    def make(self) -> LineSummarizer:
        """Return a new summarizer."""
        raise NotImplementedError("make() must return the summarizer")

    @pytest.mark.parametrize(("data", "summary"), _SUMMARIES)
    def test_what_comes_before_the_last_end_of_a_line_is_summarized(
        self, data: bytes, summary: LineSummary
    ) -> None:
        assert self.make().summarize(data) == summary

    @pytest.mark.parametrize(("data", "summary"), _FINAL)
    def test_at_the_end_of_the_data_the_rest_is_a_line(
        self, data: bytes, summary: LineSummary
    ) -> None:
        assert self.make().summarize(data, final=True) == summary

    def test_a_quote_without_an_end_does_not_hold_what_follows_for_ever(self) -> None:
        line = b"m f=%b 5\n" % (b"1" * 100_000)
        data = b'm f="a 1\n' + line * (LONGEST_STRING // len(line) + 1)
        assert self.make().summarize(data).end == len(data)
        assert self.make().summarize(data[: LONGEST_STRING // 2]).end == 0

    @pytest.mark.parametrize(("one", "other"), _SAME)
    def test_points_of_one_series_and_time_have_one_key(self, one: bytes, other: bytes) -> None:
        summarizer = self.make()
        assert not _disjoint(summarizer, one, other + b"\n")
        assert len(summarizer.keys(b"%b\n%b\n" % (one, other)) or ()) == 1

    @pytest.mark.parametrize(("one", "other"), _OTHER)
    def test_points_of_several_series_or_times_have_keys_of_their_own(
        self, one: bytes, other: bytes
    ) -> None:
        summarizer = self.make()
        assert _disjoint(summarizer, one, other)
        assert len(summarizer.keys(b"%b\n%b\n" % (one, other)) or ()) == 2

    @pytest.mark.parametrize("count", [0, 1, 1000])
    def test_one_key_is_found_among_many(self, count: int) -> None:
        summarizer = self.make()
        many = b"".join(b"m,t=%d f=1 %d\n" % (n % 7, n) for n in range(count))
        assert len(summarizer.keys(many + many) or ()) == count
        for time in (0, count - 1, count):
            one = b"m,t=%d f=2 %d\n" % (time % 7, time)
            apart = not 0 <= time < count
            assert _disjoint(summarizer, many, one) == _disjoint(summarizer, one, many) == apart

    def test_comments_and_empty_lines_have_no_keys(self) -> None:
        keys = self.make().keys(b"# m f=1 5\n\n  \n")
        assert keys is not None
        assert len(keys) == 0

    def test_fields_have_keys_of_their_own_only_where_that_is_asked_for(self) -> None:
        summarizer = self.make()
        data = b"m f=1 5\nm g=1 5\nm  f=2 5\n"
        assert len(summarizer.keys(data, by_field=True) or ()) == 2
        assert len(summarizer.keys(data) or ()) == 1

    def test_a_line_of_several_fields_has_no_key_by_field(self) -> None:
        assert self.make().keys(b"m f=1 4\nm f=1,g=2 5\n", by_field=True) is None


def _disjoint(summarizer: LineSummarizer, one: bytes, other: bytes) -> bool:
    keys, others = summarizer.keys(one), summarizer.keys(other)
    assert keys is not None
    assert others is not None
    return keys.isdisjoint(others)
