"""The suite for summarizers of line protocol passes a right one, and catches wrong ones."""

from __future__ import annotations

from typing import Any

import pytest

from influx_core.interfaces import LineSummary, PointKeys
from influx_core.parts import LineProtocolSummarizer
from influx_testing.conformance import LineSummarizerSuite


class EndsLinesInStrings(LineProtocolSummarizer):
    def summarize(self, data: bytes, *, final: bool = False) -> LineSummary:
        return super().summarize(data[: data.rfind(b"\n") + 1], final=True)


class NeverEnds(LineProtocolSummarizer):
    def summarize(self, data: bytes, *, final: bool = False) -> LineSummary:
        return super().summarize(data)


class CountsComments(LineProtocolSummarizer):
    def summarize(self, data: bytes, *, final: bool = False) -> LineSummary:
        found = super().summarize(data, final=final)
        return found._replace(points=found.points + found.comments)


class OverflowsTimes(LineProtocolSummarizer):
    def summarize(self, data: bytes, *, final: bool = False) -> LineSummary:
        found = super().summarize(data, final=final)
        return found._replace(latest=found.latest and found.latest % (2**63 - 1))


class SeesSpelling(LineProtocolSummarizer):
    def keys(self, data: bytes, *, by_field: bool = False) -> PointKeys | None:
        return frozenset(data.splitlines())


class SeesOneKey(LineProtocolSummarizer):
    def keys(self, data: bytes, *, by_field: bool = False) -> PointKeys | None:
        return frozenset({0})


class NeverSeesFields(LineProtocolSummarizer):
    def keys(self, data: bytes, *, by_field: bool = False) -> PointKeys | None:
        return super().keys(data)


WRONG = [
    EndsLinesInStrings,
    NeverEnds,
    CountsComments,
    OverflowsTimes,
    SeesSpelling,
    SeesOneKey,
    NeverSeesFields,
]


def suite(part: type) -> type:
    return type("Suite", (LineSummarizerSuite,), {"make": lambda self: part()})


def test_a_right_summarizer_passes(failing: Any) -> None:
    assert failing(suite(LineProtocolSummarizer)) == []


@pytest.mark.slow
@pytest.mark.parametrize("part", WRONG)
def test_a_wrong_summarizer_is_caught(failing: Any, part: type) -> None:
    assert failing(suite(part)) != []
