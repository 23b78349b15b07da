"""The endpoints of users, their passwords, and the current user.

Source: https://docs.influxdata.com/influxdb/v2/api/v2/#tag/Users
"""

from __future__ import annotations

from collections.abc import Iterable

from influx_testing._engine.catalog.resource_store import Document
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v2.api_request import ApiRequest, V2Endpoint
from influx_testing._flavors.v2.identity import basic_credentials, is_password
from influx_testing._flavors.v2.manage.resource_endpoints import (
    ResourceEndpoints,
    ResourceType,
    SettableProperty,
)
from influx_testing._flavors.v2.v2_replies import json_reply, no_content, refuse

__all__ = ["USERS"]

_LEAST_LENGTH = 8
_MOST_LENGTH = 72
_TYPE = ResourceType(
    "users",
    "userID",
    "user",
    {"name": SettableProperty(required=True), "status": SettableProperty(default="active")},
    has_labels=False,
    has_members=False,
    is_paged=True,
    needs_org=False,
    is_unique=True,
    times=(),
)


class UserEndpoints(ResourceEndpoints):
    """The endpoints of users."""

    def routes(self) -> dict[str, dict[str, V2Endpoint]]:
        """Its endpoints by pattern and method."""
        return super().routes() | {
            "/api/v2/users/{userID}/password": {
                "POST": self.set_password,
                "PUT": self.set_password,
            },
            "/api/v2/me": {"GET": self.me},
            "/api/v2/me/password": {"PUT": self.set_own_password},
        }

    def selected(self, call: ApiRequest) -> Iterable[Document]:
        """The users that the parameters of a request select.

        Raises:
            Reply: the request names a user that does not exist.
        """
        found = list(super().selected(call))
        if not found and (call.parameter("id") or call.parameter("name")):
            raise self.not_found(call.parameter("id"))
        return found

    def check_name(self, call: ApiRequest, document: Document, own_id: str = "") -> None:
        """Refuse an invalid status, and a name that another user has."""
        if document["status"] not in {"active", "inactive"}:
            raise refuse(400, "status must be active or inactive")
        super().check_name(call, document, own_id)

    def me(self, call: ApiRequest) -> Reply:
        """Return the sender of the request."""
        return json_reply(200, self.show(call, self._own(call)))

    def _own(self, call: ApiRequest) -> Document:
        found = call.resources.find("users", call.identity.user_id)
        if found is None:
            raise self.not_found(call.identity.user_id)
        return found

    def set_password(self, call: ApiRequest) -> Reply:
        """Set the password of a user."""
        return _password_set(call, self.stored(call, "write"))

    def set_own_password(self, call: ApiRequest) -> Reply:
        """Set the password of the sender; basic credentials must have the old one, if given."""
        user = self._own(call)
        scheme, _, rest = call.http.headers.get("authorization", "").partition(" ")
        if scheme == "Basic":
            _, old = basic_credentials(rest) or ("", "")
            if not is_password(call.resources, user["id"], old):
                raise refuse(401, "your username or password is incorrect")
        return _password_set(call, user)

    def links(self, document: Document) -> dict[str, str]:
        """The links of a user."""
        return {**super().links(document), "logs": f"/api/v2/users/{document['id']}/logs"}

    def show(self, call: ApiRequest, document: Document) -> Document:
        """What the API reports of a user."""
        return {"links": self.links(document), **document}


def _password_set(call: ApiRequest, user: Document) -> Reply:
    password = call.json().get("password")
    if not isinstance(password, str) or len(password) < _LEAST_LENGTH:
        raise refuse(400, f"passwords must be at least {_LEAST_LENGTH} characters long")
    if len(password.encode()) > _MOST_LENGTH:
        raise refuse(400, f"passwords must be at most {_MOST_LENGTH} bytes long")
    call.resources.passwords[user["id"]] = password
    for cookie, user_id in list(call.resources.sessions.items()):
        if user_id == user["id"]:
            del call.resources.sessions[cookie]
    return no_content()


USERS = UserEndpoints(_TYPE)
"""The endpoints of users."""
