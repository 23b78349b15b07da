"""Builders for SHOW: ``show.tag_values("host", from_="cpu", on="metrics")`` gives a statement.

Each function gives a node; `str()` and `render()` write it, and clients take it. Names are quoted
where they need it. Conditions are typed, or raw InfluxQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from influx_query import literals, nodes
from influx_query.expressions import Condition
from influx_query.parser import parse_expression

Name = str | re.Pattern[str] | nodes.Measurement
Names = Name | Iterable[Name]
Where = str | Condition | None


def databases() -> nodes.ShowDatabasesStatement:
    """Show the databases."""
    return nodes.ShowDatabasesStatement()


def users() -> nodes.ShowUsersStatement:
    """Show the users."""
    return nodes.ShowUsersStatement()


def queries() -> nodes.ShowQueriesStatement:
    """Show the running queries."""
    return nodes.ShowQueriesStatement()


def subscriptions() -> nodes.ShowSubscriptionsStatement:
    """Show the subscriptions."""
    return nodes.ShowSubscriptionsStatement()


def continuous_queries() -> nodes.ShowContinuousQueriesStatement:
    """Show the continuous queries."""
    return nodes.ShowContinuousQueriesStatement()


def shards() -> nodes.ShowShardsStatement:
    """Show the shards."""
    return nodes.ShowShardsStatement()


def shard_groups() -> nodes.ShowShardGroupsStatement:
    """Show the shard groups."""
    return nodes.ShowShardGroupsStatement()


def grants(user: str) -> nodes.ShowGrantsForUserStatement:
    """Show the privileges of a user."""
    return nodes.ShowGrantsForUserStatement(user)


def retention_policies(on: str = "") -> nodes.ShowRetentionPoliciesStatement:
    """Show the retention policies of a database."""
    return nodes.ShowRetentionPoliciesStatement(on)


def measurements(
    matching: str | re.Pattern[str] | None = None,
    *,
    on: str = "",
    where: Where = None,
    limit: int = 0,
    offset: int = 0,
) -> nodes.ShowMeasurementsStatement:
    """Show measurements, with a pattern those it matches."""
    source = None if matching is None else _measurement(matching)
    return nodes.ShowMeasurementsStatement(
        database=on,
        operator="" if source is None else "=~" if source.regex else "=",
        source=source,
        condition=condition(where),
        limit=limit,
        offset=offset,
    )


def field_keys(
    from_: Names = (), *, on: str = "", limit: int = 0, offset: int = 0
) -> nodes.ShowFieldKeysStatement:
    """Show fields and their types."""
    return nodes.ShowFieldKeysStatement(
        database=on, sources=sources(from_), limit=limit, offset=offset
    )


def tag_keys(
    from_: Names = (), *, on: str = "", where: Where = None, limit: int = 0, offset: int = 0
) -> nodes.ShowTagKeysStatement:
    """Show the names of tags."""
    return nodes.ShowTagKeysStatement(
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
) -> nodes.ShowTagValuesStatement:
    """Show the values of a tag, of several tags, or of those whose names a pattern matches."""
    operator, tag_key = _with_key(key)
    return nodes.ShowTagValuesStatement(
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
) -> nodes.ShowSeriesStatement:
    """Show series by their keys."""
    return nodes.ShowSeriesStatement(
        database=on,
        sources=sources(from_),
        condition=condition(where),
        limit=limit,
        offset=offset,
    )


def cardinality(
    of: str, *, exact: bool = False, from_: Names = (), on: str = "", where: Where = None
) -> nodes.Cardinality:
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
) -> nodes.ShowTagValuesCardinalityStatement:
    """Show how many values a tag has, or several tags have; see `tag_values` and `cardinality`."""
    operator, tag_key = _with_key(key)
    return nodes.ShowTagValuesCardinalityStatement(
        exact=exact,
        operator=operator,
        tag_key=tag_key,
        database=on,
        sources=sources(from_),
        condition=condition(where),
    )


def _with_key(
    key: str | re.Pattern[str] | Iterable[str],
) -> tuple[nodes.TagKeyOperator, nodes.TagKey]:
    if isinstance(key, str):
        return "=", nodes.StringLiteral(key)
    if isinstance(key, re.Pattern):
        return "=~", literals.regex(key)
    return "IN", nodes.ListLiteral(tuple(key))


def sources(names: Names) -> tuple[nodes.Measurement, ...]:
    """Make measurements of one name or several, of patterns, or of measurements."""
    several: Iterable[Any] = (
        (names,) if isinstance(names, str | re.Pattern | nodes.Measurement) else names
    )
    return tuple(_measurement(name) for name in several)


def _measurement(name: Name) -> nodes.Measurement:
    if isinstance(name, nodes.Measurement):
        return name
    if isinstance(name, str):
        return nodes.Measurement(name)
    return nodes.Measurement(regex=literals.regex(name))


def condition(where: Where) -> nodes.Expr | None:
    """Make a condition of a typed one, or of raw InfluxQL.

    Raises:
        InfluxQLSyntaxError: The text is not one expression.
    """
    if where is None:
        return None
    return parse_expression(where) if isinstance(where, str) else where.node


_COUNTED: dict[str, type[nodes.Cardinality]] = {
    "series": nodes.ShowSeriesCardinalityStatement,
    "measurement": nodes.ShowMeasurementCardinalityStatement,
    "tag key": nodes.ShowTagKeyCardinalityStatement,
    "field key": nodes.ShowFieldKeyCardinalityStatement,
}
