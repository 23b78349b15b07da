"""The endpoints of dashboards, their cells and the views of cells.

Source: https://docs.influxdata.com/influxdb/v2/api/v2/#tag/Dashboards
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import cast

from influx_testing._engine.catalog.resource_store import Document
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v2.api_request import ApiRequest, V2Endpoint
from influx_testing._flavors.v2.manage.resource_endpoints import (
    ResourceEndpoints,
    ResourceType,
    SettableProperty,
)
from influx_testing._flavors.v2.v2_replies import json_reply, no_content, refuse

__all__ = ["DASHBOARDS"]

_TYPE = ResourceType(
    "dashboards",
    "dashboardID",
    "dashboard",
    {"name": SettableProperty(required=True), "description": SettableProperty(default="")},
    sub_paths=("cells",),
    is_paged=True,
)
_PLACE = ("x", "y", "w", "h")
_NEW_VIEW: Document = {"properties": {"type": "markdown", "shape": "chronograf-v2", "note": ""}}
"""The view of a new cell."""


class DashboardEndpoints(ResourceEndpoints):
    """The endpoints of dashboards.

    A document has its cells with their views; the API reports the views apart from the cells.
    """

    def routes(self) -> dict[str, dict[str, V2Endpoint]]:
        """Its endpoints by pattern and method."""
        cells = f"{self.type.path}/{{dashboardID}}/cells"
        return super().routes() | {
            cells: {"POST": self.add_cell, "PUT": self.replace_cells},
            f"{cells}/{{cellID}}": {"PATCH": self.move_cell, "DELETE": self.delete_cell},
            f"{cells}/{{cellID}}/view": {"GET": self.get_view, "PATCH": self.change_view},
        }

    def new_document(self, call: ApiRequest, body: Document) -> Document:
        """The document of a new dashboard, without cells."""
        return {**super().new_document(call, body), "cells": []}

    def selected(self, call: ApiRequest) -> Iterable[Document]:
        """The dashboards that the parameters of a request select."""
        owner = call.parameter("owner")
        members = call.resources.members
        return [
            each
            for each in super().selected(call)
            if not owner or members.get(each["id"], {}).get(owner) == "owner"
        ]

    def get(self, call: ApiRequest) -> Reply:
        """Return a dashboard; with `include=properties`, its cells have their views."""
        document = self.stored(call, "read")
        shown = self.show(call, document)
        if call.parameter("include") == "properties":
            shown["cells"] = [
                {**cell, "name": stored["view"]["name"], **_properties(stored)}
                for cell, stored in zip(shown["cells"], document["cells"], strict=True)
            ]
        return json_reply(200, shown)

    def links(self, document: Document) -> dict[str, str]:
        """The links of a dashboard."""
        return super().links(document) | {"org": f"/api/v2/orgs/{document['orgID']}"}

    def show(self, call: ApiRequest, document: Document) -> Document:
        """What the API reports of a dashboard; its times are in `meta`."""
        shown = super().show(call, document)
        meta = {name: shown.pop(name) for name in _TYPE.times}
        cells = [_shown_cell(document, cell) for cell in document["cells"]]
        return {**shown, "meta": meta, "cells": cells}

    def add_cell(self, call: ApiRequest) -> Reply:
        """Add a cell, with a new view or a copy of another cell's."""
        document, body = self.stored(call, "write"), call.json()
        source = body.get("usingView")
        view = json.loads(json.dumps(_NEW_VIEW))
        if source:
            view = json.loads(json.dumps(_cell(document, str(source))["view"]))
        name = str(body.get("name") or "")
        cell: Document = {"id": call.resources.new_id(), **_place(body), "view": view}
        cell["view"] = {**view, "name": name}
        document["cells"].append(cell)
        self.change(call, document, {})
        return json_reply(201, _shown_cell(document, cell))

    def replace_cells(self, call: ApiRequest) -> Reply:
        """Replace all cells; a cell whose ID exists keeps its view."""
        document = self.stored(call, "write")
        known = {cell["id"]: cell for cell in document["cells"]}
        document["cells"] = [
            {
                "id": str(given.get("id") or call.resources.new_id()),
                **_place(given),
                "view": known.get(str(given.get("id")), {}).get("view")
                or {**_NEW_VIEW, "name": ""},
            }
            for given in _cells(call)
        ]
        self.change(call, document, {})
        return json_reply(201, self.show(call, document))

    def move_cell(self, call: ApiRequest) -> Reply:
        """Change the place and size of a cell."""
        document = self.stored(call, "write")
        cell = _cell(document, call.id("cellID"))
        cell.update(_place({**cell, **call.json()}))
        return json_reply(200, _shown_cell(document, cell))

    def delete_cell(self, call: ApiRequest) -> Reply:
        """Delete a cell with its view."""
        document = self.stored(call, "write")
        document["cells"].remove(_cell(document, call.id("cellID")))
        return no_content()

    def get_view(self, call: ApiRequest) -> Reply:
        """Return the view of a cell."""
        document = self.stored(call, "read")
        return json_reply(200, _shown_view(document, _cell(document, call.id("cellID"))))

    def change_view(self, call: ApiRequest) -> Reply:
        """Change the name and the properties of a view."""
        document = self.stored(call, "write")
        cell, body = _cell(document, call.id("cellID")), call.json()
        for name, kind in (("name", str), ("properties", dict)):
            if isinstance(body.get(name), kind):
                cell["view"][name] = body[name]
        return json_reply(200, _shown_view(document, cell))


def _cells(call: ApiRequest) -> list[Document]:
    """The cells in a body, which is an array of JSON."""
    cells = call.json_value()
    if not isinstance(cells, list) or not all(isinstance(each, dict) for each in cells):
        raise refuse(400, "failed to decode request body: an array of cells is required")
    return cast(list[Document], cells)


def _place(given: Document) -> Document:
    values = {name: given.get(name) or 0 for name in _PLACE}
    if not all(value.__class__ is int for value in values.values()):
        raise refuse(400, "x, y, w and h must be integers")
    return values


def _cell(document: Document, id_: str) -> Document:
    for cell in document["cells"]:
        if cell["id"] == id_:
            return cast(Document, cell)
    raise refuse(404, "cell not found")


def _properties(cell: Document) -> Document:
    return {"properties": cell["view"]["properties"]}


def _shown_cell(document: Document, cell: Document) -> Document:
    own = f"/api/v2/dashboards/{document['id']}/cells/{cell['id']}"
    place = {name: cell[name] for name in _PLACE}
    return {"id": cell["id"], **place, "links": {"self": own, "view": f"{own}/view"}}


def _shown_view(document: Document, cell: Document) -> Document:
    own = f"/api/v2/dashboards/{document['id']}/cells/{cell['id']}/view"
    return {"links": {"self": own}, "id": cell["id"], **cell["view"]}


DASHBOARDS = DashboardEndpoints(_TYPE)
"""The endpoints of dashboards."""
