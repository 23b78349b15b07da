"""The SHOW statements about data and about the catalog."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from influx_core.timestamps import to_rfc3339
from influx_query import nodes
from influx_query.quoting import format_go_duration
from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.catalog.users import User
from influx_testing._engine.engine import Engine
from influx_testing._engine.select.plan.constant_folding import Folder
from influx_testing._engine.select.plan.expressions import replace
from influx_testing._engine.select.plan.time_conditions import MAX_TIME, MIN_TIME, split_condition
from influx_testing._engine.statements.cardinality import cardinality
from influx_testing._engine.statements.field_types import field_types
from influx_testing._engine.statements.result_series import ResultSeries, table
from influx_testing._engine.statements.schema_conditions import (
    chosen_series,
    comparisons_of,
    condition_on_keys,
    is_name,
    is_plain,
    key_filter,
    measurement_names,
    mentions_time,
    page,
    source_names,
    tags_only,
)
from influx_testing._engine.statements.source_names import Normalizer
from influx_testing._engine.statements.statistics import diagnostics, shown, statistics
from influx_testing._engine.storage.shards import Series
from influx_testing.errors import ReportedError, StatementError

__all__ = ["STATEMENTS", "show"]

_Shown = list[ResultSeries]
_Show = Callable[[Engine, Any, Normalizer, User | None], _Shown]


def show(
    engine: Engine, statement: nodes.Statement, normalizer: Normalizer, user: User | None
) -> _Shown | None:
    """Answer a SHOW statement; None for any other statement.

    Raises:
        StatementError: there is nothing of that name, or the condition won't do.
    """
    if isinstance(statement, nodes.Cardinality):
        return cardinality(engine, statement, normalizer)
    handler = STATEMENTS.get(type(statement))
    return None if handler is None else handler(engine, statement, normalizer, user)


def _databases(
    engine: Engine, statement: object, normalizer: Normalizer, user: User | None
) -> _Shown:
    names = [
        [database.name]
        for database in engine.databases
        if user is None or user.may("READ", database.name) or user.may("WRITE", database.name)
    ]
    return [table(["name"], names, "databases")]


def _measurements(
    engine: Engine,
    statement: nodes.ShowMeasurementsStatement,
    normalizer: Normalizer,
    user: User | None,
) -> _Shown:
    name = statement.database or normalizer.database
    if not name:
        raise StatementError("database name required")
    if mentions_time(statement.condition):
        raise StatementError("SHOW MEASUREMENTS doesn't support time in WHERE clause")
    if name not in engine.databases:
        return []
    database = engine.databases.get(name)
    with _reporting():
        found = measurement_names(database, statement.condition)
    if statement.source is not None:
        found &= _with_measurement(database, statement.operator, statement.source)
    rows = page(sorted(found), statement.limit, statement.offset)
    return [table(["name"], [[row] for row in rows], "measurements")] if rows else []


def _with_measurement(database: Database, operator: str, source: nodes.Measurement) -> set[str]:
    named = set(source_names(database.index, [source]))
    if operator in {"!=", "!~"}:
        return set(database.index.measurements()) - named
    return named


def _database(engine: Engine, name: str, normalizer: Normalizer) -> Database:
    name = name or normalizer.database
    if not name:
        raise StatementError("database name required")
    return engine.databases.get(name)


def _series(
    engine: Engine,
    statement: nodes.ShowSeriesStatement,
    normalizer: Normalizer,
    user: User | None,
) -> _Shown:
    """The series of the databases asked for; a policy without shards has none."""
    places = normalizer.places(statement.database, statement.sources)
    condition = tags_only(statement.condition, engine.clock())
    _, span = split_condition(statement.condition, Folder(engine.clock()))
    start = MIN_TIME if span.min is None else span.min
    end = MAX_TIME if span.max is None else span.max
    held_at_time = mentions_time(statement.condition)
    keys: set[str] = set()
    for place in places:
        database = engine.databases.get(place.database)
        shards = list(database.policy(place.retention_policy).between(start, end))
        names = source_names(database.index, [place] if statement.sources else [])

        def is_field(measurement: str, name: str, database: Database = database) -> bool:
            by_index = not mentions_time(statement.condition)
            return by_index and (name in _FIELDS_OF_ALL or database.has_field(measurement, name))

        for series in chosen_series(database, names, condition, is_field) if shards else ():
            if not held_at_time or any(shard.holds(series) for shard in shards):
                keys.add(series.key)
    rows = page(sorted(keys), statement.limit, statement.offset)
    return [table(["key"], [[row] for row in rows])] if rows else []


_TRUE = nodes.BooleanLiteral(value=True)
_FIELDS_OF_ALL = frozenset({"_seriesKey", "_tagKey", "_tagValue"})
"""Names that SHOW SERIES takes for fields."""


def _chosen_by_name(
    engine: Engine,
    statement: nodes.ShowTagKeysStatement | nodes.ShowTagValuesStatement,
    database: Database,
) -> Iterator[tuple[str, list[Series]]]:
    """The series a statement asks about, by measurement."""
    condition = comparisons_of(tags_only(statement.condition, engine.clock()), is_plain)
    for name in _names_asked_for(engine, database, statement):
        chosen = list(chosen_series(database, [name], condition, database.has_field))
        if chosen:
            yield name, chosen


def _names_asked_for(
    engine: Engine,
    database: Database,
    statement: nodes.ShowTagKeysStatement | nodes.ShowTagValuesStatement,
) -> list[str]:
    """The measurements after FROM for which the condition holds as far as it is about names."""
    condition = comparisons_of(tags_only(statement.condition, engine.clock()), is_name)
    named = measurement_names(database, None if condition == _TRUE else condition)
    return [name for name in source_names(database.index, statement.sources) if name in named]


@contextlib.contextmanager
def _reporting() -> Iterator[None]:
    """Make errors such as let the next statement run."""
    try:
        yield
    except StatementError as error:
        raise ReportedError(str(error)) from error


def _tag_keys(
    engine: Engine,
    statement: nodes.ShowTagKeysStatement,
    normalizer: Normalizer,
    user: User | None,
) -> _Shown:
    database = _database(engine, statement.database, normalizer)
    tags_only(statement.condition, engine.clock())
    shown: _Shown = []
    with _reporting():
        for name, chosen in _chosen_by_name(engine, statement, database):
            keys = sorted({key for series in chosen for key, _ in series.tags})
            rows = page(keys, statement.limit, statement.offset)
            if rows:
                shown.append(table(["tagKey"], [[row] for row in rows], name))
    return shown


def _tags_by_name(
    engine: Engine, statement: nodes.ShowTagValuesStatement, database: Database
) -> Iterator[tuple[str, Iterator[tuple[str, str]]]]:
    """The tags a statement asks about, by measurement; without condition, all that are known."""
    if comparisons_of(tags_only(statement.condition, engine.clock()), is_plain) is not None:
        for name, chosen in _chosen_by_name(engine, statement, database):
            yield name, (tag for series in chosen for tag in series.tags)
        return
    for name in _names_asked_for(engine, database, statement):
        keys = database.index.tag_keys(name)
        yield name, ((key, value) for key in keys for value in database.index.values(name, key))


def _wanted_keys(engine: Engine, statement: nodes.ShowTagValuesStatement) -> Callable[[str], bool]:
    """What WITH KEY asks of a key, and the condition."""
    with_key = key_filter(statement.operator, statement.tag_key)
    condition = tags_only(statement.condition, engine.clock())
    where = condition_on_keys(comparisons_of(condition, lambda expr: not _is_other_name(expr)))
    return lambda key: with_key(key) and where(key)


def _is_other_name(expr: nodes.Expr) -> bool:
    return isinstance(expr, nodes.VarRef) and expr.name != "_tagKey"


def _tag_values(
    engine: Engine,
    statement: nodes.ShowTagValuesStatement,
    normalizer: Normalizer,
    user: User | None,
) -> _Shown:
    database = _database(engine, statement.database, normalizer)
    tags_only(statement.condition, engine.clock())
    shown: _Shown = []
    with _reporting():
        wanted = _wanted_keys(engine, statement)
        for name, tags in _tags_by_name(engine, statement, database):
            pairs = {tag for tag in tags if wanted(tag[0])}
            rows = page(sorted(pairs), statement.limit, statement.offset)
            if rows:
                shown.append(table(["key", "value"], rows, name))
    return shown


def _field_keys(
    engine: Engine,
    statement: nodes.ShowFieldKeysStatement,
    normalizer: Normalizer,
    user: User | None,
) -> _Shown:
    shown: _Shown = []
    types = field_types(engine, statement.database, statement.sources, normalizer)
    for name, fields in sorted(types.items()):
        rows = page(sorted(fields), statement.limit, statement.offset)
        if rows:
            shown.append(table(["fieldKey", "fieldType"], rows, name))
    return shown


def _retention_policies(
    engine: Engine,
    statement: nodes.ShowRetentionPoliciesStatement,
    normalizer: Normalizer,
    user: User | None,
) -> _Shown:
    database = _database(engine, statement.database, normalizer)
    rows = [
        [
            policy.name,
            format_go_duration(policy.duration),
            format_go_duration(policy.shard_duration),
            policy.replication,
            policy.name == database.default_policy,
        ]
        for policy in database.policies.values()
    ]
    shown = table(["name", "duration", "shardGroupDuration", "replicaN", "default"], rows)
    return [replace(shown, forgotten=frozenset({"replicaN"}))]


def _users(engine: Engine, statement: object, normalizer: Normalizer, user: User | None) -> _Shown:
    return [table(["user", "admin"], [[user.name, user.admin] for user in engine.users])]


def _grants(
    engine: Engine,
    statement: nodes.ShowGrantsForUserStatement,
    normalizer: Normalizer,
    user: User | None,
) -> _Shown:
    privileges = engine.users.get(statement.name).privileges
    return [table(["database", "privilege"], privileges.items())]


def _continuous_queries(
    engine: Engine, statement: object, normalizer: Normalizer, user: User | None
) -> _Shown:
    return [
        table(
            ["name", "query"],
            [[name, str(query.statement)] for name, query in database.continuous_queries.items()],
            database.name,
        )
        for database in engine.databases
    ]


def _subscriptions(
    engine: Engine, statement: object, normalizer: Normalizer, user: User | None
) -> _Shown:
    shown = [
        table(
            ["retention_policy", "name", "mode", "destinations"],
            [
                [policy.name, subscription.name, subscription.mode, list(subscription.destinations)]
                for policy in database.policies.values()
                for subscription in policy.subscriptions.values()
            ],
            database.name,
        )
        for database in engine.databases
    ]
    return [series for series in shown if series.values]


def _shards(engine: Engine, statement: object, normalizer: Normalizer, user: User | None) -> _Shown:
    columns = [
        "id",
        "database",
        "retention_policy",
        "shard_group",
        "start_time",
        "end_time",
        "expiry_time",
        "owners",
    ]
    return [
        table(columns, _shard_rows(database, with_owners=True), database.name)
        for database in engine.databases
    ]


def _shard_groups(
    engine: Engine, statement: object, normalizer: Normalizer, user: User | None
) -> _Shown:
    columns = ["id", "database", "retention_policy", "start_time", "end_time", "expiry_time"]
    rows = [
        row for database in engine.databases for row in _shard_rows(database, with_owners=False)
    ]
    return [table(columns, rows, "shard groups")]


def _shard_rows(database: Database, *, with_owners: bool) -> Iterator[list[Any]]:
    for policy in database.policies.values():
        for shard in policy.shards:
            start, end, expiry = (
                to_rfc3339(time) for time in (shard.start, shard.end, shard.end + policy.duration)
            )
            group, owners = ([shard.id], [""]) if with_owners else ([], [])
            yield [shard.id, database.name, policy.name, *group, start, end, expiry, *owners]


def _queries(
    engine: Engine, statement: object, normalizer: Normalizer, user: User | None
) -> _Shown:
    """Statements of the fake run one at a time: the only one running is this."""
    rows = [[1, "SHOW QUERIES", normalizer.database, "0s", "running"]]
    return [table(["qid", "query", "database", "duration", "status"], rows)]


def _diagnostics(
    engine: Engine,
    statement: nodes.ShowDiagnosticsStatement,
    normalizer: Normalizer,
    user: User | None,
) -> _Shown:
    return shown(diagnostics(engine, statement.module))


def _stats(
    engine: Engine, statement: nodes.ShowStatsStatement, normalizer: Normalizer, user: User | None
) -> _Shown:
    return shown(statistics(engine, statement.module))


STATEMENTS: dict[type, _Show] = {
    nodes.ShowContinuousQueriesStatement: _continuous_queries,
    nodes.ShowDatabasesStatement: _databases,
    nodes.ShowDiagnosticsStatement: _diagnostics,
    nodes.ShowFieldKeysStatement: _field_keys,
    nodes.ShowGrantsForUserStatement: _grants,
    nodes.ShowMeasurementsStatement: _measurements,
    nodes.ShowQueriesStatement: _queries,
    nodes.ShowRetentionPoliciesStatement: _retention_policies,
    nodes.ShowSeriesStatement: _series,
    nodes.ShowShardGroupsStatement: _shard_groups,
    nodes.ShowShardsStatement: _shards,
    nodes.ShowStatsStatement: _stats,
    nodes.ShowSubscriptionsStatement: _subscriptions,
    nodes.ShowTagKeysStatement: _tag_keys,
    nodes.ShowTagValuesStatement: _tag_values,
    nodes.ShowUsersStatement: _users,
}
