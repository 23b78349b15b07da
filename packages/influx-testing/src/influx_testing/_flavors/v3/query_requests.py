"""Reads the query of a 3.x request: its text, its database and its format.

An invalid header `Accept` is refused before the parameter `format` is read.

Source: https://docs.influxdata.com/influxdb3/core/api/v3/#tag/Query-data
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from influx_core.interfaces import Request
from influx_testing._flavors.settings import Settings
from influx_testing._flavors.v3.request_body import body_bytes
from influx_testing._flavors.v3.request_fields import JSONFields, RequestFields
from influx_testing._flavors.v3.v3_replies import plain_error

__all__ = ["V3Query", "chosen_format", "read_query"]

_FORMATS = ("parquet", "csv", "pretty", "json", "json_lines", "jsonl")

_FORMAT_OF_TYPE = {
    "*/*": "json",
    "application/json": "json",
    "application/vnd.apache.parquet": "parquet",
    "text/csv": "csv",
    "text/plain": "pretty",
}


@dataclass(frozen=True, slots=True)
class V3Query:
    """The query of a request.

    Attributes:
        text: SQL or InfluxQL.
        database: its name; empty for none.
        format: `parquet`, `csv`, `pretty`, `json` or `jsonl`.
        params: the values of its parameters.
    """

    text: str
    database: str
    format: str
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])


def read_query(request: Request, settings: Settings, *, needs_database: bool) -> V3Query:
    """Read a query from the URL of a GET, or from the JSON of a POST.

    Raises:
        Reply: a header or a parameter is refused.
    """
    accepted = _format_of(request.headers.get("accept"))
    fields = _fields(request, settings)
    database = fields.required_text("db") if needs_database else fields.text("db") or ""
    query = fields.required_text("q")
    chosen = chosen_format(fields) or accepted
    return V3Query(query, database, chosen, fields.mapping("params"))


def _fields(request: Request, settings: Settings) -> RequestFields:
    if request.method != "GET":
        return JSONFields(body_bytes(request, settings), "struct QueryRequest")
    if not request.params:
        raise plain_error(400, "missing query parameters 'db' and 'q'")
    return RequestFields.of_url(request)


def chosen_format(fields: RequestFields) -> str:
    """The parameter `format`, without its second name of JSON lines; empty if it is missing.

    Raises:
        Reply: the format does not exist.
    """
    name = fields.choice("format", _FORMATS) or ""
    return "jsonl" if name == "json_lines" else name


def _format_of(accept: str | None) -> str:
    """The format that the header `Accept` requests."""
    if accept is None:
        return "json"
    found = _FORMAT_OF_TYPE.get(accept)
    if found is None and not ("text/html" in accept or "*/*" in accept):
        raise plain_error(400, f"invalid mime type ({accept})")
    return found or "json"
