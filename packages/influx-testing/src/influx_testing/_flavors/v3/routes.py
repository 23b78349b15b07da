"""The paths of 3.x, and the responses that do not depend on the path."""

from __future__ import annotations

from collections.abc import Mapping

from influx_core.interfaces import Request
from influx_testing._engine.data_model import DataModel, check_v3_name
from influx_testing._engine.storage.table_schemas import TableLimits
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.flavor import Endpoint, Flavor
from influx_testing._flavors.replies import NO_CONTENT_TYPE, Reply, text_reply
from influx_testing._flavors.settings import Settings
from influx_testing._flavors.v3 import queries, server_info
from influx_testing._flavors.v3.authorization import refusal
from influx_testing._flavors.v3.configure import (
    database_endpoints,
    table_endpoints,
    token_endpoints,
)
from influx_testing._flavors.v3.flight.flight_calls import answer_call
from influx_testing._flavors.v3.lines import line_writes
from influx_testing._flavors.v3.v3_replies import plain_error
from influx_testing._flight.flight_messages import is_call
from influx_testing.errors import FakeUnsupported

__all__ = ["V3_FLAVOR", "WAITING_PATHS"]

WAITING_PATHS = frozenset({"/api/v3/query_sql"})
"""Paths whose responses wait for another process; while they do, other requests are served."""

_READ = ("GET", "POST")

_ROUTES: Mapping[str, Mapping[str, Endpoint]] = {
    "/api/v1/health": {"GET": server_info.health},
    "/api/v2/write": {"POST": line_writes.write_v2},
    "/api/v3/configure/database": {
        "DELETE": database_endpoints.delete_database,
        "GET": database_endpoints.list_databases,
        "POST": database_endpoints.create_database,
        "PUT": database_endpoints.update_database,
    },
    "/api/v3/configure/database/retention_period": {
        "DELETE": database_endpoints.remove_retention_period,
        "POST": database_endpoints.set_retention_period,
    },
    "/api/v3/configure/table": {
        "DELETE": table_endpoints.delete_table,
        "POST": table_endpoints.create_table,
    },
    "/api/v3/configure/token": {"DELETE": token_endpoints.delete_token},
    "/api/v3/configure/token/admin": {"POST": token_endpoints.create_operator},
    "/api/v3/configure/token/admin/regenerate": {"POST": token_endpoints.regenerate_operator},
    "/api/v3/configure/token/named_admin": {"POST": token_endpoints.create_named_admin},
    "/api/v3/query_influxql": dict.fromkeys(_READ, queries.query_influxql),
    "/api/v3/query_sql": dict.fromkeys(_READ, queries.query_sql),
    "/api/v3/write_lp": {"POST": line_writes.write_lp},
    "/health": {"GET": server_info.health},
    "/metrics": {"GET": server_info.metrics},
    "/ping": dict.fromkeys(_READ, server_info.ping),
    "/query": dict.fromkeys(_READ, queries.query_v1),
    "/write": {"POST": line_writes.write_v1},
}

_HEADERS = {
    "cluster-uuid": "00000000-0000-4000-8000-000000000000",
    "x-influxdb-build": "Core",
}
"""Headers of all responses."""

_WITHOUT_TOKEN = frozenset({"/api/v3/configure/token/admin"})
"""The path that creates the first operator token."""

_UNSUPPORTED = (
    "/api/v3/configure/distinct_cache",
    "/api/v3/configure/last_cache",
    "/api/v3/configure/plugin",
    "/api/v3/configure/processing_engine_trigger",
    "/api/v3/configure/token",
    "/api/v3/engine/",
    "/api/v3/plugin_test/",
    "/api/v3/plugins",
)
"""Prefixes of paths that the real server has and the fake does not."""


class _V3Flavor(Flavor):
    """The flavor 3.x; an unknown method of a path gets status 404, as an unknown path does."""

    def routed(self, server: ServerContext, request: Request) -> Reply:
        """Answer a request with the endpoint of its path and method.

        A response has a Content-Type only if its endpoint sets one.
        """
        reply = self._found(server, request)
        reply.headers = {**NO_CONTENT_TYPE, **_HEADERS, **reply.headers}
        return reply

    def _found(self, server: ServerContext, request: Request) -> Reply:
        if is_call(request) and request.method == "POST":
            return answer_call(server, request)
        if request.method == "OPTIONS":
            return Reply(204)
        if request.path not in _WITHOUT_TOKEN:
            refused = refusal(server, request)
            if refused is not None:
                return refused
        endpoint = self.routes.get(request.path, {}).get(request.method)
        try:
            return _unknown(request) if endpoint is None else endpoint(server, request)
        except Reply as reply:
            return reply
        except FakeUnsupported as error:
            return text_reply(501, server.unsupported(error))


def _unknown(request: Request) -> Reply:
    if request.path not in _ROUTES and request.path.startswith(_UNSUPPORTED):
        raise FakeUnsupported(f"the path {request.path}")
    return plain_error(404, "Not found")


def _data_model(settings: Settings) -> DataModel:
    limits = TableLimits(settings.num_table_limit, settings.num_total_columns_per_table_limit)
    return DataModel(
        check_v3_name, has_tables=True, databases=settings.num_database_limit, tables=limits
    )


V3_FLAVOR = _V3Flavor("3.10.0", _ROUTES, _UNSUPPORTED, _data_model, is_go=False)
"""Version 3.10; the implementation follows its source code."""
