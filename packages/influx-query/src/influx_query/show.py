"""Builders of SHOW: ``show.tag_values("host", from_="cpu", on="metrics")`` returns a statement.

Pass the statement to a client, or render it with `str()` or `render()`. Names are quoted if
necessary. A condition is a typed condition or raw InfluxQL.
"""

from typing import Final

from influx_query._clauses.builder_arguments import Names, Where, one_of
from influx_query._statements.cardinality import Cardinality, count_arguments
from influx_query._statements.continuous_queries import (
    show_continuous_queries as continuous_queries,
)
from influx_query._statements.databases import show_databases as databases
from influx_query._statements.diagnostics import show_diagnostics as diagnostics
from influx_query._statements.diagnostics import show_stats as stats
from influx_query._statements.fields import ShowFieldKeyCardinalityStatement
from influx_query._statements.fields import show_field_keys as field_keys
from influx_query._statements.measurements import ShowMeasurementCardinalityStatement
from influx_query._statements.measurements import show_measurements as measurements
from influx_query._statements.retention_policies import (
    show_retention_policies as retention_policies,
)
from influx_query._statements.running_queries import show_queries as queries
from influx_query._statements.series import ShowSeriesCardinalityStatement
from influx_query._statements.series import show_series as series
from influx_query._statements.shards import show_shard_groups as shard_groups
from influx_query._statements.shards import show_shards as shards
from influx_query._statements.subscriptions import show_subscriptions as subscriptions
from influx_query._statements.tags import ShowTagKeyCardinalityStatement
from influx_query._statements.tags import show_tag_keys as tag_keys
from influx_query._statements.tags import show_tag_values as tag_values
from influx_query._statements.tags import show_tag_values_cardinality as tag_values_cardinality
from influx_query._statements.users import show_grants as grants
from influx_query._statements.users import show_users as users

__all__ = [
    "Names",
    "Where",
    "cardinality",
    "continuous_queries",
    "databases",
    "diagnostics",
    "field_keys",
    "grants",
    "measurements",
    "queries",
    "retention_policies",
    "series",
    "shard_groups",
    "shards",
    "stats",
    "subscriptions",
    "tag_keys",
    "tag_values",
    "tag_values_cardinality",
    "users",
]

_COUNTED: Final[dict[str, type[Cardinality]]] = {
    "series": ShowSeriesCardinalityStatement,
    "measurement": ShowMeasurementCardinalityStatement,
    "tag key": ShowTagKeyCardinalityStatement,
    "field key": ShowFieldKeyCardinalityStatement,
}


def cardinality(
    of: str, *, exact: bool = False, from_: Names = (), on: str = "", where: Where = None
) -> Cardinality:
    """Count series, measurements, tag keys or field keys.

    Args:
        of: ``series``, ``measurement``, ``tag key`` or ``field key``.
        exact: Whether to count exactly; otherwise the server may estimate.
        from_: The measurements to count in.
        on: The database; by default the database of the request.
        where: A condition that selects series.

    Raises:
        ValueError: `of` is none of these four.
    """
    one_of("of", of, _COUNTED)
    return _COUNTED[of](**count_arguments(exact, from_, on, where))
