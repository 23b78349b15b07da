"""The endpoints of 3.x that create and delete tokens.

Source: https://docs.influxdata.com/influxdb3/core/api/v3/#tag/Token
"""

from __future__ import annotations

import secrets

from influx_core.interfaces import Request
from influx_core.timestamps import to_rfc3339
from influx_testing._engine.catalog.token_store import OPERATOR, StoredToken
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.parameters import Parameters
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v3.query_requests import json_object
from influx_testing._flavors.v3.v3_replies import document, json_error, plain_error
from influx_testing._flavors.v3.values import required_text
from influx_testing.errors import StatementError

__all__ = ["create_named_admin", "create_operator", "delete_token", "regenerate_operator"]

_SECRET_BYTES = 64
_SECOND = 1_000_000_000


def create_operator(server: ServerContext, request: Request) -> Reply:
    """Create the operator token if it does not exist."""
    now = server.engine.clock()
    try:
        return _created(server.engine.tokens.create(OPERATOR, _secret(), now))
    except StatementError as error:
        return json_error(409, {"error": str(error)})


def regenerate_operator(server: ServerContext, request: Request) -> Reply:
    """Replace the operator token."""
    now = server.engine.clock()
    try:
        return _created(server.engine.tokens.regenerate_operator(_secret(), now))
    except StatementError as error:
        return json_error(404, {"error": str(error)})


def create_named_admin(server: ServerContext, request: Request) -> Reply:
    """Create a named token with all privileges."""
    given = json_object(request.body)
    name, now = required_text(given, "token_name"), server.engine.clock()
    expires_at = _expiry(given.get("expiry_secs"), now)
    try:
        return _created(server.engine.tokens.create(name, _secret(), now, expires_at))
    except StatementError as error:
        return json_error(409, {"error": str(error)})


def delete_token(server: ServerContext, request: Request) -> Reply:
    """Delete a token by its name."""
    name = Parameters(request).get("token_name")
    if not name:
        raise plain_error(400, "missing field `token_name`")
    if name == OPERATOR:
        return json_error(405, {"error": "cannot delete operator token"})
    try:
        server.engine.tokens.delete(name)
    except StatementError as error:
        return json_error(404, {"error": str(error)})
    return Reply(200)


def _secret() -> str:
    return f"apiv3_{secrets.token_urlsafe(_SECRET_BYTES)}"


def _expiry(seconds: object, now: int) -> int | None:
    if seconds is None:
        return None
    if seconds.__class__ is not int or not 0 <= seconds < 2**33:
        raise plain_error(400, "serde json error: expiry_secs: expected a number of seconds")
    return now + seconds * _SECOND


def _created(token: StoredToken) -> Reply:
    expires_at = token.expires_at
    return document(
        201,
        {
            "id": token.id,
            "name": token.name,
            "token": token.secret,
            "hash": token.hash,
            "created_at": to_rfc3339(token.created_at),
            "expiry": None if expires_at is None else to_rfc3339(expires_at),
        },
    )
