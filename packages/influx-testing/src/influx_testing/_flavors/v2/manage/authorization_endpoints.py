"""The endpoints of authorizations: tokens with permissions, and those of 1.x with passwords.

Source: https://docs.influxdata.com/influxdb/v2/api/v2/#tag/Authorizations-(API-tokens)
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from typing import Any, cast

from influx_testing._engine.catalog.organization_setup import PERMISSION_TYPES
from influx_testing._engine.catalog.resource_store import Document
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v2.api_request import ApiRequest, V2Endpoint, checked_id
from influx_testing._flavors.v2.manage.resource_endpoints import (
    ResourceEndpoints,
    ResourceType,
    SettableProperty,
)
from influx_testing._flavors.v2.v2_replies import json_reply, no_content, refuse

__all__ = ["AUTHORIZATIONS", "LEGACY_AUTHORIZATIONS", "new_token"]

_PROPERTIES = {
    "description": SettableProperty(default=""),
    "status": SettableProperty(default="active"),
    "permissions": SettableProperty(list, required=True),
    "token": SettableProperty(),
    "userID": SettableProperty(),
}
_CHANGEABLE = ("description", "status")
_SECRET_BYTES = 64


def new_token() -> str:
    """A new token: 64 random bytes in base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


class AuthorizationEndpoints(ResourceEndpoints):
    """The endpoints of authorizations."""

    def new_document(self, call: ApiRequest, body: Document) -> Document:
        """The document of a new authorization; the sender must have its permissions."""
        document = super().new_document(call, body)
        permissions = document["permissions"]
        if not permissions:
            raise refuse(400, "authorization must include permissions")
        document["permissions"] = [_permission(each, document["orgID"]) for each in permissions]
        for permission in document["permissions"]:
            if not call.identity.includes(permission):
                resource = permission["resource"]
                place = f"orgs/{resource.get('orgID', '')}/{resource['type']}"
                raise refuse(403, f"permission {permission['action']}:{place} is not allowed")
        document["userID"] = checked_id(document.get("userID") or call.identity.user_id)
        if call.resources.find("users", document["userID"]) is None:
            raise refuse(404, "user not found")
        self.set_secret(call, document)
        _check_status(document)
        return document

    def set_secret(self, call: ApiRequest, document: Document) -> None:
        """Create the token of a new authorization."""
        document["token"] = new_token()

    def selected(self, call: ApiRequest) -> Iterable[Document]:
        """The authorizations that the parameters of a request select."""
        user = call.parameter("user")
        wanted = {"userID": call.parameter("userID"), "token": call.parameter("token")}
        if user:
            named = call.resources.named("users", user)
            if named is None:
                raise refuse(404, "user not found")
            wanted["userID"] = named["id"]
        return [
            each
            for each in super().selected(call)
            if all(not value or each.get(name) == value for name, value in wanted.items())
        ]

    def change(self, call: ApiRequest, document: Document, changes: Document) -> None:
        """Change the description and the status."""
        _check_status({"status": document["status"], **changes})
        kept = {name: changes[name] for name in _CHANGEABLE if name in changes}
        super().change(call, document, kept)

    def links(self, document: Document) -> dict[str, str]:
        """The links of an authorization."""
        return {**super().links(document), "user": f"/api/v2/users/{document['userID']}"}

    def show(self, call: ApiRequest, document: Document) -> Document:
        """What the API reports of an authorization, with the names of its user and organization."""
        names: Document = {}
        for name, type_, id_ in (
            ("user", "users", document["userID"]),
            ("org", "orgs", document["orgID"]),
        ):
            found = call.resources.find(type_, id_)
            names[name] = "" if found is None else found["name"]
        permissions = [_named(call, each) for each in document["permissions"]]
        return {
            **document,
            **names,
            "permissions": permissions,
            "links": self.links(document),
        }


def _check_status(document: Document) -> None:
    if document["status"] not in {"active", "inactive"}:
        raise refuse(400, "unknown status type: it must be active or inactive")


def _permission(given: Any, org_id: str) -> Document:
    """Check a permission; a resource without an organization belongs to that of the token."""
    if not isinstance(given, dict):
        raise refuse(400, "a permission must be an object of JSON")
    fields = cast(dict[str, Any], given)
    action, resource = fields.get("action"), fields.get("resource")
    if action not in {"read", "write"}:
        raise refuse(400, "unknown action for permission")
    if not isinstance(resource, dict):
        raise refuse(400, "permission requires a resource")
    kept = {k: v for k, v in cast(dict[str, Any], resource).items() if v and k in _RESOURCE}
    if kept.get("type") not in PERMISSION_TYPES:
        raise refuse(400, "unknown resource type for permission")
    for name in ("id", "orgID"):
        if name in kept:
            checked_id(str(kept[name]))
    if "orgID" not in kept and "id" not in kept and kept["type"] not in {"users", "orgs"}:
        kept["orgID"] = org_id
    return {"action": action, "resource": kept}


_RESOURCE = ("type", "id", "orgID")


def _named(call: ApiRequest, permission: Document) -> Document:
    """A permission with the names of its resource and its organization."""
    resource = dict(permission["resource"])
    org = call.resources.find("orgs", resource.get("orgID", ""))
    if org is not None:
        resource["org"] = org["name"]
    found = call.resources.find(resource["type"], resource.get("id", ""))
    if found is not None and "name" in found:
        resource["name"] = found["name"]
    return {"action": permission["action"], "resource": resource}


class LegacyAuthorizationEndpoints(AuthorizationEndpoints):
    """The endpoints of the authorizations of 1.x: a name, given as the token, and a password."""

    def routes(self) -> dict[str, dict[str, V2Endpoint]]:
        """Its endpoints by pattern and method, under both of its paths."""
        one = f"{self.type.path}/{{authID}}/password"
        methods: dict[str, V2Endpoint] = dict.fromkeys(("POST", "PUT"), self.set_password)
        found = super().routes() | {one: methods}
        return {
            pattern.replace(self.type.path, path): endpoints
            for pattern, endpoints in found.items()
            for path in ("/private/legacy/authorizations", "/legacy/authorizations")
        }

    def set_secret(self, call: ApiRequest, document: Document) -> None:
        """Check the name of a new authorization."""
        name = document.get("token")
        if not name:
            raise refuse(400, "token required for legacy authorization")
        if any(each["token"] == name for each in self.all(call)):
            raise refuse(422, "token already exists", "conflict")

    def set_password(self, call: ApiRequest) -> Reply:
        """Set the password."""
        password = call.json().get("password")
        if not isinstance(password, str) or not password:
            raise refuse(400, "password is required")
        call.resources.passwords[self.stored(call, "write")["id"]] = password
        return no_content()

    def links(self, document: Document) -> dict[str, str]:
        """The links of an authorization of 1.x."""
        return {
            **super().links(document),
            "self": f"/private/legacy/authorizations/{document['id']}",
        }

    def list_all(self, call: ApiRequest) -> Reply:
        """List the authorizations of 1.x."""
        found = [
            self.show(call, each)
            for each in self.selected(call)
            if call.identity.may("read", "authorizations", each["orgID"], each["id"])
        ]
        links = {"self": "/private/legacy/authorizations"}
        return json_reply(200, {"links": links, "authorizations": found})


def _type(name: str) -> ResourceType:
    return ResourceType(
        name,
        "authID",
        "authorization",
        _PROPERTIES,
        permission="authorizations",
        has_labels=False,
        has_members=False,
    )


AUTHORIZATIONS = AuthorizationEndpoints(_type("authorizations"))
"""The endpoints of authorizations."""

LEGACY_AUTHORIZATIONS = LegacyAuthorizationEndpoints(_type("legacy"))
"""The endpoints of authorizations for the paths of 1.x."""
