"""Parses JSON results: regular documents in compiled code, all others with influx_core."""

from __future__ import annotations

from typing import TYPE_CHECKING

import _influx_speedups as compiled
from influx_core.codec import DocumentReader, JSONParser
from influx_speedups._codec.compiled_results import column_results, row_results

if TYPE_CHECKING:
    from influx_core import StatementResult
    from influx_core.interfaces import ResponseParser

__all__ = ["CompiledJSONDeserializer"]


class CompiledJSONDeserializer:
    """Parses JSON responses, chunked or not, in compiled code."""

    accept = "application/json"

    def start(self) -> ResponseParser:
        """Return a parser for one response."""
        return JSONParser(_TableReader())

    def start_columns(self) -> ResponseParser:
        """Return a parser for one response that returns series as columns."""
        return JSONParser(_TableColumnReader())


class _TableReader:
    """Makes tables of the regular documents of one response."""

    def __init__(self) -> None:
        self._irregular = DocumentReader()

    def __call__(self, data: bytes | memoryview) -> list[StatementResult]:
        found = compiled.read_json_tables(data)
        return self._irregular(data) if found is None else row_results(found)


class _TableColumnReader:
    """Makes columns of the regular documents of one response."""

    def __init__(self) -> None:
        self._irregular = DocumentReader(columnar=True)

    def __call__(self, data: bytes | memoryview) -> list[StatementResult]:
        found = compiled.read_json_columns(data)
        return self._irregular(data) if found is None else column_results(found)
