"""Builders of statements that change something: CREATE, DROP, DELETE, GRANT and the like.

Each function returns a node, like the functions of `influx_query.show`. A duration is a text such
as ``7d``, a timedelta, or an integer of nanoseconds; ``INF`` means forever.
"""

from influx_query._clauses.builder_arguments import Duration, Names, Where
from influx_query._statements.continuous_queries import (
    create_continuous_query,
    drop_continuous_query,
)
from influx_query._statements.databases import create_database, drop_database
from influx_query._statements.measurements import drop_measurement
from influx_query._statements.retention_policies import (
    alter_retention_policy,
    create_retention_policy,
    drop_retention_policy,
)
from influx_query._statements.running_queries import kill_query
from influx_query._statements.series import delete, drop_series
from influx_query._statements.shards import drop_shard
from influx_query._statements.subscriptions import create_subscription, drop_subscription
from influx_query._statements.users import (
    Access,
    create_user,
    drop_user,
    grant,
    revoke,
    set_password,
)

__all__ = [
    "Access",
    "Duration",
    "Names",
    "Where",
    "alter_retention_policy",
    "create_continuous_query",
    "create_database",
    "create_retention_policy",
    "create_subscription",
    "create_user",
    "delete",
    "drop_continuous_query",
    "drop_database",
    "drop_measurement",
    "drop_retention_policy",
    "drop_series",
    "drop_shard",
    "drop_subscription",
    "drop_user",
    "grant",
    "kill_query",
    "revoke",
    "set_password",
]
