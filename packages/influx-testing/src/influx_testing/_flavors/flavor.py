"""Flavor: a version of InfluxDB that the fake imitates, with its paths."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from influx_core.interfaces import Request
from influx_testing._engine.data_model import DataModel
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.replies import Reply, page_not_found, text_reply
from influx_testing._flavors.settings import Settings
from influx_testing.errors import FakeUnsupported

__all__ = ["Endpoint", "Flavor"]

_COUNTED = {
    "/ping": "pingReq",
    "/query": "queryReq",
    "/status": "statusReq",
    "/write": "writeReq",
}
"""The counters of SHOW STATS for single paths."""

_GO_BUFFER = 2048
"""The longest body that a server in Go sends as a whole, with its length."""

_WITH_OPTIONS = frozenset({"/api/v2/write", "/query", "/write"})
"""Paths that answer OPTIONS, so that web pages of other origins can use them."""

Endpoint = Callable[[ServerContext, Request], Reply]


def _v1_data_model(settings: Settings) -> DataModel:
    return DataModel()


@dataclass(frozen=True, slots=True)
class Flavor:
    """A version of InfluxDB that the fake imitates.

    Attributes:
        version: the version in response headers.
        routes: endpoints by path and method.
        unsupported_prefixes: prefixes of paths that the real server has and the fake does not.
        data_model: makes the rules of storage from the settings.
        is_go: whether the real server is written in Go.
    """

    version: str
    routes: Mapping[str, Mapping[str, Endpoint]]
    unsupported_prefixes: tuple[str, ...]
    data_model: Callable[[Settings], DataModel] = _v1_data_model
    is_go: bool = True

    def answer(self, server: ServerContext, request: Request) -> Reply:
        """Return the response of the endpoint of a request, and count it for SHOW STATS."""
        reply = self.routed(server, request)
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

    def sends_length(self, size: int) -> bool:
        """Whether a body whose size is known is sent with its length; others are sent in chunks."""
        return not self.is_go or size <= _GO_BUFFER

    def routed(self, server: ServerContext, request: Request) -> Reply:
        """Return the response of the endpoint for the path and method of a request."""
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
