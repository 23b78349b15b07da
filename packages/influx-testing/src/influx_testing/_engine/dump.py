"""Writes all data of a server in the format of `influx -import`: statements, then lines.

Source: https://docs.influxdata.com/influxdb/v1/tools/influx-cli/use-influx/#import-data-from-a-file
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from influx_core import DataPoint, Unsigned
from influx_core.lineprotocol import encode
from influx_query.nodes import CreateDatabaseStatement, CreateRetentionPolicyStatement
from influx_query.nodes import render as rendered
from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.catalog.retention_policies import StoredPolicy
from influx_testing._engine.engine import Engine
from influx_testing._engine.load import context_comment, resources_comment
from influx_testing._engine.storage.columns import Value
from influx_testing._engine.storage.shards import SeriesData

__all__ = ["dump"]


def dump(engine: Engine) -> Iterator[bytes]:
    """Write the resources of 2.x, databases and policies as statements, and all points as lines."""
    if engine.resources.all("orgs"):
        yield resources_comment(engine.resources.to_json())
    yield b"# DDL\n"
    for database in engine.databases:
        for statement in _statements(database):
            yield f"{statement}\n".encode()
    yield b"# DML\n"
    for database in engine.databases:
        for policy in database.policies.values():
            yield context_comment("DATABASE", database.name)
            yield context_comment("RETENTION-POLICY", policy.name)
            yield from _lines(policy)


def _statements(database: Database) -> Iterator[str]:
    """The statements that create a database with its default policy, and its other policies."""
    default = database.policies.get(database.default_policy)
    if default is None:
        yield rendered(CreateDatabaseStatement(database.name))
    else:
        yield rendered(
            CreateDatabaseStatement(
                database.name,
                default.duration,
                default.replication,
                default.shard_duration,
                retention_policy=default.name,
            )
        )
    for policy in database.policies.values():
        if policy is not default:
            yield rendered(
                CreateRetentionPolicyStatement(
                    policy.name,
                    database.name,
                    policy.duration,
                    policy.replication,
                    policy.shard_duration,
                )
            )


def _lines(policy: StoredPolicy) -> Iterator[bytes]:
    for shard in policy.shards:
        for group in shard.series.values():
            for data in group.values():
                yield encode(_points(data), unsigned=True)


def _points(data: SeriesData) -> list[DataPoint]:
    """Convert the columns of a series to points."""
    rows: dict[int, dict[str, Value]] = defaultdict(dict)
    for name, column in data.columns.items():
        for time, value in column.items():
            rows[time][name] = Unsigned(value) if column.type == "unsigned" else value
    series = data.series
    return [
        DataPoint(series.measurement, series.values, fields, time)
        for time, fields in sorted(rows.items())
    ]
