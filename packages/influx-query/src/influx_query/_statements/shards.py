"""SHOW SHARDS, SHOW SHARD GROUPS, DROP SHARD.

Source: https://docs.influxdata.com/influxdb/v1/query_language/spec/#show-shards
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from influx_query._clauses.builder_arguments import number_of
from influx_query._clauses.clause_nodes import Statement
from influx_query._clauses.registry import reads
from influx_query._tree.node import Pieces, node

if TYPE_CHECKING:
    from influx_query._expressions.cursor import Cursor


@node
class ShowShardsStatement(Statement):
    """Lists the shards.

    Example:
        SHOW SHARDS
    """

    def _pieces(self, wire: bool) -> Pieces:
        yield "SHOW SHARDS"


@node
class ShowShardGroupsStatement(Statement):
    """Lists the shard groups.

    Example:
        SHOW SHARD GROUPS
    """

    def _pieces(self, wire: bool) -> Pieces:
        yield "SHOW SHARD GROUPS"


@node
class DropShardStatement(Statement):
    """Drops a shard, by its number.

    Example:
        DROP SHARD 3
    """

    id: int

    def _pieces(self, wire: bool) -> Pieces:
        yield f"DROP SHARD {self.id}"


@reads("SHOW SHARDS")
def _show(_: Cursor) -> ShowShardsStatement:
    return ShowShardsStatement()


@reads("SHOW SHARD GROUPS")
def _show_groups(_: Cursor) -> ShowShardGroupsStatement:
    return ShowShardGroupsStatement()


@reads("DROP SHARD")
def _drop(cursor: Cursor) -> DropShardStatement:
    return DropShardStatement(cursor.unsigned())


def show_shards() -> ShowShardsStatement:
    """List the shards."""
    return ShowShardsStatement()


def show_shard_groups() -> ShowShardGroupsStatement:
    """List the shard groups."""
    return ShowShardGroupsStatement()


def drop_shard(shard_id: int) -> DropShardStatement:
    """Drop a shard with everything in it, by its number in `show.shards()`.

    Raises:
        TypeError: The number is not an integer.
        ValueError: The number is out of range.
    """
    return DropShardStatement(number_of("shard", shard_id))
