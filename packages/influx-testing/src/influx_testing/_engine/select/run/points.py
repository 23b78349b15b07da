"""The points of a query, and the options that every step of its execution needs.

A stream of points is ordered by group, then by time. The group is that of the outermost query. A
subquery may have finer groups; their points are mixed within the outer group.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from influx_query.nodes import Expr, Fill, VarRef
from influx_testing._engine.select.plan.query_limits import LimitTracker
from influx_testing._engine.select.plan.time_windows import Interval
from influx_testing._engine.select.run.arithmetic import wrap
from influx_testing._engine.select.run.dialect import V1_DIALECT, SelectDialect
from influx_testing._engine.storage.shards import Tags

__all__ = [
    "Key",
    "Point",
    "Points",
    "ReadOptions",
    "Results",
    "RowsWanted",
    "Share",
    "Sharing",
    "subset",
]

Key = tuple[str, Tags]
"""The group of a point: its measurement, and the tags by which it is grouped."""

Point = tuple[Key, int, Any, tuple[Any, ...]]
"""Key, time in ns, value (None for an empty bucket), values of the other selected columns."""

Points = Iterable[Point]


Results = Iterable[Point | None]
"""The results of a function, of which None is a pause: that of a bucket that has none.

A stream of the server that returns nothing seems to be at its end, and may go on when asked again.
"""


class Share(NamedTuple):
    """The sum or the mean of some points, and their number; see `functions.shares`."""

    value: Any
    points: int


class Sharing(Protocol):
    """Makes one share of the values of points, or of shares."""

    @property
    def is_mean(self) -> bool:
        """Whether the value of a share is a mean, not a sum."""
        ...

    def __call__(self, values: Sequence[Any]) -> Share:
        """Make a share; there is at least one value."""
        ...


def subset(key: Key, names: tuple[str, ...]) -> Key:
    """Reduce a key to some tags; as on the server, a key with as many tags as names is unchanged.

    Therefore groups by two tags stay separate if GROUP BY has the same name twice.
    """
    name, tags = key
    if len(tags) == len(names):
        return key
    return name, tuple(tag for tag in tags if tag[0] in names)


@dataclass(slots=True)
class RowsWanted:
    """Signals to earlier steps that LIMIT needs no more points of a group.

    Attributes:
        complete: the group that needs no more points.
    """

    complete: Key | None = None


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """The options for reading and grouping points.

    Attributes:
        start: the first nanosecond of the time range.
        end: the last nanosecond of the time range.
        ascending: whether points are in ascending order of time.
        interval: the buckets; false means one bucket for all points.
        dimensions: the tags of the outermost GROUP BY, sorted; a tag may occur twice.
        group_by: the tags of this GROUP BY and the outer ones, sorted.
        fill: the option fill(), for empty buckets.
        beside: the names that are selected in addition to the value of a point.
        condition: the condition of WHERE without time.
        limit: the most rows of a group; 0 means all.
        offset: the number of rows to skip in each group.
        slimit: the most groups of a measurement in one shard; 0 means all.
        soffset: the number of groups to skip.
        usage: counts buckets and points against the limits of the query.
        first: the most points of each group to read from a shard; None means all.
        limits_shards: whether LIMIT and OFFSET are applied to the points of each shard.
        around: the first and last nanosecond of the time range of the outer query.
        wanted: signals when LIMIT has all points of a group; one object for each stream of points.
        selects: whether the points are for a selector, which keeps the first of equal points.
        by_source: whether the server reduces each source before it merges them.
        share: makes a share of a sum or a mean where the server joins shares; None reads points as
            they are.
        keeps_tags: whether the points of top() and bottom() keep the tags in the arguments, as the
            server does for INTO. Then each combination of them is a group, also for LIMIT.
        dialect: the dialect of InfluxQL.
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
    by_source: bool = False
    share: Sharing | None = None
    keeps_tags: bool = False
    around: tuple[int, int] = (0, 0)
    wanted: RowsWanted = field(default_factory=RowsWanted)
    dialect: SelectDialect = V1_DIALECT

    def window(self, time: int) -> tuple[int, int]:
        """The bucket of a time: its first nanosecond, and the one after its last.

        Without GROUP BY time(), a time range up to the last nanosecond there is overflows as on the
        server, so that its bucket has no points.
        """
        if self.interval.duration:
            return self.interval.window(time)
        return self.start, wrap(self.end + 1)
