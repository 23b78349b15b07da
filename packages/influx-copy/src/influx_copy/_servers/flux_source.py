"""FluxSource: reads InfluxDB 2.x, measurement by measurement, in steps of time."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from itertools import chain
from typing import Any

from influx_copy._flux.field_joiner import MOST_HELD_VALUES, FieldJoiner
from influx_copy._flux.flux_batches import flux_batches
from influx_copy._servers.named_things import require_names
from influx_copy._servers.query_failures import too_large_raised
from influx_copy._servers.time_steps import shard_of, time_steps
from influx_copy.errors import RangeTooLarge
from influx_copy.interfaces import (
    ALL_TIME,
    ColumnarBatch,
    CopyRange,
    PointFilter,
    PointSchema,
    Selection,
    SourceObject,
)
from influx_core import InfluxDBClient, ResponseError
from influx_core.timestamps import to_rfc3339
from influx_flux import template

__all__ = ["FluxSource"]

_SECOND = 1_000_000_000
_DAY = 86_400 * _SECOND
"""The span of the shards of a server that does not tell it."""

_NOT_ALLOWED = frozenset({401, 403, 404})
"""What a server responds with whose buckets the token may not list."""

_MEASUREMENTS = """from(bucket: $bucket) |> range(start: {start}, stop: {stop})
    |> keep(columns: ["_measurement"]) |> group() |> distinct(column: "_measurement")"""
"""What `schema.measurements` is made of, which ends now: there may be points of the future."""

_BOUNDS = """data = from(bucket: $bucket) |> range(start: {start}, stop: {stop})
    |> filter(fn: (r) => r._measurement == $measurement)
data |> first() |> keep(columns: ["_time"]) |> group() |> min(column: "_time") |> yield(name: "a")
data |> last() |> keep(columns: ["_time"]) |> group() |> max(column: "_time") |> yield(name: "b")"""

_POINTS = """from(bucket: $bucket) |> range(start: {start}, stop: {stop})
    |> filter(fn: (r) => r._measurement == $measurement{tags})"""


class FluxSource:
    """Reads an InfluxDB 2.x with Flux, whose responses have the type of each field.

    Args:
        client: a client of the server; closed by `aclose`.
        bucket: the only bucket that is read; None for all but those of the server.
        clock: returns the time in nanoseconds.
    """

    def __init__(
        self,
        client: InfluxDBClient,
        *,
        bucket: str | None = None,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._clock = clock
        self._shard_spans: dict[str, int] | None = None

    @property
    def identity(self) -> str:
        """The URL without credentials."""
        return "/".join(filter(None, (self._client.base_urls[0], self._bucket)))

    async def ranges(self, selection: Selection) -> Sequence[CopyRange]:
        """List the measurements in steps of days, from their first to their last point."""
        found: list[CopyRange] = []
        for bucket in await self._buckets():
            if selection.has(CopyRange(bucket, "", "")):
                for measurement in await self._measurements(bucket):
                    if selection.has(CopyRange(bucket, "", measurement)):
                        found += await self._steps(bucket, measurement)
        chosen = [selection.clipped(range_) for range_ in found if selection.has(range_)]
        return sorted(chosen, key=lambda range_: range_.start)

    async def require_selected(self, selection: Selection) -> None:
        """Check that the measurements exist that the selection names.

        Raises:
            SelectionNotFound: one does not exist.
        """
        if selection.measurements:
            chosen = [b for b in await self._buckets() if selection.has(CopyRange(b, "", ""))]
            found = [await self._measurements(bucket) for bucket in chosen]
            require_names("measurement", selection.measurements, set(chain(*found)))

    async def schema(self, range_: CopyRange) -> PointSchema:
        """Nothing: the server tells the types of fields with their values only."""
        return PointSchema()

    async def objects(self, selection: Selection) -> Sequence[SourceObject]:
        """Buckets take the place of policies; tasks and tokens are not read."""
        return []

    async def read(self, range_: CopyRange, where: PointFilter) -> AsyncGenerator[ColumnarBatch]:
        """Yield the points of a range, each with all its fields.

        Each shard is read by itself. A query over several leaves out the values of a series that
        have another type than those of its first shard, without an error.

        Raises:
            RangeTooLarge: a series has more values in the range than fit into memory.
        """
        span = await self._shard_span(range_.database)
        start = range_.start
        while start < range_.stop:
            stop = min(shard_of(start, span)[1], range_.stop)
            part = replace(range_, start=start, stop=stop)
            empty = True
            async with aclosing(self._read_part(part, where)) as batches:
                async for batch in batches:
                    empty = False
                    yield batch
            start = stop
            if empty:  # a range of years may have few shards with points, each of an hour
                async with too_large_raised(range_):
                    times = await self._bounds(
                        range_.database, range_.measurement, start, range_.stop
                    )
                start = min(times, default=range_.stop)

    async def _read_part(
        self, range_: CopyRange, where: PointFilter
    ) -> AsyncGenerator[ColumnarBatch]:
        values: dict[str, Any] = {}
        for at, (key, value) in enumerate(where.tags.items()):
            values |= {f"key{at}": key, f"value{at}": value}
        tags = "".join(f" and r[$key{at}] == $value{at}" for at in range(len(where.tags)))
        text = template(
            _POINTS.format(**_times(range_.start, range_.stop), tags=tags),
            bucket=range_.database,
            measurement=range_.measurement,
            **values,
        )
        tables = self._client.stream_flux(text)
        points = FieldJoiner()
        async with too_large_raised(range_), aclosing(tables):
            async for table in tables:
                for batch in flux_batches(table, range_, PointFilter(), stored=True):
                    for joined in points.add(batch):
                        yield joined
                if points.values > MOST_HELD_VALUES:
                    raise RangeTooLarge(
                        f"{range_} has a series of more than {MOST_HELD_VALUES} values"
                    )
        for joined in points.rest():
            yield joined

    async def _shard_span(self, bucket: str) -> int:
        """The nanoseconds of a shard of a bucket."""
        if self._shard_spans is None:
            try:
                listed = await self._client.buckets.list()
            except ResponseError as error:
                if error.status not in _NOT_ALLOWED:
                    raise
                listed = []
            self._shard_spans = {
                each.name: int(each.shard_duration.total_seconds()) * _SECOND
                for each in listed
                if each.shard_duration
            }
        return self._shard_spans.get(bucket, _DAY)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _buckets(self) -> Sequence[str]:
        if self._bucket is not None:
            return [self._bucket]
        return [bucket.name for bucket in await self._client.buckets.list() if not bucket.is_system]

    async def _measurements(self, bucket: str) -> Sequence[str]:
        text = template(_MEASUREMENTS.format(**_times(*ALL_TIME)), bucket=bucket)
        result = await self._client.query_flux(text)
        return [row["_value"] for series in result.series for row in series]

    async def _steps(self, bucket: str, measurement: str) -> list[CopyRange]:
        times = await self._bounds(bucket, measurement, *ALL_TIME)
        if not times:
            return []
        last = await self._last_of_all_types(bucket, measurement, max(times))
        now = self._clock()
        return [
            CopyRange(bucket, "", measurement, start, stop, growing=stop > now)
            for start, stop in time_steps(min(times), last)
        ]

    async def _last_of_all_types(self, bucket: str, measurement: str, last: int) -> int:
        """The time of the last point, whose type may be another one than that of the first.

        Args:
            bucket: the bucket.
            measurement: the measurement.
            last: the time of the last point among those that have the types of the first shard.
        """
        span = await self._shard_span(bucket)
        while True:
            start, stop = shard_of(last, span)
            times = await self._bounds(bucket, measurement, start, ALL_TIME[1])
            if max(times, default=last) <= last:  # this shard, which says the types, has no more
                times = await self._bounds(bucket, measurement, stop, ALL_TIME[1])
                if not times:
                    return last
            last = max(times)

    async def _bounds(self, bucket: str, measurement: str, start: int, stop: int) -> list[int]:
        """The times of the first and the last point that the server finds in a range."""
        if start >= stop:
            return []
        text = template(
            _BOUNDS.format(**_times(start, stop)), bucket=bucket, measurement=measurement
        )
        result = await self._client.query_flux(text)
        return [
            row.time_ns for series in result.series for row in series if row.time_ns is not None
        ]


def _times(start: int, stop: int) -> dict[str, str]:
    return {"start": to_rfc3339(start), "stop": to_rfc3339(stop)}
