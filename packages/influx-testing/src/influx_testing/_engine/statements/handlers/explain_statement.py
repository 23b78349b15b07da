"""EXPLAIN: reports what the server would read for each expression.

All values are reported as cached, as by a server that has not written a file yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from influx_query import walk
from influx_query.nodes import Call, ExplainStatement, Expr, VarRef
from influx_testing._engine.select import asked_span, prepare
from influx_testing._engine.select.functions.function_calls import widened
from influx_testing._engine.select.plan.condition_checks import refuse_constants
from influx_testing._engine.select.plan.expression_types import TypeFinder
from influx_testing._engine.select.plan.measurement_views import MeasurementView, MeasurementViews
from influx_testing._engine.select.plan.query_limits import LimitTracker
from influx_testing._engine.select.plan.select_plan import SelectPlan, result_fields
from influx_testing._engine.select.run.execute import inner_options, symbols, top_options
from influx_testing._engine.select.run.points import ReadOptions
from influx_testing._engine.select.run.series_filters import is_typed_field, series_filter
from influx_testing._engine.statements.execution_context import ExecutionContext
from influx_testing._engine.statements.explain_analyze import analyze, read_of
from influx_testing._engine.statements.handler_registry import executes
from influx_testing._engine.statements.handlers.select_statement import needs_of_select
from influx_testing._engine.statements.privileges import Need
from influx_testing._engine.statements.result_series import Result, table
from influx_testing._engine.statements.schema_conditions import schema_comparison
from influx_testing._engine.storage.shards import SeriesData


def _needs(statement: ExplainStatement) -> Iterable[Need]:
    return needs_of_select(statement.statement)


@executes(ExplainStatement, needs=_needs)
def explain(context: ExecutionContext, statement: ExplainStatement) -> Iterable[Result]:
    """Report what a SELECT would read; with ANALYZE, execute it and report how.

    Raises:
        StatementError: the SELECT would fail.
    """
    engine = context.engine
    select = context.sources.select(statement.statement)
    if statement.analyze:
        return [Result([analyze(engine, select)])]
    plan, views = prepare(select, engine.databases, context.now, engine.limits)
    options = top_options(plan, *asked_span(plan, context.now), LimitTracker(0))
    blocks = list(_blocks(plan, views, options, context.now))
    lines = [line for index, block in enumerate(blocks) for line in [""] * (index > 0) + block]
    return [Result([table(["QUERY PLAN"], [[line] for line in lines or [""]])])]


def _blocks(
    plan: SelectPlan, views: MeasurementViews, options: ReadOptions, now: int
) -> Iterator[list[str]]:
    """One block of lines for each stream that is read."""
    calls, refs = symbols([column.expr for column in result_fields(plan.statement)])
    types = TypeFinder(plan, views)
    options = replace(options, beside=tuple(refs))
    for call in filter(types.of, calls):
        yield from _block(plan, views, read_of(call), _widened(call, options), now)
    if not calls and any(ref.data_type for ref in refs):
        yield from _block(plan, views, None, options, now)


def _widened(call: Call, options: ReadOptions) -> ReadOptions:
    """The options with which a function reads points, through all nested functions."""
    argument: Expr = call
    while isinstance(argument, Call):
        options = widened(argument, options)
        argument = argument.args[0]
    return options


def _block(
    plan: SelectPlan,
    views: MeasurementViews,
    expression: Expr | None,
    options: ReadOptions,
    now: int,
) -> Iterator[list[str]]:
    for source in plan.sources:
        if isinstance(source, SelectPlan):
            refuse_constants(source.condition)
            yield from _blocks(source, views, inner_options(source, options, now), now)
        else:
            yield _lines(plan, views.of(source), expression, options)


def _lines(
    plan: SelectPlan,
    views: Sequence[MeasurementView],
    expression: Expr | None,
    options: ReadOptions,
) -> list[str]:
    refs = options.beside
    names = [node.name for node in (expression, *refs) if isinstance(node, VarRef)]
    if isinstance(expression, Call) and isinstance(expression.args[0], VarRef):
        names.append(expression.args[0].name)
    held = list(_held(plan, views))
    shards = sum(len(view.shards) for view in views if view.index.knows(view.name))
    values = sum(
        len(data.columns[name].read(options.start, options.end)[0])
        for data, asked in held
        for name in (*names, *asked)
        if data is not None and name in data.columns
    )
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


def _held(
    plan: SelectPlan, views: Sequence[MeasurementView]
) -> Iterator[tuple[SeriesData | None, list[str]]]:
    """Yield the data of each selected series in each shard, and the fields of its condition.

    The server counts every series of the index in each shard, even if the shard has no data of it.
    It selects them by the rules of the index, which differ from those of the SELECT.
    """
    holds = series_filter(plan.condition, schema_comparison(_is_field))
    for view in views:
        for series in view.index.series(view.name):
            rest = holds(series)
            if rest is False:
                continue
            nodes = () if rest is True else walk(rest)
            names = [ref.name for ref in {node for node in nodes if isinstance(node, VarRef)}]
            for shard in view.shards:
                yield shard.series.get(view.name, {}).get(series.tags), names


def _is_field(measurement: str, name: VarRef) -> bool:
    return is_typed_field(name)
