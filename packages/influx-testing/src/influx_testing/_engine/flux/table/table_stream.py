"""Streams of tables: what table functions take from the pipe and return."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from influx_flux.nodes import Location
from influx_testing._engine.flux.flux_errors import (
    CompleteFluxError,
    FluxError,
    RuntimeFluxError,
)
from influx_testing._engine.flux.numeric.window_schedule import Bounds
from influx_testing._engine.flux.query_budget import QueryBudget
from influx_testing._engine.flux.table.keyed_table import KeyedTable

__all__ = ["StreamOrigin", "TableStream"]


@dataclass(frozen=True, slots=True)
class StreamOrigin:
    """Where a stream comes from.

    Attributes:
        operator: the function that returned it, for profilers.
        function: the function that the query calls, for errors; it differs from the operator if it
            is written in Flux itself.
        location: where the query calls that function.
    """

    operator: str
    function: str
    location: Location | None


class TableStream:
    """Tables that are made when they are iterated, as often as that happens.

    A stream with several readers keeps its tables after it has made them once.

    Attributes:
        budget: the limits of the query.
        origin: the function that returned the stream, and where it is called.
        bounds: the span of time that the last `range` set; None if there was none.

    Args:
        budget: the limits of the query.
        make: makes the tables; called at the start of each iteration.
    """

    flux_type: ClassVar[str] = "stream"

    def __init__(self, budget: QueryBudget, make: Callable[[], Iterable[KeyedTable]]) -> None:
        self.budget = budget
        self.origin: StreamOrigin | None = None
        self.bounds: Bounds | None = None
        self._make = make
        self._readers = 0
        self._tables: list[KeyedTable] | None = None

    @classmethod
    def of(cls, budget: QueryBudget, tables: Iterable[KeyedTable]) -> TableStream:
        """Create a stream of tables that exist already."""
        made = list(tables)
        return cls(budget, lambda: made)

    def __iter__(self) -> Iterator[KeyedTable]:
        if self._tables is None and self._readers > 1:
            self._tables = list(self._made())
        return self._made() if self._tables is None else iter(self._tables)

    def derive(self, work: Callable[[Iterable[KeyedTable]], Iterable[KeyedTable]]) -> TableStream:
        """Return the stream that a function over all tables makes; it runs at each iteration."""
        self.add_reader()
        derived = TableStream(self.budget, lambda: work(self))
        derived.bounds = self.bounds
        return derived

    def each(self, work: Callable[[KeyedTable], KeyedTable | None]) -> TableStream:
        """Return the stream of what a function makes of each table; None leaves a table out."""

        def run(tables: Iterable[KeyedTable]) -> Iterator[KeyedTable]:
            for table in tables:
                made = work(table)
                if made is not None:
                    yield made

        return self.derive(run)

    @property
    def is_read(self) -> bool:
        """Whether another stream or a result is made of this one."""
        return self._readers > 0

    def add_reader(self) -> None:
        """Note that one more stream is made of this one, by other ways than `derive`."""
        self._readers += 1

    def _made(self) -> Iterator[KeyedTable]:
        take, take_tables = self.budget.take, self.budget.take_tables
        try:
            for table in self._measured():
                take_tables(1)
                take(len(table))
                yield table
        except CompleteFluxError:
            raise
        except FluxError as error:
            origin = self.origin
            if origin is None:
                raise
            raise RuntimeFluxError(error, origin.function, origin.location) from None

    def _measured(self) -> Iterable[KeyedTable]:
        """Make the tables; measure the function that makes them, if a profiler is enabled."""
        operators = self.budget.operators
        if operators is None or self.origin is None:
            return self._make()
        return operators.timed(self.origin.operator, self._make())
