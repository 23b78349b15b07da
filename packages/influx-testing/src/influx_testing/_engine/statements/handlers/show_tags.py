"""SHOW TAG KEYS and SHOW TAG VALUES."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from influx_query.nodes import (
    BooleanLiteral,
    Expr,
    ShowTagKeysStatement,
    ShowTagValuesStatement,
    VarRef,
)
from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.statements.execution_context import ExecutionContext
from influx_testing._engine.statements.handler_registry import executes
from influx_testing._engine.statements.privileges import needs_read
from influx_testing._engine.statements.result_series import (
    Result,
    ResultSeries,
    one_by_one,
    table,
)
from influx_testing._engine.statements.schema_conditions import (
    SchemaCondition,
    chosen_series,
    comparisons_of,
    condition_on_keys,
    is_name,
    is_plain,
    key_filter,
    measurement_names,
    page,
    reporting,
    source_names,
)
from influx_testing._engine.storage.shards import StoredSeries

_TRUE = BooleanLiteral(value=True)
_TagStatement = ShowTagKeysStatement | ShowTagValuesStatement


@executes(ShowTagKeysStatement, needs=needs_read)
def show_tag_keys(context: ExecutionContext, statement: ShowTagKeysStatement) -> Iterable[Result]:
    """List the tag keys of each measurement."""
    database = context.database(statement.database)
    condition = SchemaCondition.resolve(statement.condition, context.now)
    shown: list[ResultSeries] = []
    with reporting():
        for name, chosen in _chosen_by_name(database, statement, condition):
            keys = sorted({key for series in chosen for key, _ in series.tags})
            rows = page(keys, statement.limit, statement.offset)
            if rows:
                shown.append(table(["tagKey"], [[row] for row in rows], name))
    return one_by_one(shown)


@executes(ShowTagValuesStatement, needs=needs_read)
def show_tag_values(
    context: ExecutionContext, statement: ShowTagValuesStatement
) -> Iterable[Result]:
    """List the values of the tag keys after WITH KEY, by measurement."""
    database = context.database(statement.database)
    condition = SchemaCondition.resolve(statement.condition, context.now)
    shown: list[ResultSeries] = []
    with reporting():
        there = bool(source_names(database.index, statement.sources))
        wanted = _wanted_keys(statement, condition.tags, there=there)
        for name, tags in _tags_by_name(database, statement, condition):
            pairs = {tag for tag in tags if wanted(tag[0])}
            rows = page(sorted(pairs), statement.limit, statement.offset)
            if rows:
                shown.append(table(["key", "value"], rows, name))
    return one_by_one(shown)


def _chosen_by_name(
    database: Database, statement: _TagStatement, condition: SchemaCondition
) -> Iterator[tuple[str, list[StoredSeries]]]:
    """The series that a statement selects, by measurement."""
    on_tags = comparisons_of(condition.tags, is_plain)
    for name in _names_asked_for(database, statement, condition):
        chosen = list(chosen_series(database, [name], on_tags, database.is_field))
        if chosen:
            yield name, chosen


def _names_asked_for(
    database: Database, statement: _TagStatement, condition: SchemaCondition
) -> list[str]:
    """The measurements after FROM that meet the comparisons with `_name` in the condition.

    There are none if no shard overlaps the time range. If one does, all shards count.
    """
    if not any(database.shards_between(condition.start, condition.end)):
        return []
    on_names = comparisons_of(condition.tags, is_name)
    named = measurement_names(database, None if on_names == _TRUE else on_names)
    return [name for name in source_names(database.index, statement.sources) if name in named]


def _tags_by_name(
    database: Database, statement: ShowTagValuesStatement, condition: SchemaCondition
) -> Iterator[tuple[str, Iterator[tuple[str, str]]]]:
    """The tags that a statement selects, by measurement; all tags without a condition on tags."""
    if comparisons_of(condition.tags, is_plain) is not None:
        for name, chosen in _chosen_by_name(database, statement, condition):
            yield name, (tag for series in chosen for tag in series.tags)
        return
    for name in _names_asked_for(database, statement, condition):
        keys = database.index.tag_keys(name)
        yield name, ((key, value) for key in keys for value in database.index.values(name, key))


def _wanted_keys(
    statement: ShowTagValuesStatement, condition: Expr | None, *, there: bool
) -> Callable[[str], bool]:
    """Return the filter of tag keys, by WITH KEY and the condition; see `condition_on_keys`."""
    with_key = key_filter(statement.operator, statement.tag_key)
    on_keys = comparisons_of(condition, lambda expr: not _is_other_name(expr))
    where = condition_on_keys(on_keys, there=there)
    return lambda key: with_key(key) and where(key)


def _is_other_name(expr: Expr) -> bool:
    return isinstance(expr, VarRef) and expr.name != "_tagKey"
