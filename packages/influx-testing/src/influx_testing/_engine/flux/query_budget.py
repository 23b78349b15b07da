"""Limits what one Flux query may use, so that a test never hangs."""

from __future__ import annotations

from dataclasses import dataclass

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.table.operator_times import OperatorTimes

__all__ = ["QueryBudget"]


@dataclass(slots=True)
class QueryBudget:
    """Counts the rows that a query makes.

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
