"""The API of InfluxDB 1.x: `/ping`, `/write`, `/query`. No I/O.

Also served by InfluxDB 2.x (with a database mapping), 3.x, VictoriaMetrics and QuestDB. Source:
https://docs.influxdata.com/influxdb/v1/tools/api/
"""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlencode

from influx_core._api.base import API, QueryRequest, present
from influx_core._api.bind_params import bind
from influx_core._api.request_options import WriteOptions
from influx_core._parsers.json.json_rows import ROW_OBJECTS
from influx_core.errors import ConfigError
from influx_core.interfaces import Request

__all__ = ["V1"]

LONGEST_URL_QUERY = 2_000
"""Queries of more characters travel in the body of a POST; proxies cut URLs from 4 kB on."""

_FOREIGN_FORMATS = {
    "application/jsonl": "JSON lines",
    ROW_OBJECTS: "JSON of row objects",
    "application/vnd.apache.parquet": "Parquet",
    "application/vnd.apache.arrow.stream": "Arrow record batches",
}
"""The formats of InfluxDB 3, by MIME type. Other servers answer with documents of JSON instead."""


class V1(API):
    """The requests and responses of InfluxDB 1.x."""

    name = "v1"
    has_admin_api = True
    health_path = "/ping"  # /health came with 1.8
    write_path = "/write"
    flux_path: ClassVar[str | None] = "/api/v2/query"  # since 1.8, if flux-enabled = true
    query_path: ClassVar[str] = "/query"
    precisions: ClassVar = {"ns": "ns", "us": "u", "ms": "ms", "s": "s", "m": "m", "h": "h"}
    supported_options: ClassVar = frozenset({"consistency"})

    def write_params(self, options: WriteOptions) -> dict[str, str | None]:
        """Database, retention policy, and how many nodes have to store a point."""
        return {
            "db": options.db,
            "rp": options.retention_policy,
            "consistency": options.consistency,
        }

    def query_request(self, query: QueryRequest) -> Request:
        """The request that runs InfluxQL; a POST carries everything as a form in its body."""
        if query.language != "influxql":
            raise ConfigError(f"api {self.name!r} answers InfluxQL only; SQL needs api='v3'")
        if query.accept in _FOREIGN_FORMATS:
            raise ConfigError(
                f"api {self.name!r} sends no {_FOREIGN_FORMATS[query.accept]}; use the "
                "deserializer 'json', 'msgpack' or 'csv', or api='v3'"
            )
        options = query.options
        self._refuse_unsupported("query", options)
        params = present(
            db=options.db,
            rp=options.retention_policy,
            org=options.org,
            epoch="ns",
            chunked="true" if options.rows else None,
            chunk_size=str(options.rows) if options.rows else None,
            params=bind(query.bind_params) if query.bind_params else None,
            q=query.text,
        )
        headers = {"accept": query.accept}
        if verb(query) == "GET":
            return Request("GET", self.query_path, params, headers, operation="query")
        headers["content-type"] = "application/x-www-form-urlencoded"
        body = urlencode(params).encode()
        return Request("POST", self.query_path, (), headers, body, operation="query")

    def _advice(self, request: Request, status: int) -> str:
        if self.name == "v1" and request.path == self.flux_path and status in (403, 404):
            return "Flux needs InfluxDB 2.x (api='v2'), or 1.8 with flux-enabled = true"
        return ""


def verb(query: QueryRequest) -> str:
    """The verb for a query: what was asked for, or GET where it only reads and fits a URL.

    Raises:
        ConfigError: what was asked for is neither GET nor POST.
    """
    if query.http_verb is None:
        short = len(query.text) <= LONGEST_URL_QUERY
        return "GET" if short and query.read_only else "POST"
    if query.http_verb not in ("GET", "POST"):
        raise ConfigError(f"http_verb {query.http_verb!r}: queries go by GET or POST")
    return query.http_verb
