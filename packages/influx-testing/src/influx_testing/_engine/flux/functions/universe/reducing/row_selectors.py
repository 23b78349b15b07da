"""The selectors: which row of a column each one chooses.

They are a table of their own because `aggregateWindow` uses them without a table for each window.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.table.column_values import known_rows, required_column
from influx_testing._engine.flux.table.keyed_table import KeyedTable, TableColumn

__all__ = ["SELECTORS", "RowSelector", "selector_column"]

_ORDERED: Final = frozenset({"int", "uint", "float", "time"})


@dataclass(frozen=True, slots=True)
class RowSelector:
    """One way to choose a row.

    Attributes:
        name: the name of its class in the server's errors.
        types: the types of columns that it takes; None for all.
        choose: takes values and returns the place of one of them, or None.
    """

    name: str
    types: frozenset[str] | None
    choose: Callable[[Sequence[Any]], int | None]

    def check(self, column: TableColumn) -> None:
        """Refuse a column of a type that the selector does not take.

        Raises:
            FluxError: it does not take the column.
        """
        if self.types is not None and column.type not in self.types:
            raise FluxError(
                f"invalid use of function: *universe.{self.name} has no implementation for type "
                f"{column.type}"
            )


def selector_column(table: KeyedTable, label: str, selector: RowSelector) -> TableColumn:
    """Return the column by which a selector chooses.

    Raises:
        FluxError: the table has no such column, or the selector does not take it.
    """
    column = required_column(table, label, 'no column "{label}" exists')
    selector.check(column)
    return column


def _first(values: Sequence[Any]) -> int | None:
    return next((row for row, value in enumerate(values) if value is not None), None)


def _last(values: Sequence[Any]) -> int | None:
    return next((row for row in range(len(values) - 1, -1, -1) if values[row] is not None), None)


def _extreme(choose: Callable[..., int]) -> Callable[[Sequence[Any]], int | None]:
    def run(values: Sequence[Any]) -> int | None:
        rows = known_rows(values)
        return choose(rows, key=values.__getitem__) if rows else None

    return run


SELECTORS: Final[Mapping[str, RowSelector]] = MappingProxyType(
    {
        "first": RowSelector("FirstSelector", None, _first),
        "last": RowSelector("LastSelector", None, _last),
        "max": RowSelector("MaxSelector", _ORDERED, _extreme(max)),
        "min": RowSelector("MinSelector", _ORDERED, _extreme(min)),
    }
)
"""The selectors of one row, by name."""
