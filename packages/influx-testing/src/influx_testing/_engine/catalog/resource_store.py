"""ResourceStore: the resources of 2.x as JSON documents, by type and ID.

A document has what the API stores of a resource. Links, labels and members are not in it: the API
adds them to its responses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["Document", "ResourceStore"]

Document = dict[str, Any]
"""A resource as JSON has it."""

_FIRST_ID = 0x0C0FFEE000000000
"""IDs count from here, so that all of them have 16 hexadecimal digits."""


@dataclass(slots=True)
class ResourceStore:
    """The resources of a server.

    Attributes:
        documents: the documents by type, such as `orgs`, and ID.
        labels: the IDs of the labels of a resource, by the ID of the resource.
        members: the roles of users, by the ID of a resource and the ID of a user.
        secrets: the secrets of an organization, by the ID of the organization and their keys.
        passwords: the passwords of users, by their IDs.
        sessions: the IDs of the users who are signed in, by the text of their cookies.
        count: the number of IDs assigned so far.
    """

    documents: dict[str, dict[str, Document]] = field(
        default_factory=dict[str, dict[str, Document]]
    )
    labels: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    members: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    secrets: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    passwords: dict[str, str] = field(default_factory=dict[str, str])
    sessions: dict[str, str] = field(default_factory=dict[str, str])
    count: int = 0

    def new_id(self) -> str:
        """Return an ID that no resource has: 16 hexadecimal digits, in ascending order."""
        self.count += 1
        return f"{_FIRST_ID + self.count:016x}"

    def add(self, type_: str, document: Document) -> Document:
        """Store a new resource; its document gets an ID."""
        stored: Document = {"id": self.new_id(), **document}
        self.documents.setdefault(type_, {})[stored["id"]] = stored
        return stored

    def all(self, type_: str) -> list[Document]:
        """All resources of a type, in the order of their creation."""
        return list(self.documents.get(type_, {}).values())

    def find(self, type_: str, id_: str) -> Document | None:
        """The resource with an ID; None if there is none."""
        return self.documents.get(type_, {}).get(id_)

    def named(self, type_: str, name: str, org_id: str | None = None) -> Document | None:
        """The first resource with a name, in one organization if its ID is given."""
        for document in self.all(type_):
            if document.get("name") == name and org_id in (None, document.get("orgID")):
                return document
        return None

    def remove(self, type_: str, id_: str) -> None:
        """Remove a resource with its labels and members; a missing one is no error."""
        self.documents.get(type_, {}).pop(id_, None)
        for by_resource in (self.labels, self.members, self.secrets, self.passwords):
            by_resource.pop(id_, None)
        if type_ == "labels":
            for labels in self.labels.values():
                labels[:] = [label for label in labels if label != id_]
        if type_ == "users":
            for roles in self.members.values():
                roles.pop(id_, None)

    def to_json(self) -> Document:
        """Everything but the sessions, as one JSON document."""
        return {
            "documents": self.documents,
            "labels": self.labels,
            "members": self.members,
            "secrets": self.secrets,
            "passwords": self.passwords,
            "count": self.count,
        }

    def replace_with(self, document: Document) -> None:
        """Replace everything by the result of `to_json`; nobody is signed in then.

        Raises:
            TypeError: the document is not such a result.
        """
        new = ResourceStore(**document)
        self.documents, self.labels, self.members = new.documents, new.labels, new.members
        self.secrets, self.passwords, self.count = new.secrets, new.passwords, new.count
        self.sessions.clear()
