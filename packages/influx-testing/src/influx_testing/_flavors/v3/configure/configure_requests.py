"""Reads the requests that administer a server of 3.x."""

from __future__ import annotations

from email.message import Message

from influx_core.interfaces import Request
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.v3.request_body import body_bytes
from influx_testing._flavors.v3.request_fields import JSONFields
from influx_testing._flavors.v3.v3_replies import ErrorReply, json_error, plain_error

__all__ = ["already_exists", "limit_reached", "not_found", "request_object"]


def request_object(server: ServerContext, request: Request, name: str) -> JSONFields:
    """Read the body of a request, a JSON object that its content type announces.

    Args:
        server: the server.
        request: the request.
        name: the server's name for the object.

    Raises:
        Reply: the body is not a JSON object, or the content type is another one.
    """
    header = Message()
    header["content-type"] = request.headers.get("content-type", "text/plain")
    type_ = header.get_content_type()
    if type_ != "application/json" and not (
        type_.startswith("application/") and type_.endswith("+json")
    ):
        raise plain_error(415, "unacceptable content-type, expected: application/json")
    return JSONFields(body_bytes(request, server.settings), f"struct {name}")


def already_exists() -> ErrorReply:
    """The error for something that exists."""
    return plain_error(409, "attempted to create a resource that already exists")


def not_found(name: str) -> ErrorReply:
    """The error for something that does not exist."""
    return plain_error(404, f"the requested resource was not found: {name}")


def limit_reached(error: Exception) -> ErrorReply:
    """The error for a limit of the server."""
    return json_error(422, str(error))
