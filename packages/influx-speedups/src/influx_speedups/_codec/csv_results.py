"""Parses CSV results: regular rows in compiled code, all others with influx_core."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import _influx_speedups as compiled
from influx_core.codec import CSVScanner
from influx_core.parts import CSVDeserializer
from influx_speedups._codec.compiled_results import series_of_columns
from influx_speedups._codec.table_series import TableSeries

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CompiledCSVDeserializer"]


def _scan_rows(
    records: bytes, start: int, kinds: Sequence[str]
) -> tuple[list[tuple[str, str, Any]], int] | None:
    return compiled.read_csv_tables(records, start, _letters(kinds))


def _scan_columns(
    records: bytes, start: int, kinds: Sequence[str]
) -> tuple[list[tuple[str, str, Any]], int] | None:
    return compiled.read_csv_columns(records, start, _letters(kinds))


def _letters(kinds: Sequence[str]) -> str:
    return "".join(kind[0] for kind in kinds)


class CompiledCSVDeserializer(CSVDeserializer):
    """Parses CSV responses in compiled code; see `influx_core.parts.CSVDeserializer`."""

    row_scanner = CSVScanner(_scan_rows, TableSeries)
    column_scanner = CSVScanner(_scan_columns, series_of_columns)
