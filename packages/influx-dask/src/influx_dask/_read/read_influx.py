"""read_influx: a lazy Dask DataFrame of a measurement, or of a query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from influx_core import ConfigError
from influx_core.columns import Kind
from influx_core.timestamps import MAX_NS, MIN_NS, to_ns
from influx_dask._cluster.blocking_calls import run_blocking
from influx_dask._cluster.request_limit import check_limit
from influx_dask._cluster.server_url import ServerURL
from influx_dask._cluster.versions import own_version
from influx_dask._frame_libraries import dd, pd
from influx_dask._libraries import dask
from influx_dask._read.measurement_query import MeasurementQuery, TagFilters, filters
from influx_dask._read.measurement_source import MeasurementSource
from influx_dask._read.partition_reader import PartitionReader
from influx_dask._read.statement_query import (
    SelectStatementQuery,
    divisible_select,
    interval_of,
)
from influx_dask._read.statement_shape import checked_types, statement_shape
from influx_dask._read.time_bounds import Bounds, aligned, covering, divided
from influx_query import nodes

__all__ = ["read_influx"]

_PARTITION_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class _Times:
    """Which time is read, and how it is divided."""

    start: int
    stop: int
    interval: int | None
    rows: int | None


def read_influx(
    url: str,
    measurement: str | None = None,
    start: Any = None,
    stop: Any = None,
    *,
    query: str | None = None,
    columns: Sequence[str] | None = None,
    tags: TagFilters | None = None,
    types: Mapping[str, Kind] | None = None,
    drop_empty_rows: bool = False,
    interval: timedelta | None = None,
    partition_rows: int | None = None,
    max_requests: int | None = None,
) -> Any:
    """Return a lazy Dask DataFrame of a measurement, or of a query; nothing but its schema is read.

    The index is `time`: UTC, in nanoseconds, ordered, with known divisions, so `frame.loc[...]` and
    `frame.partitions` read only what they need. The columns are the tags (categories) and the
    fields (`float64`, `Int64`, `UInt64`, `boolean`, strings), with these types in every partition.

    The rows are the points of the measurement, whatever columns are used: InfluxQL returns only the
    points that have a value in a selected field, so all fields are selected even if few are used.
    Tags that are not used are not selected. With `drop_empty_rows` only the fields of `columns` are
    selected, which is faster, and the rows are the points that have a value in one of them.

    A partition is a shard of InfluxDB 1.x, or about a million points of 2.x and 3.x. It is read as
    a stream, so a worker holds the frame and some thousand rows besides.

    Args:
        url: the server and the database: `http://user:password@host:8086/db?rp=week`; `api=v2` and
            `api=v3` say what the server is. The bucket of a 2.x needs a DBRP mapping. Workers
            connect to it by themselves.
        measurement: the measurement.
        start: the first time: text, a datetime, or nanoseconds since 1970; None for all.
        stop: the time after the last one.
        query: instead of a measurement, a SELECT in InfluxQL that can be divided by time: of fields
            and tags, or with `GROUP BY time(...) fill(none)`.
        columns: the tags and fields that are read; all by default.
        tags: only points with these values of tags: `{"host": "a"}`, `{"host": ["a", "b"]}`.
        types: the kinds of columns of a query that do not follow from its fields, for example of
            `f * 2 AS twice`: `float`, `integer`, `unsigned`, `boolean` or `string`.
        drop_empty_rows: whether points without a value in any field of `columns` are left out. By
            default they are rows in which these fields are missing.
        interval: the longest time of a partition; partitions begin at its multiples.
        partition_rows: the number of points of a partition, instead of shards.
        max_requests: the partitions that are read from the server at the same time, by all workers.

    Returns:
        The DataFrame, of `dask.dataframe`.

    Raises:
        ConfigError: the URL, the measurement, a column or the time is wrong, or the query cannot be
            divided by time.
        DatabaseNotFound: there is no such database.
        InfluxDBError: the server does not respond, or refuses to.
    """
    server = ServerURL(url)
    check_limit(max_requests)
    times = _times(start, stop, interval, partition_rows)
    if (measurement is None) == (query is None):
        raise ConfigError("say a measurement or query=..., one of them")
    if isinstance(columns, str):
        raise ConfigError(f"columns is a list of names, [{columns!r}], not a text")
    if query is None:
        if types is not None:
            raise ConfigError("types are for a query; those of a measurement are in its schema")
        made = _of_measurement(
            server, str(measurement), times, columns, filters(tags), drop_empty_rows
        )
    elif columns is None and tags is None and not drop_empty_rows:
        made = _of_statement(server, divisible_select(query), times, checked_types(types))
    else:
        raise ConfigError(
            "a query selects its columns, tags and rows by itself: leave out columns, tags and "
            "drop_empty_rows"
        )
    asked, ranges = run_blocking(made)
    reader = PartitionReader(server, asked, max_requests, own_version())
    return _collection(reader, ranges, measurement or "query")


def _times(start: Any, stop: Any, interval: Any, rows: int | None) -> _Times:
    first = MIN_NS if start is None else _ns("start", start)
    last = MAX_NS + 1 if stop is None else _ns("stop", stop)
    if first >= last:
        raise ConfigError(f"the time range is empty: start {start!r} is not before stop {stop!r}")
    if rows is not None and rows < 1:
        raise ConfigError(f"partition_rows is a number from 1, not {rows!r}")
    return _Times(first, last, None if interval is None else _length(interval), rows)


def _ns(name: str, time: Any) -> int:
    if isinstance(time, datetime) and time.tzinfo is None:
        raise ConfigError(f"{name}: {time!r} has no time zone; add one, such as datetime.UTC")
    try:
        return to_ns(time)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{name}: {error}") from error


def _length(interval: Any) -> int:
    """The nanoseconds of an interval."""
    if not isinstance(interval, timedelta):
        raise ConfigError(f"interval is a timedelta, such as timedelta(days=1), not {interval!r}")
    length = interval // timedelta(microseconds=1) * 1000
    if length <= 0:
        raise ConfigError(f"interval is longer than 0, not {interval!r}")
    return length


async def _of_measurement(
    url: ServerURL,
    measurement: str,
    times: _Times,
    columns: Sequence[str] | None,
    where: tuple[tuple[str, tuple[str, ...]], ...],
    drop_empty_rows: bool,
) -> tuple[MeasurementQuery | SelectStatementQuery, list[Bounds]]:
    async with url.client() as client:
        source = MeasurementSource(client, url, measurement, url.policy)
        await source.check()
        filtered = [tag for tag, _ in where]
        keys, fields, of_rows = await source.columns(columns, filtered, drop_empty_rows)
        ranges = await _ranges(source, times, url)
    return MeasurementQuery(measurement, url.policy, keys, fields, of_rows, where), ranges


async def _of_statement(
    url: ServerURL, statement: nodes.SelectStatement, times: _Times, types: Mapping[str, Kind]
) -> tuple[MeasurementQuery | SelectStatementQuery, list[Bounds]]:
    named = statement.sources[0]
    assert isinstance(named, nodes.Measurement)
    if named.database not in ("", url.database):
        raise ConfigError(f"the query reads {named.database!r}, but the URL says {url.database!r}")
    policy = named.retention_policy or url.policy
    statement = replace(statement, sources=(replace(named, retention_policy=policy),))
    async with url.client() as client:
        source = MeasurementSource(client, url, named.name, policy)
        await source.check()
        shape = statement_shape(statement, await source.schema(), types)
        ranges = await _ranges(source, times, url)
    length = interval_of(statement)
    if length is not None:
        ranges = list(aligned(ranges, length))
    return SelectStatementQuery(statement, shape), ranges


async def _ranges(source: MeasurementSource, times: _Times, url: ServerURL) -> list[Bounds]:
    """The ranges of the partitions; one if there are no points."""
    ranges = await source.shards(times.start, times.stop)
    rows = times.rows or (None if url.api == "v1" or times.interval else _PARTITION_ROWS)
    if rows is not None:
        ranges = await source.equal_ranges(ranges, rows)
    if times.interval is not None:
        ranges = list(divided(ranges, times.interval))
    return ranges or [(times.start, times.stop)]


def _collection(reader: PartitionReader, ranges: list[Bounds], name: str) -> Any:
    divisions = [pd.Timestamp(ns, unit="ns", tz="UTC") for ns in _divisions(reader, ranges)]
    # Strings have the type that pandas gives them, in the partitions as well as in `meta`.
    with dask.config.set({"dataframe.convert-string": False}):
        return dd.from_map(
            reader,
            ranges,
            meta=reader.query.shape.meta(),
            divisions=tuple(divisions),
            label=f"read {name}",
        )


def _divisions(reader: PartitionReader, ranges: list[Bounds]) -> list[int]:
    """The divisions; the first row of GROUP BY time() is the start of its interval."""
    found = covering(ranges)
    if isinstance(reader.query, SelectStatementQuery):
        length = interval_of(reader.query.statement)
        if length is not None:
            found[0] = max(found[0] - found[0] % length, MIN_NS)
    return found
