"""The paths of 2.x, and the responses that do not depend on the path."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from influx_core.interfaces import Request
from influx_testing._engine.catalog.resource_store import ResourceStore
from influx_testing._engine.data_model import DataModel, check_v2_name
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.flavor import Endpoint, Flavor
from influx_testing._flavors.parameters import Parameters
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.settings import Settings
from influx_testing._flavors.v2 import (
    bucket_writes,
    delete_endpoint,
    server_endpoints,
    session_endpoints,
    v1_paths,
)
from influx_testing._flavors.v2.api_request import ApiRequest, V2Endpoint
from influx_testing._flavors.v2.flux import language_endpoints
from influx_testing._flavors.v2.flux.query_endpoint import query_flux
from influx_testing._flavors.v2.identity import Identity, identify, identify_v1
from influx_testing._flavors.v2.manage.authorization_endpoints import (
    AUTHORIZATIONS,
    LEGACY_AUTHORIZATIONS,
)
from influx_testing._flavors.v2.manage.bucket_endpoints import BUCKETS
from influx_testing._flavors.v2.manage.dashboard_endpoints import DASHBOARDS
from influx_testing._flavors.v2.manage.label_endpoints import LABELS
from influx_testing._flavors.v2.manage.mapping_endpoints import MAPPING_ROUTES
from influx_testing._flavors.v2.manage.organization_endpoints import ORGANIZATIONS
from influx_testing._flavors.v2.manage.plain_resources import plain_routes
from influx_testing._flavors.v2.manage.run_endpoints import RUN_ROUTES
from influx_testing._flavors.v2.manage.task_endpoints import TASKS
from influx_testing._flavors.v2.manage.user_endpoints import USERS
from influx_testing._flavors.v2.path_routes import PathRoutes, ids_in
from influx_testing._flavors.v2.templates.template_endpoints import TEMPLATE_ROUTES
from influx_testing._flavors.v2.v2_replies import refuse
from influx_testing.errors import FakeUnsupported

__all__ = ["V2_FLAVOR"]

_Identify = Callable[[Request, ResourceStore], Identity]


def _health(call: ApiRequest) -> Reply:
    return server_endpoints.health(call.server, call.http)


def _anybody(request: Request, resources: ResourceStore) -> Identity:
    return Identity()


_READ = ("GET", "HEAD")

_PUBLIC: Mapping[str, Mapping[str, V2Endpoint]] = {
    "/api/v2/setup": {
        "GET": session_endpoints.is_setup_allowed,
        "POST": session_endpoints.set_up_server,
    },
    "/api/v2/signin": {"POST": session_endpoints.sign_in},
    "/health": dict.fromkeys(_READ, _health),
    "/metrics": {"GET": server_endpoints.metrics},
    "/ping": dict.fromkeys(_READ, server_endpoints.ping),
    "/ready": {"GET": server_endpoints.ready},
}
"""What needs no token."""

_V1: Mapping[str, Mapping[str, V2Endpoint]] = {
    "/query": dict.fromkeys(("GET", "POST"), v1_paths.query_v1),
    "/write": {"POST": v1_paths.write_v1},
}
"""The paths of 1.x, where a token can be a password."""

_PRIVATE: Mapping[str, Mapping[str, V2Endpoint]] = {
    "/api/v2": {"GET": server_endpoints.paths},
    "/api/v2/config": {"GET": server_endpoints.config},
    "/api/v2/delete": {"POST": delete_endpoint.delete_points},
    "/api/v2/flags": {"GET": server_endpoints.flags},
    "/api/v2/query": {"POST": query_flux},
    "/api/v2/query/analyze": {"POST": language_endpoints.analyze},
    "/api/v2/query/ast": {"POST": language_endpoints.syntax_tree},
    "/api/v2/query/suggestions": {"GET": language_endpoints.suggestions},
    "/api/v2/query/suggestions/{name}": {"GET": language_endpoints.suggestion},
    "/api/v2/resources": {"GET": server_endpoints.resource_types},
    "/api/v2/signout": {"POST": session_endpoints.sign_out},
    "/api/v2/write": {"POST": bucket_writes.write_bucket},
    **AUTHORIZATIONS.routes(),
    **BUCKETS.routes(),
    **DASHBOARDS.routes(),
    **LABELS.routes(),
    **LEGACY_AUTHORIZATIONS.routes(),
    **MAPPING_ROUTES,
    **ORGANIZATIONS.routes(),
    **RUN_ROUTES,
    **TASKS.routes(),
    **TEMPLATE_ROUTES,
    **USERS.routes(),
    **plain_routes(),
}

_UNSUPPORTED = (
    "/api/v2/backup/",
    "/api/v2/restore/",
    "/api/v2/telegraf/plugins",
    "/debug/",
)
"""Prefixes of paths that the real server has and the fake does not."""


def _bound(
    identify_: _Identify, routes: Mapping[str, Mapping[str, V2Endpoint]]
) -> dict[str, dict[str, Endpoint]]:
    return {
        pattern: {
            method: _endpoint(pattern, identify_, endpoint) for method, endpoint in methods.items()
        }
        for pattern, methods in routes.items()
    }


def _endpoint(pattern: str, identify_: _Identify, endpoint: V2Endpoint) -> Endpoint:
    """An endpoint that identifies the sender first, and reads the IDs of the path."""

    def respond(server: ServerContext, request: Request) -> Reply:
        identity = identify_(request, server.engine.resources)
        ids = ids_in(request.path, pattern)
        return endpoint(ApiRequest(server, request, ids, Parameters(request), identity))

    return respond


_ROUTES = {**_bound(_anybody, _PUBLIC), **_bound(identify_v1, _V1), **_bound(identify, _PRIVATE)}
_PATHS = PathRoutes(_ROUTES)


class _V2Flavor(Flavor):
    """The flavor 2.x, whose paths have IDs in them."""

    def routed(self, server: ServerContext, request: Request) -> Reply:
        """Answer a request with the endpoint of its path and method."""
        if request.method == "OPTIONS":
            return Reply(200)
        try:
            return _answered(server, request)
        except Reply as reply:
            return reply
        except FakeUnsupported as error:
            return refuse(501, server.unsupported(error))


def _answered(server: ServerContext, request: Request) -> Reply:
    methods = _PATHS.find(request.path)
    if methods is None:
        if request.path.startswith(_UNSUPPORTED):
            raise FakeUnsupported(f"the path {request.path}")
        return refuse(404, "path not found")
    server.engine.databases.expire(server.engine.clock())
    endpoint = methods.get(request.method)
    if endpoint is None:
        return refuse(405, f"allow: [{' '.join(sorted(methods))}]")
    return endpoint(server, request)


def _data_model(settings: Settings) -> DataModel:
    return DataModel(check_v2_name, has_unsigned=True, refuses_whole_bodies=True)


V2_FLAVOR = _V2Flavor("v2.7.11", _ROUTES, _UNSUPPORTED, _data_model)
"""Version 2.7; the implementation follows its documentation and its contract."""
