"""Lists databases, measurements, tags, fields and series.

influx_query builds and quotes all statements. Source:
https://docs.influxdata.com/influxdb/v1/query_language/explore-schema/
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, ParamSpec, TypeAlias, Unpack

import influx_query
from influx_core._api.base import Listing
from influx_core._api.request_options import QueryParams
from influx_core._client.time_arguments import rfc3339
from influx_core._options.validator import refuse_keywords
from influx_core._results.keyed_tuple import KeyedTuple
from influx_core._results.query_result import QueryResult
from influx_core._results.series import Series
from influx_core.errors import ConfigError, DecodeError
from influx_core.timestamps import Timestamp

if TYPE_CHECKING:
    from influx_query import Condition
    from influx_query.nodes import Statement

__all__ = ["Execute", "Schema", "column_values", "rows_of", "statement_text"]

P = ParamSpec("P")

SHOW_MEASUREMENTS = "SHOW MEASUREMENTS"
"""Written out, for the start of a program: importing the statements of influx_query takes 40 ms."""

INFLUXDB_3_DATABASE = "iox::database"
"""The column of InfluxDB 3 that other servers call `name`."""


_ARGUMENTS = ("measurement", "start", "stop")
"""Arguments of these methods that are not parameters of queries."""

Execute: TypeAlias = Callable[..., Awaitable[QueryResult]]
"""Runs InfluxQL with the parameters of a query: `QueryRunner.run_in_own_format`."""


class Schema:
    """Lists measurements, tags, fields and series; available as `client.schema`.

    All methods take the parameters of queries.

    InfluxDB 3 answers `tag_values` from the points of the last 24 hours; `start` and `stop` select
    others. With them, InfluxDB 3 answers by the points of that time; InfluxDB 1.x by the shards
    that hold any of it. Without them, the other lists are complete.

    Args:
        execute: runs the statements.
        require_listing: raises ConfigError if the server cannot list something.
    """

    def __init__(
        self, execute: Execute, require_listing: Callable[[Listing], Awaitable[None]]
    ) -> None:
        self._execute = execute
        self._require_listing = require_listing

    async def databases(self) -> list[str]:
        """The names of the databases that the user may see, without deleted ones."""
        result = await self._execute(statement_text(influx_query.show.databases))
        rows = [row for row in result.rows() if "deleted" not in row.columns or not row["deleted"]]
        column = "name" if rows and "name" in rows[0].columns else INFLUXDB_3_DATABASE
        return list(dict.fromkeys(name for (name,) in values_of(rows, column)))

    async def measurements(
        self,
        *,
        start: Timestamp | None = None,
        stop: Timestamp | None = None,
        **params: Unpack[QueryParams],
    ) -> list[str]:
        """The names of the measurements of a database, or those with points in a time range.

        Args:
            start: the beginning of the range.
            stop: its end, which is not part of it.
            params: see `QueryParams`.
        """
        where = time_range(start, stop)
        text = SHOW_MEASUREMENTS
        if where is not None:
            text = statement_text(influx_query.show.measurements, where=where)
        return column_values(await self._ask("measurements", text, params), "name")

    async def tag_keys(
        self,
        measurement: str | None = None,
        *,
        start: Timestamp | None = None,
        stop: Timestamp | None = None,
        **params: Unpack[QueryParams],
    ) -> list[str]:
        """The tag keys of a measurement, or of all measurements.

        Args:
            measurement: the measurement; None for all.
            start: the beginning of the time range to look at.
            stop: its end, which is not part of it.
            params: see `QueryParams`.
        """
        where = time_range(start, stop)
        text = statement_text(influx_query.show.tag_keys, _sources(measurement), where=where)
        return column_values(await self._ask("tag_keys", text, params), "tagKey")

    async def tag_values(
        self,
        *keys: str,
        measurement: str | None = None,
        start: Timestamp | None = None,
        stop: Timestamp | None = None,
        **params: Unpack[QueryParams],
    ) -> list[str]:
        """The values of one or more tag keys, of a measurement or of all measurements.

        InfluxDB 3 looks at the last 24 hours unless `start` or `stop` is given; `start=0` looks at
        all points since 1970.

        Args:
            keys: the tag keys.
            measurement: the measurement; None for all.
            start: the beginning of the time range to look at.
            stop: its end, which is not part of it.
            params: see `QueryParams`.
        """
        if not keys:
            raise ConfigError("tag_values() needs at least one tag key")
        where = time_range(start, stop)
        text = statement_text(
            influx_query.show.tag_values, keys, from_=_sources(measurement), where=where
        )
        values = column_values(await self._ask("tag_values", text, params), "value")
        return list(filter(None, values))  # InfluxDB 3 lists the missing one as null

    async def field_keys(
        self, measurement: str | None = None, **params: Unpack[QueryParams]
    ) -> dict[str, str]:
        """The fields and their types, of a measurement or of all measurements.

        If a field has several types, the first one that the server lists is returned.
        """
        text = statement_text(influx_query.show.field_keys, _sources(measurement))
        fields: dict[str, str] = {}
        result = await self._ask("field_keys", text, params)
        for key, kind in rows_of(result.series, "fieldKey", "fieldType"):
            fields.setdefault(key, kind)
        return fields

    async def series(
        self, measurement: str | None = None, **params: Unpack[QueryParams]
    ) -> list[str]:
        """The keys of the series of a measurement, or of all: `cpu,host=a,region=eu`.

        Raises:
            ConfigError: the server cannot list series; this is so for InfluxDB 3.
        """
        await self._require_listing("series")
        text = statement_text(influx_query.show.series, _sources(measurement))
        return column_values(await self._ask("series", text, params), "key")

    async def _ask(self, call: str, text: str, params: QueryParams) -> QueryResult:
        refuse_keywords(call, QueryParams.__optional_keys__, params, _ARGUMENTS)
        return await self._execute(text, **params)


def statement_text(statement: Callable[P, Statement], /, *args: P.args, **kwargs: P.kwargs) -> str:
    """The text for the server of a statement that influx_query makes of these arguments.

    Raises:
        ConfigError: a name or a value cannot be written as InfluxQL.
    """
    try:
        return influx_query.render(statement(*args, **kwargs))
    except (AttributeError, TypeError, ValueError) as error:
        raise ConfigError(f"cannot be written as InfluxQL: {error}") from error


def column_values(result: QueryResult, name: str) -> list[str]:
    """The values of a column over all series, each once, in the server's order.

    Raises:
        DecodeError: the response has no such column.
    """
    return list(dict.fromkeys(value for (value,) in rows_of(result.series, name)))


def rows_of(several: Iterable[Series], *columns: str) -> Iterator[tuple[Any, ...]]:
    """The values of some columns, row by row, over several series.

    Raises:
        DecodeError: the response has no such column.
    """
    return values_of(chain.from_iterable(several), *columns)


def values_of(rows: Iterable[KeyedTuple], *columns: str) -> Iterator[tuple[Any, ...]]:
    """The values of some columns, row by row.

    Raises:
        DecodeError: a row has no such column.
    """
    for row in rows:
        try:
            yield tuple(row[name] for name in columns)
        except LookupError:
            known = ", ".join(row.columns)
            raise DecodeError(
                f"the response has no columns {', '.join(columns)}; its columns are {known}"
            ) from None


def time_range(start: Timestamp | None, stop: Timestamp | None) -> Condition | None:
    """The condition for a range of times, without its end; None for all times.

    Raises:
        ConfigError: one of them is not a time.
    """
    since = None if start is None else influx_query.time >= rfc3339("start", start)
    until = None if stop is None else influx_query.time < rfc3339("stop", stop)
    if since is None or until is None:
        return until if since is None else since
    return since & until


def _sources(measurement: str | None) -> tuple[str, ...]:
    if measurement == "":
        raise ConfigError("the name of a measurement is empty; leave it out to ask for all of them")
    return () if measurement is None else (measurement,)
