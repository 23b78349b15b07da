"""Builders for SHOW: ``show.tag_values("host", from_="cpu", on="metrics")`` gives a statement.

Each function gives a node; `str()` and `render()` write it, and clients take it. Names are quoted
where they need it. Conditions are typed, or raw InfluxQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from influx_query import literals
from influx_query.expressions import Condition
from influx_query.nodes import (
    Cardinality,
    Expr,
    ListLiteral,
    Measurement,
    ShowContinuousQueriesStatement,
    ShowDatabasesStatement,
    ShowFieldKeyCardinalityStatement,
    ShowFieldKeysStatement,
    ShowGrantsForUserStatement,
    ShowMeasurementCardinalityStatement,
    ShowMeasurementsStatement,
    ShowQueriesStatement,
    ShowRetentionPoliciesStatement,
    ShowSeriesCardinalityStatement,
    ShowSeriesStatement,
    ShowShardGroupsStatement,
    ShowShardsStatement,
    ShowSubscriptionsStatement,
    ShowTagKeyCardinalityStatement,
    ShowTagKeysStatement,
    ShowTagValuesCardinalityStatement,
    ShowTagValuesStatement,
    ShowUsersStatement,
    StringLiteral,
    TagKey,
    TagKeyOperator,
)
from influx_query.parser import parse_expression

Name = str | re.Pattern[str] | Measurement
Names = Name | Iterable[Name]
Where = str | Condition | None


def databases() -> ShowDatabasesStatement:
    """Show the databases."""
    return ShowDatabasesStatement()


def users() -> ShowUsersStatement:
    """Show the users."""
    return ShowUsersStatement()


def queries() -> ShowQueriesStatement:
    """Show the running queries."""
    return ShowQueriesStatement()


def subscriptions() -> ShowSubscriptionsStatement:
    """Show the subscriptions."""
    return ShowSubscriptionsStatement()


def continuous_queries() -> ShowContinuousQueriesStatement:
    """Show the continuous queries."""
    return ShowContinuousQueriesStatement()


def shards() -> ShowShardsStatement:
    """Show the shards."""
    return ShowShardsStatement()


def shard_groups() -> ShowShardGroupsStatement:
    """Show the shard groups."""
    return ShowShardGroupsStatement()


def grants(user: str) -> ShowGrantsForUserStatement:
    """Show the privileges of a user."""
    return ShowGrantsForUserStatement(user)


def retention_policies(on: str = "") -> ShowRetentionPoliciesStatement:
    """Show the retention policies of a database."""
    return ShowRetentionPoliciesStatement(on)


def measurements(
    matching: str | re.Pattern[str] | None = None,
    *,
    on: str = "",
    where: Where = None,
    limit: int = 0,
    offset: int = 0,
) -> ShowMeasurementsStatement:
    """Show measurements, with a pattern those it matches."""
    source = None if matching is None else _measurement(matching)
    return ShowMeasurementsStatement(
        database=on,
        operator="" if source is None else "=~" if source.regex else "=",
        source=source,
        condition=condition(where),
        limit=limit,
        offset=offset,
    )


def field_keys(
    from_: Names = (), *, on: str = "", limit: int = 0, offset: int = 0
) -> ShowFieldKeysStatement:
    """Show fields and their types."""
    return ShowFieldKeysStatement(database=on, sources=sources(from_), limit=limit, offset=offset)


def tag_keys(
    from_: Names = (), *, on: str = "", where: Where = None, limit: int = 0, offset: int = 0
) -> ShowTagKeysStatement:
    """Show the names of tags."""
    return ShowTagKeysStatement(
        database=on,
        sources=sources(from_),
        condition=condition(where),
        limit=limit,
        offset=offset,
    )


def tag_values(
    key: str | re.Pattern[str] | Iterable[str],
    *,
    from_: Names = (),
    on: str = "",
    where: Where = None,
    limit: int = 0,
    offset: int = 0,
) -> ShowTagValuesStatement:
    """Show the values of a tag, of several tags, or of those whose names a pattern matches."""
    operator, tag_key = _with_key(key)
    return ShowTagValuesStatement(
        operator=operator,
        tag_key=tag_key,
        database=on,
        sources=sources(from_),
        condition=condition(where),
        limit=limit,
        offset=offset,
    )


def series(
    from_: Names = (), *, on: str = "", where: Where = None, limit: int = 0, offset: int = 0
) -> ShowSeriesStatement:
    """Show series by their keys."""
    return ShowSeriesStatement(
        database=on,
        sources=sources(from_),
        condition=condition(where),
        limit=limit,
        offset=offset,
    )


def cardinality(
    of: str, *, exact: bool = False, from_: Names = (), on: str = "", where: Where = None
) -> Cardinality:
    """Show how many series, measurements, tag keys or field keys there are.

    Args:
        of: ``series``, ``measurement``, ``tag key`` or ``field key``.
        exact: Whether to count; otherwise the server may estimate.
        from_: Measurements to look at.
        on: The database, if it isn't the request's.
        where: Which series to look at.

    Raises:
        ValueError: The server counts nothing of that name.
    """
    if of not in _COUNTED:
        raise ValueError(f"can't count {of!r}; there are {', '.join(_COUNTED)}")
    return _COUNTED[of](
        exact=exact, database=on, sources=sources(from_), condition=condition(where)
    )


def tag_values_cardinality(
    key: str | re.Pattern[str] | Iterable[str],
    *,
    exact: bool = False,
    from_: Names = (),
    on: str = "",
    where: Where = None,
) -> ShowTagValuesCardinalityStatement:
    """Show how many values a tag has, or several tags have; see `tag_values` and `cardinality`."""
    operator, tag_key = _with_key(key)
    return ShowTagValuesCardinalityStatement(
        exact=exact,
        operator=operator,
        tag_key=tag_key,
        database=on,
        sources=sources(from_),
        condition=condition(where),
    )


def _with_key(key: str | re.Pattern[str] | Iterable[str]) -> tuple[TagKeyOperator, TagKey]:
    if isinstance(key, str):
        return "=", StringLiteral(key)
    if isinstance(key, re.Pattern):
        return "=~", literals.regex(key)
    return "IN", ListLiteral(tuple(key))


def sources(names: Names) -> tuple[Measurement, ...]:
    """Make measurements of one name or several, of patterns, or of measurements."""
    several: Iterable[Any] = (
        (names,) if isinstance(names, str | re.Pattern | Measurement) else names
    )
    return tuple(_measurement(name) for name in several)


def _measurement(name: Name) -> Measurement:
    if isinstance(name, Measurement):
        return name
    if isinstance(name, str):
        return Measurement(name)
    return Measurement(regex=literals.regex(name))


def condition(where: Where) -> Expr | None:
    """Make a condition of a typed one, or of raw InfluxQL.

    Raises:
        InfluxQLSyntaxError: The text is not one expression.
    """
    if where is None:
        return None
    return parse_expression(where) if isinstance(where, str) else where.node


_COUNTED: dict[str, type[Cardinality]] = {
    "series": ShowSeriesCardinalityStatement,
    "measurement": ShowMeasurementCardinalityStatement,
    "tag key": ShowTagKeyCardinalityStatement,
    "field key": ShowFieldKeyCardinalityStatement,
}
