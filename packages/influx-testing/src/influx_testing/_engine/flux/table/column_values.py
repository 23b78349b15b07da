"""Reads columns of tables: which values they have, and which types functions accept."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any, Final

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.table.keyed_table import KeyedTable, TableColumn

__all__ = ["NUMBERS", "has_nulls", "known", "known_rows", "numeric_column", "required_column"]

NUMBERS: Final = frozenset({"int", "uint", "float"})
"""The types of columns with numbers."""


def required_column(table: KeyedTable, label: str, missing: str = "") -> TableColumn:
    """Return a column.

    Args:
        table: the table.
        label: the column.
        missing: the text of the error; `{label}` stands for the column.

    Raises:
        FluxError: the table has no such column.
    """
    column = table.columns.get(label)
    if column is None:
        raise FluxError((missing or 'column "{label}" does not exist').format(label=label))
    return column


def numeric_column(table: KeyedTable, label: str, function: str) -> TableColumn:
    """Return a column of numbers.

    Raises:
        FluxError: the table has no such column, or it has another type.
    """
    column = required_column(table, label)
    if column.type not in NUMBERS:
        raise FluxError(f"unsupported input type for {function} aggregate: {column.type}")
    return column


def has_nulls(values: Sequence[Any]) -> bool:
    """Whether some value is null."""
    return not isinstance(values, array) and None in values


def known(values: Sequence[Any]) -> Sequence[Any]:
    """Return the values that are not null, in order."""
    return [value for value in values if value is not None] if has_nulls(values) else values


def known_rows(values: Sequence[Any]) -> Sequence[int]:
    """Return the numbers of the rows whose value is not null."""
    if not has_nulls(values):
        return range(len(values))
    return [row for row, value in enumerate(values) if value is not None]
