"""The API of InfluxDB 3.x: `write_lp`, `query_influxql`, `query_sql`. No I/O.

Responses are JSON lines, which can be parsed as they arrive. Source:
https://docs.influxdata.com/influxdb3/core/api/ and, where it differs, the server's source
(https://github.com/influxdata/influxdb, influxdb3_server).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, cast

import msgspec

from influx_core._api.base import API, V3_CONFIGURATION, QueryRequest, ResultAdapter
from influx_core._api.bind_params import bind, bind_sql
from influx_core._api.request_options import WriteOptions
from influx_core._api.v2 import bucket
from influx_core._parsers.json.json_rows import ROW_OBJECTS
from influx_core.errors import ConfigError
from influx_core.interfaces import Deserializer, Request

if TYPE_CHECKING:
    from influx_core._parsers.column_hints import GuessingDeserializer

__all__ = ["V3"]

ANY_TYPE = "*/*"
"""The Accept header of every query: the server checks it before it reads `format`, and refuses the
MIME type of JSON lines although its pages list it."""

ARROW_STREAM = "application/vnd.apache.arrow.stream"
"""A stream of record batches, which InfluxDB 3 sends over Flight only."""

_FORMATS: Mapping[str, str] = {
    "application/jsonl": "jsonl",
    ROW_OBJECTS: "json",
    "text/csv": "csv",
    "application/vnd.apache.parquet": "parquet",
}
"""MIME types that deserializers ask for, and this server's names for them."""


_HTTP_ONLY = re.compile(r"\s*show\s+databases\b", re.IGNORECASE)
"""The statement that InfluxDB 3 runs over HTTP only."""


class V3(API):
    """The requests and responses of InfluxDB 3.x."""

    name = "v3"
    auth_scheme = "bearer"
    response_format = "jsonl"
    has_unsigned = True
    write_path = "/api/v3/write_lp"
    precisions: ClassVar = {
        "ns": "nanosecond",
        "us": "microsecond",
        "ms": "millisecond",
        "s": "second",
    }
    supported_options: ClassVar = frozenset({"accept_partial", "no_sync"})
    configuration: ClassVar = V3_CONFIGURATION
    unlisted: ClassVar = frozenset({"series"})
    own_formats: ClassVar = {"json": "json-rows", "csv": "csv-table"}
    byte_formats: ClassVar = {"csv": "text/csv", "json": "application/jsonl"}
    transport_deserializers: ClassVar = {ARROW_STREAM: "arrow"}

    def transport_runs(self, query: QueryRequest) -> bool:
        """Whether a query runs over Flight: all but SHOW DATABASES do."""
        return query.language != "influxql" or _HTTP_ONLY.match(query.text) is None

    def write_params(self, options: WriteOptions) -> dict[str, str | None]:
        """Database, and what becomes of good lines beside bad ones."""
        return {
            "db": bucket(options.db, options.retention_policy),
            "accept_partial": _flag(options.accept_partial),
            "no_sync": _flag(options.no_sync),
        }

    def query_request(self, query: QueryRequest) -> Request:
        """The request that runs InfluxQL or SQL, by POST."""
        self._refuse_unsupported("query", query.options)
        if query.http_verb not in (None, "POST"):
            raise ConfigError(f"http_verb {query.http_verb!r}: api 'v3' is asked by POST")
        asked: dict[str, Any] = {
            "db": bucket(query.options.db, query.options.retention_policy),
            "q": query.text,
            "format": _format(query),
        }
        if query.bind_params:
            write = bind if query.language == "influxql" else bind_sql
            asked["params"] = msgspec.Raw(write(query.bind_params).encode())
        headers = {"accept": ANY_TYPE, "content-type": "application/json"}
        path = f"/api/v3/query_{query.language}"
        body = msgspec.json.encode(asked)
        return Request("POST", path, (), headers, body, operation="query")

    def deserializer_for(self, query: QueryRequest, chosen: Deserializer) -> Deserializer:
        """Text of InfluxQL is not read as times, or as numbers, where the query tells the types."""
        if query.language != "influxql" or not hasattr(chosen, "with_hints"):
            return chosen
        from influx_core._api.group_by import column_hints

        return cast("GuessingDeserializer", chosen).with_hints(
            column_hints(query.text, query.bind_params)
        )

    def result_adapter(self, query: QueryRequest) -> ResultAdapter | None:
        """Take the tags of GROUP BY out of the rows, and restore columns that rows leave out.

        The text of the query tells which they are, if it names them. Record batches of SQL leave
        out none.
        """
        if query.language == "sql" and query.accept == ARROW_STREAM:
            return None
        if query.language != "influxql":
            from influx_core._api.select_columns import SelectedColumnsAdapter, selected_names

            names = selected_names(query.text)
            return None if names is None else SelectedColumnsAdapter(names)
        from influx_core._api.group_by import GroupByAdapter, Shape

        shape = Shape.of(query.text, query.bind_params)
        return None if shape is None else GroupByAdapter(shape)


def _format(query: QueryRequest) -> str:
    if query.accept == ARROW_STREAM:
        return _arrow(query)
    try:
        return _FORMATS[query.accept]
    except KeyError:
        raise ConfigError(
            f"api 'v3' gives no {query.accept} that can be read as series; use the deserializer "
            "'jsonl', 'json', 'csv' or 'parquet', or api='v1', whose /query InfluxDB 3 serves too"
        ) from None


def _arrow(query: QueryRequest) -> str:
    if ARROW_STREAM not in query.transport_formats:
        raise ConfigError(
            "the deserializer 'arrow' needs transport='flight': InfluxDB 3 sends record batches "
            "over Flight only; over HTTP, 'parquet' has the same types"
        )
    return "arrow"


def _flag(value: bool | None) -> str | None:
    return None if value is None else str(bool(value)).lower()
