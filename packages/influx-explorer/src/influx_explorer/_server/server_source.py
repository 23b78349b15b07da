"""ServerSource: the server that the page looks at, through a client that holds the credentials."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Any

import msgspec

from influx_core import (
    ConfigError,
    InfluxDBClient,
    InfluxDBError,
    ResponseError,
    RetentionPolicy,
    Series,
)
from influx_core.columns import ColumnSeries
from influx_core.timestamps import to_datetime, to_ns
from influx_explorer._language.languages import LanguageName
from influx_explorer._server.metric_names import MetricNames
from influx_explorer._server.result_frames import ResultEnd, end_frame, series_frame
from influx_query.completion import NameKind

__all__ = ["PageQuery", "ServerSource"]

_FRESH_SECONDS = 30.0

_LANGUAGES: Mapping[str, tuple[LanguageName, ...]] = {
    "v1": ("influxql", "flux"),
    "v2": ("flux", "influxql"),
    "v3": ("sql", "influxql"),
    "victoriametrics": (),
}
"""The languages of each kind of server, the usual one first."""


class PageRange(msgspec.Struct, frozen=True):
    """The time range of the page, as RFC 3339 text."""

    start: str
    stop: str


class PageQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A query as the page sends it.

    Attributes:
        language: its language.
        text: the text.
        db: the database; empty for that of the client.
        rp: the retention policy; empty for the default one.
        params: values for the placeholders.
        range: the time range: `$start` and `$stop` in InfluxQL and SQL, `v.timeRangeStart` and
            `v.timeRangeStop` in Flux.
        limit: the most rows to return.
    """

    language: LanguageName
    text: str
    db: str = ""
    rp: str = ""
    params: dict[str, str | int | float | bool] = {}
    range: PageRange | None = None
    limit: int = 500_000

    @property
    def bound(self) -> Mapping[str, object] | None:
        """The values for the placeholders, with the range if the text uses it."""
        values: dict[str, object] = dict(self.params)
        if self.range is None:
            return values or None
        start, stop = self.range.start, self.range.stop
        if self.language == "flux":
            if _DASHBOARD_RANGE.search(self.text):
                times = {"timeRangeStart": _time(start), "timeRangeStop": _time(stop)}
                values["v"] = times
        else:
            used = set(_PLACEHOLDER.findall(self.text))
            values |= {k: v for k, v in (("start", start), ("stop", stop)) if k in used}
        return values or None


_PLACEHOLDER = re.compile(r"\$(start|stop)\b")
_DASHBOARD_RANGE = re.compile(r"\bv\.timeRange(?:Start|Stop)\b")


def _time(text: str) -> datetime:
    """The time of RFC 3339 text.

    Raises:
        ConfigError: it is none.
    """
    try:
        return to_datetime(to_ns(text))
    except (TypeError, ValueError) as error:
        raise ConfigError(f"the time range: {error}") from None


class ServerSource:
    """Asks one server.

    Args:
        client: asks the server; closed by `aclose`.
        name: what the page calls the server, without credentials.
        db: the database to begin with.
        metrics: reads VictoriaMetrics, which has no InfluxQL.
    """

    def __init__(
        self,
        client: InfluxDBClient,
        name: str,
        db: str = "",
        metrics: MetricNames | None = None,
    ) -> None:
        self._client = client
        self._metrics = metrics
        self._kept: dict[tuple[object, ...], tuple[float, Sequence[str]]] = {}
        self.name = name
        self.db = db

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def about(self) -> dict[str, Any]:
        """What the page has to know of the server: its API, version and languages."""
        found: dict[str, Any] = {"server": self.name, "db": self.db, "error": "", "refused": False}
        try:
            api = await self._client.api_name()
            found |= {"api": api, "languages": list(_LANGUAGES.get(api, ("influxql",)))}
            found["version"] = await self._client.ping()
        except InfluxDBError as error:
            found = {"api": "v1", "languages": ["influxql", "flux"], "version": "", **found}
            found |= {"error": str(error), "refused": isinstance(error, ResponseError)}
        return found

    async def frames(self, query: PageQuery) -> AsyncGenerator[bytes]:
        """Run a query; yield the frames of the result, at most `limit` rows."""
        began = time.monotonic()
        rows, truncated, error = 0, False, None
        try:
            pieces = self._pieces(query)
            async with aclosing(pieces):
                async for piece in pieces:
                    shown = _first(piece, query.limit - rows)
                    rows += len(shown)
                    yield series_frame(shown)
                    truncated = len(shown) < len(piece)
                    if truncated:
                        break
        except InfluxDBError as failure:
            error = failure
        yield end_frame(
            ResultEnd(
                rows,
                truncated,
                time.monotonic() - began,
                "" if error is None else str(error),
                "" if error is None else type(error).__name__,
            )
        )

    def _pieces(self, query: PageQuery) -> AsyncGenerator[Series, None]:
        params = query.bound
        if query.language == "flux":
            return self._client.stream_flux(query.text, params=params)
        ask = self._client.stream_sql if query.language == "sql" else self._client.stream
        return ask(query.text, bind_params=params, columnar=True, **_place(query))

    def csv(self, query: PageQuery) -> AsyncGenerator[bytes, None]:
        """Run a query; yield the CSV of the whole result as the server sends it."""
        place: dict[str, Any] = {} if query.language == "flux" else _place(query)
        return self._client.stream_bytes(
            query.text,
            language=query.language,
            bind_params=query.bound,
            **place,
        )

    async def write(self, lines: bytes, db: str, rp: str, precision: str) -> None:
        """Store line protocol.

        Raises:
            InfluxDBError: the server refused it.
        """
        self._kept.clear()
        place: dict[str, Any] = {"db": db or None, "retention_policy": rp or None}
        await self._client.write_lines(lines, precision=precision, **place)

    async def databases(self) -> list[str]:
        """The names of the databases or buckets."""
        if self._metrics is not None:
            return await self._metrics.databases()
        return sorted(await self._client.databases())

    async def policies(self, db: str) -> list[dict[str, Any]]:
        """The retention policies of a database, if the server has any."""
        if self._metrics is not None or await self._client.api_name() != "v1":
            return []
        return [_policy(each) for each in await self._client.admin.retention_policies(db)]

    async def measurements(self, db: str) -> list[str]:
        """The names of the measurements or tables of a database."""
        if self._metrics is not None:
            return await self._metrics.measurements(db)
        return sorted(await self._client.measurements(db=db))

    async def columns(self, db: str, measurement: str) -> dict[str, Any]:
        """The tag keys of a measurement, and its fields with their types."""
        if self._metrics is not None:
            return await self._metrics.columns(db, measurement)
        tags, fields = await asyncio.gather(
            self._client.tag_keys(measurement, db=db),
            self._client.field_keys(measurement, db=db),
        )
        return {"tags": sorted(tags), "fields": dict(sorted(fields.items()))}

    async def tag_values(self, db: str, measurement: str | None, tag: str) -> list[str]:
        """The values of a tag."""
        if self._metrics is not None:
            return await self._metrics.tag_values(db, measurement, tag)
        everything: dict[str, Any] = {}
        if await self._client.api_name() == "v3":
            everything = {"start": 0}
        found = await self._client.tag_values(tag, measurement=measurement, db=db, **everything)
        return sorted(found)

    async def names(
        self, db: str, kind: NameKind, measurement: str | None, tag: str | None
    ) -> Sequence[str]:
        """The names of a kind for completion, kept for a while; nothing if the server refuses."""
        key = (db, kind, measurement, tag)
        kept = self._kept.get(key)
        if kept is None or time.monotonic() - kept[0] > _FRESH_SECONDS:
            try:
                found = await self._asked(db, kind, measurement, tag)
            except InfluxDBError:
                found = ()
            kept = self._kept[key] = (time.monotonic(), found)
        return kept[1]

    async def _asked(
        self, db: str, kind: NameKind, measurement: str | None, tag: str | None
    ) -> Sequence[str]:
        if kind is NameKind.DATABASE:
            return await self.databases()
        if kind is NameKind.MEASUREMENT:
            return await self.measurements(db)
        if kind is NameKind.TAG:
            return await self._client.tag_keys(measurement, db=db)
        if kind is NameKind.FIELD:
            return list(await self._client.field_keys(measurement, db=db))
        if kind is NameKind.TAG_VALUE and tag is not None:
            return await self.tag_values(db, measurement, tag)
        return ()


def _place(query: PageQuery) -> dict[str, Any]:
    return {"db": query.db or None, "retention_policy": query.rp or None}


def _first(piece: Series, most: int) -> Series:
    return piece if len(piece) <= most else ColumnSeries.of(piece).slice(0, max(most, 0))


def _policy(policy: RetentionPolicy) -> dict[str, Any]:
    seconds = None if policy.duration is None else policy.duration.total_seconds()
    return {"name": policy.name, "seconds": seconds, "default": policy.default}
