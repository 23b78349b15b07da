"""ResourceEndpoints: the endpoints that most types of resources have in common.

A type is declared by its names, its properties and its links; a type that does more is a subclass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from influx_testing._engine.catalog.resource_store import Document
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v2.api_request import ApiRequest, V2Endpoint, checked_id
from influx_testing._flavors.v2.manage.labels_and_members import label_routes, member_routes, shown
from influx_testing._flavors.v2.manage.paging import Page, page_of
from influx_testing._flavors.v2.v2_replies import json_reply, no_content, refuse

__all__ = ["ResourceEndpoints", "ResourceType", "SettableProperty"]


@dataclass(frozen=True, slots=True)
class SettableProperty:
    """A property that a client may set.

    Attributes:
        kind: the type of its values.
        required: whether a new resource must have it.
        default: its value in a new resource, if it is not given; None leaves it out.
    """

    kind: type[Any] = str
    required: bool = False
    default: Any = None


@dataclass(frozen=True, slots=True)
class ResourceType:
    """What differs between the types of resources.

    Attributes:
        name: its name in paths and in the store, such as `checks`.
        id_name: the name of its ID in paths, such as `checkID`.
        noun: its name in errors, such as `check`.
        properties: what a client may set; other properties are stored only with `is_open`.
        is_open: whether all properties of a request are stored.
        permission: its name in permissions; its name in paths by default.
        list_key: its name in lists; its name in paths by default.
        update_methods: the methods that change a resource.
        sub_paths: the paths below a resource that its links name.
        has_labels: whether it can have labels.
        has_members: whether it can have members and owners.
        is_paged: whether a list has pages.
        needs_org: whether it belongs to an organization.
        is_unique: whether no two resources of an organization have the same name.
        times: the names of the times of its creation and its last change.
    """

    name: str
    id_name: str
    noun: str
    properties: Mapping[str, SettableProperty] = field(default_factory=dict[str, SettableProperty])
    is_open: bool = False
    permission: str = ""
    list_key: str = ""
    update_methods: tuple[str, ...] = ("PATCH",)
    sub_paths: tuple[str, ...] = ()
    has_labels: bool = True
    has_members: bool = True
    is_paged: bool = False
    needs_org: bool = True
    is_unique: bool = False
    times: tuple[str, ...] = ("createdAt", "updatedAt")

    @property
    def path(self) -> str:
        """The path of its list."""
        return f"/api/v2/{self.name}"

    @property
    def right(self) -> str:
        """Its name in permissions."""
        return self.permission or self.name


class ResourceEndpoints:
    """The endpoints of one type of resources."""

    def __init__(self, type_: ResourceType) -> None:
        self.type = type_

    def routes(self) -> dict[str, dict[str, V2Endpoint]]:
        """Its endpoints by pattern and method."""
        type_ = self.type
        one = f"{type_.path}/{{{type_.id_name}}}"
        found: dict[str, dict[str, V2Endpoint]] = {
            type_.path: {"GET": self.list_all, "POST": self.create},
            one: {
                "GET": self.get,
                "DELETE": self.delete,
                **dict.fromkeys(type_.update_methods, self.update),
            },
        }
        if type_.has_labels:
            found |= label_routes(one, self.stored)
        if type_.has_members:
            found |= member_routes(one, self.stored)
        return found

    def list_all(self, call: ApiRequest) -> Reply:
        """List the resources that the sender may read."""
        type_ = self.type
        page = self.page(call) if type_.is_paged else None
        found = [each for each in self.selected(call) if self._may_read(call, each)]
        chosen = found if page is None else page.of(found)
        filters = [pair for pair in call.parameters.items() if pair[0] in _FILTERS]
        links = {"self": type_.path}
        if page is not None:
            links = page.links(type_.path, len(chosen), filters)
        documents = [self.show(call, each) for each in chosen]
        return json_reply(200, {"links": links, type_.list_key or type_.name: documents})

    def page(self, call: ApiRequest) -> Page:
        """The page that a request asks for."""
        return page_of(call)

    def selected(self, call: ApiRequest) -> Iterable[Document]:
        """The resources that the parameters of a request select."""
        org = call.org(required=False)
        found = self.all(call)
        if org is not None:
            found = [each for each in found if each.get("orgID") == org["id"]]
        if call.parameter("name"):
            found = [each for each in found if each.get("name") == call.parameter("name")]
        if call.parameter("id"):
            ids = [text for name, text in call.http.params if name == "id"]
            found = [each for each in found if each["id"] in ids]
        return found

    def all(self, call: ApiRequest) -> list[Document]:
        """All resources of the type."""
        return call.resources.all(self.type.name)

    def _may_read(self, call: ApiRequest, document: Document) -> bool:
        org_id = document.get("orgID") or ""
        return call.identity.may("read", self.type.right, org_id, document["id"])

    def get(self, call: ApiRequest) -> Reply:
        """Return one resource."""
        return json_reply(200, self.show(call, self.stored(call, "read")))

    def create(self, call: ApiRequest) -> Reply:
        """Create a resource."""
        return json_reply(201, self.show(call, self.created(call, call.json())))

    def created(self, call: ApiRequest, body: Document) -> Document:
        """Create a resource of the body of a request; returns the stored document."""
        document = self.new_document(call, body)
        call.require("write", self.type.right, document.get("orgID") or "")
        self.check_name(call, document)
        return self.add(call, document)

    def new_document(self, call: ApiRequest, body: Document) -> Document:
        """The document of a new resource, from the body of a request."""
        type_ = self.type
        document = self.given(body)
        for name, declared in type_.properties.items():
            if declared.required and document.get(name) in (None, ""):
                raise refuse(400, f"{type_.noun} requires {name}")
            if declared.default is not None:
                document.setdefault(name, declared.default)
        if type_.needs_org:
            document["orgID"] = self.org_id(call, body)
        return document | dict.fromkeys(type_.times, call.now)

    def given(self, body: Document) -> Document:
        """The properties of a body that are stored; one with a value of a wrong type is refused."""
        kept: Document = {}
        for name, value in body.items():
            declared = self.type.properties.get(name)
            if declared is None and (not self.type.is_open or name in _COMPUTED):
                continue
            if value is None:
                continue
            if declared is not None and not _is_kind(value, declared.kind):
                raise refuse(400, f"{name} must be of type {_JSON_NAMES[declared.kind]}")
            kept[name] = value
        return kept

    def org_id(self, call: ApiRequest, body: Document) -> str:
        """The ID of the organization of a new resource."""
        id_, name = body.get("orgID"), body.get("org")
        found = None
        if isinstance(id_, str) and id_:
            found = call.resources.find("orgs", checked_id(id_))
        elif isinstance(name, str) and name:
            found = call.resources.named("orgs", name)
        elif call.parameter("org") or call.parameter("orgID"):
            found = call.org()
        else:
            raise refuse(400, "orgID is required")
        if found is None:
            raise refuse(404, "organization not found")
        id_ = found["id"]
        assert isinstance(id_, str)
        return id_

    def check_name(self, call: ApiRequest, document: Document, own_id: str = "") -> None:
        """Refuse a name that another resource has, if names are unique."""
        if not self.type.is_unique:
            return
        for other in self.all(call):
            same = (other.get("name"), other.get("orgID")) == (
                document.get("name"),
                document.get("orgID"),
            )
            if same and other["id"] != own_id:
                raise self.name_is_taken(document)

    def name_is_taken(self, document: Document) -> Reply:
        """The refusal of a name that another resource has."""
        text = f"{self.type.noun} with name {document['name']} already exists"
        return refuse(422, text, "conflict")

    def add(self, call: ApiRequest, document: Document) -> Document:
        """Store a new resource, with the sender as its owner."""
        stored = call.resources.add(self.type.name, document)
        if self.type.has_members and call.identity.user_id:
            call.resources.members[stored["id"]] = {call.identity.user_id: "owner"}
        return stored

    def stored(self, call: ApiRequest, action: str) -> Document:
        """The resource of a path, if it exists and the sender may read or write it."""
        id_ = call.id(self.type.id_name)
        found = call.resources.find(self.type.name, id_)
        if found is None:
            raise self.not_found(id_)
        call.require(action, self.type.right, found.get("orgID") or "", id_)
        return found

    def not_found(self, id_: str) -> Reply:
        """The refusal of an ID that no resource has."""
        return refuse(404, f"{self.type.noun} not found")

    def update(self, call: ApiRequest) -> Reply:
        """Change a resource; PUT replaces what a client may set."""
        document = self.stored(call, "write")
        self.changed(call, document, call.json(), replaces=call.http.method == "PUT")
        return json_reply(200, self.show(call, document))

    def changed(
        self, call: ApiRequest, document: Document, body: Document, *, replaces: bool = False
    ) -> None:
        """Change a stored resource by the body of a request, or replace what a client may set."""
        changes = self.given(body)
        self.check_name(call, document | changes, document["id"])
        if replaces:
            for name in self.type.properties:
                document.pop(name, None)
        self.change(call, document, changes)

    def change(self, call: ApiRequest, document: Document, changes: Document) -> None:
        """Apply checked changes to a stored resource."""
        document.update(changes)
        document.update(dict.fromkeys(self.type.times[1:], call.now))

    def delete(self, call: ApiRequest) -> Reply:
        """Delete a resource."""
        self.remove(call, self.stored(call, "write"))
        return no_content()

    def remove(self, call: ApiRequest, document: Document) -> None:
        """Remove a stored resource."""
        call.resources.remove(self.type.name, document["id"])

    def show(self, call: ApiRequest, document: Document) -> Document:
        """What the API reports of a resource."""
        return shown(call, self.type.path, document, self.links(document), self.type.has_labels)

    def links(self, document: Document) -> dict[str, str]:
        """The links of a resource."""
        type_ = self.type
        own = f"{type_.path}/{document['id']}"
        names = [
            *type_.sub_paths,
            *(("labels",) if type_.has_labels else ()),
            *(("members", "owners") if type_.has_members else ()),
        ]
        return {"self": own, **{name: f"{own}/{name}" for name in names}}


_FILTERS = frozenset({"id", "name", "org", "orgID"})
_COMPUTED = frozenset({"id", "links", "labels", "createdAt", "updatedAt", "orgID", "org"})
"""What a client sends back unchanged, because the server computes it."""

_JSON_NAMES: Mapping[type[Any], str] = {
    bool: "boolean",
    dict: "object",
    int: "integer",
    list: "array",
    str: "string",
}


def _is_kind(value: object, kind: type[Any]) -> bool:
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
