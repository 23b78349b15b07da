"""InfluxQLSource: reads InfluxDB 1.x, shard by shard."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from itertools import chain, pairwise
from typing import Any, cast

from influx_copy._servers.influxql_text import grouped_select, one_value_select, tagged_select
from influx_copy._servers.named_things import require_names
from influx_copy._servers.query_failures import too_large_raised
from influx_copy._servers.series_batches import grouped_batch, tagged_batch, unknown_columns
from influx_copy._servers.shards import ranges_of, shards_of
from influx_copy.interfaces import (
    ColumnarBatch,
    CopyRange,
    FieldType,
    PointFilter,
    PointSchema,
    Selection,
    SourceObject,
)
from influx_core import ColumnSeries, InfluxDBClient, QueryError
from influx_query import duration_ns, format_duration, quote_ident, render, show
from influx_query.nodes import Measurement

__all__ = ["InfluxQLSource"]

CHUNK_ROWS = 20_000

_ESCAPED = frozenset(", =\\")
"""The characters that lines have only behind a backslash, and backslashes."""

_LONG_SERIES = 200
"""Rows of a series in a range from which a series for each set of tags is read faster.

Measured with InfluxDB 1.6.7: with 10 rows a series, tags as columns are 1.6 times as fast; with
30,000 rows, a series for each set of tags is 1.4 times as fast; both are equal near 300 rows.
"""

_Names = tuple[str, str, str]
"""Database, retention policy and measurement."""


class InfluxQLSource:
    """Reads an InfluxDB 1.x, with the exact types of each shard.

    Args:
        client: a client of the server; closed by `aclose`.
        typed_client: a client of the same server whose responses tell integers from floats.
        clock: returns the time in nanoseconds.
    """

    def __init__(
        self,
        client: InfluxDBClient,
        typed_client: InfluxDBClient,
        *,
        database: str | None = None,
        policy: str | None = None,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self._client = client
        self._typed_client = typed_client
        self._database = database
        self._policy = policy
        self._clock = clock
        self._schemas: dict[_Names, PointSchema] = {}
        self._short_series: set[_Names] = set()

    @property
    def identity(self) -> str:
        """The URL without credentials."""
        return "/".join(filter(None, (self._client.base_urls[0], self._database, self._policy)))

    async def ranges(self, selection: Selection) -> Sequence[CopyRange]:
        """List the measurements of each shard."""
        shards = [
            shard
            for shard in shards_of((await self._client.execute(render(show.shards()))).series)
            if self._selects(shard[0], shard[1], selection)
        ]
        databases = dict.fromkeys(shard[0] for shard in shards)
        measurements = {
            database: await self._client.measurements(db=database) for database in databases
        }
        listed = ranges_of(shards, measurements, self._clock())
        return [selection.clipped(range_) for range_ in listed if selection.has(range_)]

    async def require_selected(self, selection: Selection) -> None:
        """Check that databases, policies and measurements exist that the URL or selection names.

        Raises:
            SelectionNotFound: one does not exist.
        """
        one = () if self._database is None else (self._database,)
        known = await self._client.databases()
        require_names("database", (*one, *selection.databases), known)
        chosen = [name for name in known if self._selects(name, "", selection)]
        policies = (*(() if self._policy is None else (self._policy,)), *selection.policies)
        if policies:
            listed = [await self._client.admin.retention_policies(name) for name in chosen]
            names = {policy.name for each in listed for policy in each}
            require_names("retention policy", policies, names)
        if selection.measurements:
            found = [await self._client.measurements(db=name) for name in chosen]
            require_names("measurement", selection.measurements, set(chain(*found)))

    async def unreadable(self, selection: Selection) -> Sequence[CopyRange]:
        """The measurements with series, but without fields in any policy.

        InfluxDB 1.x stores lines whose measurement ends with a backslash, or has one before certain
        other characters, under a name that no query finds. The name that it lists has a character
        that is escaped in lines; a measurement with another name has no points: all were refused.
        """
        found: list[CopyRange] = []
        for database in await self._client.databases():
            if self._selects(database, "", selection):
                without = dict.fromkeys(await self._client.measurements(db=database))
                for policy in await self._client.admin.retention_policies(database):
                    stored = f"SHOW FIELD KEYS FROM {quote_ident(policy.name)}./.*/"
                    for series in (await self._client.execute(stored, db=database)).series:
                        without.pop(series.name, None)
                found += [
                    CopyRange(database, "", name)
                    for name in without
                    if not _ESCAPED.isdisjoint(name)
                    and selection.has(CopyRange(database, "", name))
                    and await self._has_series(database, name)
                ]
        return found

    async def _has_series(self, database: str, measurement: str) -> bool:
        text = f"SHOW SERIES FROM {quote_ident(measurement)} LIMIT 1"
        return bool((await self._client.execute(text, db=database)).rows())

    async def schema(self, range_: CopyRange) -> PointSchema:
        """The tags and fields of a measurement in a policy, over its shards; asked once."""
        names = _names(range_)
        if names not in self._schemas:
            self._schemas[names] = await self._ask_schema(*names)
        return self._schemas[names]

    async def objects(self, selection: Selection) -> Sequence[SourceObject]:
        """List retention policies, continuous queries, and users if they may be listed."""
        found: list[SourceObject] = []
        for database in await self._client.databases():
            if self._selects(database, "", selection):
                found += await self._policies(database)
        for database, queries in (await self._client.admin.continuous_queries()).items():
            if self._selects(database, "", selection):
                found += [
                    SourceObject("continuous query", database, name, text)
                    for name, text in queries.items()
                ]
        return [*found, *await self._users()]

    async def read(self, range_: CopyRange, where: PointFilter) -> AsyncGenerator[ColumnarBatch]:
        """Yield the points of a range.

        Series that are short are read with tags as columns, others with GROUP BY. If a field has
        several types, each shard is read by itself: a query over several converts the values. If
        there are tags or fields that are new since the schema was asked for, it is asked for again.

        Raises:
            RangeTooLarge: the server cannot answer for the whole range.
            RangeIncomplete: tags or fields were added while it was read.
        """
        schema = await self.schema(range_)
        parts = [range_]
        if any(len(types) > 1 for types in schema.fields.values()):
            parts = await self._parts_by_shard(range_)
        for part in parts:
            async with aclosing(self._read_part(part, schema, where)) as batches:
                async for batch in batches:
                    yield batch

    async def _parts_by_shard(self, range_: CopyRange) -> list[CopyRange]:
        shards = shards_of((await self._client.execute(render(show.shards()))).series)
        inner = {
            bound
            for database, policy, *bounds in shards
            if (database, policy) == (range_.database, range_.policy)
            for bound in bounds
            if range_.start < bound < range_.stop
        }
        bounds = [range_.start, *sorted(inner), range_.stop]
        return [replace(range_, start=start, stop=stop) for start, stop in pairwise(bounds)]

    async def _read_part(
        self, range_: CopyRange, schema: PointSchema, where: PointFilter
    ) -> AsyncGenerator[ColumnarBatch]:
        types = await self._types(range_, schema)
        names = _names(range_)
        tagged = names in self._short_series and not schema.fields.keys() & set(schema.tags)
        select = tagged_select if tagged else grouped_select
        rows = runs = 0
        async with aclosing(self._stream(range_, select(range_, where.tags))) as pieces:
            async for series in pieces:
                if unknown_columns(series, types, schema.tags if tagged else ()):
                    schema = self._schemas[names] = await self._ask_schema(*names)
                    types = await self._types(range_, schema)
                if tagged:
                    yield tagged_batch(series, schema.tags, types)
                else:
                    rows, runs = rows + len(series), runs + 1
                    yield grouped_batch(series, types)
        if runs > 1 and rows / runs < _LONG_SERIES:
            self._short_series.add(names)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()
        await self._typed_client.aclose()

    async def _stream(self, range_: CopyRange, text: str) -> AsyncGenerator[ColumnSeries]:
        pieces = self._client.stream(text, db=range_.database, chunk_size=CHUNK_ROWS, columnar=True)
        async with too_large_raised(range_), aclosing(pieces):
            async for series in pieces:
                yield cast(ColumnSeries, series)

    async def _ask_schema(self, database: str, policy: str, measurement: str) -> PointSchema:
        """Ask for the tags, and for the fields: without a policy, these are of the default one."""
        tags = await self._client.tag_keys(measurement, db=database)
        stored = Measurement(name=measurement, retention_policy=policy)
        result = await self._client.execute(render(show.field_keys((stored,))), db=database)
        fields: dict[str, tuple[FieldType, ...]] = {}
        for row in result.rows():
            fields[row["fieldKey"]] = (*fields.get(row["fieldKey"], ()), row["fieldType"])
        return PointSchema(tuple(tags), fields)

    async def _types(self, range_: CopyRange, schema: PointSchema) -> dict[str, FieldType]:
        """The types of fields in a range; asked for those that have several."""
        types: dict[str, FieldType] = {}
        for name, several in schema.fields.items():
            if len(several) == 1:
                types[name] = several[0]
            elif (found := await self._type_in(range_, name, several)) is not None:
                types[name] = found
        return types

    async def _type_in(
        self, range_: CopyRange, name: str, several: Sequence[FieldType]
    ) -> FieldType | None:
        text = one_value_select(range_, name)
        async with too_large_raised(range_):
            result = await self._typed_client.execute(text, db=range_.database)
        rows = result.rows()
        if not rows:
            return None
        value: Any = rows[0][1]
        if isinstance(value, bool):
            return "boolean"
        if isinstance(value, str):
            return "string"
        if isinstance(value, float):
            return "float"
        return "integer" if "integer" in several else "unsigned"

    async def _policies(self, database: str) -> list[SourceObject]:
        return [
            SourceObject(
                "retention policy",
                database,
                policy.name,
                " ".join(
                    [
                        f"DURATION {_span(policy.duration)}",
                        f"REPLICATION {policy.replication or 1}",
                        f"SHARD DURATION {_span(policy.shard_duration)}",
                        *(["DEFAULT"] if policy.default else []),
                    ]
                ),
            )
            for policy in await self._client.admin.retention_policies(database)
        ]

    async def _users(self) -> list[SourceObject]:
        try:
            users = await self._client.admin.users()
        except QueryError:
            return []  # only an administrator may list them
        return [
            SourceObject("user", "", name, "ALL PRIVILEGES" if admin else "")
            for name, admin in users.items()
        ]

    def _selects(self, database: str, policy: str, selection: Selection) -> bool:
        if self._database is not None and database != self._database:
            return False
        if self._policy is not None and policy and policy != self._policy:
            return False
        if database == "_internal" and "_internal" not in (*selection.databases, self._database):
            return False
        return selection.has(CopyRange(database, policy, ""))


def _names(range_: CopyRange) -> _Names:
    return range_.database, range_.policy, range_.measurement


def _span(span: timedelta | None) -> str:
    return format_duration(duration_ns(span)) if span else "INF"
