"""The points of a query, and the context that every step of its execution needs.

A stream of points is ordered by group, then by time. The group is that of the outermost query; a
subquery may have finer groups, which then alternate within the outer group.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from influx_query.nodes import Expr, Fill, VarRef
from influx_testing._engine.select.plan.query_limits import LimitTracker
from influx_testing._engine.select.plan.time_windows import Interval
from influx_testing._engine.select.run.dialect import V1_DIALECT, SelectDialect
from influx_testing._engine.storage.shards import Tags

__all__ = ["Key", "Point", "Points", "ReadOptions", "RowsWanted", "subset"]

Key = tuple[str, Tags]
"""What a point belongs to: a measurement, and the tags it is grouped by."""

Point = tuple[Key, int, Any, tuple[Any, ...]]
"""Key, time in ns, value (None: a bucket without one), values of the columns beside it."""

Points = Iterable[Point]


def subset(key: Key, names: tuple[str, ...]) -> Key:
    """Cut a key down to some tags; not one of as many tags as there are names, as on the server.

    So GROUP BY with a name twice keeps groups of two tags apart.
    """
    name, tags = key
    if len(tags) == len(names):
        return key
    return name, tuple(tag for tag in tags if tag[0] in names)


@dataclass(slots=True)
class RowsWanted:
    """Tells those who make the points of a group that LIMIT lets no more of them through.

    Attributes:
        complete: the group of which no more points are wanted.
    """

    complete: Key | None = None


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How points are read and grouped.

    Attributes:
        start: first nanosecond asked for.
        end: last nanosecond asked for.
        ascending: whether time runs forwards.
        interval: the buckets; false is one bucket for everything.
        dimensions: the tags of the outermost GROUP BY, sorted; one may be named twice.
        group_by: the tags points are grouped by here, sorted; these and the outer ones.
        fill: what empty buckets get.
        beside: the names wanted beside a selected point.
        condition: WHERE without time.
        limit: rows of a group; 0 is all.
        offset: rows of a group to leave out first.
        slimit: groups of a measurement in one shard; 0 is all.
        soffset: groups to leave out first.
        usage: what this query may still use.
        first: how many points of each group are read from a shard; None is all.
        limits_shards: whether LIMIT and OFFSET are applied to what is read from each shard.
        around: the first and last nanosecond that the query around a subquery asks for.
        wanted: says when LIMIT has all points of a group; one for each stream of points.
        selects: whether a selector is computed of what is read, which keeps one of equal points.
        dialect: the InfluxQL of which version this is.
    """

    start: int
    end: int
    ascending: bool
    interval: Interval
    dimensions: tuple[str, ...]
    group_by: tuple[str, ...]
    fill: Fill
    beside: tuple[VarRef, ...]
    condition: Expr | None
    limit: int
    offset: int
    slimit: int
    soffset: int
    usage: LimitTracker
    first: int | None = None
    limits_shards: bool = False
    selects: bool = False
    around: tuple[int, int] = (0, 0)
    wanted: RowsWanted = field(default_factory=RowsWanted)
    dialect: SelectDialect = V1_DIALECT

    def window(self, time: int) -> tuple[int, int]:
        """The bucket of a moment: its first nanosecond and the one after its last."""
        if not self.interval:
            return self.start, self.end + 1
        return self.interval.window(time)
