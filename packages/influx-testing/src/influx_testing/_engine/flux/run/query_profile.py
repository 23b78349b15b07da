"""The result `_profiler`: how long a query and its functions take.

Only durations are measured; the fake has no queue and no planner, and does not count memory.
Source: https://docs.influxdata.com/flux/v0/stdlib/profiler/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter_ns
from typing import Any, Final

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.query_context import QueryContext, YieldedResult
from influx_testing._engine.flux.table.group_key import GroupKey
from influx_testing._engine.flux.table.keyed_table import KeyedTable
from influx_testing._engine.flux.table.operator_times import OperatorTimes

__all__ = ["QueryProfile"]

_PROFILERS: Final = ("query", "operator")
_UNMEASURED: Final = ("QueueDuration", "PlanDuration", "RequeueDuration")
_MEMORY: Final = ("Concurrency", "MaxAllocated", "TotalAllocated")
_Columns = dict[str, tuple[str, Sequence[Any]]]


@dataclass(slots=True)
class QueryProfile:
    """The times of one query.

    Attributes:
        started: when the query began, which is when this is created.
        compiled: when its statements had run.
    """

    started: int = field(default_factory=perf_counter_ns)
    compiled: int = 0

    def add_result(self, context: QueryContext) -> None:
        """Add the result that the option `profiler.enabledProfilers` asks for.

        Raises:
            FluxError: there is no such profiler.
        """
        self.compiled = perf_counter_ns()
        enabled: list[str] = context.members.get(("profiler", "enabledProfilers")) or []
        for name in enabled:
            if name not in _PROFILERS:
                raise FluxError(f"profiler {name} does not exist")
        if not enabled:
            return
        operators = context.budget.operators = OperatorTimes()

        def make() -> Iterator[KeyedTable]:
            if "operator" in enabled:
                yield _table("operator", _operator_columns(operators))
            if "query" in enabled:
                yield _table("query", self._query_columns())

        context.yields.append(YieldedResult("_profiler", context.tables(make)))

    def _query_columns(self) -> _Columns:
        now = perf_counter_ns()
        return {
            "TotalDuration": ("int", [now - self.started]),
            "CompileDuration": ("int", [self.compiled - self.started]),
            **{name: ("int", [0]) for name in _UNMEASURED},
            "ExecuteDuration": ("int", [now - self.compiled]),
            **{name: ("int", [0]) for name in _MEMORY},
            "RuntimeErrors": ("string", [""]),
        }


def _operator_columns(operators: OperatorTimes) -> _Columns:
    names, times = list(operators.times), list(operators.times.values())
    return {
        "Type": ("string", names),
        "Label": ("string", names),
        "Count": ("int", [len(each) for each in times]),
        "MinDuration": ("int", [min(each) for each in times]),
        "MaxDuration": ("int", [max(each) for each in times]),
        "DurationSum": ("int", [sum(each) for each in times]),
        "MeanDuration": ("float", [sum(each) / len(each) for each in times]),
    }


def _table(name: str, columns: _Columns) -> KeyedTable:
    return KeyedTable.of(columns, GroupKey((("_measurement", "string", f"profiler/{name}"),)))
