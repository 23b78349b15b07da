"""The contract of a deserializer: however the bytes are cut, the same results; no half answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from influx_core import ColumnSeries, DecodeError
from influx_core.columns import columnar_parser, columns_of, merge_results
from influx_core.interfaces import Deserializer

__all__ = ["DeserializerSuite"]


class DeserializerSuite:
    """Inherit it, and say how the deserializer is made, and what a whole answer looks like.

    Attributes:
        answer: an answer in this format, with one series.
        rows: its rows, times as integer nanoseconds.
        junk: bytes that are no such answer.
    """

    answer: bytes
    rows: Sequence[Sequence[Any]]
    junk: bytes = b"<html>not found</html>\n"

    def make(self) -> Deserializer:
        """Make the deserializer."""
        raise NotImplementedError("say how the deserializer is made")

    def read(self, deserializer: Deserializer, data: bytes, size: int) -> list[list[Any]]:
        """The rows of an answer that comes in pieces of a size."""
        feed = deserializer.start()
        pieces = [
            piece
            for start in range(0, len(data), size)
            for piece in feed.feed(data[start : start + size])
        ]
        return [
            row for series in merge_results([*pieces, *feed.finish()]).series for row in series.rows
        ]

    def columns(self, data: bytes, size: int) -> list[ColumnSeries]:
        """The same answer by the column, in pieces, as clients ask for it with `columnar=True`."""
        feed = columnar_parser(self.make())
        pieces = [
            piece
            for start in range(0, len(data), size)
            for piece in feed.feed(data[start : start + size])
        ]
        found = [series for piece in [*pieces, *feed.finish()] for series in piece.series]
        assert all(isinstance(series, ColumnSeries) for series in found)
        return [ColumnSeries.of(series) for series in found]

    def test_it_names_what_it_reads(self) -> None:
        assert "/" in self.make().accept

    @pytest.mark.parametrize("size", [1, 2, 7, 1 << 20])
    def test_it_does_not_matter_how_the_bytes_are_cut(self, size: int) -> None:
        assert self.read(self.make(), self.answer, size) == [list(row) for row in self.rows]

    def test_answers_that_come_at_once_do_not_mix(self) -> None:
        deserializer = self.make()
        other = deserializer.start()
        other.feed(self.answer[: len(self.answer) // 2])
        assert self.read(deserializer, self.answer, 3) == [list(row) for row in self.rows]

    def test_a_cut_answer_is_never_taken_for_a_whole_one(self) -> None:
        with pytest.raises(DecodeError):
            self.read(self.make(), self.answer[: len(self.answer) * 2 // 3], 5)

    def test_junk_is_refused(self) -> None:
        with pytest.raises(DecodeError):
            self.read(self.make(), self.junk, 5)

    @pytest.mark.parametrize("size", [1, 7, 1 << 20])
    def test_columns_hold_what_rows_do(self, size: int) -> None:
        found = [row for series in self.columns(self.answer, size) for row in series.rows]
        assert found == [list(row) for row in self.rows]

    def test_a_column_has_the_kind_that_its_values_have(self) -> None:
        for series in self.columns(self.answer, 1 << 20):
            expected = columns_of(series.columns, series.rows)
            kinds = [column.kind for column in series.data]
            assert kinds == [column.kind for column in expected]

    def test_a_cut_answer_is_refused_by_the_column_too(self) -> None:
        with pytest.raises(DecodeError):
            self.columns(self.answer[: len(self.answer) * 2 // 3], 5)

    def test_junk_is_refused_by_the_column_too(self) -> None:
        with pytest.raises(DecodeError):
            self.columns(self.junk, 5)
