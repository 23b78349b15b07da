"""The queries whose results, one after another, are all rows of some measurements."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from influx_copy.interfaces import Selection
from influx_core import InfluxDBClient, InfluxDBError
from influx_core.timestamps import MAX_NS, MIN_NS, Precision, to_rfc3339
from influx_query import quote_ident, quote_string
from influx_shell._connection.result_streams import Query
from influx_shell._export.divided_stream import LaterRows
from influx_shell._export.shard_times import ShardTimes

__all__ = ["SelectAll"]

_MOST_QUERIES = 256
"""More ranges are not faster to read."""

_MOST_DIVIDED = 64
"""The most measurements that are divided; many measurements are read several at a time."""

_LEAST_VALUES = 100_000
"""The values of a range from which a query for it alone is worth its time."""

_BLOCK_VALUES = 1_000
"""The most values of a block in a file of the server."""

_PIECE_VALUES = 2_000_000
"""The values of a part of a shard."""

_CHUNK_ROWS = 5_000
"""The rows of a piece of a query that is stopped midway: the server makes two pieces too many."""

_FIELD = re.compile(
    r"""("(?:[^"\\]|\\.)*"|\w+)::(?:float|integer|unsigned|string|boolean)(?=,|$)"""
)
"""A field among the columns that EXPLAIN prints, with its type."""


@dataclass(frozen=True, slots=True)
class SelectAll:
    """Selects all tags and fields of measurements.

    The result is that of `SELECT *` for each measurement, whose rows are in the order of time. A
    range of times is asked for by the columns that `SELECT *` has over all times: its own could
    lack some, and fields of several types could have another one.

    Attributes:
        client: the client.
        measurements: the names of the measurements.
        selection: the times and the tags.
        epoch: the unit of times in the result.
        times: where the rows of a measurement are divided.
    """

    client: InfluxDBClient
    measurements: Sequence[str]
    selection: Selection
    epoch: Precision | None
    times: ShardTimes

    async def queries(self) -> AsyncGenerator[Query, None]:
        """Yield the queries, in the order of their results."""
        if not self.times.concurrent or len(self.measurements) > _MOST_DIVIDED:
            texts = [self._select("*", name) for name in self.measurements]
            size = len(texts) // _MOST_DIVIDED + 1 if self.times.concurrent else len(texts)
            for first in range(0, len(texts), size):
                yield self._query("; ".join(texts[first : first + size]))
            return
        for name in self.measurements:
            columns, cuts = await self._divided(name)
            bounds = (self.selection.start, *cuts, self.selection.stop)
            for start, stop in pairwise(bounds):
                yield self._query(self._select(columns, name, start, stop))

    @property
    def of_one_shard(self) -> Query | None:
        """The query for all rows of the only measurement, if they are in one shard."""
        if not self.times.concurrent or self.times.starts != () or len(self.measurements) != 1:
            return None
        return replace(self._query(self._select("*", self.measurements[0])), chunk_size=_CHUNK_ROWS)

    async def later_rows(self) -> LaterRows | None:
        """Return the queries for the later rows of the only measurement; None if it has few."""
        (name,) = self.measurements
        plan = await self._plan(name)
        field = plan and _FIELD.search(plan.columns)
        if not plan or not field or plan.values < 2 * _LEAST_VALUES:
            return None
        times = await asyncio.gather(*(self._time_of(f, name, field[1]) for f in ("first", "last")))
        first, last = times
        if first is None or last is None or last - first < _MOST_QUERIES:
            return None
        pieces = max(2, min(plan.values // _PIECE_VALUES, plan.blocks_of_field, _MOST_QUERIES))
        cuts = [first + (last - first) * number // pieces for number in range(1, pieces)]
        bounds = pairwise((*cuts, self.selection.stop))
        texts = (self._select(plan.columns, name, start, stop) for start, stop in bounds)
        return LaterRows(cuts[0], tuple(map(self._query, texts)))

    async def _time_of(self, function: str, measurement: str, field: str) -> int | None:
        """Return the time of the first or the last value of a field; None if it is not known."""
        try:
            result = await self.client.execute(self._select(f"{function}({field})", measurement))
        except InfluxDBError:
            return None
        return next((series.rows[0][0] for series in result.series), None)

    async def _divided(self, measurement: str) -> tuple[str, Sequence[int]]:
        """Return the columns of a measurement, and the times at which its rows are divided."""
        plan = await self._plan(measurement) if self.times.starts else None
        if plan is None or self.times.starts is None:
            return "*", ()
        most = min(_MOST_QUERIES // len(self.measurements), plan.values // _LEAST_VALUES + 1)
        return plan.columns, _spread(self.times.starts, most - 1)

    async def _plan(self, measurement: str) -> _Plan | None:
        """Return what the server would do; None if it does not tell."""
        try:
            result = await self.client.execute(f"EXPLAIN {self._select('*', measurement)}")
        except InfluxDBError:
            return None
        lines = (str(row[0]).partition(": ") for row in result.rows())
        plan = {name: text for name, _, text in lines}
        columns = plan.get("AUXILIARY FIELDS")
        if columns is None:
            return None
        counts = ("CACHED VALUES", "NUMBER OF BLOCKS", "NUMBER OF SERIES")
        return _Plan(columns, *(int(plan.get(name, 0)) for name in counts))

    def _select(
        self, columns: str, measurement: str, start: int | None = None, stop: int | None = None
    ) -> str:
        """Write a SELECT for all selected times, or for some of them."""
        first = self.selection.start if start is None else start
        end = self.selection.stop if stop is None else stop
        conditions = [
            *([f"time >= '{to_rfc3339(first)}'"] if first > MIN_NS else []),
            *([f"time < '{to_rfc3339(end)}'"] if end <= MAX_NS else []),
            *(f"{quote_ident(k)} = {quote_string(v)}" for k, v in self.selection.tags.items()),
        ]
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return f"SELECT {columns} FROM {quote_ident(measurement)}{where}"  # noqa: S608 - quoted

    def _query(self, text: str) -> Query:
        return Query(text, "influxql", epoch=self.epoch)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What EXPLAIN says of all rows of a measurement.

    Attributes:
        columns: the columns with their types.
        cached: the values in memory.
        blocks: the blocks in files.
        series: the series.
    """

    columns: str
    cached: int
    blocks: int
    series: int

    @property
    def values(self) -> int:
        """The most values there can be."""
        return self.cached + self.blocks * _BLOCK_VALUES

    @property
    def blocks_of_field(self) -> int:
        """The blocks of a field of a series, about: reading a part of a block costs all of it."""
        fields = len(_FIELD.findall(self.columns))
        return self.blocks // max(1, self.series * fields)


def _spread(times: Sequence[int], most: int) -> Sequence[int]:
    """Return at most so many of the times, at even distances."""
    if len(times) <= most:
        return times
    return [times[(place + 1) * len(times) // (most + 1)] for place in range(most)]
