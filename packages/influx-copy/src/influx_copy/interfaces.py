"""The contracts of a copy: ranges, batches of points, sources and sinks.

A source lists ranges and reads them; a sink stores them. Neither knows the other, the plan, or what
runs the copy. Plugins implement these protocols.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, runtime_checkable

from influx_core.columns import Column
from influx_core.timestamps import MAX_NS, MIN_NS

if TYPE_CHECKING:
    from pathlib import Path

    from influx_copy.limits import SinkLimits

__all__ = [
    "ALL_TIME",
    "ClaimedSink",
    "ColumnarBatch",
    "CopyRange",
    "CopySink",
    "CopySource",
    "FieldType",
    "ListingSource",
    "ObjectKind",
    "PointFilter",
    "PointSchema",
    "RangeKeeper",
    "RangeWriter",
    "Selection",
    "SourceObject",
    "Target",
]

FieldType: TypeAlias = Literal["float", "integer", "unsigned", "boolean", "string"]
"""The type of a field's values."""

ObjectKind: TypeAlias = Literal["retention policy", "continuous query", "user"]
"""What a database has besides points."""

ALL_TIME = (MIN_NS, MAX_NS + 1)
"""The start and the end of all times that a server can store."""


@dataclass(frozen=True, slots=True, order=True)
class CopyRange:
    """The points that are copied together: those of one measurement in a range of time.

    Attributes:
        database: the database, or the bucket; empty if the source does not say.
        policy: the retention policy; empty if the source has none.
        measurement: the measurement; empty for a part of a file with several.
        start: the first nanosecond since 1970.
        stop: the nanosecond after the last one.
        part: the file, or the part of it, in a source of files; empty otherwise.
        growing: whether points of this range may still be written.
    """

    database: str
    policy: str
    measurement: str
    start: int = ALL_TIME[0]
    stop: int = ALL_TIME[1]
    part: str = ""
    growing: bool = field(default=False, compare=False)

    def halves(self) -> tuple[CopyRange, CopyRange] | None:
        """The two halves in time; None for a part of a file, and for a single nanosecond."""
        middle = (self.start + self.stop) // 2
        if self.part or middle == self.start:
            return None
        return replace(self, stop=middle), replace(self, start=middle)

    def __str__(self) -> str:
        names = [name for name in (self.database, self.policy, self.measurement) if name]
        text = ".".join(f'"{name}"' for name in names)
        if self.part:
            return f"{text} {self.part}".strip()
        return f"{text} from {self.start} to {self.stop}"


@dataclass(frozen=True, slots=True)
class ColumnarBatch:
    """Points of one measurement as columns of equal length.

    Attributes:
        measurement: the measurement.
        tags: for each tag one value for all points, or a column of strings; a missing value is a
            point without the tag.
        fields: columns of floats, integers, unsigned integers, booleans or strings; a missing value
            is a point without the field.
        times: a column of times, in nanoseconds, without missing values.
    """

    measurement: str
    tags: Mapping[str, Column | str]
    fields: Mapping[str, Column]
    times: Column

    def __len__(self) -> int:
        return self.times.length


@dataclass(frozen=True, slots=True)
class PointSchema:
    """The tags and the fields of a measurement.

    Attributes:
        tags: the keys of the tags.
        fields: the types of each field; several if they differ by shard.
    """

    tags: tuple[str, ...] = ()
    fields: Mapping[str, tuple[FieldType, ...]] = field(
        default_factory=dict[str, tuple[FieldType, ...]]
    )


@dataclass(frozen=True, slots=True)
class SourceObject:
    """What a source has besides points, and what becomes of it.

    Attributes:
        kind: a retention policy, a continuous query, or a user.
        database: its database; empty for a user.
        name: its name.
        definition: the statement that creates it again, where the source tells; without secrets.
        outcome: what a sink did with it, or what the reader has to do; empty before.
    """

    kind: ObjectKind
    database: str
    name: str
    definition: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class PointFilter:
    """Which points of a range are copied; without arguments all.

    Attributes:
        measurements: the names of measurements, for ranges with several; empty for all.
        tags: only points with these values of tags.
    """

    measurements: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Selection:
    """What is copied of a source; without arguments everything.

    Attributes:
        databases: the names of databases; empty for all but `_internal`.
        policies: the names of retention policies; empty for all.
        measurements: the names of measurements; empty for all.
        start: the first nanosecond since 1970.
        stop: the nanosecond after the last one.
        tags: only points with these values of tags.
    """

    databases: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    measurements: tuple[str, ...] = ()
    start: int = ALL_TIME[0]
    stop: int = ALL_TIME[1]
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def has(self, range_: CopyRange) -> bool:
        """Whether a range has points that are selected; an empty name may be any."""
        return (
            _among(range_.database, self.databases)
            and _among(range_.policy, self.policies)
            and _among(range_.measurement, self.measurements)
            and range_.start < self.stop
            and self.start < range_.stop
        )

    @property
    def points(self) -> PointFilter:
        """Which points of a range are selected."""
        return PointFilter(self.measurements, self.tags)

    def clipped(self, range_: CopyRange) -> CopyRange:
        """The selected times of a range."""
        return replace(
            range_, start=max(self.start, range_.start), stop=min(self.stop, range_.stop)
        )


def _among(name: str, chosen: Sequence[str]) -> bool:
    return not name or not chosen or name in chosen


@dataclass(frozen=True, slots=True)
class Target:
    """Where the points of a range go.

    Attributes:
        database: the database, or the bucket.
        policy: the retention policy; empty for the default one.
    """

    database: str
    policy: str = ""


class CopySource(Protocol):
    """Reads points. Its methods may be called for several ranges at once."""

    @property
    def identity(self) -> str:
        """The URL without credentials, by which a plan knows its source again."""
        ...

    async def ranges(self, selection: Selection) -> Sequence[CopyRange]:
        """List the ranges that have selected points, each once, in the order of time."""
        ...

    async def schema(self, range_: CopyRange) -> PointSchema:
        """The tags and fields of the measurement of a range; empty if that is not known."""
        ...

    async def objects(self, selection: Selection) -> Sequence[SourceObject]:
        """List retention policies, continuous queries and users."""
        ...

    def read(self, range_: CopyRange, where: PointFilter) -> AsyncGenerator[ColumnarBatch]:
        """Yield the points of a range, in batches of limited size.

        Args:
            range_: the range; of a source of files also one without `part`.
            where: which of its points.

        Raises:
            RangeTooLarge: the server cannot answer for the whole range.
            InfluxDBError: the range could not be read to its end.
        """
        ...

    async def aclose(self) -> None:
        """Close connections and files."""
        ...


class CheckedSource(CopySource, Protocol):
    """A source that tells whether it has what a selection names."""

    async def require_selected(self, selection: Selection) -> None:
        """Check the names of a selection before a plan is made of it.

        Raises:
            SelectionNotFound: the source does not have something that was named.
        """
        ...


@runtime_checkable
class ListingSource(Protocol):
    """A source that lists series whose points it may not return."""

    async def unreadable(self, selection: Selection) -> Sequence[CopyRange]:
        """The measurements of which series are listed, and no points are returned.

        Returns:
            A range for each, with its database.
        """
        ...


class RangeWriter(Protocol):
    """Stores the points of one range; nothing of it counts before `commit` has returned."""

    async def write(self, batch: ColumnarBatch) -> int:
        """Take a batch; return the bytes that it has in the format of the sink.

        Raises:
            InfluxDBError: a point cannot be stored.
        """
        ...

    async def commit(self) -> None:
        """Return when all points are stored durably.

        Raises:
            InfluxDBError: points were not stored.
        """
        ...

    async def abort(self) -> None:
        """Give up: release everything, and remove what is half done."""
        ...


class CopySink(Protocol):
    """Stores points. Storing a range again changes nothing."""

    @property
    def identity(self) -> str:
        """The URL without credentials, by which a plan knows its sink again."""
        ...

    async def limits(self) -> SinkLimits:
        """What it cannot keep; asked before the first range, and for each range."""
        ...

    def target(self, database: str, policy: str) -> Target:
        """Where the points of a database and a policy go, unless the options say otherwise."""
        ...

    async def prepare(
        self, targets: Sequence[Target], objects: Sequence[tuple[Target, SourceObject]]
    ) -> Sequence[SourceObject]:
        """Create what is missing before the first range.

        Args:
            targets: the databases and policies that will be written.
            objects: what the source has besides points, with the target of its database and
                policy; that of a user is empty.

        Returns:
            The objects with their outcomes.
        """
        ...

    def open(self, range_: CopyRange, target: Target) -> RangeWriter:
        """Return a writer for one range."""
        ...

    async def finish(self, ranges: Sequence[tuple[CopyRange, Target]]) -> None:
        """Called when all ranges are committed, with those that have points.

        It may be called again.

        Raises:
            CopyError: the sink does not have the points of a range any more.
        """
        ...

    async def aclose(self) -> None:
        """Close connections and files."""
        ...


@runtime_checkable
class RangeKeeper(Protocol):
    """A sink that can tell whether it still has what was copied before; files may be removed."""

    async def lost(
        self, ranges: Sequence[tuple[CopyRange, Target]], *, more: bool
    ) -> Sequence[CopyRange]:
        """The ranges that have to be copied again.

        Args:
            ranges: ranges that are done and have points.
            more: whether other ranges will be written.

        Raises:
            ConfigError: nothing more can be written.
        """
        ...


@runtime_checkable
class ClaimedSink(Protocol):
    """A sink with something that only one copy may use while it is not complete."""

    async def claim(self, owner: str, plan: Path, targets: Sequence[Target]) -> None:
        """Take it for a copy before its first range, and each time that the copy goes on.

        Args:
            owner: what is different for each copy.
            plan: the plan of the copy, for the error of others.
            targets: the databases and policies that the copy writes.

        Raises:
            ConfigError: another copy has it.
        """
        ...

    async def release(self, owner: str, targets: Sequence[Target]) -> None:
        """Let other copies have it: this one is complete, or was refused.

        It may be called again.
        """
        ...
