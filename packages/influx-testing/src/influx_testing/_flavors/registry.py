"""The flavors of the fake: the versions that it can imitate, each with its paths."""

from __future__ import annotations

from influx_testing._flavors.flavor import Endpoint, Flavor
from influx_testing._flavors.v1_debug_vars import variables
from influx_testing._flavors.v1_query import query
from influx_testing._flavors.v1_replies import empty, ping_as_user
from influx_testing._flavors.v1_write import write
from influx_testing._flavors.v2.bucket_writes import write_bucket_as_user
from influx_testing._flavors.v2.server_endpoints import health
from influx_testing._flavors.v2.v2_routes import V2_FLAVOR
from influx_testing._flavors.v3.routes import V3_FLAVOR

__all__ = ["FLAVORS", "Flavor"]


_V1: dict[str, dict[str, Endpoint]] = {
    "/debug/vars": {"GET": variables},
    "/ping": {"GET": empty, "HEAD": empty},
    "/query": {"GET": query, "POST": query},
    "/status": {"GET": empty, "HEAD": empty},
    "/write": {"POST": write},
}

_V1_8: dict[str, dict[str, Endpoint]] = {
    **_V1,
    "/api/v2/write": {"POST": write_bucket_as_user},
    "/health": {"GET": health, "HEAD": health},
    "/ping": {"GET": ping_as_user, "HEAD": ping_as_user},
    "/status": {"GET": ping_as_user, "HEAD": ping_as_user},
}

_GO = ("/debug/pprof", "/debug/requests", "/metrics")
_PROMETHEUS = "/api/v1/prom/"

FLAVORS: dict[str, Flavor] = {
    "1.6": Flavor("1.6.7", _V1, (*_GO, _PROMETHEUS)),
    "1.8": Flavor("1.8.10", _V1_8, (*_GO, _PROMETHEUS, "/api/v2/")),
    "2.x": V2_FLAVOR,
    "3.x": V3_FLAVOR,
}
"""All flavors by name."""
