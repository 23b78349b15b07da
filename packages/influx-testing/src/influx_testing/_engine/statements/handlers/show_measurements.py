"""SHOW MEASUREMENTS."""

from __future__ import annotations

from collections.abc import Iterable

from influx_query.nodes import Measurement, ShowMeasurementsStatement
from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.statements.execution_context import ExecutionContext
from influx_testing._engine.statements.handler_registry import executes
from influx_testing._engine.statements.privileges import needs_read
from influx_testing._engine.statements.result_series import Result, table
from influx_testing._engine.statements.schema_conditions import (
    measurement_names,
    mentions_time,
    page,
    reporting,
    source_names,
)
from influx_testing.errors import StatementError


@executes(ShowMeasurementsStatement, needs=needs_read)
def show_measurements(
    context: ExecutionContext, statement: ShowMeasurementsStatement
) -> Iterable[Result]:
    """List the measurements of a database; none if the database does not exist."""
    name = context.database_name(statement.database)
    if mentions_time(statement.condition):
        raise StatementError("SHOW MEASUREMENTS doesn't support time in WHERE clause")
    if name not in context.engine.databases:
        return [Result()]
    database = context.engine.databases.get(name)
    with reporting():
        found = measurement_names(database, statement.condition)
    if statement.source is not None:
        found &= _with_measurement(database, statement.operator, statement.source)
    if not database.has_shards():
        found = set[str]()
    rows = page(sorted(found), statement.limit, statement.offset)
    return [Result([table(["name"], [[row] for row in rows], "measurements")] if rows else [])]


def _with_measurement(database: Database, operator: str, source: Measurement) -> set[str]:
    named = set(source_names(database.index, [source]))
    if operator in {"!=", "!~"}:
        return set(database.index.measurements()) - named
    return named
