"""Reads requests for Flux queries.

Source: https://docs.influxdata.com/influxdb/v2/api/v2/#operation/PostQuery
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from influx_core.annotated_csv import Annotation, Dialect
from influx_core.errors import ConfigError
from influx_core.interfaces import Request
from influx_flux import File, from_json
from influx_testing._flavors.v2.v2_replies import refuse

__all__ = ["FluxRequest", "read_json", "read_request"]

_NO_QUERY = "request body requires either query or AST"
_NOT_JSON = (
    "failed parsing request body as JSON; if sending a raw Flux script, "
    "set 'Content-Type: application/vnd.flux' in your request headers"
)
_ANNOTATIONS = ("group", "datatype", "default")
_TIME_FORMATS = ("RFC3339", "RFC3339Nano")
_NANOSECONDS = re.compile(r"\.(\d+)")


@dataclass(frozen=True, slots=True)
class FluxRequest:
    """A query with its options.

    Attributes:
        query: the text, or the syntax tree.
        dialect: the form of the response.
        extern: definitions that come before the query.
        now: the time of the query (ns since 1970), if the request gives one.
    """

    query: str | File
    dialect: Dialect
    extern: File | None = None
    now: int | None = None


def read_request(request: Request) -> FluxRequest:
    """Read a request: JSON, or the text alone as `application/vnd.flux`.

    Raises:
        Reply: the request is wrong.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind == "application/vnd.flux":
        text = _text(request.body)
        if not text:
            raise refuse(400, _NO_QUERY)
        return FluxRequest(text, _dialect({}))
    body = read_json(request, _NOT_JSON)
    query = body.get("query") or ""
    if not isinstance(query, str):
        raise refuse(400, "query is not a string")
    tree = body.get("ast")
    if not query and tree is None:
        raise refuse(400, _NO_QUERY)
    type_ = body.get("type") or "flux"
    if type_ != "flux":
        raise refuse(400, f"unknown query type: {type_}")
    return FluxRequest(
        query or _tree(tree),
        _dialect(body.get("dialect") or {}),
        None if body.get("extern") is None else _tree(body["extern"]),
        _now(body.get("now")),
    )


def read_json(request: Request, failure: str = "invalid json") -> Mapping[str, Any]:
    """Return the body, an object of JSON.

    Args:
        request: the request.
        failure: the beginning of the error for another body.

    Raises:
        Reply: it is not an object of JSON.
    """
    try:
        body: Any = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise refuse(400, f"{failure}: {error}") from error
    if not isinstance(body, dict):
        raise refuse(400, f"{failure}: an object of JSON is required")
    return cast("Mapping[str, Any]", body)


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise refuse(400, "the query is not valid UTF-8") from error


def _tree(value: Any) -> File:
    """Return the file of a tree: a File, or a Package with one."""
    document = _object(value)
    if document.get("type") == "Package" and len(document.get("files") or ()) == 1:
        document = _object(document["files"][0])
    try:
        return from_json(document)
    except (ValueError, RecursionError) as error:
        raise refuse(400, f"invalid AST: {error}") from error


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise refuse(400, "invalid AST: it is not an object")
    return cast("Mapping[str, Any]", value)


def _dialect(given: Any) -> Dialect:
    """Return the dialect of a request; without one, there is a header and no annotation."""
    if not isinstance(given, dict):
        raise refuse(400, "dialect is not an object")
    options = cast("Mapping[str, Any]", given)
    delimiter = options.get("delimiter") or ","
    if len(str(delimiter)) != 1:
        raise refuse(400, "invalid dialect delimeter: must be length 1")
    if len(options.get("commentPrefix") or "#") > 1:
        raise refuse(400, "invalid dialect comment prefix: must be length 0 or 1")
    annotations: list[Annotation] = options.get("annotations") or []
    for name in annotations:
        if name not in _ANNOTATIONS:
            raise refuse(400, f"unknown dialect annotation type: {name}")
    time_format = options.get("dateTimeFormat") or "RFC3339"
    if time_format not in _TIME_FORMATS:
        raise refuse(400, f"unknown dialect date time format: {time_format}")
    header = options.get("header")
    try:
        return Dialect(
            header=True if header is None else header,
            delimiter=delimiter,
            annotations=tuple(dict.fromkeys(annotations)),
        )
    except ConfigError as error:
        raise refuse(400, f"invalid dialect: {error}") from error


def _now(given: Any) -> int | None:
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(_NANOSECONDS.sub("", str(given)))
        fraction = _NANOSECONDS.search(str(given))
        digits = fraction[1] if fraction else ""
        return int(moment.timestamp()) * 1_000_000_000 + int(digits.ljust(9, "0")[:9] or 0)
    except ValueError as error:
        raise refuse(400, f"invalid now: {given}") from error
