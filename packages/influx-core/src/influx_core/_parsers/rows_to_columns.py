"""Parses any response to columns: with the deserializer, or by transposing its rows."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from influx_core._results.column_series import ColumnSeries
from influx_core._results.query_result import StatementResult
from influx_core.interfaces import ColumnDeserializer, Deserializer, ResponseParser

__all__ = ["columnar_parser"]


def columnar_parser(deserializer: Deserializer) -> ResponseParser:
    """Return a parser whose series are `ColumnSeries`, for any deserializer."""
    if hasattr(deserializer, "start_columns"):
        return cast(ColumnDeserializer, deserializer).start_columns()
    return _ColumnarParser(deserializer.start())


class _ColumnarParser:
    """Transposes the rows of each piece."""

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
