"""DELETE, DROP SERIES and DROP MEASUREMENT."""

from __future__ import annotations

from collections.abc import Callable

from influx_query import nodes
from influx_testing.engine.databases import Database
from influx_testing.engine.engine import Engine
from influx_testing.engine.schema import mentions_time, schema_comparison, source_names
from influx_testing.engine.select.conditions import MAX_TIME, MIN_TIME, split_condition
from influx_testing.engine.select.filters import series_filter
from influx_testing.engine.select.literals import Folder
from influx_testing.engine.select.trees import rewrite, walk
from influx_testing.engine.storage import Series
from influx_testing.errors import StatementError

__all__ = ["delete"]

_Chosen = nodes.DeleteSeriesStatement | nodes.DropSeriesStatement


def delete(engine: Engine, statement: nodes.Statement, database: str) -> bool:
    """Run a statement that deletes points; False for any other statement.

    Raises:
        StatementError: there is no such database, or the condition asks for fields.
    """
    if isinstance(statement, nodes.DropMeasurementStatement):
        _drop(engine.databases.get(database), [statement.name], None, MIN_TIME, MAX_TIME)
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
    for shard in list(database.shards()):
        if shard.end <= start or shard.start > end:
            continue
        for name in names:
            chosen = _filter(condition, set(shard.fields.get(name, ())), shard.id)
            shard.delete(name, chosen, start, end)
    database.forget_lost_series()


def _filter(condition: nodes.Expr | None, fields: set[str], shard: int) -> Callable[[Series], bool]:
    """Make the filter of a condition on tags; fields cannot choose what is deleted."""
    if condition is None:
        return lambda series: True
    names = {node.name for node in walk(condition) if isinstance(node, nodes.VarRef)}
    if names & fields:
        raise StatementError(f"shard {shard}: fields not supported in WHERE clause during deletion")
    holds = series_filter(rewrite(condition, _as_tag), schema_comparison)
    return lambda series: holds(series) is True


def _as_tag(expr: nodes.Expr) -> nodes.Expr:
    return nodes.VarRef(expr.name, "tag") if isinstance(expr, nodes.VarRef) else expr
