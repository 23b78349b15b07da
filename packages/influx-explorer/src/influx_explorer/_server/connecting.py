"""Makes the source of the page from a URL and options; credentials stay in this process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from influx_core import InfluxDBClient, InfluxDBError
from influx_explorer._server.metric_names import MetricNames
from influx_explorer._server.server_source import ServerSource

__all__ = ["connected"]


async def connected(
    environment: Mapping[str, str], options: Mapping[str, Any], tls: Mapping[str, Any]
) -> ServerSource:
    """Return the source that variables and options describe.

    Args:
        environment: variables as for `InfluxDBClient.from_env`: `INFLUX_URL`, `INFLUX_TOKEN`...
        options: options of the client, which override them.
        tls: options of the transport: `ca_file`, `verify`.

    Raises:
        ConfigError: an option is invalid.
    """
    transport = {"transport": {"type": "auto", **tls}} if tls else {}
    client = InfluxDBClient.from_env(environment, **{"api": "auto", **options, **transport})
    metrics = MetricNames(client) if await _api(client) == "victoriametrics" else None
    db = options.get("db") or _db(environment)
    return ServerSource(client, client.base_urls[0], db, metrics)


async def _api(client: InfluxDBClient) -> str:
    """The API of a server; empty if it does not respond now."""
    try:
        return await client.api_name()
    except InfluxDBError:
        return ""


def _db(environment: Mapping[str, str]) -> str:
    named = environment.get("INFLUX_DB") or environment.get("INFLUX_BUCKET")
    path = urlsplit(environment.get("INFLUX_URL", "")).path
    return named or path.rstrip("/").rpartition("/")[2]
