"""The faces of the fake: which paths each version of the server has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from influx_core.interfaces import Request
from influx_testing.errors import FakeUnsupported
from influx_testing.web import v2, v3
from influx_testing.web.query import query
from influx_testing.web.replies import Reply, page_not_found, text_reply
from influx_testing.web.server import Server
from influx_testing.web.variables import variables
from influx_testing.web.write import write

__all__ = ["FACES", "Face"]

_COUNTED = {
    "/ping": "pingReq",
    "/query": "queryReq",
    "/status": "statusReq",
    "/write": "writeReq",
}
"""Counters of single paths."""

_WITH_OPTIONS = frozenset({"/api/v2/write", "/query", "/write"})
"""Paths that take OPTIONS, so that pages of other origins can use them."""

Endpoint = Callable[[Server, Request], Reply]


@dataclass(frozen=True, slots=True)
class Face:
    """One version of the server.

    Attributes:
        version: what it says it is.
        routes: endpoints by path and method.
        left_out: how paths begin that the real server has, and this one not.
    """

    version: str
    routes: Mapping[str, Mapping[str, Endpoint]]
    left_out: tuple[str, ...]

    def answer(self, server: Server, request: Request) -> Reply:
        """Find the endpoint of a request, let it answer, and count how it went."""
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

    def _answer(self, server: Server, request: Request) -> Reply:
        methods = self.routes.get(request.path)
        if methods is None:
            return self._unknown(request.path)
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
            return text_reply(501, f"not supported by the fake server: {error}")

    def _unknown(self, path: str) -> Reply:
        if path.startswith(self.left_out):
            return text_reply(501, f"not supported by the fake server: the path {path}")
        return page_not_found()


def _empty(server: Server, request: Request) -> Reply:
    return Reply(204)


def _version(server: Server, request: Request) -> Reply:
    return v2.json_reply(200, {"version": server.version})


_V1: dict[str, dict[str, Endpoint]] = {
    "/debug/vars": {"GET": variables},
    "/ping": {"GET": _empty, "HEAD": _empty},
    "/query": {"GET": query, "POST": query},
    "/status": {"GET": _empty, "HEAD": _empty},
    "/write": {"POST": write},
}

_V1_8: dict[str, dict[str, Endpoint]] = {
    **_V1,
    "/api/v2/write": {"POST": v2.write_bucket},
    "/health": {"GET": v2.health, "HEAD": v2.health},
}
_V2: dict[str, dict[str, Endpoint]] = {
    "/api/v2/write": {"POST": v2.write_bucket},
    "/health": {"GET": v2.health, "HEAD": v2.health},
    "/ping": {"GET": _empty, "HEAD": _empty},
    "/query": {"GET": v2.query_compat, "POST": v2.query_compat},
    "/ready": {"GET": v2.ready},
    "/write": {"POST": v2.write_compat},
}
_V3: dict[str, dict[str, Endpoint]] = {
    "/api/v2/write": {"POST": v3.guarded(v2.write_bucket)},
    "/api/v3/query_influxql": dict.fromkeys(("GET", "POST"), v3.guarded(v3.query_influxql)),
    "/api/v3/query_sql": dict.fromkeys(("GET", "POST"), v3.guarded(v3.query_sql)),
    "/api/v3/write_lp": {"POST": v3.guarded(v3.write_lp)},
    "/health": {"GET": v3.guarded(v3.health)},
    "/ping": {"GET": v3.guarded(_version)},
    "/query": dict.fromkeys(("GET", "POST"), v3.guarded(query)),
    "/write": {"POST": v3.guarded(write)},
}

_GO = ("/debug/pprof", "/debug/requests", "/metrics")
_PROMETHEUS = "/api/v1/prom/"

FACES: dict[str, Face] = {
    "1.6": Face("1.6.7", _V1, (*_GO, _PROMETHEUS)),
    "1.8": Face("1.8.10", _V1_8, (*_GO, _PROMETHEUS, "/api/v2/")),
    "2.x": Face("v2.7.11", _V2, (*_GO, "/api/v2/")),
    "3.x": Face("3.2.0", _V3, (*_GO, "/api/v3/")),
}
"""The faces there are, by name."""
