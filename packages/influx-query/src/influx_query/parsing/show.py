"""SHOW: which statement the words after it mean, and its clauses.

The order in which words are tried is the order in which an error message lists them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from influx_query import nodes
from influx_query.parsing.choice import Choice
from influx_query.parsing.select import condition, dimensions, order_by, source, sources

if TYPE_CHECKING:
    from influx_query.parsing.cursor import Cursor


def _database(cursor: Cursor) -> str:
    return cursor.ident() if cursor.accept("ON") else ""


def _from(cursor: Cursor) -> tuple[nodes.Source, ...]:
    return sources(cursor) if cursor.accept("FROM") else ()


def _field_keys(cursor: Cursor) -> nodes.Statement:
    return nodes.ShowFieldKeysStatement(
        database=_database(cursor),
        sources=_from(cursor),
        sort_fields=order_by(cursor),
        limit=cursor.count("LIMIT"),
        offset=cursor.count("OFFSET"),
    )


def _measurements(cursor: Cursor) -> nodes.Statement:
    database, policy = _places(cursor)
    measurement = _with_measurement(cursor)
    return nodes.ShowMeasurementsStatement(
        database=database,
        retention_policy=policy,
        operator="" if measurement is None else "=~" if measurement.regex else "=",
        source=measurement,
        condition=condition(cursor),
        sort_fields=order_by(cursor),
        limit=cursor.count("LIMIT"),
        offset=cursor.count("OFFSET"),
    )


def _places(cursor: Cursor) -> tuple[str, str]:
    """Read ON; the newest dialect also takes a retention policy, and stars."""
    if not cursor.accept("ON"):
        return "", ""
    if not cursor.is_latest:
        return cursor.ident(), ""
    database = _ident_or_star(cursor)
    return database, _ident_or_star(cursor) if cursor.accept(".") else ""


def _ident_or_star(cursor: Cursor) -> str:
    return "*" if cursor.accept("*") else cursor.ident()


def _with_measurement(cursor: Cursor) -> nodes.Measurement | None:
    if not cursor.accept("WITH"):
        return None
    cursor.expect("MEASUREMENT")
    if not cursor.accept("=~") and not cursor.accept("="):
        cursor.fail("=", "=~")
    return cast("nodes.Measurement", source(cursor))


def _retention_policies(cursor: Cursor) -> nodes.Statement:
    return nodes.ShowRetentionPoliciesStatement(_database(cursor))


def _grants(cursor: Cursor) -> nodes.Statement:
    return nodes.ShowGrantsForUserStatement(cursor.ident())


def _series(cursor: Cursor) -> nodes.Statement:
    exact = cursor.accept("EXACT")
    if cursor.accept("CARDINALITY"):
        return _cardinality(cursor, nodes.ShowSeriesCardinalityStatement, exact=exact)
    return nodes.ShowSeriesStatement(
        database=_database(cursor),
        sources=_from(cursor),
        condition=condition(cursor),
        sort_fields=order_by(cursor),
        limit=cursor.count("LIMIT"),
        offset=cursor.count("OFFSET"),
    )


def _tag_keys(cursor: Cursor) -> nodes.Statement:
    return nodes.ShowTagKeysStatement(
        database=_database(cursor),
        sources=_from(cursor),
        condition=condition(cursor),
        sort_fields=order_by(cursor),
        limit=cursor.count("LIMIT"),
        offset=cursor.count("OFFSET"),
        slimit=cursor.count("SLIMIT"),
        soffset=cursor.count("SOFFSET"),
    )


def _tag_values(cursor: Cursor) -> nodes.Statement:
    if cursor.accept("EXACT"):
        cursor.expect("CARDINALITY")
        return _tag_values_cardinality(cursor, exact=True)
    if cursor.accept("CARDINALITY"):
        return _tag_values_cardinality(cursor, exact=False)
    database, where_from = _database(cursor), _from(cursor)
    operator, key = _with_key(cursor)
    return nodes.ShowTagValuesStatement(
        operator=operator,
        tag_key=key,
        database=database,
        sources=where_from,
        condition=condition(cursor),
        sort_fields=order_by(cursor),
        limit=cursor.count("LIMIT"),
        offset=cursor.count("OFFSET"),
    )


def _with_key(cursor: Cursor) -> tuple[nodes.TagKeyOperator, nodes.TagKey]:
    cursor.expect("WITH", "KEY")
    operator = cast("nodes.TagKeyOperator", cursor.kind)
    if cursor.accept("IN"):
        return operator, _key_list(cursor)
    if cursor.accept("=") or cursor.accept("!="):
        return operator, nodes.StringLiteral(cursor.ident())
    if not cursor.accept("=~") and not cursor.accept("!~"):
        cursor.fail("IN", "=", "=~")
    return operator, cursor.regex() or cursor.fail("regex")


def _key_list(cursor: Cursor) -> nodes.ListLiteral:
    cursor.expect("(")
    keys = [cursor.ident()]
    while cursor.accept(","):
        keys.append(cursor.ident())
    cursor.expect(")")
    return nodes.ListLiteral(tuple(keys))


def _tag_values_cardinality(cursor: Cursor, *, exact: bool) -> nodes.Statement:
    database, where_from = _database(cursor), _from(cursor)
    operator, key = _with_key(cursor)
    return nodes.ShowTagValuesCardinalityStatement(
        exact=exact,
        database=database,
        sources=where_from,
        operator=operator,
        tag_key=key,
        condition=condition(cursor),
        dimensions=dimensions(cursor),
        limit=cursor.count("LIMIT"),
        offset=cursor.count("OFFSET"),
    )


def _cardinality(cursor: Cursor, kind: type[nodes.Cardinality], *, exact: bool) -> nodes.Statement:
    return kind(
        exact=exact,
        database=_database(cursor),
        sources=_from(cursor),
        condition=condition(cursor),
        dimensions=dimensions(cursor),
        limit=cursor.count("LIMIT"),
        offset=cursor.count("OFFSET"),
    )


def _module(cursor: Cursor) -> str:
    return cursor.string() if cursor.accept("FOR") else ""


def _cardinality_choice(kind: type[nodes.Cardinality]) -> Choice:
    return Choice(
        {
            "EXACT": Choice({"CARDINALITY": lambda cursor: _cardinality(cursor, kind, exact=True)}),
            "CARDINALITY": lambda cursor: _cardinality(cursor, kind, exact=False),
        }
    )


SHOW = Choice(
    {
        "CONTINUOUS": Choice({"QUERIES": lambda _: nodes.ShowContinuousQueriesStatement()}),
        "DATABASES": lambda _: nodes.ShowDatabasesStatement(),
        "DIAGNOSTICS": lambda cursor: nodes.ShowDiagnosticsStatement(_module(cursor)),
        "FIELD": Choice(
            {
                "KEY": _cardinality_choice(nodes.ShowFieldKeyCardinalityStatement),
                "KEYS": _field_keys,
            }
        ),
        "GRANTS": Choice({"FOR": _grants}),
        "MEASUREMENT": _cardinality_choice(nodes.ShowMeasurementCardinalityStatement),
        "MEASUREMENTS": _measurements,
        "QUERIES": lambda _: nodes.ShowQueriesStatement(),
        "RETENTION": Choice({"POLICIES": _retention_policies}),
        "SERIES": _series,
        "SHARD": Choice({"GROUPS": lambda _: nodes.ShowShardGroupsStatement()}),
        "SHARDS": lambda _: nodes.ShowShardsStatement(),
        "STATS": lambda cursor: nodes.ShowStatsStatement(_module(cursor)),
        "SUBSCRIPTIONS": lambda _: nodes.ShowSubscriptionsStatement(),
        "TAG": Choice(
            {
                "KEY": _cardinality_choice(nodes.ShowTagKeyCardinalityStatement),
                "KEYS": _tag_keys,
                "VALUES": _tag_values,
            }
        ),
        "USERS": lambda _: nodes.ShowUsersStatement(),
    }
)
"""What can follow SHOW."""
