"""SHOW SERIES."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from influx_query.nodes import Measurement, ShowSeriesStatement
from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.statements.execution_context import ExecutionContext
from influx_testing._engine.statements.handler_registry import executes
from influx_testing._engine.statements.privileges import needs_read
from influx_testing._engine.statements.result_series import Result, pieces, table
from influx_testing._engine.statements.schema_conditions import (
    SchemaCondition,
    chosen_series,
    page,
    source_names,
)

_FIELDS_OF_ALL = frozenset({"_seriesKey", "_tagKey", "_tagValue"})
"""Names that SHOW SERIES takes for fields."""


@executes(ShowSeriesStatement, needs=needs_read)
def show_series(context: ExecutionContext, statement: ShowSeriesStatement) -> Iterable[Result]:
    """List the series of the policies asked for; a policy without shards has none."""
    places = context.sources.places(statement.database, statement.sources)
    condition = SchemaCondition.resolve(statement.condition, context.now)
    keys: set[str] = set()
    for place in places:
        database = context.engine.databases.get(place.database)
        sources = [place] if statement.sources else []
        names = source_names(database.index, sources)
        keys.update(_keys(database, place, names, condition))
    rows = page(sorted(keys), statement.limit, statement.offset)
    shown = [table(["key"], [[row] for row in rows])] if rows else []
    return pieces(shown, context.options.chunk_size)


def _keys(
    database: Database, place: Measurement, names: list[str], condition: SchemaCondition
) -> Iterator[str]:
    policy = database.policy(place.retention_policy)
    shards = list(policy.between(condition.start, condition.end))

    def is_field(measurement: str, name: str) -> bool:
        by_index = not condition.has_time
        return by_index and (name in _FIELDS_OF_ALL or database.has_field(measurement, name))

    for series in chosen_series(database, names, condition.tags, is_field) if shards else ():
        if not condition.has_time or any(shard.holds(series) for shard in shards):
            yield series.key
