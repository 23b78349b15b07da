"""The contract of a deserializer: the same result for a response in pieces of any size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import pytest

from influx_core import ColumnSeries, DecodeError
from influx_core.columns import columnar_parser, columns_of, merge_results
from influx_core.interfaces import Deserializer

__all__ = ["DeserializerSuite"]

Rows = list[list[Any]]


class DeserializerSuite:
    """Tests for any deserializer; a subclass creates it, and has a response in its format.

    Attributes:
        answer: a response in this format, with one series.
        rows: the rows of the response, with times as integer nanoseconds.
        junk: bytes that are not a response in this format.
    """

    answer: bytes
    rows: Sequence[Sequence[Any]]
    junk: bytes = b"<html>not found</html>\n"

    def make(self) -> Deserializer:
        """Return a new deserializer."""
        raise NotImplementedError("make() must return the deserializer")

    def read(self, deserializer: Deserializer, data: bytes, size: int) -> Rows:
        """The rows of a response that arrives in pieces of this size."""
        parser = deserializer.start()
        pieces = [
            piece
            for start in range(0, len(data), size)
            for piece in parser.feed(data[start : start + size])
        ]
        return [
            row
            for series in merge_results([*pieces, *parser.finish()]).series
            for row in series.rows
        ]

    def columns(self, data: bytes, size: int) -> list[ColumnSeries]:
        """The same response as columns, in pieces, as clients get it with `columnar=True`."""
        parser = columnar_parser(self.make())
        pieces = [
            piece
            for start in range(0, len(data), size)
            for piece in parser.feed(data[start : start + size])
        ]
        found = [series for piece in [*pieces, *parser.finish()] for series in piece.series]
        assert all(isinstance(series, ColumnSeries) for series in found)
        return [ColumnSeries.of(series) for series in found]

    def column_rows(self, data: bytes, size: int) -> Rows:
        """The rows of a response that is read as columns."""
        return [list(row) for series in self.columns(data, size) for row in series.rows]

    def test_it_names_the_format_it_reads(self) -> None:
        assert "/" in self.make().accept

    @pytest.mark.parametrize("size", [1, 2, 7, 1 << 20])
    def test_it_does_not_matter_how_the_bytes_are_cut(self, size: int) -> None:
        _check_rows(self.read(self.make(), self.answer, size), self.rows)

    def test_empty_pieces_do_not_matter(self) -> None:
        parser = self.make().start()
        pieces = [*parser.feed(b""), *parser.feed(self.answer), *parser.feed(b"")]
        found = merge_results([*pieces, *parser.finish()])
        _check_rows([list(row) for series in found.series for row in series.rows], self.rows)

    def test_a_row_has_a_value_for_each_column(self) -> None:
        parser = self.make().start()
        found = merge_results([*parser.feed(self.answer), *parser.finish()])
        assert {len(series.columns) for series in found.series} == {len(self.rows[0])}

    def test_responses_that_come_at_once_do_not_mix(self) -> None:
        deserializer = self.make()
        other = deserializer.start()
        other.feed(self.answer[: len(self.answer) // 2])
        _check_rows(self.read(deserializer, self.answer, 3), self.rows)

    def test_it_keeps_no_state(self) -> None:
        deserializer = self.make()
        for size in (5, 1 << 20):
            _check_rows(self.read(deserializer, self.answer, size), self.rows)

    def test_a_response_that_is_cut_gives_no_wrong_row(self) -> None:
        _check_cuts(self.answer, self.rows, lambda data: self.read(self.make(), data, 1 << 20))

    def test_a_response_that_is_cut_is_refused_in_any_pieces(self) -> None:
        with pytest.raises(DecodeError):
            self.read(self.make(), self.answer[: len(self.answer) * 2 // 3], 5)

    def test_no_bytes_are_no_rows(self) -> None:
        """Whether they are a response at all depends on the format."""
        try:
            assert self.read(self.make(), b"", 1) == []
        except DecodeError:
            return

    @pytest.mark.parametrize("size", [1, 5, 1 << 20])
    def test_junk_is_refused(self, size: int) -> None:
        with pytest.raises(DecodeError):
            self.read(self.make(), self.junk, size)

    @pytest.mark.parametrize("byte", [b"\xff", b"\x00", b"\n", b"9"], ids=repr)
    def test_a_damaged_response_is_read_or_refused(self, byte: bytes) -> None:
        """No other exception than DecodeError leaves the deserializer."""
        for place in range(len(self.answer)):
            damaged = self.answer[:place] + byte + self.answer[place + 1 :]
            with suppress(DecodeError):
                self.read(self.make(), damaged, 1 << 20)
            with suppress(DecodeError):
                self.column_rows(damaged, 1 << 20)

    @pytest.mark.parametrize("size", [1, 7, 1 << 20])
    def test_columns_hold_what_rows_do(self, size: int) -> None:
        _check_rows(self.column_rows(self.answer, size), self.rows)

    def test_a_column_has_the_type_of_its_values(self) -> None:
        for series in self.columns(self.answer, 1 << 20):
            expected = columns_of(series.columns, series.rows)
            kinds = [column.kind for column in series.data]
            assert kinds == [column.kind for column in expected]

    def test_columns_of_a_response_that_is_cut_hold_no_wrong_row(self) -> None:
        _check_cuts(self.answer, self.rows, lambda data: self.column_rows(data, 1 << 20))

    def test_a_response_that_is_cut_is_refused_as_columns_in_any_pieces(self) -> None:
        with pytest.raises(DecodeError):
            self.columns(self.answer[: len(self.answer) * 2 // 3], 5)

    def test_junk_is_refused_as_columns(self) -> None:
        with pytest.raises(DecodeError):
            self.columns(self.junk, 5)


def _check_rows(found: Sequence[Sequence[Any]], expected: Sequence[Sequence[Any]]) -> None:
    """Compare values and their types: 1, 1.0 and True are equal in Python."""
    assert [list(row) for row in found] == [list(row) for row in expected]
    assert [_types(row) for row in found] == [_types(row) for row in expected]


def _types(row: Sequence[Any]) -> list[type]:
    return [type(value) for value in row]


def _check_cuts(
    answer: bytes, rows: Sequence[Sequence[Any]], read: Callable[[bytes], Rows]
) -> None:
    """Cut a response at each byte: it is refused, or gives the first rows as they are.

    Formats of lines or of several documents cannot tell a cut between two of them.
    """
    for size in range(len(answer)):
        try:
            found = read(answer[:size])
        except DecodeError:
            continue
        _check_rows(found, rows[: len(found)])
