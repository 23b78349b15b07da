"""The labels, members and owners of a resource; the paths are the same below all resources."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

from influx_testing._engine.catalog.resource_store import Document
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v2.api_request import ApiRequest, V2Endpoint, checked_id
from influx_testing._flavors.v2.v2_replies import json_reply, no_content, refuse

__all__ = ["Stored", "label_routes", "labels_of", "member_routes", "shown"]

Stored: TypeAlias = Callable[[ApiRequest, str], Document]
"""Returns the resource of a path, for a request that wants to read or write it."""

Role: TypeAlias = Literal["member", "owner"]


def shown(
    call: ApiRequest, path: str, document: Document, links: dict[str, str], has_labels: bool
) -> Document:
    """A document with its links and labels."""
    labels = {"labels": labels_of(call, document["id"])} if has_labels else {}
    return {**document, **labels, "links": links}


def labels_of(call: ApiRequest, id_: str) -> list[Document]:
    """The labels of a resource."""
    found = (call.resources.find("labels", each) for each in call.resources.labels.get(id_, ()))
    return [label for label in found if label is not None]


def label_routes(one: str, stored: Stored) -> dict[str, dict[str, V2Endpoint]]:
    """The endpoints for the labels of a resource, whose path is `one`."""

    def list_labels(call: ApiRequest) -> Reply:
        document = stored(call, "read")
        return json_reply(
            200, {"labels": labels_of(call, document["id"]), "links": {"self": call.http.path}}
        )

    def add_label(call: ApiRequest) -> Reply:
        document = stored(call, "write")
        id_ = call.json().get("labelID")
        label = call.resources.find("labels", checked_id(str(id_)))
        if label is None:
            raise refuse(404, "label not found")
        attached = call.resources.labels.setdefault(document["id"], [])
        if label["id"] not in attached:
            attached.append(label["id"])
        links = {"self": f"/api/v2/labels/{label['id']}"}
        return json_reply(201, {"label": label, "links": links})

    def remove_label(call: ApiRequest) -> Reply:
        document = stored(call, "write")
        label_id = call.id("labelID")
        if call.resources.find("labels", label_id) is None:
            raise refuse(404, "label not found")
        attached = call.resources.labels.get(document["id"], [])
        if label_id not in attached:
            raise refuse(404, "label mapping not found")
        attached.remove(label_id)
        return no_content()

    return {
        f"{one}/labels": {"GET": list_labels, "POST": add_label},
        f"{one}/labels/{{labelID}}": {"DELETE": remove_label},
    }


def member_routes(one: str, stored: Stored) -> dict[str, dict[str, V2Endpoint]]:
    """The endpoints for the members and owners of a resource, whose path is `one`."""
    routes: dict[str, dict[str, V2Endpoint]] = {}
    roles: tuple[Role, ...] = ("member", "owner")
    for role in roles:
        routes |= _role_routes(one, stored, role)
    return routes


def _role_routes(one: str, stored: Stored, role: Role) -> dict[str, dict[str, V2Endpoint]]:
    def list_users(call: ApiRequest) -> Reply:
        roles = call.resources.members.get(stored(call, "read")["id"], {})
        users = [_user(call, id_, role) for id_, own in roles.items() if own == role]
        return json_reply(200, {"links": {"self": call.http.path}, "users": users})

    def add_user(call: ApiRequest) -> Reply:
        document = stored(call, "write")
        id_ = checked_id(str(call.json().get("id")))
        user = _user(call, id_, role)
        call.resources.members.setdefault(document["id"], {})[id_] = role
        return json_reply(201, user)

    def remove_user(call: ApiRequest) -> Reply:
        roles = call.resources.members.get(stored(call, "write")["id"], {})
        if roles.get(call.id("userID")) != role:
            raise refuse(404, "user to resource mapping not found")
        del roles[call.id("userID")]
        return no_content()

    return {
        f"{one}/{role}s": {"GET": list_users, "POST": add_user},
        f"{one}/{role}s/{{userID}}": {"DELETE": remove_user},
    }


def _user(call: ApiRequest, id_: str, role: Role) -> Document:
    user = call.resources.find("users", id_)
    if user is None:
        raise refuse(404, "user not found")
    return {"role": role, **user, "links": {"self": f"/api/v2/users/{id_}"}}
