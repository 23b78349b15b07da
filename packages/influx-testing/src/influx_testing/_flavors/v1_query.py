"""The endpoint /query of 1.x.

Source: https://docs.influxdata.com/influxdb/v1/tools/api/#query-http-endpoint
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, cast

from influx_core.interfaces import Request
from influx_query import InfluxQLSyntaxError, parse
from influx_query.nodes import Statement
from influx_testing._engine.catalog.users import User
from influx_testing._engine.statements import executor
from influx_testing._engine.statements.execution_context import ExecutionOptions
from influx_testing._engine.statements.privileges import NotAuthorizedError
from influx_testing._engine.statements.result_series import Result, merged
from influx_testing._flavors.access.credentials import LoginError
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.formats import ResponseFormat, UnencodableError, choose
from influx_testing._flavors.parameters import Parameters
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v1_replies import refusal, unauthorized
from influx_testing._go.json import first_value
from influx_testing.errors import FakeUnsupported

__all__ = ["chunk_size", "query"]

_CHUNK_SIZE = 10_000
_MOST_DIGITS = 20
_COUNT = re.compile("[0-9]{1,18}")


def query(server: ServerContext, request: Request) -> Reply:
    """Execute statements and return their results."""
    parameters = Parameters(request, form=True)
    format_ = choose(
        request.headers.get("accept", ""),
        epoch=parameters.get("epoch").strip(),
        pretty=Parameters(request).get("pretty") == "true",
    )
    try:
        user = server.user(request)
    except LoginError as error:
        return unauthorized(server, request, error)
    try:
        statements = _statements(parameters)
    except _BadRequestError as error:
        return refusal(request, 400, str(error))
    database = parameters.get("db")
    try:
        if server.settings.auth_enabled:
            executor.authorize(server.engine, statements, database, user)
    except NotAuthorizedError as error:
        return refusal(request, 403, f"error authorizing query: {error}")
    if parameters.get("async") == "true":
        return _run_silently(server, format_, statements, _request(request, parameters, user))
    return _answered(server, format_, statements, _request(request, parameters, user), parameters)


_JSON_NAMES: dict[type, str] = {
    bool: "bool",
    float: "number",
    int: "number",
    list: "array",
    str: "string",
}


class _BadRequestError(Exception):
    """The whole request is refused with status 400."""


def _statements(parameters: Parameters) -> Sequence[Statement]:
    text = parameters.get("q").strip()
    if not text:
        raise _BadRequestError('missing required parameter "q"')
    params = _bound(parameters.get("params"))
    try:
        return parse(text, params, dialect="1.6")
    except InfluxQLSyntaxError as error:
        raise _BadRequestError(f"error parsing query: {error.message}") from error


def _bound(text: str) -> dict[str, Any] | None:
    """Decode the bound parameters; a number is a float only if it contains a dot."""
    if not text:
        return None
    try:
        params = json.loads(first_value(text), parse_float=_float, parse_int=_integer)
    except _BadNumberError as error:
        raise _BadRequestError(f"error parsing json value: {error}") from error
    except (ValueError, RecursionError) as error:
        raise _BadRequestError(f"error parsing query parameters: {error}") from error
    if params is None:
        return None
    if not isinstance(params, dict):
        raise _BadRequestError(
            f"error parsing query parameters: json: cannot unmarshal {_JSON_NAMES[type(params)]} "
            "into Go value of type map[string]interface {}"
        )
    return cast(dict[str, Any], params)


class _BadNumberError(Exception):
    """A number in JSON cannot be the value of a parameter."""


def _float(text: str) -> float:
    if "." not in text:
        raise _BadNumberError(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    return float(text)


def _integer(text: str) -> int:
    if len(text) > _MOST_DIGITS or not -(2**63) <= int(text) < 2**63:
        raise _BadNumberError(f'strconv.ParseInt: parsing "{text}": value out of range')
    return int(text)


def _request(request: Request, parameters: Parameters, user: User | None) -> ExecutionOptions:
    return ExecutionOptions(
        database=parameters.get("db"),
        policy=parameters.get("rp"),
        chunk_size=chunk_size(parameters),
        read_only=request.method in {"GET", "HEAD"},
        user=user,
    )


def chunk_size(parameters: Parameters) -> int:
    """The most rows of one chunk of a response."""
    text = parameters.get("chunk_size")
    if parameters.get("chunked") != "true" or not _COUNT.fullmatch(text):
        return _CHUNK_SIZE
    return int(text) or _CHUNK_SIZE


def _run_silently(
    server: ServerContext,
    format_: ResponseFormat,
    statements: Sequence[Statement],
    request: ExecutionOptions,
) -> Reply:
    for _ in executor.execute(server.engine, statements, request):
        pass
    return Reply(204, headers={"content-type": format_.content_type})


def _answered(
    server: ServerContext,
    format_: ResponseFormat,
    statements: Sequence[Statement],
    request: ExecutionOptions,
    parameters: Parameters,
) -> Reply:
    results = executor.execute(server.engine, statements, request)
    headers = {"content-type": format_.content_type}
    if parameters.get("chunked") == "true":
        return Reply(200, _pieces(server, format_, results), headers)
    whole = merged(results, server.settings.max_row_limit)
    try:
        return Reply(200, iter((format_.answer(whole),)), headers)
    except UnencodableError as error:
        return Reply(200, iter((f"{error}\n".encode(),)), headers)


def _pieces(
    server: ServerContext, format_: ResponseFormat, results: Iterator[Result]
) -> Iterable[bytes]:
    """Encode one document for each result.

    The first result is computed at once, so that a failure in it can still set the status.
    """
    first = next(results, None)
    if first is None:
        return ()
    return _documents(server, format_, first, results)


def _documents(
    server: ServerContext, format_: ResponseFormat, first: Result, results: Iterator[Result]
) -> Iterator[bytes]:
    try:
        for result in chain([first], results):
            yield _document(format_, result)
    except FakeUnsupported as error:
        yield format_.error(server.unsupported(error))


def _document(format_: ResponseFormat, result: Result) -> bytes:
    try:
        return format_.answer([result])
    except UnencodableError as error:
        return f"{error}\n".encode()
