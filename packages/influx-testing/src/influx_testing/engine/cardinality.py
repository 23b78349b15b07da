"""SHOW ... CARDINALITY: how many of something there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from influx_query import nodes
from influx_testing.engine.databases import Database
from influx_testing.engine.engine import Engine
from influx_testing.engine.fields import field_types
from influx_testing.engine.normalize import Normalizer
from influx_testing.engine.results import ResultSeries, table
from influx_testing.engine.schema import (
    key_filter,
    mentions_time,
    page,
    source_names,
    tags_only,
)
from influx_testing.engine.select.evaluate import compile_expression
from influx_testing.engine.select.filters import SeriesFilter, series_filter
from influx_testing.engine.select.trees import walk
from influx_testing.engine.storage import Series
from influx_testing.errors import FakeUnsupported, StatementError

__all__ = ["cardinality"]


def cardinality(
    engine: Engine, statement: nodes.Cardinality, normalizer: Normalizer
) -> list[ResultSeries]:
    """Count what a statement asks about.

    Raises:
        StatementError: there is no such database, or time stands in the condition.
    """
    if mentions_time(statement.condition):
        raise StatementError(
            f"SHOW {statement.subject} EXACT CARDINALITY doesn't support time in WHERE clause"
        )
    name = statement.database or normalizer.database
    if not name:
        raise StatementError("database name required")
    database = engine.databases.get(name)
    if _is_estimate(statement):
        return [_estimate(database, statement)]
    if isinstance(statement, nodes.ShowMeasurementCardinalityStatement):
        return _measurements(engine, database, statement)
    if statement.dimensions:
        return _grouped(engine, database, statement)
    counts = dict(_counts(engine, database, statement, normalizer))
    return [
        table(["count"], [[count]], name)
        for name, count in sorted(counts.items())
        if count and page([count], statement.limit, statement.offset)
    ]


def _grouped(
    engine: Engine, database: Database, statement: nodes.Cardinality
) -> list[ResultSeries]:
    """Count the series of each group of tags."""
    names = [one.expr.name for one in statement.dimensions if isinstance(one.expr, nodes.VarRef)]
    if not isinstance(statement, nodes.ShowSeriesCardinalityStatement) or len(names) != len(
        statement.dimensions
    ):
        raise FakeUnsupported(f"this GROUP BY in SHOW {statement.subject} CARDINALITY")
    shown: list[ResultSeries] = []
    for name, series in _chosen(engine, database, statement):
        counts = Counter(tuple((key, one.tag(key)) for key in sorted(names)) for one in series)
        for tags, count in sorted(counts.items()):
            shown.append(ResultSeries(name, ["count"], [[count]], dict(tags)))
    return shown


def _is_estimate(statement: nodes.Cardinality) -> bool:
    """Series and measurements are estimated where the whole database is asked for."""
    kinds = nodes.ShowSeriesCardinalityStatement | nodes.ShowMeasurementCardinalityStatement
    plain = not (
        statement.exact
        or statement.sources
        or statement.condition is not None
        or statement.limit
        or statement.offset
    )
    return isinstance(statement, kinds) and plain


def _estimate(database: Database, statement: nodes.Cardinality) -> ResultSeries:
    if isinstance(statement, nodes.ShowSeriesCardinalityStatement):
        count = database.index.count()
    else:
        count = len(database.index.measurements())
    return table(["cardinality estimation"], [[count]])


def _chosen(
    engine: Engine, database: Database, statement: nodes.Cardinality
) -> Iterator[tuple[str, list[Series]]]:
    """The series asked for, by measurement; each as often as there are shards that hold it."""
    holds = series_filter(tags_only(statement.condition, engine.clock()))
    for name in source_names(database.index, statement.sources):
        yield (
            name,
            [
                data.series
                for shard in database.policy().shards
                for data in shard.of(name)
                if holds(data.series) is not False
            ],
        )


def _has_all(statement: nodes.Cardinality) -> SeriesFilter:
    """Counting values, the server compares tags like fields: one that is missing never matches."""
    if statement.condition is None:
        return series_filter(None)
    refs = [node for node in walk(statement.condition) if isinstance(node, nodes.VarRef)]
    slots: dict[nodes.Expr, int] = {ref: slot for slot, ref in enumerate(refs)}
    holds = compile_expression(statement.condition, slots, float_division=False)
    return lambda series: holds([series.values.get(ref.name) for ref in refs]) is True


def _measurements(
    engine: Engine, database: Database, statement: nodes.Cardinality
) -> list[ResultSeries]:
    count = sum(1 for _, series in _chosen(engine, database, statement) if series)
    return [table(["count"], [[count]])] if count else []


def _counts(
    engine: Engine, database: Database, statement: nodes.Cardinality, normalizer: Normalizer
) -> Iterator[tuple[str, int]]:
    if isinstance(statement, nodes.ShowFieldKeyCardinalityStatement):
        for name, fields in field_types(engine, database, statement.sources, normalizer).items():
            yield name, len({field for field, _ in fields})
        return
    if isinstance(statement, nodes.ShowTagValuesCardinalityStatement):
        yield from _tag_values(database, statement)
        return
    for name, series in _chosen(engine, database, statement):
        yield name, _count(statement, series)


def _tag_values(
    database: Database, statement: nodes.ShowTagValuesCardinalityStatement
) -> Iterator[tuple[str, int]]:
    wanted = key_filter(statement.operator, statement.tag_key)
    holds = _has_all(statement)
    for name in source_names(database.index, statement.sources):
        chosen = [series for series in database.index.series(name) if holds(series) is True]
        yield name, len({value for one in chosen for key, value in one.tags if wanted(key)})


def _count(statement: nodes.Cardinality, series: list[Series]) -> int:
    if isinstance(statement, nodes.ShowSeriesCardinalityStatement):
        return len(series)
    return len({key for one in series for key, _ in one.tags})
