"""EXPLAIN: what the server would read, expression by expression.

Everything is told as values of the cache: like a server that has not yet written a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from influx_query.nodes import Call, ExplainStatement, Expr, VarRef
from influx_testing._engine.select import prepare
from influx_testing._engine.select.plan.measurement_views import MeasurementView, MeasurementViews
from influx_testing._engine.select.plan.select_plan import SelectPlan, result_fields
from influx_testing._engine.select.run.execute import symbols
from influx_testing._engine.select.run.series_filters import series_filter
from influx_testing._engine.statements.execution_context import ExecutionContext
from influx_testing._engine.statements.explain_analyze import analyze, read_of
from influx_testing._engine.statements.handler_registry import executes
from influx_testing._engine.statements.handlers.select_statement import needs_of_select
from influx_testing._engine.statements.privileges import Need
from influx_testing._engine.statements.result_series import Result, table
from influx_testing._engine.storage.shards import SeriesData


def _needs(statement: ExplainStatement) -> Iterable[Need]:
    return needs_of_select(statement.statement)


@executes(ExplainStatement, needs=_needs)
def explain(context: ExecutionContext, statement: ExplainStatement) -> Iterable[Result]:
    """Answer what would be read, or with ANALYZE how it was.

    Raises:
        StatementError: the SELECT would fail.
    """
    engine = context.engine
    select = context.sources.select(statement.statement)
    if statement.analyze:
        return [Result([analyze(engine, select)])]
    plan, views = prepare(select, engine.databases, context.now, engine.limits)
    blocks = list(_blocks(plan, views))
    lines = [line for index, block in enumerate(blocks) for line in [""] * (index > 0) + block]
    return [Result([table(["QUERY PLAN"], [[line] for line in lines or [""]])])]


def _blocks(plan: SelectPlan, views: MeasurementViews) -> Iterator[list[str]]:
    """One block of lines for each stream that is read."""
    calls, refs = symbols([column.expr for column in result_fields(plan.statement)])
    for call in calls:
        yield from _block(plan, views, read_of(call), refs)
    if not calls and any(ref.data_type for ref in refs):
        yield from _block(plan, views, None, refs)


def _block(
    plan: SelectPlan, views: MeasurementViews, expression: Expr | None, refs: list[VarRef]
) -> Iterator[list[str]]:
    for source in plan.sources:
        if isinstance(source, SelectPlan):
            yield from _blocks(source, views)
        else:
            yield _lines(plan, views.of(source), expression, refs)


def _lines(
    plan: SelectPlan,
    views: Sequence[MeasurementView],
    expression: Expr | None,
    refs: list[VarRef],
) -> list[str]:
    names = [node.name for node in (expression, *refs) if isinstance(node, VarRef)]
    if isinstance(expression, Call) and isinstance(expression.args[0], VarRef):
        names.append(expression.args[0].name)
    held = list(_held(plan, views))
    shards = sum(len(view.shards) for view in views if view.index.knows(view.name))
    values = sum(len(data.columns[name]) for data in held for name in names if name in data.columns)
    beside = [f"AUXILIARY FIELDS: {', '.join(map(str, refs))}"] if refs else []
    return [
        f"EXPRESSION: {'<nil>' if expression is None else expression}",
        *beside,
        f"NUMBER OF SHARDS: {shards}",
        f"NUMBER OF SERIES: {len(held)}",
        f"CACHED VALUES: {values}",
        "NUMBER OF FILES: 0",
        "NUMBER OF BLOCKS: 0",
        "SIZE OF BLOCKS: 0",
    ]


def _held(plan: SelectPlan, views: Sequence[MeasurementView]) -> Iterator[SeriesData]:
    """The series asked for, in each shard that has them."""
    holds = series_filter(plan.condition)
    for view in views:
        for shard in view.shards:
            for data in shard.of(view.name):
                if holds(data.series) is not False:
                    yield data
