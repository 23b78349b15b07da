"""DELETE, DROP SERIES and DROP MEASUREMENT."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce

from influx_query.nodes import (
    BinaryExpr,
    BooleanLiteral,
    DeleteSeriesStatement,
    DropMeasurementStatement,
    DropSeriesStatement,
    Expr,
    ParenExpr,
)
from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.select.plan.condition_checks import refuse_constants
from influx_testing._engine.select.plan.constant_folding import LITERALS
from influx_testing._engine.select.plan.expressions import chain
from influx_testing._engine.select.plan.time_conditions import MAX_TIME, MIN_TIME
from influx_testing._engine.select.run.series_filters import series_filter, tag_comparison
from influx_testing._engine.statements.execution_context import ExecutionContext
from influx_testing._engine.statements.handler_registry import executes
from influx_testing._engine.statements.privileges import needs_admin, needs_write
from influx_testing._engine.statements.result_series import Result
from influx_testing._engine.statements.schema_conditions import (
    SchemaCondition,
    mentions_time,
    schema_comparison,
    source_names,
)
from influx_testing._engine.storage.shards import Shard, StoredSeries
from influx_testing.errors import StatementError


@executes(DropMeasurementStatement, needs=needs_admin)
def drop_measurement(
    context: ExecutionContext, statement: DropMeasurementStatement
) -> Iterable[Result]:
    """Drop a measurement with its points and its fields.

    As on the server, a shard keeps the types of the fields if it has points of another measurement
    whose name begins with this one.
    """
    database = context.engine.databases.get(context.options.database)
    _drop(database, [statement.name], None, MIN_TIME, MAX_TIME)
    for shard in database.shards():
        if not shard.has_points_of_names_beginning_with(statement.name):
            shard.fields.pop(statement.name, None)
            shard.unsavable.pop(statement.name, None)
    return [context.changed(statement)]


@executes(DropSeriesStatement, needs=needs_write)
def drop_series(context: ExecutionContext, statement: DropSeriesStatement) -> Iterable[Result]:
    """Drop series with all their points."""
    if mentions_time(statement.condition):
        raise StatementError("DROP SERIES doesn't support time in WHERE clause")
    _delete(context, statement)
    return [context.changed(statement)]


@executes(DeleteSeriesStatement, needs=needs_write)
def delete(context: ExecutionContext, statement: DeleteSeriesStatement) -> Iterable[Result]:
    """Delete points; unlike other changes, a GET request gets no warning."""
    _delete(context, statement)
    return [Result()]


def _delete(
    context: ExecutionContext, statement: DeleteSeriesStatement | DropSeriesStatement
) -> None:
    database = context.engine.databases.get(context.options.database)
    condition = SchemaCondition.resolve(statement.condition, context.now)
    tags = condition.tags
    if isinstance(statement, DeleteSeriesStatement):
        refuse_constants(tags)
    elif tags is not None:
        tags = _without_constants(tags)
    names = source_names(database.index, statement.sources)
    _drop(database, names, tags, *condition.span)


def _without_constants(condition: Expr) -> Expr:
    """Replace each constant term that is no boolean by false: it selects no series."""
    if isinstance(condition, ParenExpr):
        return _without_constants(condition.expr)
    if isinstance(condition, BinaryExpr) and condition.op in {"AND", "OR"}:
        terms = map(_without_constants, chain(condition))
        return reduce(lambda left, right: BinaryExpr(condition.op, left, right), terms)
    if isinstance(condition, LITERALS) and not isinstance(condition, BooleanLiteral):
        return BooleanLiteral(value=False)
    return condition


def _drop(
    database: Database, names: list[str], condition: Expr | None, start: int, end: int
) -> None:
    """Delete points in every shard, and orphans; then raise the first error of a shard.

    As on the server, the index is rebuilt after each shard if any of the measurements exists. So
    the order of the shards can decide whether a series that exists twice keeps its measurement; the
    server leaves the order to chance.
    """
    errors: list[StatementError] = []
    for shard in database.shards():
        chosen = _filter(condition, database, shard)
        gone: list[StoredSeries] = []
        try:
            for name in names:
                gone += shard.delete(name, chosen, start, end)
            gone += [one for one in database.orphans if one.measurement in names and chosen(one)]
        except StatementError as error:
            errors.append(error)
        is_there = any(map(database.index.knows, names))
        database.forget(gone)
        if is_there:
            database.index.rebuild()
    if errors:
        raise errors[0]


def _filter(
    condition: Expr | None, database: Database, shard: Shard
) -> Callable[[StoredSeries], bool]:
    """Return the filter of a condition on tags; conditions on fields are an error."""
    if condition is None:
        return lambda series: True
    holds = series_filter(condition, schema_comparison(database.is_field, tag_comparison))

    def is_chosen(series: StoredSeries) -> bool:
        result = holds(series)
        if isinstance(result, bool):
            return result
        raise StatementError(
            f"shard {shard.id}: fields not supported in WHERE clause during deletion"
        )

    return is_chosen
