"""TemplatePlan: which resources templates create, change and remove."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from influx_testing._engine.catalog.resource_store import Document
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v2.api_request import ApiRequest
from influx_testing._flavors.v2.templates.template_documents import TemplateResource
from influx_testing._flavors.v2.templates.template_kinds import KINDS, TemplateKind

__all__ = ["StackResource", "TemplatePlan", "remove_resources"]

_LISTS = (
    "buckets",
    "checks",
    "dashboards",
    "labels",
    "notificationEndpoints",
    "notificationRules",
    "tasks",
    "telegrafConfigs",
    "variables",
)
"""The lists of a summary and of a difference, besides that of the mappings of labels."""

StackResource = Document
"""A resource as a stack remembers it: its ID, its kind and its name in the template."""


@dataclass(slots=True)
class _Step:
    """One resource of a template, and the stored one that it describes, if there is one."""

    resource: TemplateResource
    stored: Document | None
    status: str

    @property
    def kind(self) -> TemplateKind:
        return self.resource.kind


class TemplatePlan:
    """What applying templates does to an organization.

    Args:
        call: the request.
        org_id: the ID of the organization.
        resources: the resources of the templates.
        before: the resources that the stack has so far.

    Raises:
        Reply: the API would refuse a resource.
    """

    def __init__(
        self,
        call: ApiRequest,
        org_id: str,
        resources: Sequence[TemplateResource],
        before: Sequence[StackResource],
    ) -> None:
        self._call = call
        self._org_id = org_id
        self._steps = [self._step(resource, before) for resource in resources]
        for resource in resources:
            body = {**resource.body, "orgID": org_id}
            resource.kind.endpoints.new_document(call, body)  # raises what the API refuses
        wanted = {(each.kind.name, each.meta_name) for each in resources}
        self._removed = [
            each for each in before if (each["kind"], each["templateMetaName"]) not in wanted
        ]
        self._diff = self._difference()

    def _step(self, resource: TemplateResource, before: Sequence[StackResource]) -> _Step:
        kind, store = resource.kind, self._call.resources
        type_ = kind.endpoints.type.name
        for each in before:
            if (each["kind"], each["templateMetaName"]) == (kind.name, resource.meta_name):
                found = store.find(type_, each["resourceID"])
                if found is not None:
                    return _Step(resource, found, "exists")
        found = None
        if kind.endpoints.type.is_unique:
            found = store.named(type_, resource.body["name"], self._org_id)
        return _Step(resource, found, "new" if found is None else "exists")

    def apply(self) -> None:
        """Create, change and remove resources; a refused resource leaves nothing behind.

        Raises:
            Reply: the API refuses a resource, or the sender may not write it.
        """
        created: list[_Step] = []
        try:
            for step in self._steps:
                if step.stored is None:
                    self._create(step)
                    created.append(step)
            for step in self._steps:
                if step not in created:
                    self._change(step)
        except Reply:
            for step in reversed(created):
                assert step.stored is not None
                step.kind.endpoints.remove(self._call, step.stored)
            raise
        self._attach_labels()
        remove_resources(self._call, self._removed)

    def _create(self, step: _Step) -> None:
        body = {**step.resource.body, "orgID": self._org_id}
        step.stored = step.kind.endpoints.created(self._call, body)

    def _change(self, step: _Step) -> None:
        endpoints, stored = step.kind.endpoints, step.stored
        assert stored is not None
        self._call.require("write", endpoints.type.right, self._org_id, stored["id"])
        endpoints.changed(self._call, stored, dict(step.resource.body))

    def _attach_labels(self) -> None:
        for step, label in self._label_pairs():
            assert step.stored is not None
            assert label.stored is not None
            attached = self._call.resources.labels.setdefault(step.stored["id"], [])
            if label.stored["id"] not in attached:
                attached.append(label.stored["id"])

    def _label_pairs(self) -> Iterator[tuple[_Step, _Step]]:
        labels = {
            step.resource.meta_name: step for step in self._steps if step.kind.name == "Label"
        }
        for step in self._steps:
            for name in step.resource.labels:
                if name in labels:
                    yield step, labels[name]

    def stack_resources(self) -> list[StackResource]:
        """The resources that the stack has afterwards."""
        return [
            {
                "apiVersion": step.resource.api_version,
                "resourceID": step.stored["id"],
                "kind": step.kind.name,
                "templateMetaName": step.resource.meta_name,
                "associations": [
                    {"kind": "Label", "metaName": name} for name in step.resource.labels
                ],
                "links": {"self": step.kind.endpoints.links(step.stored)["self"]},
            }
            for step in self._steps
            if step.stored is not None
        ]

    def report(self) -> Document:
        """The summary of the resources, and what differs from those before."""
        lists: dict[str, Any] = {name: [] for name in _LISTS}
        for step in self._steps:
            kind = step.kind
            shown = step.resource.body
            if step.stored is not None:
                shown = kind.endpoints.show(self._call, step.stored)
            elif kind.name == "Label":
                shown = {"label": shown}
            lists[kind.list_name].append(
                {
                    "kind": kind.name,
                    "templateMetaName": step.resource.meta_name,
                    **kind.summary(shown),
                    "envReferences": [],
                    **({} if kind.name in ("Label", "Task") else self._labels_of(step)),
                }
            )
        mappings = list(map(self._mapping, self._label_pairs()))
        summary = {**lists, "labelMappings": mappings, "missingEnvRefs": [], "missingSecrets": []}
        return {"summary": summary, "diff": {**self._diff, "labelMappings": mappings}}

    def _labels_of(self, step: _Step) -> Document:
        own = [label for each, label in self._label_pairs() if each is step]
        return {
            "labelAssociations": [
                {
                    "kind": "Label",
                    "templateMetaName": label.resource.meta_name,
                    "name": label.resource.body["name"],
                    **({} if label.stored is None else {"id": label.stored["id"]}),
                }
                for label in own
            ]
        }

    def _mapping(self, pair: tuple[_Step, _Step]) -> Document:
        step, label = pair
        ids = {"resourceID": step.stored, "labelID": label.stored}
        return {
            "status": step.status,
            "resourceType": step.kind.endpoints.type.name,
            "resourceTemplateMetaName": step.resource.meta_name,
            "resourceName": str(step.resource.body.get("name", step.resource.meta_name)),
            "labelTemplateMetaName": label.resource.meta_name,
            "labelName": label.resource.body["name"],
            **{name: stored["id"] for name, stored in ids.items() if stored is not None},
        }

    def _difference(self) -> Document:
        """What differs, as it is before anything is applied."""
        lists: dict[str, Any] = {name: [] for name in _LISTS}
        for step in self._steps:
            kind, found = step.kind, step.stored
            entry: Document = {
                "kind": kind.name,
                "stateStatus": step.status,
                "templateMetaName": step.resource.meta_name,
                "new": kind.state({"orgID": self._org_id, **step.resource.body}),
            }
            if found is not None:
                entry |= {
                    "id": found["id"],
                    "old": kind.state(kind.endpoints.show(self._call, found)),
                }
            lists[kind.list_name].append(entry)
        for each in self._removed:
            names = {"id": each["resourceID"], "templateMetaName": each["templateMetaName"]}
            entry = {"kind": each["kind"], "stateStatus": "remove", **names}
            lists[KINDS[each["kind"]].list_name].append(entry)
        return lists


def remove_resources(call: ApiRequest, resources: Sequence[StackResource]) -> None:
    """Remove the resources of a stack; those that are gone already are no error.

    Raises:
        Reply: the sender may not write one of them.
    """
    found: list[tuple[TemplateKind, Document]] = []
    for each in reversed(resources):
        kind = KINDS[each["kind"]]
        stored = call.resources.find(kind.endpoints.type.name, each["resourceID"])
        if stored is not None:
            call.require("write", kind.endpoints.type.right, stored["orgID"], stored["id"])
            found.append((kind, stored))
    for kind, stored in found:
        kind.endpoints.remove(call, stored)
