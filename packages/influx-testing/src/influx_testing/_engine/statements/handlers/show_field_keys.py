"""SHOW FIELD KEYS."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from influx_query.nodes import ShowFieldKeysStatement
from influx_testing._engine.statements.execution_context import ExecutionContext
from influx_testing._engine.statements.handler_registry import executes
from influx_testing._engine.statements.privileges import needs_read
from influx_testing._engine.statements.result_series import Result, ResultSeries, pieces, table
from influx_testing._engine.statements.schema_conditions import page, source_names


@executes(ShowFieldKeysStatement, needs=needs_read)
def show_field_keys(
    context: ExecutionContext, statement: ShowFieldKeysStatement
) -> Iterable[Result]:
    """List the fields of each measurement with their types."""
    shown: list[ResultSeries] = []
    for name, fields in sorted(_field_types(context, statement).items()):
        rows = page(sorted(fields), statement.limit, statement.offset)
        if rows:
            shown.append(table(["fieldKey", "fieldType"], rows, name))
    return pieces(shown, context.options.chunk_size)


def _field_types(
    context: ExecutionContext, statement: ShowFieldKeysStatement
) -> dict[str, set[tuple[str, str]]]:
    """Fields and types by measurement; a field can have different types in different shards."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for place in context.sources.places(statement.database, statement.sources):
        database = context.engine.databases.get(place.database)
        policy = database.policy(place.retention_policy)
        for name in source_names(database.index, [place] if statement.sources else []):
            for shard in policy.shards:
                found[name].update(shard.fields.get(name, {}).items())
    return found
