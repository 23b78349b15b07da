"""SHOW ... CARDINALITY: counts series, measurements, tags, values and fields."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from influx_query import nodes, walk
from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.select.plan.condition_checks import refuse_constants, require_patterns
from influx_testing._engine.select.run.dialect import V1_DIALECT
from influx_testing._engine.select.run.evaluate import compile_expression
from influx_testing._engine.select.run.series_filters import (
    SeriesFilter,
    select_comparison,
    series_filter,
)
from influx_testing._engine.statements.execution_context import ExecutionContext
from influx_testing._engine.statements.handler_registry import executes
from influx_testing._engine.statements.privileges import Need, needs_read, needs_read_of_sources
from influx_testing._engine.statements.result_series import Result, ResultSeries, pieces, table
from influx_testing._engine.statements.schema_conditions import (
    SchemaCondition,
    is_name,
    key_filter,
    mentions_time,
    page,
    source_names,
)
from influx_testing._engine.storage.shards import Shard, StoredSeries, Tags
from influx_testing._go.regex import compile_regex
from influx_testing.errors import FakeUnsupported, StatementError

Group = tuple[str, Tags]
"""A measurement, and the tags of GROUP BY."""

Things = Callable[[Shard, StoredSeries], Any]
"""Returns the set of items to count for a series in a shard."""


def _needs(statement: nodes.Cardinality) -> Iterable[Need]:
    """Require reading the sources if series are counted one by one, otherwise the database."""
    if is_estimate(statement):
        return needs_read(statement)
    return needs_read_of_sources(statement.sources)


@executes(
    nodes.ShowFieldKeyCardinalityStatement,
    nodes.ShowMeasurementCardinalityStatement,
    nodes.ShowSeriesCardinalityStatement,
    nodes.ShowTagKeyCardinalityStatement,
    nodes.ShowTagValuesCardinalityStatement,
    needs=_needs,
)
def show_cardinality(context: ExecutionContext, statement: nodes.Cardinality) -> Iterable[Result]:
    """Return the counts for a statement.

    Raises:
        StatementError: the database does not exist, or the condition contains time.
    """
    return pieces(_cardinality(context, statement), context.options.chunk_size)


def _cardinality(context: ExecutionContext, statement: nodes.Cardinality) -> list[ResultSeries]:
    of_values = isinstance(statement, nodes.ShowTagValuesCardinalityStatement)
    if mentions_time(statement.condition) and not of_values:
        fields = isinstance(statement, nodes.ShowFieldKeyCardinalityStatement)
        asked = f"SHOW {statement.subject} {'' if fields else 'EXACT '}CARDINALITY"
        raise StatementError(f"{asked} doesn't support time in WHERE clause")
    if is_estimate(statement):
        name = context.database_name(statement.database)
        databases = context.engine.databases
        count = _estimate(databases.get(name), statement) if name in databases else 0
        return [table(["cardinality estimation"], [[count]])]
    found = _groups(context, statement)
    return [
        ResultSeries(name, ["count"], [[count]], dict(tags) or None)
        for (name, tags), count in sorted(found.items())
        if count and page([count], statement.limit, statement.offset)
    ]


def is_estimate(statement: nodes.Cardinality) -> bool:
    """Whether a count is an estimate, as for series and measurements of a whole database."""
    kinds = nodes.ShowSeriesCardinalityStatement | nodes.ShowMeasurementCardinalityStatement
    plain = not (
        statement.exact
        or statement.sources
        or statement.condition is not None
        or statement.dimensions
        or statement.limit
        or statement.offset
    )
    return isinstance(statement, kinds) and plain


def _estimate(database: Database, statement: nodes.Cardinality) -> int:
    if not isinstance(statement, nodes.ShowSeriesCardinalityStatement):
        return database.index.estimate() if database.has_shards() else 0
    shards = database.shards()
    return len({(one.measurement, one.tags) for shard in shards for one in shard.all_series()})


def _groups(context: ExecutionContext, statement: nodes.Cardinality) -> dict[Group, int]:
    """The number of items in each group; measurements are counted in one group for all names."""
    places = context.sources.places(statement.database, statement.sources)
    condition = SchemaCondition.resolve(statement.condition, context.now)
    require_patterns(condition.tags)
    refuse_constants(condition.tags)
    things = _things(statement, condition.tags)
    named = not isinstance(statement, nodes.ShowMeasurementCardinalityStatement)
    asked = _measurements(context, places, named=bool(statement.sources))
    chosen = list(_chosen(statement, condition, list(asked)))
    keys = _group_keys(statement, {key for _, series in chosen for key, _ in series.tags})
    found: dict[Group, set[Any]] = defaultdict(set)
    for shard, series in chosen:
        tags = tuple((key, series.tag(key)) for key in keys)
        found[series.measurement if named else "", tags].update(things(shard, series))
    return {group: len(members) for group, members in found.items()}


def _things(statement: nodes.Cardinality, condition: nodes.Expr | None) -> Things:
    """Return the function for the items to count: a series counts in each shard, others once.

    Args:
        statement: what is counted.
        condition: its condition, without bounds on time.
    """
    if isinstance(statement, nodes.ShowSeriesCardinalityStatement):
        return lambda shard, series: {(shard.id, series.key)}
    if isinstance(statement, nodes.ShowMeasurementCardinalityStatement):
        return lambda shard, series: {series.measurement}
    if isinstance(statement, nodes.ShowFieldKeyCardinalityStatement):
        return lambda shard, series: shard.fields.get(series.measurement, {})
    if isinstance(statement, nodes.ShowTagValuesCardinalityStatement):
        holds = _tag_filter(statement, condition)
        return lambda shard, series: {tag[1] for tag in series.tags if holds(series, tag)}
    return lambda shard, series: {key for key, _ in series.tags}


def _group_keys(statement: nodes.Cardinality, known: set[str]) -> list[str]:
    """The tags of GROUP BY, sorted."""
    keys: set[str] = set()
    for expr in (dimension.expr for dimension in statement.dimensions):
        if isinstance(expr, nodes.VarRef):
            keys.add(expr.name)
        elif isinstance(expr, nodes.Wildcard):
            keys |= known
        elif isinstance(expr, nodes.RegexLiteral):
            keys.update(filter(compile_regex(expr.pattern).matches, known))
        else:
            raise FakeUnsupported(f"GROUP BY {expr} in SHOW {statement.subject} CARDINALITY")
    return sorted(keys)


def _chosen(
    statement: nodes.Cardinality, condition: SchemaCondition, asked: list[tuple[Shard, str]]
) -> Iterator[tuple[Shard, StoredSeries]]:
    """The selected series of the measurements, each once for every shard that has it."""
    if isinstance(statement, nodes.ShowTagValuesCardinalityStatement):
        asked = list(_at_time_0(asked, condition.span))
        holds = _series_with_tag(_tag_filter(statement, condition.tags))
    else:
        fields = {field for shard, name in asked for field in shard.fields.get(name, ())}
        holds = series_filter(condition.tags, _comparison(fields))
    for shard, name in asked:
        for data in shard.of(name):
            if holds(data.series) is True:
                yield shard, data.series


def _measurements(
    context: ExecutionContext, places: Iterable[nodes.Measurement], *, named: bool
) -> Iterator[tuple[Shard, str]]:
    """The selected measurements, in each shard of their policies; all if none is named."""
    for place in places:
        database = context.engine.databases.get(place.database)
        policy = database.policy(place.retention_policy)
        for name in source_names(database.index, [place] if named else []):
            for shard in policy.shards:
                yield shard, name


def _at_time_0(
    asked: Iterable[tuple[Shard, str]], span: tuple[int, int]
) -> Iterator[tuple[Shard, str]]:
    """The measurements of the shards that a time range overlaps; none if time 0 is not in it.

    The server gives this time to every tag that it counts.
    """
    start, end = span
    if start <= 0 <= end:
        for shard, name in asked:
            if shard.start <= end and start < shard.end:
                yield shard, name


def _comparison(fields: Collection[str]) -> Callable[[nodes.BinaryExpr], SeriesFilter]:
    """Return a function that makes the filter of a comparison, by the rules of SELECT for tags.

    The filter of a comparison with a field returns the comparison, so that no series is counted. A
    name counts as a field everywhere if it is a field of any selected measurement.
    """

    def comparison(condition: nodes.BinaryExpr) -> SeriesFilter:
        for side in (condition.lhs, condition.rhs):
            if isinstance(side, nodes.VarRef) and side.name in fields and not is_name(side):
                return lambda series: condition
        return select_comparison(condition)

    return comparison


TagFilter = Callable[[StoredSeries, tuple[str, str]], bool]
"""Returns whether a tag of a series is counted."""


def _series_with_tag(is_counted: TagFilter) -> SeriesFilter:
    return lambda series: any(is_counted(series, tag) for tag in series.tags)


def _tag_filter(
    statement: nodes.ShowTagValuesCardinalityStatement, condition: nodes.Expr | None
) -> TagFilter:
    """Return the filter of tags: by WITH KEY, `_tagKey` in the condition, and the rest of WHERE.

    As on the server, tags are compared like fields here: a missing tag never matches.

    Args:
        statement: has the keys.
        condition: its condition, without bounds on time.
    """
    wanted = key_filter(statement.operator, statement.tag_key)
    if condition is None:
        return lambda series, tag: wanted(tag[0])
    names = [node for node in walk(condition) if isinstance(node, nodes.VarRef)]
    slots: dict[nodes.Expr, int] = {name: slot for slot, name in enumerate(names)}
    holds = compile_expression(condition, slots, V1_DIALECT.in_where)

    def is_counted(series: StoredSeries, tag: tuple[str, str]) -> bool:
        own = {"_tagKey": tag[0]}
        values = [own.get(name.name) or series.values.get(name.name) for name in names]
        return wanted(tag[0]) and holds(values) is True

    return is_counted
