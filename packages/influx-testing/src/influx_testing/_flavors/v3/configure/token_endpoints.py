"""The endpoints of 3.x that create and delete tokens.

Source: https://docs.influxdata.com/influxdb3/core/api/v3/#tag/Token
"""

from __future__ import annotations

import secrets

from influx_core.interfaces import Request
from influx_core.timestamps import to_rfc3339
from influx_testing._engine.catalog.token_store import OPERATOR, StoredToken
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v3.configure.configure_requests import not_found, request_object
from influx_testing._flavors.v3.request_fields import JSONFields, RequestFields
from influx_testing._flavors.v3.v3_replies import document, plain_error
from influx_testing.errors import StatementError

__all__ = ["create_named_admin", "create_operator", "delete_token", "regenerate_operator"]

_SECRET_BYTES = 64
_SECOND = 1_000_000_000
_MILLISECOND = 1_000_000


def create_operator(server: ServerContext, request: Request) -> Reply:
    """Create the operator token if it does not exist."""
    _check_authentication(server)
    now = server.engine.clock()
    try:
        return _created(server.engine.tokens.create(OPERATOR, _secret(), now))
    except StatementError as error:
        return plain_error(409, str(error))


def regenerate_operator(server: ServerContext, request: Request) -> Reply:
    """Replace the operator token."""
    _check_authentication(server)
    now = server.engine.clock()
    try:
        return _created(server.engine.tokens.regenerate_operator(_secret(), now))
    except StatementError as error:
        return plain_error(500, str(error))


def create_named_admin(server: ServerContext, request: Request) -> Reply:
    """Create a named token with all privileges."""
    _check_authentication(server)
    fields = request_object(server, request, "CreateNamedAdminTokenRequest")
    name, now = fields.required_text("token_name"), server.engine.clock()
    expires_at = _expiry(fields, now)
    try:
        return _created(server.engine.tokens.create(name, _secret(), now, expires_at))
    except StatementError as error:
        return plain_error(409, str(error))


def delete_token(server: ServerContext, request: Request) -> Reply:
    """Delete a token by its name."""
    _check_authentication(server)
    name = RequestFields.of_url(request).required_text("token_name")
    if name == OPERATOR:
        return plain_error(405, "cannot delete operator token")
    try:
        server.engine.tokens.delete(name)
    except StatementError:
        return not_found(name)
    return Reply(200)


def _check_authentication(server: ServerContext) -> None:
    """Raise the error of a server that requires no tokens."""
    if not server.token:
        raise plain_error(405, "endpoint disabled, started without auth")


def _secret() -> str:
    return f"apiv3_{secrets.token_urlsafe(_SECRET_BYTES)}"


def _expiry(fields: JSONFields, now: int) -> int | None:
    seconds = fields.given("expiry_secs")
    if seconds is None:
        return None
    if seconds.__class__ is not int:
        raise fields.wrong_type("expiry_secs", "u64")
    if not 0 <= seconds < 2**64:
        raise fields.refusal(f"invalid value: integer `{seconds}`, expected u64", "expiry_secs")
    return now + seconds * _SECOND


def _time(time: int) -> str:
    """A time in ms."""
    return to_rfc3339(time - time % _MILLISECOND)


def _created(token: StoredToken) -> Reply:
    expires_at = token.expires_at
    return document(
        201,
        {
            "id": token.id,
            "name": token.name,
            "token": token.secret,
            "hash": token.hash,
            "created_at": _time(token.created_at),
            "expiry": None if expires_at is None else _time(expires_at),
        },
        "json",
    )
