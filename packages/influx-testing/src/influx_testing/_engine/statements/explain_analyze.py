"""EXPLAIN ANALYZE: runs a SELECT and reports how it was executed and how long that took.

Times are those of the server's clock. No files are read, so the number of decoded blocks is 0.
Source: https://docs.influxdata.com/influxdb/v1/query_language/spec/#explain-analyze
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from influx_query import format_go_duration, walk
from influx_query.nodes import Call, Expr, SelectStatement, SubQuery, VarRef
from influx_testing._engine.engine import Engine
from influx_testing._engine.select import prepare, select
from influx_testing._engine.select.plan.expression_types import TypeFinder
from influx_testing._engine.select.plan.measurement_views import MeasurementViews
from influx_testing._engine.select.plan.select_plan import SelectPlan, result_fields
from influx_testing._engine.select.run.execute import symbols
from influx_testing._engine.select.run.series_filters import series_filter
from influx_testing._engine.statements.result_series import ResultSeries, table
from influx_testing._engine.storage.shards import Shard

__all__ = ["analyze", "read_of"]

PUSHED_DOWN = frozenset({"count", "first", "last", "max", "mean", "min", "sum"})
"""The functions that the server's storage computes; for others, it only reads the field."""

_TYPES = ("float", "integer", "unsigned", "string", "boolean")
_NOT_DECODED = tuple(
    f"{kind}_blocks_{what}: 0" for kind in _TYPES for what in ("decoded", "size_bytes")
)

_RULE = "│\N{NO-BREAK SPACE}\N{NO-BREAK SPACE} "


@dataclass(slots=True)
class _Branch:
    """A branch of the tree in the result."""

    text: str
    below: list[_Branch] = field(default_factory=list["_Branch"])

    def lines(self) -> Iterator[str]:
        """Format the branches below this one."""
        for branch in self.below:
            last = branch is self.below[-1]
            yield f"{'└' if last else '├'}── {branch.text}"
            for line in branch.lines():
                yield ("    " if last else _RULE) + line


def analyze(engine: Engine, statement: SelectStatement) -> ResultSeries:
    """Run a SELECT and return a report of its execution; INTO writes nothing.

    Raises:
        StatementError: the SELECT fails.
    """
    started = engine.clock()
    plan, views = prepare(statement, engine.databases, started, engine.limits)
    cursor = _cursor(engine, plan, views)
    planned = engine.clock()
    for _ in select(statement, engine.databases, started, engine.limits).rows:
        pass
    done = engine.clock()
    times = {
        "execution_time": done - planned,
        "planning_time": planned - started,
        "total_time": done - started,
    }
    shown = [_Branch(f"{name}: {format_go_duration(ns)}") for name, ns in times.items()]
    tree = _Branch("", [_Branch("select", [*shown, cursor])])
    return table(["EXPLAIN ANALYZE"], [[line] for line in [".", *tree.lines(), ""]])


def _labels(**labels: str) -> _Branch:
    return _Branch("labels", [_Branch(f"{name}: {text}") for name, text in labels.items()])


def _cursor(engine: Engine, plan: SelectPlan, views: MeasurementViews) -> _Branch:
    calls, refs = symbols([column.expr for column in result_fields(plan.statement)])
    types = TypeFinder(plan, views)
    reads: list[Expr | None] = [read_of(call) for call in calls if types.of(call)]
    if not calls and any(ref.data_type for ref in refs):
        reads.append(None)
    scanners = [_scanner(engine, plan, views, read, refs) for read in reads]
    return _Branch("build_cursor", [_labels(statement=str(_statement(plan))), *scanners])


def _statement(plan: SelectPlan) -> SelectStatement:
    """The statement of a plan, without its bounds on time."""
    sources = tuple(
        SubQuery(_statement(source)) if isinstance(source, SelectPlan) else source
        for source in plan.sources
    )
    return replace(plan.statement, condition=plan.condition, sources=sources)


def read_of(call: Call) -> Expr:
    """The expression that the storage reads for a function."""
    argument = call.args[0]
    if isinstance(argument, Call):
        return read_of(argument)
    return call if call.name in PUSHED_DOWN else argument


def _scanner(
    engine: Engine,
    plan: SelectPlan,
    views: MeasurementViews,
    expression: Expr | None,
    refs: list[VarRef],
) -> _Branch:
    labels = {} if expression is None else {"expr": str(expression)}
    if refs:
        labels["auxiliary_fields"] = ", ".join(map(str, refs))
    below = [_labels(**labels)]
    for source in plan.sources:
        if isinstance(source, SelectPlan):
            below.append(_cursor(engine, source, views))
            continue
        for one in views.of(source):
            for shard in one.shards:
                below += _iterator(engine, plan, one.name, shard, expression, refs)
    return _Branch("iterator_scanner", below)


def _iterator(
    engine: Engine,
    plan: SelectPlan,
    name: str,
    shard: Shard,
    expression: Expr | None,
    refs: list[VarRef],
) -> Iterator[_Branch]:
    """The branch for a measurement in one shard; nothing if the shard has nothing to read."""
    started = engine.clock()
    holds = series_filter(plan.condition)
    series = sum(1 for data in shard.of(name) if holds(data.series) is not False)
    known = shard.fields.get(name, {})

    def cursors(nodes: list[VarRef]) -> int:
        return series * len({node.name for node in nodes if node.name in known})

    counts = {
        "cursors_ref": cursors(_refs(expression)),
        "cursors_aux": cursors(refs),
        "cursors_cond": cursors(_refs(plan.condition)),
    }
    labels = {} if plan.condition is None else {"cond": str(plan.condition)}
    if series and all(node.name in known for node in _refs(expression)):
        yield _Branch(
            "create_iterator",
            [
                _labels(**labels, measurement=name, shard_id=str(shard.id)),
                *(_Branch(f"{counter}: {count}") for counter, count in counts.items()),
                *map(_Branch, _NOT_DECODED),
                _Branch(f"planning_time: {format_go_duration(engine.clock() - started)}"),
            ],
        )


def _refs(expression: Expr | None) -> list[VarRef]:
    nodes = () if expression is None else walk(expression)
    return [node for node in nodes if isinstance(node, VarRef)]
