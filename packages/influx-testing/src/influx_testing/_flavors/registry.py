"""The flavors of the fake: the versions that it can imitate, each with its paths."""

from __future__ import annotations

from influx_core.interfaces import Request
from influx_testing._flavors import v2_endpoints
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.flavor import Endpoint, Flavor
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v1_debug_vars import variables
from influx_testing._flavors.v1_query import query
from influx_testing._flavors.v1_write import write
from influx_testing._flavors.v3.routes import V3_FLAVOR

__all__ = ["FLAVORS", "Flavor"]


def _empty(server: ServerContext, request: Request) -> Reply:
    return Reply(204)


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

_GO = ("/debug/pprof", "/debug/requests", "/metrics")
_PROMETHEUS = "/api/v1/prom/"

FLAVORS: dict[str, Flavor] = {
    "1.6": Flavor("1.6.7", _V1, (*_GO, _PROMETHEUS)),
    "1.8": Flavor("1.8.10", _V1_8, (*_GO, _PROMETHEUS, "/api/v2/")),
    "2.x": Flavor("v2.7.11", _V2, (*_GO, "/api/v2/")),
    "3.x": V3_FLAVOR,
}
"""All flavors by name."""
