"""The endpoints that tell about Flux without running it: syntax trees, errors, functions.

Source: https://docs.influxdata.com/influxdb/v2/api/v2/#tag/Query
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from influx_flux import FluxSyntaxError, parse, syntax_issues, to_json
from influx_flux.stdlib import FunctionSignature, packages, signature
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v2.api_request import ApiRequest
from influx_testing._flavors.v2.flux.flux_request import read_json
from influx_testing._flavors.v2.v2_replies import json_reply, refuse

__all__ = ["analyze", "suggestion", "suggestions", "syntax_tree"]

_UNIVERSE = ""


def syntax_tree(call: ApiRequest) -> Reply:
    """Return the syntax tree of a query."""
    try:
        file = parse(_query(call))
    except FluxSyntaxError as error:
        raise refuse(400, f"invalid AST: {error}") from error
    package = file.package.name.name if file.package else "main"
    return json_reply(
        200, {"ast": {"type": "Package", "package": package, "files": [to_json(file)]}}
    )


def analyze(call: ApiRequest) -> Reply:
    """Return the syntax errors of a query."""
    issues = syntax_issues(parse(_query(call), strict=False))
    errors = [
        {
            "line": issue.line,
            "column": issue.column,
            "character": 0,
            "message": issue.message,
        }
        for issue in issues
    ]
    return json_reply(200, {"errors": errors})


def _query(call: ApiRequest) -> str:
    query = read_json(call.http).get("query")
    if not isinstance(query, str) or not query:
        raise refuse(400, "request body requires either query or AST")
    return query


def suggestions(call: ApiRequest) -> Reply:
    """Return all functions that need no import, with their parameters."""
    functions = [
        _suggestion(name, found)
        for name in sorted(packages()[_UNIVERSE])
        if (found := signature(_UNIVERSE, name)) is not None
    ]
    return json_reply(200, {"funcs": functions})


def suggestion(call: ApiRequest) -> Reply:
    """Return the parameters of one function."""
    name = call.ids["name"]
    found = signature(_UNIVERSE, name)
    if found is None:
        raise refuse(404, f"function not found: {name}")
    return json_reply(200, _suggestion(name, found))


def _suggestion(name: str, found: FunctionSignature) -> Mapping[str, Any]:
    return {"name": name, "params": {item.name: _kind(item.type) for item in found.parameters}}


def _kind(type_: str) -> str:
    """Return the kind of a type in one word; a type variable is `invalid`, as on the server."""
    if type_.startswith("stream["):
        return "stream"
    if type_.startswith("["):
        return "array"
    if type_.startswith("{"):
        return "object"
    if type_.startswith("("):
        return "function"
    return type_ if type_.islower() else "invalid"
