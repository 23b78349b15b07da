"""Makes sources and sinks of the URLs of servers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from influx_copy._servers.flux_source import FluxSource
from influx_copy._servers.influxql_source import InfluxQLSource
from influx_copy._servers.line_sink import LineSink, ServerKind
from influx_copy._servers.metrics_sink import MetricsSink
from influx_copy._servers.metrics_source import MetricsSource
from influx_copy._servers.table_source import InfluxDB3Source
from influx_copy.interfaces import CopySource
from influx_core import ConfigError, InfluxDBClient

__all__ = ["questdb_sink", "server_sink", "server_source"]

_RETRY = {"type": "backoff", "attempts": 8, "base": 0.2, "cap": 60.0, "budget": None}
"""Repeats a request of a busy server, and obeys Retry-After."""

_EXACT_NAMES = {
    "v1": {"type": "auto", "rules": "1.x"},
    "v2": {"type": "auto", "rules": "v2"},
    "v3": {"type": "auto", "rules": "v2"},
}
"""Serializers that write every name that a kind of server can store."""

_OURS = ("rp", "retention_policy")


def server_source(url: str) -> CopySource:
    """Return a source for the URL of a server: `http://user:password@host:8086/db?rp=week`.

    Args:
        url: as for `InfluxDBClient.from_url`; without a database all databases are read. `api=v2`,
            `api=v3` and `api=victoriametrics` say what the server is.
    """
    client, options = _client(url)
    kind = options["api"]
    if kind == "v1":
        typed = _client(url, deserializer="msgpack")[0]
        return InfluxQLSource(
            client, typed, database=options["db"], policy=options["retention_policy"]
        )
    if kind == "v3":
        return InfluxDB3Source(client, database=_with_policy(options))
    if kind == "v2":
        return FluxSource(client, bucket=_with_policy(options))
    return MetricsSource(client, database=options["db"])


def _with_policy(options: Mapping[str, Any]) -> str | None:
    """The bucket, or the database of InfluxDB 3, of a database and a retention policy."""
    database, policy = options["db"], options["retention_policy"]
    if policy and not database:
        raise ConfigError(f"the retention policy {policy!r} needs a database")
    return f"{database}/{policy}" if policy else database


def server_sink(url: str) -> LineSink:
    """Return a sink for the URL of a server; see `server_source`."""
    client, options = _client(url, serializer=_EXACT_NAMES.get(_api(url), "auto"))
    kind = cast(ServerKind, options["api"])
    if kind == "victoriametrics":
        return MetricsSink(client, database=options["db"])
    return LineSink(client, kind, database=options["db"], policy=options["retention_policy"])


def questdb_sink(url: str) -> LineSink:
    """Return a sink for a QuestDB: `questdb://user:password@host:9000`."""
    rest = url.partition("://")[2]
    if not rest:
        raise ConfigError("the URL of a QuestDB is questdb://host:9000")
    client, _ = _client(f"http://{rest}")
    return LineSink(client, "questdb")


def _api(url: str) -> str:
    return dict(parse_qsl(urlsplit(url).query)).get("api", "v1")


def _client(url: str, **options: Any) -> tuple[InfluxDBClient, dict[str, Any]]:
    """A client without a database of its own, and what the URL says besides."""
    parts = urlsplit(url)
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    policy = next((given.pop(name) for name in _OURS if name in given), None)
    kind = given.setdefault("api", "v1")
    if kind == "auto":
        raise ConfigError("api=auto is not for a copy: say v1, v2, v3 or victoriametrics")
    database = next((given.pop(name) for name in ("db", "bucket", "database") if name in given), "")
    path = parts.path.rstrip("/")
    if not database and path:
        path, _, database = path.rpartition("/")
    # The parameter db, which is empty, keeps the rest of the path as a prefix of the server's.
    rest = urlunsplit(parts._replace(path=path, query=urlencode(given)))
    client = InfluxDBClient.from_url(rest, db=None, retry=_RETRY, **options)
    return client, {"api": kind, "db": database or None, "retention_policy": policy}
