"""The endpoints of 2.x, as far as clients of the v1 data model need them.

A bucket is `database` or `database/policy`, as in 1.8. Source:
https://docs.influxdata.com/influxdb/v2/api/
"""

from __future__ import annotations

import json
from typing import Any

from influx_core.interfaces import Request
from influx_core.timestamps import Precision
from influx_testing._flavors.access.credentials import LoginError
from influx_testing._flavors.access.tokens import has_token
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.parameters import Parameters
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v1_query import query
from influx_testing._flavors.v1_write import PRECISIONS, access_problem, store

__all__ = [
    "health",
    "json_reply",
    "query_compat",
    "ready",
    "refuse",
    "write_bucket",
    "write_bucket_as_user",
    "write_compat",
]

_CODES = {
    400: "invalid",
    401: "unauthorized",
    403: "forbidden",
    404: "not found",
    413: "request too large",
    422: "unprocessable entity",
    429: "too many requests",
    500: "internal error",
    503: "unavailable",
}
_PRECISIONS: dict[str, Precision] = {"": "ns", "ms": "ms", "ns": "ns", "s": "s", "us": "us"}


def json_reply(status: int, document: Any) -> Reply:
    """A response of one JSON document."""
    data = json.dumps(document, separators=(",", ":")).encode()
    return Reply(status, (data,), {"content-type": "application/json; charset=utf-8"})


def refuse(status: int, message: str) -> Reply:
    """An error in the form of 2.x, where a partial write has a status of its own."""
    if message.startswith("partial write"):
        status = 422
    code = _CODES.get(status, "internal error")
    reply = json_reply(status, {"code": code, "message": message})
    reply.headers["x-platform-error-code"] = code
    return reply


def health(server: ServerContext, request: Request) -> Reply:
    """Report that the server is healthy."""
    document: dict[str, Any] = {
        "name": "influxdb",
        "message": "ready for queries and writes",
        "status": "pass",
        "checks": [],
        "version": server.version,
    }
    return json_reply(200, document)


def ready(server: ServerContext, request: Request) -> Reply:
    """Report that the server has started."""
    return json_reply(200, {"status": "ready"})


def write_bucket_as_user(server: ServerContext, request: Request) -> Reply:
    """Store lines in a bucket of 1.8, which has users: `Authorization: Token name:password`."""
    try:
        user = server.user(request)
    except LoginError as error:
        return refuse(401, str(error))
    database = Parameters(request).get("bucket").partition("/")[0]
    if database and server.settings.auth_enabled:
        problem = access_problem(server, database, user, refuse)
        if problem is not None:
            return problem
    return write_bucket(server, request)


def write_bucket(server: ServerContext, request: Request) -> Reply:
    """Store lines in a bucket."""
    if not has_token(server, request):
        return refuse(401, "unauthorized access")
    parameters = Parameters(request)
    database, _, policy = parameters.get("bucket").partition("/")
    precision = _PRECISIONS.get(parameters.get("precision"))
    if precision is None:
        return refuse(400, "invalid precision; valid precision units are ns, us, ms, and s")
    if not database:
        return refuse(400, "bucket is required")
    if database not in server.engine.databases:
        return refuse(404, f'bucket "{database}" not found')
    return store(server, request, (database, policy), precision, refuse)


def write_compat(server: ServerContext, request: Request) -> Reply:
    """The path /write of 1.x, with a token; a bucket with the name must exist."""
    if not has_token(server, request):
        return refuse(401, "unauthorized access")
    parameters = Parameters(request)
    database = parameters.get("db")
    if not database:
        return refuse(400, "missing db")
    if database not in server.engine.databases:
        return refuse(404, "no dbrp mapping found")
    precision = PRECISIONS.get(parameters.get("precision"), "ns")
    return store(server, request, (database, parameters.get("rp")), precision, refuse)


def query_compat(server: ServerContext, request: Request) -> Reply:
    """The path /query of 1.x, with a token."""
    if not has_token(server, request):
        return refuse(401, "unauthorized access")
    return query(server, request)
