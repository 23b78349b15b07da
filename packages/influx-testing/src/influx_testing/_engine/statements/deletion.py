"""DELETE, DROP SERIES and DROP MEASUREMENT."""

from __future__ import annotations

from collections.abc import Callable

from influx_query import nodes
from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.engine import Engine
from influx_testing._engine.select.plan.constant_folding import Folder
from influx_testing._engine.select.plan.expressions import rewrite
from influx_testing._engine.select.plan.time_conditions import MAX_TIME, MIN_TIME, split_condition
from influx_testing._engine.select.run.series_filters import series_filter
from influx_testing._engine.statements.schema_conditions import (
    mentions_time,
    schema_comparison,
    source_names,
)
from influx_testing._engine.storage.shards import Series, Shard
from influx_testing.errors import StatementError

__all__ = ["delete"]

_Chosen = nodes.DeleteSeriesStatement | nodes.DropSeriesStatement


def delete(engine: Engine, statement: nodes.Statement, database: str) -> bool:
    """Run a statement that deletes points; False for any other statement.

    Raises:
        StatementError: there is no such database, or the condition asks for fields.
    """
    if isinstance(statement, nodes.DropMeasurementStatement):
        found = engine.databases.get(database)
        _drop(found, [statement.name], None, MIN_TIME, MAX_TIME)
        for shard in found.shards():
            shard.fields.pop(statement.name, None)
        return True
    if not isinstance(statement, _Chosen):
        return False
    if isinstance(statement, nodes.DropSeriesStatement) and mentions_time(statement.condition):
        raise StatementError("DROP SERIES doesn't support time in WHERE clause")
    found = engine.databases.get(database)
    condition, span = split_condition(statement.condition, Folder(engine.clock()))
    names = source_names(found.index, statement.sources)
    start = MIN_TIME if span.min is None else span.min
    end = MAX_TIME if span.max is None else span.max
    _drop(found, names, condition, start, end)
    return True


def _drop(
    database: Database, names: list[str], condition: nodes.Expr | None, start: int, end: int
) -> None:
    """Delete in every shard as far as the condition allows; then complain, if it does not."""
    gone: list[Series] = []
    errors: list[StatementError] = []
    for shard in database.shards():
        if shard.end <= start or shard.start > end:
            continue
        chosen = _filter(condition, database, shard)
        try:
            for name in names:
                gone += shard.delete(name, chosen, start, end)
        except StatementError as error:
            errors.append(error)
    database.forget(gone)
    database.index.rebuild()
    if errors:
        raise errors[0]


def _filter(
    condition: nodes.Expr | None, database: Database, shard: Shard
) -> Callable[[Series], bool]:
    """Make the filter of a condition on tags; fields cannot choose what is deleted."""
    if condition is None:
        return lambda series: True
    holds = series_filter(rewrite(condition, _as_tag), schema_comparison(database.has_field))

    def is_chosen(series: Series) -> bool:
        result = holds(series)
        if isinstance(result, bool):
            return result
        raise StatementError(
            f"shard {shard.id}: fields not supported in WHERE clause during deletion"
        )

    return is_chosen


def _as_tag(expr: nodes.Expr) -> nodes.Expr:
    return nodes.VarRef(expr.name, "tag") if isinstance(expr, nodes.VarRef) else expr
