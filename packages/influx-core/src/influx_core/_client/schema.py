"""Lists databases, measurements, tags, fields and series.

influx_query builds and quotes all statements. Source:
https://docs.influxdata.com/influxdb/v1/query_language/explore-schema/
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from itertools import chain
from typing import Any, ParamSpec, TypeAlias, Unpack

from influx_core._api.request_options import QueryParams
from influx_core._results.query_result import QueryResult
from influx_core._results.series import Series
from influx_core.errors import ConfigError, DecodeError
from influx_query import render, show
from influx_query.nodes import Statement

__all__ = ["Execute", "Schema", "column_values", "rows_of", "statement_text"]

P = ParamSpec("P")

INFLUXDB_3_DATABASE = "iox::database"
"""The column of InfluxDB 3 that other servers call `name`."""


Execute: TypeAlias = Callable[..., Awaitable[QueryResult]]
"""Runs InfluxQL with the parameters of a query: `InfluxDBClient.execute`."""


class Schema:
    """Lists measurements, tags, fields and series; available as `client.schema`.

    All methods take the parameters of queries.

    Args:
        execute: runs the statements.
    """

    def __init__(self, execute: Execute) -> None:
        self._execute = execute

    async def databases(self) -> list[str]:
        """The names of the databases that the user may see."""
        result = await self._execute(statement_text(show.databases))
        return column_values(result, "name" if "name" in _columns(result) else INFLUXDB_3_DATABASE)

    async def measurements(self, **params: Unpack[QueryParams]) -> list[str]:
        """The names of the measurements of a database."""
        text = statement_text(show.measurements)
        return column_values(await self._execute(text, **params), "name")

    async def tag_keys(
        self, measurement: str | None = None, **params: Unpack[QueryParams]
    ) -> list[str]:
        """The tag keys of a measurement, or of all measurements."""
        text = statement_text(show.tag_keys, _sources(measurement))
        return column_values(await self._execute(text, **params), "tagKey")

    async def tag_values(
        self, *keys: str, measurement: str | None = None, **params: Unpack[QueryParams]
    ) -> list[str]:
        """The values of one or more tag keys, of a measurement or of all measurements."""
        if not keys:
            raise ConfigError("tag_values() needs at least one tag key")
        text = statement_text(show.tag_values, keys, from_=_sources(measurement))
        return column_values(await self._execute(text, **params), "value")

    async def field_keys(
        self, measurement: str | None = None, **params: Unpack[QueryParams]
    ) -> dict[str, str]:
        """The fields and their types, of a measurement or of all measurements.

        If a field has several types, the first one that the server lists is returned.
        """
        text = statement_text(show.field_keys, _sources(measurement))
        fields: dict[str, str] = {}
        result = await self._execute(text, **params)
        for key, kind in rows_of(result.series, "fieldKey", "fieldType"):
            fields.setdefault(key, kind)
        return fields

    async def series(
        self, measurement: str | None = None, **params: Unpack[QueryParams]
    ) -> list[str]:
        """The keys of the series of a measurement, or of all: `cpu,host=a,region=eu`."""
        text = statement_text(show.series, _sources(measurement))
        return column_values(await self._execute(text, **params), "key")


def statement_text(statement: Callable[P, Statement], /, *args: P.args, **kwargs: P.kwargs) -> str:
    """The text for the server of a statement that influx_query makes of these arguments.

    Raises:
        ConfigError: a name or a value cannot be written as InfluxQL.
    """
    try:
        return render(statement(*args, **kwargs))
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
    for row in chain.from_iterable(several):
        try:
            yield tuple(row[name] for name in columns)
        except LookupError:
            known = ", ".join(row.columns)
            raise DecodeError(
                f"the response has no columns {', '.join(columns)}; its columns are {known}"
            ) from None


def _columns(result: QueryResult) -> tuple[str, ...]:
    return result.series[0].columns if result.series else ("name",)


def _sources(measurement: str | None) -> tuple[str, ...]:
    if measurement == "":
        raise ConfigError("the name of a measurement is empty; leave it out to ask for all of them")
    return () if measurement is None else (measurement,)
