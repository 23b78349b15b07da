"""The compiled summarizer of line protocol says what the one in Python says."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from influx_speedups_parity import borrowed, named_tests

from influx_core.parts import LineProtocolSummarizer
from influx_core.plugins import Plugins
from influx_testing.conformance import LineSummarizerSuite

extension = pytest.importorskip("_influx_speedups", reason="built without a compiler")

from influx_speedups.codec import CompiledLineSummarizer  # noqa: E402

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
@example(b"\\\n", b"\\ \\,")
def test_both_find_the_same_points_that_replace_each_other(one: bytes, other: bytes) -> None:
    for by_field in (False, True):
        wanted, found = (
            [each.keys(data, by_field=by_field) for data in (one, other, one + b"\n" + other)]
            for each in (python, compiled)
        )
        sizes, others = (
            [None if keys is None else len(keys) for keys in x] for x in (found, wanted)
        )
        assert sizes == others
        if None not in wanted:
            assert found[0].isdisjoint(found[1]) == wanted[0].isdisjoint(wanted[1])


@pytest.mark.parametrize("arguments", [(), (b"",), (bytearray(), True), ("", True)])
def test_only_bytes_are_summarized(arguments: tuple[object, ...]) -> None:
    for call in (extension.summarize_lines, extension.point_keys):
        with pytest.raises(TypeError):
            call(*arguments)


@pytest.mark.parametrize("wrong", [(), (bytes(64),), (b"", bytes(64)), (bytes(24), bytes(64))])
def test_only_keys_are_compared(wrong: tuple[object, ...]) -> None:
    for arguments in (wrong, wrong[::-1], (*wrong, 5)):
        with pytest.raises(TypeError):
            extension.share_keys(*arguments)
    assert not extension.share_keys(bytes(64), bytes(128))
