"""The compiled summarizer of line protocol says what the one in Python says."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from influx_speedups_parity import borrowed, named_tests

pytest.importorskip("_influx_speedups", reason="built without a compiler")

from influx_core.parts import LineProtocolSummarizer
from influx_core.plugins import Plugins
from influx_speedups.codec import CompiledLineSummarizer
from influx_testing.conformance import LineSummarizerSuite

compiled, python = CompiledLineSummarizer(), LineProtocolSummarizer()
core = borrowed("unit/lineprotocol/test_summary", summarizer=compiled)
globals().update(named_tests(core))


class TestCompiledLineSummarizer(LineSummarizerSuite):
    def make(self) -> CompiledLineSummarizer:
        return CompiledLineSummarizer()


def test_it_is_used_where_it_is_installed() -> None:
    assert type(Plugins().line_summarizer()) is CompiledLineSummarizer


@given(core.DATA)
@example(b'm f="a\\\n"\nm f="b" 1\n')
@example(b'm f="\\')
@example(b'"="\\" "=""\n')
def test_whatever_the_bytes_are_both_summaries_are_the_same(data: bytes) -> None:
    assert compiled.summarize(data) == python.summarize(data)
    assert compiled.summarize(data, final=True) == python.summarize(data, final=True)


LINES = st.lists(core.DATA, max_size=6).map(b"\n".join)


@given(LINES, LINES)
def test_both_find_the_same_points_that_replace_each_other(one: bytes, other: bytes) -> None:
    for by_field in (False, True):
        wanted, found = (
            [each.keys(data, by_field=by_field) for data in (one, other, one + b"\n" + other)]
            for each in (python, compiled)
        )
        assert [keys and len(keys) for keys in found] == [keys and len(keys) for keys in wanted]


@pytest.mark.parametrize("arguments", [(), (b"",), (bytearray(), True), ("", True)])
def test_only_bytes_are_summarized(arguments: tuple[object, ...]) -> None:
    import _influx_speedups

    for call in (_influx_speedups.summarize_lines, _influx_speedups.point_keys):
        with pytest.raises(TypeError):
            call(*arguments)
