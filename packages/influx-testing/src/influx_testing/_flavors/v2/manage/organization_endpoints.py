"""The endpoints of organizations and their secrets.

Source: https://docs.influxdata.com/influxdb/v2/api/v2/#tag/Organizations
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote_plus

from influx_testing._engine.catalog.organization_setup import create_organization
from influx_testing._engine.catalog.resource_store import Document
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v2.api_request import ApiRequest, V2Endpoint
from influx_testing._flavors.v2.manage.resource_endpoints import (
    ResourceEndpoints,
    ResourceType,
    SettableProperty,
)
from influx_testing._flavors.v2.v2_replies import json_reply, no_content, refuse

__all__ = ["ORGANIZATIONS"]

_TYPE = ResourceType(
    "orgs",
    "orgID",
    "organization",
    {"name": SettableProperty(required=True), "description": SettableProperty(default="")},
    sub_paths=("secrets",),
    is_paged=True,
    needs_org=False,
    is_unique=True,
)

_OWNED = (
    "authorizations",
    "checks",
    "dashboards",
    "dbrps",
    "labels",
    "notificationEndpoints",
    "notificationRules",
    "scrapers",
    "stacks",
    "tasks",
    "telegrafs",
    "variables",
)
"""The types of resources that are deleted with their organization, besides its buckets."""


class OrganizationEndpoints(ResourceEndpoints):
    """The endpoints of organizations."""

    def routes(self) -> dict[str, dict[str, V2Endpoint]]:
        """Its endpoints by pattern and method."""
        one = f"{self.type.path}/{{orgID}}/secrets"
        return super().routes() | {
            one: {"GET": self.list_secrets, "PATCH": self.set_secrets},
            f"{one}/delete": {"POST": self.delete_secrets},
            f"{one}/{{secretID}}": {"DELETE": self.delete_secret},
        }

    def selected(self, call: ApiRequest) -> Iterable[Document]:
        """The organizations that the parameters of a request select.

        Raises:
            Reply: the request names an organization that does not exist.
        """
        org = call.org(required=False)
        if org is not None:
            return [org]
        user_id = call.parameter("userID")
        members = call.resources.members
        return [
            each for each in self.all(call) if not user_id or user_id in members.get(each["id"], {})
        ]

    def add(self, call: ApiRequest, document: Document) -> Document:
        """Create an organization with its system buckets, and the sender as its owner."""
        name, description = document["name"], document["description"]
        org = create_organization(call.resources, call.buckets, name, description)
        if call.identity.user_id:
            call.resources.members[org["id"]] = {call.identity.user_id: "owner"}
        return org

    def name_is_taken(self, document: Document) -> Reply:
        """The refusal of a name that another organization has."""
        text = f"organization with name {document['name']} already exists"
        return refuse(422, text, "conflict")

    def remove(self, call: ApiRequest, document: Document) -> None:
        """Delete an organization with all that belongs to it."""
        id_ = document["id"]
        for bucket in call.buckets.all():
            if bucket.org_id == id_:
                call.buckets.delete(bucket)
        for type_ in _OWNED:
            for each in call.resources.all(type_):
                if each.get("orgID") == id_:
                    call.resources.remove(type_, each["id"])
        call.resources.remove("orgs", id_)

    def links(self, document: Document) -> dict[str, str]:
        """The links of an organization."""
        named = {
            name: f"/api/v2/{name}?org={quote_plus(document['name'])}"
            for name in ("buckets", "tasks", "dashboards")
        }
        return super().links(document) | named

    def show(self, call: ApiRequest, document: Document) -> Document:
        """What the API reports of an organization; it has links to labels, but no labels."""
        return {"links": self.links(document), **document}

    def list_secrets(self, call: ApiRequest) -> Reply:
        """List the keys of secrets."""
        org_id = self.stored(call, "read")["id"]
        call.require("read", "secrets", org_id)
        links = {"self": call.http.path, "org": f"/api/v2/orgs/{org_id}"}
        return json_reply(
            200, {"links": links, "secrets": sorted(call.resources.secrets.get(org_id, {}))}
        )

    def set_secrets(self, call: ApiRequest) -> Reply:
        """Set the values of secrets."""
        org_id = self._writable(call)
        values = call.json()
        if not all(isinstance(value, str) for value in values.values()):
            raise refuse(400, "a secret must be of type string")
        call.resources.secrets.setdefault(org_id, {}).update(values)
        return no_content()

    def delete_secrets(self, call: ApiRequest) -> Reply:
        """Delete secrets by their keys."""
        secrets = call.resources.secrets.get(self._writable(call), {})
        keys = call.json().get("secrets") or []
        for key in keys if isinstance(keys, list) else []:
            secrets.pop(str(key), None)
        return no_content()

    def delete_secret(self, call: ApiRequest) -> Reply:
        """Delete one secret."""
        call.resources.secrets.get(self._writable(call), {}).pop(call.ids["secretID"], None)
        return no_content()

    def _writable(self, call: ApiRequest) -> str:
        org_id: str = self.stored(call, "read")["id"]
        call.require("write", "secrets", org_id)
        return org_id


ORGANIZATIONS = OrganizationEndpoints(_TYPE)
"""The endpoints of organizations."""
