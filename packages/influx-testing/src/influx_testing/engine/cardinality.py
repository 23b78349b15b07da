"""SHOW ... CARDINALITY: how many of something there are."""

from __future__ import annotations

from collections.abc import Iterator

from influx_query import nodes
from influx_testing.engine.databases import Database
from influx_testing.engine.engine import Engine
from influx_testing.engine.normalize import Normalizer
from influx_testing.engine.results import ResultSeries, table
from influx_testing.engine.schema import (
    chosen_series,
    key_filter,
    mentions_time,
    source_names,
    tags_only,
)
from influx_testing.engine.fields import field_types
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
    if statement.dimensions:
        raise FakeUnsupported(f"GROUP BY in SHOW {statement.subject} CARDINALITY")
    if _is_estimate(statement):
        return [_estimate(database, statement)]
    if isinstance(statement, nodes.ShowMeasurementCardinalityStatement):
        return _measurements(engine, database, statement)
    counts = dict(_counts(engine, database, statement, normalizer))
    return [table(["count"], [[count]], name) for name, count in sorted(counts.items()) if count]


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
    condition = tags_only(statement.condition, engine.clock())
    for name in source_names(database.index, statement.sources):
        yield name, list(chosen_series(database.index, [name], condition))


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
    for name, series in _chosen(engine, database, statement):
        yield name, _count(statement, series)


def _count(statement: nodes.Cardinality, series: list[Series]) -> int:
    if isinstance(statement, nodes.ShowSeriesCardinalityStatement):
        return len(series)
    if isinstance(statement, nodes.ShowTagValuesCardinalityStatement):
        wanted = key_filter(statement.operator, statement.tag_key)
        return len({value for one in series for key, value in one.tags if wanted(key)})
    return len({key for one in series for key, _ in one.tags})
