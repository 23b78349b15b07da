"""InfluxDB3Source: reads InfluxDB 3, table by table, in steps of time."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from itertools import chain
from typing import cast

from influx_copy._servers.named_things import require_names
from influx_copy._servers.query_failures import too_large_raised
from influx_copy._servers.series_batches import typed_fields, unknown_columns
from influx_copy._servers.time_steps import time_steps
from influx_copy.interfaces import (
    ColumnarBatch,
    CopyRange,
    FieldType,
    PointFilter,
    PointSchema,
    Selection,
    SourceObject,
)
from influx_core import ColumnSeries, InfluxDBClient
from influx_query import quote_ident, quote_string

__all__ = ["InfluxDB3Source"]

CHUNK_ROWS = 20_000


class InfluxDB3Source:
    """Reads an InfluxDB 3.

    Args:
        client: a client of the server; closed by `aclose`.
        database: the only database that is read; None for all.
        clock: returns the time in nanoseconds.
    """

    def __init__(
        self,
        client: InfluxDBClient,
        *,
        database: str | None = None,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self._client = client
        self._database = database
        self._clock = clock
        self._schemas: dict[tuple[str, str], PointSchema] = {}

    @property
    def identity(self) -> str:
        """The URL without credentials."""
        return "/".join(filter(None, (self._client.base_urls[0], self._database)))

    async def ranges(self, selection: Selection) -> Sequence[CopyRange]:
        """List the tables in steps of days, from their first to their last point."""
        found: list[CopyRange] = []
        for database in await self._databases():
            if not selection.has(CopyRange(database, "", "")):
                continue
            for table in await self._client.measurements(db=database):
                if selection.has(CopyRange(database, "", table)):
                    found += await self._steps(database, table)
        chosen = [selection.clipped(range_) for range_ in found if selection.has(range_)]
        return sorted(chosen, key=lambda range_: range_.start)

    async def require_selected(self, selection: Selection) -> None:
        """Check that the tables exist that the selection names.

        Raises:
            SelectionNotFound: one does not exist.
        """
        if selection.measurements:
            chosen = [d for d in await self._databases() if selection.has(CopyRange(d, "", ""))]
            found = [await self._client.measurements(db=database) for database in chosen]
            require_names("measurement", selection.measurements, set(chain(*found)))

    async def schema(self, range_: CopyRange) -> PointSchema:
        """The tags and fields of a table; asked once, and again if a range has other columns."""
        key = (range_.database, range_.measurement)
        if key not in self._schemas:
            self._schemas[key] = await self._ask_schema(*key)
        return self._schemas[key]

    async def objects(self, selection: Selection) -> Sequence[SourceObject]:
        """The retention periods of databases are not read; tokens cannot be."""
        return []

    async def read(self, range_: CopyRange, where: PointFilter) -> AsyncGenerator[ColumnarBatch]:
        """Yield the points of a range.

        Raises:
            RangeTooLarge: the server cannot answer for the whole range.
        """
        schema = await self.schema(range_)
        chosen = [f"{quote_ident(k)} = {quote_string(value)}" for k, value in where.tags.items()]
        conditions = " AND ".join([f"time >= {range_.start}", f"time < {range_.stop}", *chosen])
        pieces = self._client.stream(
            f"SELECT * FROM {quote_ident(range_.measurement)} WHERE {conditions}",  # noqa: S608
            db=range_.database,
            chunk_size=CHUNK_ROWS,
            columnar=True,
        )
        async with too_large_raised(range_), aclosing(pieces):
            async for piece in pieces:
                series = cast(ColumnSeries, piece)
                if unknown_columns(series, _types(schema), schema.tags):
                    names = (range_.database, range_.measurement)
                    schema = self._schemas[names] = await self._ask_schema(*names)
                yield _batch(range_.measurement, series, schema)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _ask_schema(self, database: str, table: str) -> PointSchema:
        tags = await self._client.tag_keys(table, db=database)
        fields = await self._client.field_keys(table, db=database)
        return PointSchema(
            tuple(tags), {name: (cast(FieldType, kind),) for name, kind in fields.items()}
        )

    async def _databases(self) -> Sequence[str]:
        if self._database is not None:
            return [self._database]
        return [name for name in await self._client.databases() if name != "_internal"]

    async def _steps(self, database: str, table: str) -> list[CopyRange]:
        first = await self._time_of(database, table, "ASC")
        last = await self._time_of(database, table, "DESC")
        if first is None or last is None:
            return []
        now = self._clock()
        return [
            CopyRange(database, "", table, start, stop, growing=stop > now)
            for start, stop in time_steps(first, last)
        ]

    async def _time_of(self, database: str, table: str, order: str) -> int | None:
        """The time of the first or the last point."""
        result = await self._client.execute(
            f"SELECT * FROM {quote_ident(table)} ORDER BY time {order} LIMIT 1",  # noqa: S608
            db=database,
        )
        rows = result.rows()
        return rows[0].time_ns if rows else None


def _batch(measurement: str, series: ColumnSeries, schema: PointSchema) -> ColumnarBatch:
    columns = dict(zip(series.columns, series.data, strict=True))
    times = columns.pop("time")
    tags = {key: columns.pop(key) for key in schema.tags if key in columns}
    present = {key: column for key, column in tags.items() if column.kind != "null"}
    return ColumnarBatch(measurement, present, typed_fields(columns, _types(schema)), times)


def _types(schema: PointSchema) -> dict[str, FieldType]:
    """The types of the fields of a table, which have one each."""
    return {name: kinds[0] for name, kinds in schema.fields.items()}
