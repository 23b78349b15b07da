"""Checks the token and the database of a call of Flight.

Source: https://docs.influxdata.com/influxdb3/core/api/#section/Authentication
"""

from __future__ import annotations

from collections.abc import Mapping

from influx_testing._engine.catalog.databases import Database
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v3.authorization import MalformedAuthorization, token_of
from influx_testing._flavors.v3.influxql_execution import find_database
from influx_testing._flight.grpc_status import GRPCCode, GRPCError

__all__ = ["check_token", "database_header", "database_named", "token_header"]

_DATABASE_HEADERS = ("database", "bucket", "bucket-name", "iox-namespace-name")


def token_header(headers: Mapping[str, str]) -> str:
    """The token in the header `authorization`; empty without one, or if it cannot be read."""
    header = headers.get("authorization", "")
    if header.startswith("Basic "):  # Go leaves out the padding of base64
        header += "=" * (-len(header.removeprefix("Basic ")) % 4)
    try:
        return token_of(header) if header else ""
    except MalformedAuthorization:
        return ""


def check_token(server: ServerContext, headers: Mapping[str, str]) -> None:
    """Check the token of a call, with the answers of HTTP: 401 is UNAUTHENTICATED.

    Raises:
        GRPCError: there is none, or it is not valid.
    """
    if not server.token:
        return
    token = token_header(headers)
    if not token or not server.engine.tokens.accepts(token, server.engine.clock()):
        raise GRPCError(GRPCCode.UNAUTHENTICATED, "Unauthenticated")


def database_header(headers: Mapping[str, str]) -> str:
    """The database that the headers of a call of Flight SQL name.

    Raises:
        GRPCError: there is none, or several that differ.
    """
    found = {name: headers[name] for name in _DATABASE_HEADERS if name in headers}
    if not found:
        raise GRPCError(GRPCCode.INVALID_ARGUMENT, "no 'database' header in request")
    if len(set(found.values())) > 1:
        names = ", ".join(f'"{name}"' for name in found)
        raise GRPCError(
            GRPCCode.INVALID_ARGUMENT,
            f"More than one headers are found in request: [{names}]. "
            "Please include only one of them",
        )
    return next(iter(found.values()))


def database_named(server: ServerContext, name: str) -> Database:
    """Find a database.

    Raises:
        GRPCError: there is none with the name.
    """
    server.engine.databases.expire(server.engine.clock())
    try:
        return find_database(server, name)
    except Reply:
        raise GRPCError(GRPCCode.NOT_FOUND, f"Database '{name}' not found") from None
