"""Parses CSV results: regular rows in compiled code, all others with influx_core."""

from __future__ import annotations

from itertools import starmap
from typing import TYPE_CHECKING

import _influx_speedups as compiled
from influx_core.codec import CSVScanner, ScannedCSV
from influx_core.parts import CSVDeserializer, CSVTableDeserializer
from influx_speedups._codec.compiled_results import series_of_columns
from influx_speedups._codec.table_series import TableSeries

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CompiledCSVDeserializer", "CompiledCSVTableDeserializer"]


def _scan_rows(
    records: bytes, start: int, kinds: Sequence[str], keys: int
) -> tuple[list[ScannedCSV], int] | None:
    found = compiled.read_csv_tables(records, start, _letters(kinds), keys)
    return None if found is None else (list(starmap(ScannedCSV, found[0])), found[1])


def _scan_columns(
    records: bytes, start: int, kinds: Sequence[str], keys: int
) -> tuple[list[ScannedCSV], int] | None:
    found = compiled.read_csv_columns(records, start, _letters(kinds), keys)
    return None if found is None else (list(starmap(ScannedCSV, found[0])), found[1])


def _letters(kinds: Sequence[str]) -> str:
    return "".join(kind[0] for kind in kinds)


_ROWS = CSVScanner(_scan_rows, TableSeries)
_COLUMNS = CSVScanner(_scan_columns, series_of_columns)


class CompiledCSVDeserializer(CSVDeserializer):
    """Parses CSV of InfluxDB 1.x in compiled code; see `influx_core.parts.CSVDeserializer`."""

    row_scanner = _ROWS
    column_scanner = _COLUMNS


class CompiledCSVTableDeserializer(CSVTableDeserializer):
    """Parses CSV of InfluxDB 3 in compiled code; see `influx_core.parts.CSVTableDeserializer`."""

    row_scanner = _ROWS
    column_scanner = _COLUMNS
