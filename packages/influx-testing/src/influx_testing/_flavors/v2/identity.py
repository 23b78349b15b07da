"""Identity: who sends a request to 2.x, and what they may do.

A token is in the header Authorization, after `Token` or `Bearer`; a user who is signed in has a
cookie. The paths of 1.x also take a token as a password.

Source: https://docs.influxdata.com/influxdb/v2/admin/tokens/
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from influx_core.interfaces import Request
from influx_testing._engine.catalog.organization_setup import PERMISSION_TYPES
from influx_testing._engine.catalog.resource_store import Document, ResourceStore
from influx_testing._flavors.parameters import Parameters
from influx_testing._flavors.v2.v2_replies import refuse

__all__ = ["COOKIE", "Identity", "basic_credentials", "identify", "identify_v1", "is_password"]

COOKIE = "influxdb-oss-session"
"""The name of the cookie of a user who is signed in."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A sender with their permissions.

    Attributes:
        user_id: the ID of the user; empty if the request needs no user.
        permissions: the permissions as the API reports them.
        token: the token of the request; empty for a user who is signed in.
        cookies: the cookie of a user who is signed in.
    """

    user_id: str = ""
    permissions: tuple[Document, ...] = ()
    token: str = ""
    cookies: tuple[str, ...] = ()

    def may(self, action: str, type_: str, org_id: str = "", id_: str = "") -> bool:
        """Whether a permission covers a resource, or all resources of an organization."""
        return any(_covers(granted, action, type_, org_id, id_) for granted in self.permissions)

    def includes(self, permission: Document) -> bool:
        """Whether these permissions cover another one."""
        resource = permission["resource"]
        org_id, id_ = resource.get("orgID") or "", resource.get("id") or ""
        return self.may(permission["action"], resource["type"], org_id, id_)


def _covers(granted: Document, action: str, type_: str, org_id: str, id_: str) -> bool:
    """Whether one permission covers a resource; without an ID, it covers all of its type."""
    resource = granted["resource"]
    if granted["action"] != action or resource["type"] != type_:
        return False
    own_org, own_id = resource.get("orgID"), resource.get("id")
    if type_ == "orgs" and own_org and not own_id:
        return bool(id_ == own_org)
    return bool((not own_org or own_org == org_id) and (not own_id or own_id == id_))


def identify(request: Request, resources: ResourceStore) -> Identity:
    """Return the sender of a request.

    Raises:
        Reply: there are no credentials, or they are wrong.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme in {"Token", "Bearer"}:
        return _by_token(resources, token)
    cookie = _cookie(request)
    user_id = resources.sessions.get(cookie)
    if user_id is None:
        raise refuse(401, "unauthorized access")
    permissions = tuple(_permissions_of_user(resources, user_id))
    return Identity(user_id, permissions, cookies=(cookie,))


def identify_v1(request: Request, resources: ResourceStore) -> Identity:
    """Return the sender of a request to a path of 1.x; a password can be a token.

    Raises:
        Reply: there are no credentials, or they are wrong.
    """
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    parameters = Parameters(request, form=True)
    name, password = parameters.get("u"), parameters.get("p")
    if scheme == "Token" and ":" in rest and not _has_token(resources, rest):
        name, _, password = rest.partition(":")
    elif scheme == "Token":
        return _by_token(resources, rest)
    elif scheme == "Basic":
        name, password = basic_credentials(rest) or ("", "")
    if not password:
        raise refuse(401, "unauthorized access")
    for legacy in resources.all("legacy"):
        if legacy["token"] == name and is_password(resources, legacy["id"], password):
            return _of_authorization(legacy)
    return _by_token(resources, password)


def _has_token(resources: ResourceStore, token: str) -> bool:
    return any(each["token"] == token for each in resources.all("authorizations"))


def _by_token(resources: ResourceStore, token: str) -> Identity:
    for authorization in resources.all("authorizations"):
        if _equal(authorization["token"], token):
            return _of_authorization(authorization)
    raise refuse(401, "unauthorized access")


def _of_authorization(authorization: Document) -> Identity:
    if authorization["status"] != "active":
        raise refuse(403, "authorization is inactive")
    permissions = tuple(authorization["permissions"])
    return Identity(authorization.get("userID") or "", permissions, authorization["token"])


def _permissions_of_user(resources: ResourceStore, user_id: str) -> Iterator[Document]:
    """The permissions of a user: those of their tokens, and those of their organizations."""
    for authorization in resources.all("authorizations"):
        if authorization["userID"] == user_id and authorization["status"] == "active":
            yield from authorization["permissions"]
    for org in resources.all("orgs"):
        role = resources.members.get(org["id"], {}).get(user_id)
        for action in {"owner": ("read", "write"), "member": ("read",)}.get(role or "", ()):
            for type_ in PERMISSION_TYPES:
                yield {"action": action, "resource": {"type": type_, "orgID": org["id"]}}
    for action in ("read", "write"):
        yield {"action": action, "resource": {"type": "users", "id": user_id}}


def is_password(resources: ResourceStore, id_: str, password: str) -> bool:
    """Whether a user or a legacy authorization has a password."""
    stored = resources.passwords.get(id_)
    return stored is not None and _equal(stored, password)


def _equal(secret: str, given: str) -> bool:
    """Compare secrets in constant time; a header can have bytes that are not UTF-8."""
    return hmac.compare_digest(secret.encode(), given.encode("utf-8", "surrogateescape"))


def basic_credentials(encoded: str) -> tuple[str, str] | None:
    """The name and the password of basic credentials; None if they cannot be decoded."""
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    name, colon, password = text.partition(":")
    return (name, password) if colon else None


def _cookie(request: Request) -> str:
    try:
        cookie = SimpleCookie(request.headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return "" if cookie is None else cookie.value
