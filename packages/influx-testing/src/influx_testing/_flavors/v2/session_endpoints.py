"""The endpoints that set up a server, and that sign users in and out.

Source: https://docs.influxdata.com/influxdb/v2/api/v2/#tag/Setup
"""

from __future__ import annotations

import secrets

from influx_testing._engine.catalog.organization_setup import InitialSetup, set_up
from influx_testing._flavors.replies import NO_CONTENT_TYPE, Reply
from influx_testing._flavors.v2.api_request import ApiRequest
from influx_testing._flavors.v2.identity import COOKIE, basic_credentials, is_password
from influx_testing._flavors.v2.manage.authorization_endpoints import AUTHORIZATIONS, new_token
from influx_testing._flavors.v2.manage.bucket_endpoints import BUCKETS
from influx_testing._flavors.v2.manage.organization_endpoints import ORGANIZATIONS
from influx_testing._flavors.v2.manage.user_endpoints import USERS
from influx_testing._flavors.v2.v2_replies import json_reply, no_content, refuse

__all__ = ["is_setup_allowed", "set_up_server", "sign_in", "sign_out"]

_SESSION_SECONDS = 3600


def is_setup_allowed(call: ApiRequest) -> Reply:
    """Report whether the server has not been set up."""
    return json_reply(200, {"allowed": not call.resources.all("users")})


def set_up_server(call: ApiRequest) -> Reply:
    """Create the first user, organization, bucket and token."""
    if call.resources.all("users"):
        raise refuse(422, "onboarding has already been completed", "conflict")
    body = call.json()
    names = [body.get(name) for name in ("username", "org", "bucket")]
    if not all(isinstance(name, str) and name for name in names):
        raise refuse(422, "username, org and bucket are required", "empty value")
    user_name, org_name, bucket_name = map(str, names)
    password = body.get("password") or ""
    if not isinstance(password, str) or (password and len(password) < 8):
        raise refuse(400, "passwords must be at least 8 characters long")
    seconds, hours = (body.get(f"retentionPeriod{unit}") or 0 for unit in ("Seconds", "Hrs"))
    if seconds.__class__ is not int or hours.__class__ is not int or seconds < 0 or hours < 0:
        raise refuse(400, "retentionPeriodSeconds must be a number of seconds")
    token = str(body.get("token") or "") or new_token()
    setup = InitialSetup(org_name, bucket_name, token, user_name, password, seconds or hours * 3600)
    user, org, bucket, authorization = set_up(setup, call.resources, call.buckets)
    return json_reply(
        201,
        {
            "user": USERS.show(call, user),
            "org": ORGANIZATIONS.show(call, org),
            "bucket": BUCKETS.show(call, bucket.document),
            "auth": AUTHORIZATIONS.show(call, authorization),
        },
    )


def sign_in(call: ApiRequest) -> Reply:
    """Sign a user in by basic credentials; the response has a cookie."""
    scheme, _, rest = call.http.headers.get("authorization", "").partition(" ")
    name, password = (basic_credentials(rest) if scheme == "Basic" else None) or ("", "")
    user = call.resources.named("users", name)
    if user is None or not is_password(call.resources, user["id"], password):
        raise refuse(401, "unauthorized access")
    if user["status"] != "active":
        raise refuse(403, "user is inactive")
    cookie = secrets.token_urlsafe(32)
    call.resources.sessions[cookie] = user["id"]
    attributes = f"Path=/api/; Max-Age={_SESSION_SECONDS}; HttpOnly; SameSite=Strict"
    return Reply(204, (), {**NO_CONTENT_TYPE, "set-cookie": f"{COOKIE}={cookie}; {attributes}"})


def sign_out(call: ApiRequest) -> Reply:
    """End the session of the sender."""
    if call.identity.token:
        raise refuse(401, "unauthorized access")
    for cookie in call.identity.cookies:
        call.resources.sessions.pop(cookie, None)
    return no_content()
