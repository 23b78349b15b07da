"""What a database holds, asked and told in plain lists: measurements, tags, fields, series.

Every name becomes InfluxQL in influx_query, and nowhere else. Source:
https://docs.influxdata.com/influxdb/v1/query_language/explore-schema/
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Unpack

from influx_core.errors import ConfigError
from influx_core.options import QueryParams
from influx_core.results import QueryResult
from influx_query import nodes, render

__all__ = ["Schema", "column", "written"]


class Schema(ABC):
    """The questions about what a database holds; `params` are those of any query."""

    @abstractmethod
    async def _asked(self, statement: str, **params: Unpack[QueryParams]) -> QueryResult:
        """Ask a statement."""

    async def databases(self) -> list[str]:
        """The names of the databases the user may see."""
        return column(await self._asked(written(nodes.ShowDatabasesStatement)), "name")

    async def measurements(self, **params: Unpack[QueryParams]) -> list[str]:
        """The measurements of a database."""
        text = written(nodes.ShowMeasurementsStatement)
        return column(await self._asked(text, **params), "name")

    async def tag_keys(
        self, measurement: str | None = None, **params: Unpack[QueryParams]
    ) -> list[str]:
        """The tag keys of a measurement, or of all."""
        text = written(nodes.ShowTagKeysStatement, sources=_sources(measurement))
        return column(await self._asked(text, **params), "tagKey")

    async def tag_values(
        self, *keys: str, measurement: str | None = None, **params: Unpack[QueryParams]
    ) -> list[str]:
        """The values of one tag key or more, of a measurement or of all."""
        if not keys:
            raise ConfigError("tag_values() needs at least one tag key")
        text = written(
            nodes.ShowTagValuesStatement,
            operator="IN",
            tag_key=nodes.ListLiteral(keys),
            sources=_sources(measurement),
        )
        return column(await self._asked(text, **params), "value")

    async def field_keys(
        self, measurement: str | None = None, **params: Unpack[QueryParams]
    ) -> dict[str, str]:
        """The fields of a measurement, or of all, and their types.

        Where shards disagree about a type, the server's first one counts.
        """
        text = written(nodes.ShowFieldKeysStatement, sources=_sources(measurement))
        fields: dict[str, str] = {}
        for series in (await self._asked(text, **params)).series:
            for row in series:
                fields.setdefault(row["fieldKey"], row["fieldType"])
        return fields

    async def series(
        self, measurement: str | None = None, **params: Unpack[QueryParams]
    ) -> list[str]:
        """The keys of the series of a measurement, or of all: `cpu,host=a,region=eu`."""
        text = written(nodes.ShowSeriesStatement, sources=_sources(measurement))
        return column(await self._asked(text, **params), "key")


def written(statement: Callable[..., nodes.Statement], /, **parts: Any) -> str:
    """The text for the server of a statement with these parts.

    Raises:
        ConfigError: a name or a value cannot be written in InfluxQL.
    """
    try:
        return render(statement(**parts))
    except (TypeError, ValueError, AttributeError) as error:
        raise ConfigError(f"this cannot be said in InfluxQL: {error}") from error


def column(result: QueryResult, name: str) -> list[str]:
    """The values of a column over all series, each once, in the server's order."""
    values = (row[name] for series in result.series for row in series)
    return list(dict.fromkeys(values))


def _sources(measurement: str | None) -> tuple[nodes.Measurement, ...]:
    return () if measurement is None else (nodes.Measurement(measurement),)
