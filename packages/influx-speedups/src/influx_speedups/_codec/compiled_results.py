"""Makes results of what compiled code read from a document."""

from __future__ import annotations

from itertools import starmap
from typing import TYPE_CHECKING

from influx_core import ColumnSeries, StatementResult
from influx_core.columns import Column
from influx_speedups._codec.table_series import TableSeries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    import _influx_speedups as compiled
    from influx_core.columns import Buffer, Kind

__all__ = ["column_results", "row_results", "series_of_columns"]


def row_results(found: compiled.ResultsByRow) -> list[StatementResult]:
    """Return results whose series store rows."""
    return [
        StatementResult(statement_id, tuple(starmap(TableSeries, series)), partial=partial)
        for statement_id, series, partial in found
    ]


def column_results(found: compiled.ResultsByColumn) -> list[StatementResult]:
    """Return results whose series store columns."""
    return [
        StatementResult(statement_id, tuple(starmap(series_of_columns, series)), partial=partial)
        for statement_id, series, partial in found
    ]


def series_of_columns(
    name: str,
    columns: tuple[str, ...],
    data: tuple[compiled.ColumnParts, ...],
    tags: Mapping[str, str],
    partial: bool,
) -> ColumnSeries:
    """Return a series that stores columns."""
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
