"""Applies functions of Flux to the rows of tables."""

from __future__ import annotations

import operator
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from influx_testing._engine.flux.flux_errors import CompleteFluxError, FluxError
from influx_testing._engine.flux.table.keyed_table import KeyedTable, Repeated
from influx_testing._engine.flux.values.flux_functions import FluxFunction, RowPart
from influx_testing._engine.flux.values.flux_types import Value, type_name

__all__ = ["RowPredicate", "evaluating", "values_of_part"]

_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
}
_NUMBERS = frozenset({"int", "uint", "float"})


@contextmanager
def evaluating(function: str) -> Generator[None]:
    """Say in errors that the argument of a table function failed for a row.

    Wrong types are left as they are: the real server finds them before it evaluates rows.

    Args:
        function: the table function, such as `map`.
    """
    try:
        yield
    except CompleteFluxError:
        raise
    except FluxError as error:
        if error.message.startswith("expected "):
            raise
        reason = f"failed to evaluate {function} function: {error.message}"
        raise FluxError(reason, error.code) from None


class RowPredicate:
    """Selects rows with a condition.

    Args:
        parts: what has to be true of a row, all of it.
    """

    def __init__(self, parts: Sequence[RowPart]) -> None:
        self.parts = parts

    @classmethod
    def of(cls, function: FluxFunction, name: str = "r") -> RowPredicate:
        """Return the condition that a function of one row is.

        Args:
            function: the function; it returns a bool or null.
            name: the name of its parameter.
        """
        return cls(function.row_parts(name))

    def rows(self, table: KeyedTable) -> Sequence[int]:
        """Return the numbers of the rows for which the function returns true, not null."""
        rows: Sequence[int] = range(len(table))
        for part in self.parts:
            if not rows:
                return rows
            rows = _selected(table, part, rows)
        return rows

    def select(self, table: KeyedTable) -> KeyedTable:
        """Return the table of the rows for which the function returns true."""
        rows = self.rows(table)
        if len(rows) == len(table):
            return table
        return table.take(rows) if rows else table.empty()


def _selected(table: KeyedTable, part: RowPart, rows: Sequence[int]) -> Sequence[int]:
    if _is_constant(table, part):
        return rows if _truth(_constant_value(table, part)) else ()
    quick = _compared(table, part, rows)
    if quick is not None:
        return quick
    labels = part.columns
    call = part.call
    if len(rows) == len(table):
        found = list(map(call, table.rows(labels)))
    else:
        chosen = table if labels is None else table.keeping(labels)
        found = list(map(call, chosen.take(rows).rows()))
    if found:
        _truth(found[0])
    return [row for row, value in zip(rows, found, strict=True) if value is True]


def _truth(value: Value) -> bool:
    """Return whether a condition is true; null is not."""
    if value is None or value.__class__ is bool:
        return value is True
    raise FluxError(f"expected bool but found {type_name(value)}")


def _is_constant(table: KeyedTable, part: RowPart) -> bool:
    """Whether a part has the same value in all rows of a table that has rows."""
    return part.columns is not None and all(
        isinstance(table.columns[label].values, Repeated)
        for label in part.columns
        if label in table.columns
    )


def _constant_value(table: KeyedTable, part: RowPart) -> Value:
    labels = [label for label in part.columns or () if label in table.columns]
    return part.call(table.row(0, labels))


def _compared(table: KeyedTable, part: RowPart, rows: Sequence[int]) -> Sequence[int] | None:
    """Compare a column in one pass; None if the part or the types need the function."""
    comparison = part.comparison
    compare = None if comparison is None else _OPERATORS.get(comparison.operator)
    if comparison is None or compare is None or comparison.label not in table.columns:
        return None
    column = table.columns[comparison.label]
    value = comparison.value()
    kind = type_name(value)
    if kind != column.type and not {kind, column.type} <= _NUMBERS:
        return None
    values = column.values
    if len(rows) == len(values):
        return [row for row, item in enumerate(values) if item is not None and compare(item, value)]
    return [row for row in rows if (item := values[row]) is not None and compare(item, value)]


def values_of_part(table: KeyedTable, part: RowPart) -> Sequence[Value]:
    """Return the value of an expression for each row, as values of Flux.

    An expression over columns that have one value in all rows is computed once.
    """
    if not len(table):
        return ()
    if _is_constant(table, part):
        return Repeated(_constant_value(table, part), len(table))
    call = part.call
    rows: Iterable[dict[str, Value]] = table.rows(part.columns)
    return [call(row) for row in rows]
