"""A source and a sink in memory, which fail as they are told to."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence

from influx_copy import (
    ColumnarBatch,
    CopyRange,
    PointFilter,
    PointSchema,
    Selection,
    SinkLimits,
    SourceObject,
    Target,
)
from influx_core.columns import Column, Kind


def batch(
    times: Sequence[int],
    fields: Mapping[str, tuple[Kind, Sequence[object]]],
    tags: Mapping[str, Column | str] | None = None,
    measurement: str = "m",
) -> ColumnarBatch:
    columns = {name: Column.of(values, kind) for name, (kind, values) in fields.items()}
    return ColumnarBatch(measurement, tags or {}, columns, Column.of(times, "time"))


class ListSource:
    """Has one point each ten nanoseconds; `read` raises `errors` in turn, and nothing for None."""

    identity = "list"

    def __init__(
        self, ranges: Sequence[CopyRange], errors: Sequence[Exception | None] = ()
    ) -> None:
        self.listed = list(ranges)
        self.errors = list(errors)
        self.known = PointSchema((), {"f": ("integer",)})
        self.reads: list[CopyRange] = []

    async def ranges(self, selection: Selection) -> Sequence[CopyRange]:
        return [range_ for range_ in self.listed if selection.has(range_)]

    async def schema(self, range_: CopyRange) -> PointSchema:
        return self.known

    async def objects(self, selection: Selection) -> Sequence[SourceObject]:
        return [SourceObject("continuous query", "db", "cq", "CREATE ...")]

    async def read(self, range_: CopyRange, where: PointFilter) -> AsyncGenerator[ColumnarBatch]:
        self.reads.append(range_)
        times = range(range_.start, range_.stop, 10)
        middle = len(times) // 2
        yield batch(times[:middle], {"f": ("integer", times[:middle])})
        if self.errors and (error := self.errors.pop(0)) is not None:
            raise error
        yield batch(times[middle:], {"f": ("integer", times[middle:])})

    async def aclose(self) -> None: ...


class ListSink:
    """Keeps the times of committed ranges."""

    identity = "memory"

    def __init__(self) -> None:
        self.stored: dict[CopyRange, list[int]] = {}
        self.aborted: list[CopyRange] = []
        self.finished = 0
        self.commit_error: Exception | None = None

    async def limits(self) -> SinkLimits:
        return SinkLimits()

    def target(self, database: str, policy: str) -> Target:
        return Target(database, policy)

    async def prepare(
        self, targets: Sequence[Target], objects: Sequence[tuple[Target, SourceObject]]
    ) -> Sequence[SourceObject]:
        return [found for _, found in objects]

    def open(self, range_: CopyRange, target: Target) -> ListWriter:
        return ListWriter(self, range_)

    async def finish(self, ranges: Sequence[tuple[CopyRange, Target]]) -> None:
        self.finished = len(ranges)

    async def aclose(self) -> None: ...


class ListWriter:
    def __init__(self, sink: ListSink, range_: CopyRange) -> None:
        self.sink = sink
        self.range = range_
        self.times: list[int] = []

    async def write(self, batch: ColumnarBatch) -> int:
        self.times += batch.times.to_list()
        return 10 * len(batch)

    async def commit(self) -> None:
        if self.sink.commit_error is not None:
            raise self.sink.commit_error
        self.sink.stored[self.range] = self.times

    async def abort(self) -> None:
        self.sink.aborted.append(self.range)
