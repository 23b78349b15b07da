"""The flavors of the fake: the versions it can act as, each with its paths."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from influx_core.interfaces import Request
from influx_testing._flavors import v2_endpoints, v3_endpoints
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.replies import Reply, page_not_found, text_reply
from influx_testing._flavors.v1_debug_vars import variables
from influx_testing._flavors.v1_query import query
from influx_testing._flavors.v1_write import write
from influx_testing._flavors.v3_endpoints import with_token
from influx_testing.errors import FakeUnsupported

__all__ = ["FLAVORS", "Flavor"]

_COUNTED = {
    "/ping": "pingReq",
    "/query": "queryReq",
    "/status": "statusReq",
    "/write": "writeReq",
}
"""The counters of single paths."""

_WITH_OPTIONS = frozenset({"/api/v2/write", "/query", "/write"})
"""Paths that answer OPTIONS, so that web pages of other origins can use them."""

_READING = ("GET", "POST")

Endpoint = Callable[[ServerContext, Request], Reply]


@dataclass(frozen=True, slots=True)
class Flavor:
    """One version of the server.

    Attributes:
        version: the version in its headers.
        routes: endpoints by path and method.
        unsupported_prefixes: how the paths begin that the real server has and the fake has not.
    """

    version: str
    routes: Mapping[str, Mapping[str, Endpoint]]
    unsupported_prefixes: tuple[str, ...]

    def answer(self, server: ServerContext, request: Request) -> Reply:
        """Answer a request with the endpoint of its path, and count the outcome."""
        reply = self._answer(server, request)
        counters = server.engine.counters
        counters["httpd.req"] += 1
        if request.path in _COUNTED:
            counters[f"httpd.{_COUNTED[request.path]}"] += 1
        if request.path == "/write":
            counters["httpd.writeReqBytes"] += len(request.body)
        counters["httpd.authFail"] += reply.status == 401
        counters["httpd.clientError"] += 400 <= reply.status < 500
        counters["httpd.serverError"] += reply.status >= 500
        return reply

    def _answer(self, server: ServerContext, request: Request) -> Reply:
        methods = self.routes.get(request.path)
        if methods is None:
            return self._unknown(server, request.path)
        if request.method == "OPTIONS" and request.path in _WITH_OPTIONS:
            return Reply(200)
        endpoint = methods.get(request.method)
        if endpoint is None:
            reply = text_reply(405, "Method Not Allowed")
            known = {*methods, "OPTIONS"} if request.path in _WITH_OPTIONS else methods
            reply.headers["allow"] = ", ".join(sorted(known))
            return reply
        try:
            return endpoint(server, request)
        except FakeUnsupported as error:
            return text_reply(501, server.unsupported(error))

    def _unknown(self, server: ServerContext, path: str) -> Reply:
        if path.startswith(self.unsupported_prefixes):
            return text_reply(501, server.unsupported(FakeUnsupported(f"the path {path}")))
        return page_not_found()


def _empty(server: ServerContext, request: Request) -> Reply:
    return Reply(204)


def _version(server: ServerContext, request: Request) -> Reply:
    return v2_endpoints.json_reply(200, {"version": server.version})


_V1: dict[str, dict[str, Endpoint]] = {
    "/debug/vars": {"GET": variables},
    "/ping": {"GET": _empty, "HEAD": _empty},
    "/query": {"GET": query, "POST": query},
    "/status": {"GET": _empty, "HEAD": _empty},
    "/write": {"POST": write},
}

_V1_8: dict[str, dict[str, Endpoint]] = {
    **_V1,
    "/api/v2/write": {"POST": v2_endpoints.write_bucket_as_user},
    "/health": {"GET": v2_endpoints.health, "HEAD": v2_endpoints.health},
}
_V2: dict[str, dict[str, Endpoint]] = {
    "/api/v2/write": {"POST": v2_endpoints.write_bucket},
    "/health": {"GET": v2_endpoints.health, "HEAD": v2_endpoints.health},
    "/ping": {"GET": _empty, "HEAD": _empty},
    "/query": {"GET": v2_endpoints.query_compat, "POST": v2_endpoints.query_compat},
    "/ready": {"GET": v2_endpoints.ready},
    "/write": {"POST": v2_endpoints.write_compat},
}
_V3: dict[str, dict[str, Endpoint]] = {
    "/api/v2/write": {"POST": with_token(v2_endpoints.write_bucket)},
    "/api/v3/query_influxql": dict.fromkeys(
        ("GET", "POST"), with_token(v3_endpoints.query_influxql)
    ),
    "/api/v3/query_sql": dict.fromkeys(("GET", "POST"), with_token(v3_endpoints.query_sql)),
    "/api/v3/write_lp": {"POST": with_token(v3_endpoints.write_lp)},
    "/health": {"GET": with_token(v3_endpoints.health)},
    "/ping": {"GET": with_token(_version)},
    "/query": dict.fromkeys(_READING, with_token(query)),
    "/write": {"POST": with_token(write)},
}

_GO = ("/debug/pprof", "/debug/requests", "/metrics")
_PROMETHEUS = "/api/v1/prom/"

FLAVORS: dict[str, Flavor] = {
    "1.6": Flavor("1.6.7", _V1, (*_GO, _PROMETHEUS)),
    "1.8": Flavor("1.8.10", _V1_8, (*_GO, _PROMETHEUS, "/api/v2/")),
    "2.x": Flavor("v2.7.11", _V2, (*_GO, "/api/v2/")),
    "3.x": Flavor("3.2.0", _V3, (*_GO, "/api/v3/")),
}
"""All flavors by name."""
