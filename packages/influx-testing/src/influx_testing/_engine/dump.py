"""Everything a server holds as text, in the form of `influx -import`: statements, then lines.

Source: https://docs.influxdata.com/influxdb/v1/tools/influx-cli/use-influx/#import-data-from-a-file
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from influx_core import DataPoint
from influx_core.lineprotocol import encode, scan
from influx_query import parse
from influx_query.nodes import CreateDatabaseStatement, CreateRetentionPolicyStatement
from influx_query.nodes import render as rendered
from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.catalog.retention_policies import StoredPolicy
from influx_testing._engine.engine import Engine
from influx_testing._engine.statements.execution_context import ExecutionOptions
from influx_testing._engine.statements.executor import execute
from influx_testing._engine.storage.columns import Value
from influx_testing._engine.storage.shards import SeriesData

__all__ = ["dump", "load"]

_CONTEXT = re.compile(rb"#\s*CONTEXT-(DATABASE|RETENTION-POLICY):[ \t]*(.*?)\s*$", re.MULTILINE)
_STATEMENT = re.compile(rb"^\s*CREATE\s.*$", re.MULTILINE | re.IGNORECASE)


def dump(engine: Engine) -> Iterator[bytes]:
    """Write databases and policies as statements, and all points as lines."""
    yield b"# DDL\n"
    for database in engine.databases:
        for statement in _statements(database):
            yield f"{statement}\n".encode()
    yield b"# DML\n"
    for database in engine.databases:
        for policy in database.policies.values():
            yield f"# CONTEXT-DATABASE: {database.name}\n".encode()
            yield f"# CONTEXT-RETENTION-POLICY: {policy.name}\n".encode()
            yield from _lines(policy)


def load(engine: Engine, data: bytes, database: str) -> None:
    """Read what `dump` writes, or plain lines.

    Args:
        engine: where to.
        data: statements and lines.
        database: where lines go before any context; made if there are such lines.

    Raises:
        PartialWrite: a point was dropped.
        WriteConflict: points disagree about a field.
    """
    head, _, _ = data.partition(b"# DML")
    for match in _STATEMENT.finditer(head if b"# DDL" in data else b""):
        for _ in execute(engine, parse(match[0].decode(), dialect="1.6"), ExecutionOptions()):
            pass
    policy, position = "", 0
    for match in _CONTEXT.finditer(data):
        _store(engine, database, policy, data[position : match.start()])
        position = match.end()
        name = match[2].decode()
        if match[1] == b"DATABASE":
            database, policy = name, ""
        else:
            policy = name
    _store(engine, database, policy, data[position:])


def _statements(database: Database) -> Iterator[str]:
    """The statements that make a database and its policies."""
    yield rendered(CreateDatabaseStatement(database.name))
    for policy in database.policies.values():
        yield rendered(
            CreateRetentionPolicyStatement(
                policy.name,
                database.name,
                policy.duration,
                policy.replication,
                policy.shard_duration,
                default=policy.name == database.default_policy,
            )
        )


def _lines(policy: StoredPolicy) -> Iterator[bytes]:
    for shard in policy.shards:
        for group in shard.series.values():
            for data in group.values():
                yield encode(_points(data))


def _points(data: SeriesData) -> list[DataPoint]:
    """Put the columns of a series together again."""
    rows: dict[int, dict[str, Value]] = defaultdict(dict)
    for name, column in data.columns.items():
        for time, value in column.items():
            rows[time][name] = value
    series = data.series
    return [
        DataPoint(series.measurement, series.values, fields, time)
        for time, fields in sorted(rows.items())
    ]


def _store(engine: Engine, database: str, policy: str, data: bytes) -> None:
    lines = _STATEMENT.sub(b"", data)
    points = [
        item
        for item in scan(lines, "ns", engine.clock(), rules="1.x")
        if isinstance(item, DataPoint)
    ]
    if points:
        engine.create_database(database)
        engine.write(database, policy, points)
