"""Records each request as a point, and queries a summary of them."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Middleware

from asphalt.influxdb.client import InfluxDBClient
from influx_core import BatchWriter, DataPoint

__all__ = ["recording", "summary"]

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def recording(writer: BatchWriter) -> Middleware:
    """Return a middleware that puts the duration of each request into a writer without waiting."""

    @web.middleware
    async def record(request: web.Request, handler: Handler) -> web.StreamResponse:
        started = time.perf_counter()
        status = 500
        try:
            response = await handler(request)
            status = response.status
            return response
        except web.HTTPException as error:
            status = error.status
            raise
        finally:
            writer.put_nowait(_timing(request, status, time.perf_counter() - started))

    return record


def _timing(request: web.Request, status: int, seconds: float) -> DataPoint:
    route = request.match_info.route.resource
    tags = {
        "route": "unknown"
        if route is None
        else route.canonical,  # not the path: the number of paths is unlimited
        "method": request.method,
        "status": str(status),
    }
    return DataPoint("requests", tags, {"seconds": seconds})


async def summary(client: InfluxDBClient, minutes: int) -> list[dict[str, Any]]:
    """The number and the duration of the requests of each route in the last minutes."""
    query = client.query(
        "count(seconds) AS requests, mean(seconds) AS mean, percentile(seconds, 95) AS p95",
        "requests",
    )
    query = query.where(f"time > now() - {minutes}m").group_by("route", "status")
    return [
        {
            **(series.tags or {}),
            "requests": row.requests,
            "mean": round(row.mean, 6),
            "p95": round(row.p95, 6),
        }
        for series in (await client.execute(query)).series
        for row in series
    ]
