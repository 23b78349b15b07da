"""SHOW SERIES."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from influx_query.nodes import ShowSeriesStatement, VarRef
from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.select.plan.condition_checks import refuse_constants, require_patterns
from influx_testing._engine.statements.execution_context import ExecutionContext
from influx_testing._engine.statements.handler_registry import executes
from influx_testing._engine.statements.privileges import needs_read
from influx_testing._engine.statements.result_series import Result, pieces, table
from influx_testing._engine.statements.schema_conditions import (
    SchemaCondition,
    check_operators,
    chosen_series,
    page,
    source_names,
)
from influx_testing._engine.storage.shards import Shard, StoredSeries

_FIELDS_OF_ALL = frozenset({"_seriesKey", "_tagKey", "_tagValue"})
"""The names that SHOW SERIES reads as fields."""

_Order = tuple[str, tuple[tuple[str, str], ...]]
"""The index has series in order of their names and tags, shards in order of their keys, in which
some characters are escaped."""


@executes(ShowSeriesStatement, needs=needs_read)
def show_series(context: ExecutionContext, statement: ShowSeriesStatement) -> Iterable[Result]:
    """List the series of the selected policies; a policy without shards has none."""
    places = context.sources.places(statement.database, statement.sources)
    condition = SchemaCondition.resolve(statement.condition, context.now)
    require_patterns(condition.tags)
    refuse_constants(condition.tags)
    found: dict[str, _Order] = {}
    for place in places:
        database = context.engine.databases.get(place.database)
        sources = [place] if statement.sources else []
        names = source_names(database.index, sources)
        shards = list(database.policy(place.retention_policy).between(*condition.span))
        if condition.has_time and condition.span[1] < 0:
            continue  # the server lists series as points of the time 0
        if condition.has_time:
            most = statement.limit + statement.offset
            for key in _keys_at_time(database, shards, names, condition, most):
                found[key] = key, ()
        elif shards:
            for series in _of_index(database, names, condition):
                found[series.key] = series.measurement, series.tags
    rows = page(sorted(found, key=found.__getitem__), statement.limit, statement.offset)
    shown = [table(["key"], [[row] for row in rows])] if rows else []
    return pieces(shown, context.options.chunk_size)


def _of_index(
    database: Database, names: list[str], condition: SchemaCondition
) -> Iterator[StoredSeries]:
    """The series of measurements from the index; it reads some special names as fields."""

    def is_field(measurement: str, name: VarRef) -> bool:
        return name.name in _FIELDS_OF_ALL or database.is_field(measurement, name)

    check_operators(condition.tags)
    yield from chosen_series(database, names, condition.tags, is_field)


def _keys_at_time(
    database: Database,
    shards: list[Shard],
    names: list[str],
    condition: SchemaCondition,
    most: int,
) -> Iterator[str]:
    """The series of measurements from the shards, for a condition with time.

    For each measurement in each shard, this yields at most one series more than LIMIT and OFFSET
    need together, as the server does; so the result is incomplete with OFFSET and no LIMIT.
    """
    for name in names:
        check_operators(condition.tags)
        chosen = list(chosen_series(database, [name], condition.tags, _no_field))
        for shard in shards:
            keys = sorted(series.key for series in chosen if shard.holds(series))
            yield from keys[: most + 1] if most else keys


def _no_field(measurement: str, name: VarRef) -> bool:
    """Return False: every name is read as a tag."""
    return False
