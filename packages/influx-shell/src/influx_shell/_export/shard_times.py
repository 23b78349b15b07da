"""Where an export can be divided without a change of its rows, and how many queries run at once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from influx_copy.interfaces import Selection
from influx_copy.source_shards import shards_of
from influx_core import InfluxDBClient, InfluxDBError
from influx_query import quote_ident

__all__ = ["UNDIVIDED", "ShardTimes", "shard_times"]


_SHARDS = "SHOW SHARDS"
_LIMITS = "SHOW DIAGNOSTICS FOR 'config-coordinator'"

_UNLIMITED = {"query-timeout": "0s", "max-concurrent-queries": 0}
"""What a server says that lets queries run while the results of others are read: a limit of their
time would end those that wait, one of their number would refuse them."""


@dataclass(frozen=True, slots=True)
class ShardTimes:
    """What the server says about its shards.

    Attributes:
        starts: the first nanosecond of each shard with selected times but the first, in order. None
            if the server limits the series of a query: its EXPLAIN, which tells the columns, can
            hang for good then.
        concurrent: whether queries may run while the results of others are read.
    """

    starts: tuple[int, ...] | None = None
    concurrent: bool = False


UNDIVIDED = ShardTimes()
"""The times of a server that does not tell its shards."""


async def shard_times(
    client: InfluxDBClient, db: str, policy: str | None, selection: Selection
) -> ShardTimes:
    """Ask an InfluxDB 1.x for its shards; only administrators may.

    A shard is read by itself, so that one query returns the rows of several shards in the same
    order as a query for each of them. Within a shard, the order of rows with equal times depends on
    the rows before them.

    Args:
        client: the client.
        db: the database.
        policy: the retention policy; None for the default one.
        selection: the times.
    """
    if await client.api_name() != "v1":
        return UNDIVIDED
    try:
        shards, policies, limits = await asyncio.gather(
            client.execute(_SHARDS),
            client.execute(f"SHOW RETENTION POLICIES ON {quote_ident(db)}"),
            client.execute(_LIMITS),
        )
    except InfluxDBError:
        return UNDIVIDED
    read = policy or next((row["name"] for row in policies.rows() if row["default"]), None)
    ranges = sorted(
        (start, stop)
        for database, name, start, stop in shards_of(shards.series)
        if (database, name) == (db, read) and start < selection.stop and selection.start < stop
    )
    first = limits.first()
    limit = {} if first is None else first._asdict()
    if any(limit.get(name) != none for name, none in _UNLIMITED.items()):
        return UNDIVIDED
    explained = limit.get("max-select-series") == 0
    starts = tuple(start for start, _ in ranges[1:]) if explained else None
    return ShardTimes(starts, concurrent=True)
