"""MetricsSource: reads VictoriaMetrics, metric by metric, with its /api/v1/export."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing

import msgspec

from influx_copy._servers.query_failures import too_large_raised
from influx_copy.interfaces import (
    ColumnarBatch,
    CopyRange,
    PointFilter,
    PointSchema,
    Selection,
    SourceObject,
)
from influx_core import DecodeError, InfluxDBClient
from influx_core.columns import Column

__all__ = ["DATABASE_LABEL", "MetricsSource"]

DATABASE_LABEL = "db"
"""The label that has the database of points that were written as line protocol."""

_NAME = "__name__"
_FIELD = "value"
_ROWS = 20_000
_UNIT = 1_000_000
_PLAIN = re.compile(r"[A-Za-z0-9_]")


class _Exported(msgspec.Struct):
    """A line of an export: values of one series."""

    metric: dict[str, str]
    values: list[float | None]
    timestamps: list[int]


class _LabelValues(msgspec.Struct):
    """The values of a label."""

    data: list[str]


class MetricsSource:
    """Reads a VictoriaMetrics of a single node.

    A metric is a measurement with the field `value`; the label `db` is the database. Values are
    floats, times have milliseconds. Source:
    docs.victoriametrics.com/victoriametrics/#how-to-export-data-in-json-line-format

    Args:
        client: a client of the server; closed by `aclose`.
        database: the only database that is read; None for all.
    """

    def __init__(self, client: InfluxDBClient, *, database: str | None = None) -> None:
        self._client = client
        self._database = database
        self._decoder = msgspec.json.Decoder(_Exported)

    @property
    def identity(self) -> str:
        """The URL without credentials."""
        return "/".join(filter(None, (self._client.base_urls[0], self._database)))

    async def ranges(self, selection: Selection) -> Sequence[CopyRange]:
        """List the metrics, each as one range: the server does not tell their times."""
        found: list[CopyRange] = []
        for database in await self._databases():
            if not selection.has(CopyRange(database, "", "")):
                continue
            match = {"match[]": _selector({DATABASE_LABEL: database})}
            names = await self._values_of(_NAME, match)
            found += [CopyRange(database, "", name, growing=True) for name in names]
        return [selection.clipped(range_) for range_ in found if selection.has(range_)]

    async def schema(self, range_: CopyRange) -> PointSchema:
        """The field of every metric."""
        return PointSchema((), {_FIELD: ("float",)})

    async def objects(self, selection: Selection) -> Sequence[SourceObject]:
        """The server has nothing but points."""
        return []

    async def read(self, range_: CopyRange, where: PointFilter) -> AsyncGenerator[ColumnarBatch]:
        """Yield the points of a metric, series by series."""
        start, stop = max(-(-range_.start // _UNIT), 0), -(-range_.stop // _UNIT) - 1
        if stop < start:
            return
        labels = {_NAME: range_.measurement} if range_.measurement else {}
        params = {
            "match[]": _selector({**labels, DATABASE_LABEL: range_.database, **where.tags}),
            "start": _seconds(start),
            "end": _seconds(stop),
            "max_rows_per_line": str(_ROWS),  # and not reduce_mem_usage, which repeats points
        }
        pieces = self._client.stream_get("/api/v1/export", params)
        held = b""
        async with too_large_raised(range_), aclosing(pieces):
            async for piece in pieces:
                *lines, held = (held + piece).split(b"\n")
                for line in lines:
                    if line:
                        yield self._batch(line)
        if held.strip():
            yield self._batch(held)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _databases(self) -> Sequence[str]:
        if self._database is not None:
            return [self._database]
        without = {"match[]": _selector({DATABASE_LABEL: ""})}
        others = [""] if await self._values_of(_NAME, without) else []
        return [*others, *await self._values_of(DATABASE_LABEL, {})]

    async def _values_of(self, label: str, match: dict[str, str]) -> list[str]:
        pieces = self._client.stream_get(f"/api/v1/label/{label}/values", {"start": "0", **match})
        body = b"".join([piece async for piece in pieces])
        try:
            return msgspec.json.decode(body, type=_LabelValues).data
        except msgspec.MsgspecError as error:
            raise DecodeError(f"the response is no list of names: {error}") from None

    def _batch(self, line: bytes) -> ColumnarBatch:
        try:
            found = self._decoder.decode(line)
        except msgspec.MsgspecError as error:
            raise DecodeError(f"a line of the export is not a series of numbers: {error}") from None
        tags = {k: v for k, v in found.metric.items() if k not in (_NAME, DATABASE_LABEL)}
        rows = list(_present(found))
        return ColumnarBatch(
            found.metric.get(_NAME, ""),
            tags,
            {_FIELD: Column.of([value for _, value in rows], "float", complete=True)},
            Column.of([time * _UNIT for time, _ in rows], "time", complete=True),
        )


def _present(found: _Exported) -> Iterator[tuple[int, float]]:
    """Times and values without staleness markers, which are printed as null."""
    for time, value in zip(found.timestamps, found.values, strict=True):
        if value is not None:
            yield time, value


def _selector(labels: dict[str, str]) -> str:
    """The selector of series with these labels; an empty value is a label that is missing."""
    pairs = [f"{_label(k)}={json.dumps(v, ensure_ascii=False)}" for k, v in labels.items()]
    return "{" + ",".join(pairs) + "}"


def _label(name: str) -> str:
    return "".join(c if _PLAIN.match(c) else f"\\{c}" for c in name)


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds // 1000}.{milliseconds % 1000:03}"
