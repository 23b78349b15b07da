"""Limits what one Flux query may use, so that a test never hangs."""

from __future__ import annotations

from dataclasses import dataclass

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.table.operator_times import OperatorTimes

__all__ = ["QueryBudget"]

_TABLE_COST = 100
"""What a table counts besides its rows."""
_LONG_TEXT = 1024
"""The length from which a new string counts, as a row for each eight characters."""


@dataclass(slots=True)
class QueryBudget:
    """Counts the rows that a query makes, and what takes as much work as rows.

    Attributes:
        rows: the most rows that all functions of a query may make together.
        operators: measures the functions; None if no profiler is enabled.
    """

    rows: int = 50_000_000
    operators: OperatorTimes | None = None
    _made: int = 0

    def take(self, count: int) -> None:
        """Count rows, or other elements; call it before making many at once.

        Raises:
            FluxError: the query makes too many.
        """
        self._made += count
        if self._made > self.rows:
            raise FluxError(
                f"memory allocation limit reached: the query makes more than {self.rows} rows, "
                "the limit of the fake server",
                "resource exhausted",
            )

    def take_tables(self, count: int) -> None:
        """Count tables; call it before making many at once.

        Raises:
            FluxError: the query makes too many.
        """
        self.take(_TABLE_COST * count)

    def take_text(self, text: str) -> str:
        """Count a new string if it is long, and return it.

        Raises:
            FluxError: the query makes too many, or too long ones.
        """
        if len(text) >= _LONG_TEXT:
            self.take(len(text) // 8)
        return text
