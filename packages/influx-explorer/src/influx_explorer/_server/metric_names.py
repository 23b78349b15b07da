"""MetricNames: the names that VictoriaMetrics holds, read through its own API.

VictoriaMetrics stores a point of line protocol as metrics `measurement_field` with the label `db`.
Source: https://docs.victoriametrics.com/victoriametrics/url-examples/
"""

from __future__ import annotations

from typing import Any

import msgspec

from influx_core import ResponseError, ResponseLost, ServerUnreachable
from influx_core.interfaces import Auth, Request, Transport
from influx_query import quote_ident

__all__ = ["MetricNames"]

_MOST_BYTES = 16 << 20


class MetricNames:
    """Reads the names of VictoriaMetrics.

    Args:
        transport: sends requests.
        auth: signs requests.
        base_url: the URL of the server.
    """

    def __init__(self, transport: Transport, auth: Auth, base_url: str) -> None:
        self._transport = transport
        self._auth = auth
        self._base_url = base_url

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
        params = [("match[]", selector)] if selector else []
        request = Request(
            "GET", path, (*params, ("start", "0")), base_url=self._base_url, timeout=30.0
        )
        try:
            response = await self._transport.send(self._auth.sign(request, 0.0))
            body = b"".join([chunk async for chunk in response.chunks()])
        except ConnectionError as error:
            raise ServerUnreachable(f"{self._base_url} cannot be reached: {error}") from error
        except TimeoutError as error:
            raise ResponseLost(f"no response from {self._base_url}: {error}") from error
        if response.status != 200:
            raise ResponseError(body.decode(errors="replace")[:500], status=response.status)
        found = msgspec.json.decode(body, type=dict[str, Any])
        return sorted(found.get("data", []))


def _selector(db: str, metric: str | None = None) -> str:
    labels = [f"db={quote_ident(db)}"] if db else []
    if metric:
        labels.append(f"__name__={quote_ident(metric)}")
    return f"{{{','.join(labels)}}}" if labels else '{__name__!=""}'
