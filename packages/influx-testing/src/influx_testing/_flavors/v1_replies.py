"""Responses that the endpoints of 1.x share."""

from __future__ import annotations

from influx_core.interfaces import Request
from influx_testing._flavors.access.credentials import LoginError
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.formats import choose
from influx_testing._flavors.parameters import Parameters
from influx_testing._flavors.replies import Reply, error_header, printable

__all__ = ["empty", "ping_as_user", "refusal", "unauthorized"]


def empty(server: ServerContext, request: Request) -> Reply:
    """The response without content; its type is that of the format that the request asks for."""
    format_ = choose(request.headers.get("accept", ""), epoch="", pretty=False)
    return Reply(204, headers={"content-type": format_.content_type})


def ping_as_user(server: ServerContext, request: Request) -> Reply:
    """The response to a ping, which 1.8 refuses without credentials if it is configured so."""
    settings = server.settings
    if settings.auth_enabled and settings.ping_auth_enabled:
        try:
            server.user(request)
        except LoginError as error:
            return unauthorized(server, request, error)
    return empty(server, request)


def refusal(request: Request, status: int, message: str) -> Reply:
    """The response with an error, which is in a header, too."""
    pretty = Parameters(request).get("pretty") == "true"
    format_ = choose(request.headers.get("accept", ""), epoch="", pretty=pretty)
    headers = {"content-type": format_.content_type, "x-influxdb-error": error_header(message)}
    return Reply(status, (format_.error(printable(message)),), headers)


def unauthorized(server: ServerContext, request: Request, error: LoginError) -> Reply:
    """The response to wrong credentials: it has the error in its body only."""
    reply = refusal(request, 401, str(error))
    del reply.headers["x-influxdb-error"]
    reply.headers["www-authenticate"] = f'Basic realm="{server.settings.realm}"'
    return reply
