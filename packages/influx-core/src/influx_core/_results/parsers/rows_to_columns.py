"""Reads any answer by the column: as its deserializer can, else by turning rows into columns."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from influx_core._results.column_series import ColumnSeries
from influx_core._results.query_result import StatementResult
from influx_core.interfaces import ColumnDeserializer, Deserializer, ResponseParser

__all__ = ["start_columns"]


def start_columns(deserializer: Deserializer) -> ResponseParser:
    """Begin to read an answer whose series are `ColumnSeries`."""
    if hasattr(deserializer, "start_columns"):
        return cast(ColumnDeserializer, deserializer).start_columns()
    return _Transposing(deserializer.start())


class _Transposing:
    """Turns the rows of each piece into columns."""

    def __init__(self, rows: ResponseParser) -> None:
        self._rows = rows

    def feed(self, data: bytes) -> list[StatementResult]:
        """Take the next bytes; return the results they finish."""
        return list(map(_columnar, self._rows.feed(data)))

    def finish(self) -> list[StatementResult]:
        """Return what was held; refuse an answer that was cut."""
        return list(map(_columnar, self._rows.finish()))


def _columnar(result: StatementResult) -> StatementResult:
    return replace(result, series=tuple(map(ColumnSeries.of, result.series)))
