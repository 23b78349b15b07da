"""What a database holds, asked and told in plain lists: measurements, tags, fields, series.

Every name becomes InfluxQL in influx_query, and nowhere else. Source:
https://docs.influxdata.com/influxdb/v1/query_language/explore-schema/
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, Unpack

from influx_core._api.options import QueryParams
from influx_core._client.queries import Asking
from influx_core._results.query_result import QueryResult
from influx_core.errors import ConfigError
from influx_query import render, show
from influx_query.nodes import Statement

__all__ = ["Schema", "column", "written"]

P = ParamSpec("P")

INFLUXDB_3_DATABASE = "iox::database"
"""What InfluxDB 3 calls the column that is `name` elsewhere."""


class Schema(Asking):
    """The questions about what a database holds; `params` are those of any query."""

    async def databases(self) -> list[str]:
        """The names of the databases the user may see."""
        result = await self.execute(written(show.databases))
        return column(result, "name" if "name" in _columns(result) else INFLUXDB_3_DATABASE)

    async def measurements(self, **params: Unpack[QueryParams]) -> list[str]:
        """The measurements of a database."""
        text = written(show.measurements)
        return column(await self.execute(text, **params), "name")

    async def tag_keys(
        self, measurement: str | None = None, **params: Unpack[QueryParams]
    ) -> list[str]:
        """The tag keys of a measurement, or of all."""
        text = written(show.tag_keys, _named(measurement))
        return column(await self.execute(text, **params), "tagKey")

    async def tag_values(
        self, *keys: str, measurement: str | None = None, **params: Unpack[QueryParams]
    ) -> list[str]:
        """The values of one tag key or more, of a measurement or of all."""
        if not keys:
            raise ConfigError("tag_values() needs at least one tag key")
        text = written(show.tag_values, keys, from_=_named(measurement))
        return column(await self.execute(text, **params), "value")

    async def field_keys(
        self, measurement: str | None = None, **params: Unpack[QueryParams]
    ) -> dict[str, str]:
        """The fields of a measurement, or of all, and their types.

        Where shards disagree about a type, the server's first one counts.
        """
        text = written(show.field_keys, _named(measurement))
        fields: dict[str, str] = {}
        for series in (await self.execute(text, **params)).series:
            for row in series:
                fields.setdefault(row["fieldKey"], row["fieldType"])
        return fields

    async def series(
        self, measurement: str | None = None, **params: Unpack[QueryParams]
    ) -> list[str]:
        """The keys of the series of a measurement, or of all: `cpu,host=a,region=eu`."""
        text = written(show.series, _named(measurement))
        return column(await self.execute(text, **params), "key")


def written(statement: Callable[P, Statement], /, *args: P.args, **kwargs: P.kwargs) -> str:
    """The text for the server of a statement that influx_query makes of these parts.

    Raises:
        ConfigError: a name or a value cannot be written in InfluxQL.
    """
    try:
        return render(statement(*args, **kwargs))
    except (AttributeError, TypeError, ValueError) as error:
        raise ConfigError(f"this cannot be said in InfluxQL: {error}") from error


def column(result: QueryResult, name: str) -> list[str]:
    """The values of a column over all series, each once, in the server's order."""
    values = (row[name] for series in result.series for row in series)
    return list(dict.fromkeys(values))


def _columns(result: QueryResult) -> tuple[str, ...]:
    return result.series[0].columns if result.series else ("name",)


def _named(measurement: str | None) -> tuple[str, ...]:
    if measurement == "":
        raise ConfigError("a measurement has a name; servers take an empty one for all of them")
    return () if measurement is None else (measurement,)
