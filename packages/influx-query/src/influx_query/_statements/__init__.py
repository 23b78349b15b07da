"""The statements of InfluxQL, a module a family: its nodes, its parser and its builders.

A new statement is a new module here, and an import below. Its parser registers itself.
"""

from influx_query._statements import (
    continuous_queries,
    databases,
    diagnostics,
    fields,
    measurements,
    retention_policies,
    running_queries,
    series,
    shards,
    subscriptions,
    tags,
    users,
)
from influx_query._statements.select import select_parser

__all__ = [
    "continuous_queries",
    "databases",
    "diagnostics",
    "fields",
    "measurements",
    "retention_policies",
    "running_queries",
    "select_parser",
    "series",
    "shards",
    "subscriptions",
    "tags",
    "users",
]
