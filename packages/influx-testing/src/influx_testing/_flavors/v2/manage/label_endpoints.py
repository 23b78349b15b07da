"""The endpoints of labels; a response has its label in a property.

Source: https://docs.influxdata.com/influxdb/v2/api/v2/#tag/Labels
"""

from __future__ import annotations

from influx_testing._engine.catalog.resource_store import Document
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v2.api_request import ApiRequest
from influx_testing._flavors.v2.manage.resource_endpoints import (
    ResourceEndpoints,
    ResourceType,
    SettableProperty,
)
from influx_testing._flavors.v2.v2_replies import json_reply, refuse

__all__ = ["LABELS"]

_TYPE = ResourceType(
    "labels",
    "labelID",
    "label",
    {"name": SettableProperty(required=True), "properties": SettableProperty(dict)},
    has_labels=False,
    has_members=False,
    is_unique=True,
    times=(),
)


class LabelEndpoints(ResourceEndpoints):
    """The endpoints of labels."""

    def list_all(self, call: ApiRequest) -> Reply:
        """List the labels that the sender may read."""
        found = [
            each
            for each in self.selected(call)
            if call.identity.may("read", "labels", each["orgID"], each["id"])
        ]
        return json_reply(200, {"labels": found, "links": {"self": self.type.path}})

    def show(self, call: ApiRequest, document: Document) -> Document:
        """A label with its link."""
        return {"label": document, "links": self.links(document)}

    def change(self, call: ApiRequest, document: Document, changes: Document) -> None:
        """Change the name and properties; a property with an empty value is removed."""
        properties = {**document.get("properties", {}), **changes.pop("properties", {})}
        super().change(call, document, changes)
        document["properties"] = {name: value for name, value in properties.items() if value}

    def name_is_taken(self, document: Document) -> Reply:
        """The refusal of a name that another label has."""
        return refuse(422, f"label with name {document['name']} already exists", "conflict")


LABELS = LabelEndpoints(_TYPE)
"""The endpoints of labels."""
