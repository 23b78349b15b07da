"""MetricNames: the names that VictoriaMetrics holds, read through its own API.

VictoriaMetrics stores a point of line protocol as metrics `measurement_field` with the label `db`.
Source: https://docs.victoriametrics.com/victoriametrics/url-examples/
"""

from __future__ import annotations

from typing import Any

import msgspec

from influx_core import DecodeError, InfluxDBClient
from influx_query import quote_ident

__all__ = ["MetricNames"]


class _NameList(msgspec.Struct):
    """A list of names, as the server sends it."""

    data: list[str]


class MetricNames:
    """Reads the names of VictoriaMetrics.

    Args:
        client: a client of the server.
    """

    def __init__(self, client: InfluxDBClient) -> None:
        self._client = client

    async def databases(self) -> list[str]:
        """The values of the label `db`."""
        return await self._list("/api/v1/label/db/values")

    async def measurements(self, db: str) -> list[str]:
        """The names of the metrics of a database."""
        return await self._list("/api/v1/label/__name__/values", _selector(db))

    async def columns(self, db: str, measurement: str) -> dict[str, Any]:
        """The labels of a metric; its value is a float."""
        labels = await self._list("/api/v1/labels", _selector(db, measurement))
        shown = [each for each in labels if each not in {"__name__", "db"}]
        return {"tags": shown, "fields": {"value": "float"}}

    async def tag_values(self, db: str, measurement: str | None, tag: str) -> list[str]:
        """The values of a label."""
        return await self._list(f"/api/v1/label/{tag}/values", _selector(db, measurement))

    async def _list(self, path: str, selector: str = "") -> list[str]:
        params = {"start": "0", **({"match[]": selector} if selector else {})}
        body = b"".join([piece async for piece in self._client.stream_get(path, params)])
        try:
            return sorted(msgspec.json.decode(body, type=_NameList).data)
        except msgspec.MsgspecError as error:
            raise DecodeError(f"the response to {path} is no list of names: {error}") from None


def _selector(db: str, metric: str | None = None) -> str:
    labels = [f"db={quote_ident(db)}"] if db else []
    if metric:
        labels.append(f"__name__={quote_ident(metric)}")
    return f"{{{','.join(labels)}}}" if labels else '{__name__!=""}'
