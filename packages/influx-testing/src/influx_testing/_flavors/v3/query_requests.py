"""Reads the query of a 3.x request: its text, its database and its format.

An invalid header `Accept` is refused before the parameter `format` is read.

Source: https://docs.influxdata.com/influxdb3/core/api/v3/#tag/Query-data
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from influx_core.interfaces import Request
from influx_testing._flavors.parameters import Parameters
from influx_testing._flavors.v3.v3_replies import plain_error
from influx_testing._flavors.v3.values import required_text, text

__all__ = ["FORMATS", "V3Query", "chosen_format", "json_object", "json_value", "read_query"]

FORMATS = ("parquet", "csv", "pretty", "json", "jsonl")
"""What the parameter `format` can be."""

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
        format: one of `FORMATS`.
        params: the values of its parameters.
    """

    text: str
    database: str
    format: str
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])


def read_query(request: Request, *, needs_database: bool) -> V3Query:
    """Read a query from the URL of a GET, or from the JSON of a POST.

    Raises:
        Reply: a header or a parameter is refused.
    """
    accepted = _format_of(request.headers.get("accept"))
    given = _url_parameters(request) if request.method == "GET" else json_object(request.body)
    database = required_text(given, "db") if needs_database else text(given, "db")
    query = required_text(given, "q")
    return V3Query(query, database, chosen_format(given, accepted), _params(given))


def chosen_format(given: dict[str, Any], otherwise: str) -> str:
    """The parameter `format`; without it, the given default.

    Raises:
        Reply: the format does not exist.
    """
    name = text(given, "format")
    if name and name not in FORMATS:
        known = ", ".join(f"`{one}`" for one in FORMATS)
        raise plain_error(400, f"unknown variant `{name}`, expected one of {known}")
    return name or otherwise


def _format_of(accept: str | None) -> str:
    """The format that the header `Accept` requests."""
    if accept is None:
        return "json"
    found = _FORMAT_OF_TYPE.get(accept)
    if found is None and not ("text/html" in accept or "*/*" in accept):
        raise plain_error(400, f"invalid mime type ({accept})")
    return found or "json"


def _url_parameters(request: Request) -> dict[str, Any]:
    given: dict[str, Any] = dict(Parameters(request).items())
    if given.get("params"):
        given["params"] = json_value(given["params"])
    return given


def json_object(body: bytes) -> dict[str, Any]:
    """Read a body that must be a JSON object.

    Raises:
        Reply: the body is not a JSON object.
    """
    value = json_value(body)
    if not isinstance(value, dict):
        raise plain_error(400, "serde json error: invalid type, expected a JSON object")
    return cast(dict[str, Any], value)


def json_value(data: bytes | str) -> Any:
    """Read any JSON value.

    Raises:
        Reply: the body is not JSON.
    """
    if not data:
        raise plain_error(400, "serde json error: EOF while parsing a value at line 1 column 0")
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise plain_error(400, f"serde json error: {error}") from error


def _params(given: dict[str, Any]) -> dict[str, Any]:
    params = given.get("params")
    if params is None:
        return {}
    if not isinstance(params, dict):
        raise plain_error(400, "serde json error: params: invalid type, expected a map")
    return cast(dict[str, Any], params)
