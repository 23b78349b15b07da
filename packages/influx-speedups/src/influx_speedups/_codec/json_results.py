"""Parses JSON results: regular documents in compiled code, all others with influx_core."""

from __future__ import annotations

from itertools import starmap
from typing import TYPE_CHECKING

import _influx_speedups as compiled
from influx_core import ColumnSeries, StatementResult
from influx_core.codec import DocumentReader, JSONParser
from influx_core.columns import Column
from influx_speedups._codec.table_series import TableSeries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from influx_core.columns import Buffer, Kind
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
        found = compiled.read_tables(data)
        if found is None:
            return self._irregular(data)
        return [
            StatementResult(statement_id, tuple(starmap(TableSeries, series)), partial=partial)
            for statement_id, series, partial in found
        ]


class _TableColumnReader:
    """Makes columns of the regular documents of one response."""

    def __init__(self) -> None:
        self._irregular = DocumentReader(columnar=True)

    def __call__(self, data: bytes | memoryview) -> list[StatementResult]:
        found = compiled.read_columns(data)
        if found is None:
            return self._irregular(data)
        return [
            StatementResult(statement_id, tuple(starmap(_by_column, series)), partial=partial)
            for statement_id, series, partial in found
        ]


def _by_column(
    name: str,
    columns: tuple[str, ...],
    data: tuple[compiled.ColumnParts, ...],
    tags: Mapping[str, str],
    partial: bool,
) -> ColumnSeries:
    return ColumnSeries(name, columns, starmap(_column, data), tags=tags, partial=partial)


def _column(
    kind: Kind,
    length: int,
    values: Buffer | list[Any],
    offsets: Buffer | None,
    valid: Buffer | None,
    dictionary: compiled.DictionaryParts | None,
) -> Column:
    texts = None if dictionary is None else Column("string", *dictionary)
    return Column(kind, length, values, offsets, valid, dictionary=texts)
