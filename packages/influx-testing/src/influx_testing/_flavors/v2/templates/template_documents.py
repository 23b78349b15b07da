"""Reads the resources that a request describes in templates.

Source: https://docs.influxdata.com/influxdb/v2/api/v2/#operation/ApplyTemplate
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from influx_testing._engine.catalog.resource_store import Document
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v2.templates.template_kinds import (
    KINDS,
    UNSUPPORTED_KINDS,
    TemplateKind,
)
from influx_testing._flavors.v2.v2_replies import refuse
from influx_testing.errors import FakeUnsupported

_T = TypeVar("_T")

__all__ = ["ApplyRequest", "TemplateResource", "resources_of", "sources_of"]


class _Metadata(msgspec.Struct):
    name: str | dict[str, Any] = ""


class _Association(msgspec.Struct):
    kind: str = ""
    name: str = ""


class _Specification(msgspec.Struct):
    name: str | None = None
    associations: list[_Association] = []


class _Described(msgspec.Struct, rename="camel"):
    api_version: str = ""
    kind: str = ""
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)
    spec: dict[str, Any] = {}


class _Template(msgspec.Struct):
    contents: list[_Described] | str = []
    sources: list[str] = []


class _ActionProperties(msgspec.Struct, rename="camel"):
    kind: str = ""
    resource_template_name: str = ""


class _Action(msgspec.Struct):
    action: str = ""
    properties: _ActionProperties = msgspec.field(default_factory=_ActionProperties)


class ApplyRequest(msgspec.Struct, rename="camel"):
    """The body of a request that applies templates.

    Attributes:
        dry_run: whether nothing is applied.
        stack_id: the ID of the stack that the resources belong to; empty for a new one.
        template: a template.
        templates: more templates.
        remotes: templates elsewhere.
        actions: what is skipped.
    """

    dry_run: bool = False
    stack_id: str | None = msgspec.field(default=None, name="stackID")
    template: _Template | None = None
    templates: list[_Template] = []
    remotes: list[Any] = []
    actions: list[_Action] = []

    @classmethod
    def read(cls, body: Document) -> ApplyRequest:
        """Return the request of a body; a null is what is left out.

        Raises:
            Reply: a value has a wrong type.
        """
        given = {name: value for name, value in body.items() if value is not None}
        return _converted(given, cls)


@dataclass(frozen=True, slots=True)
class TemplateResource:
    """A resource that a template describes.

    Attributes:
        api_version: the version of the template.
        kind: its kind.
        meta_name: its name in the template.
        body: the body of the request that creates it.
        labels: the names of its labels in the template.
    """

    api_version: str
    kind: TemplateKind
    meta_name: str
    body: Document
    labels: tuple[str, ...]


def sources_of(request: ApplyRequest) -> list[str]:
    """Return where the templates of a request come from, as the request says."""
    return [source for template in _templates(request) for source in template.sources]


def resources_of(request: ApplyRequest) -> list[TemplateResource]:
    """Return the resources of a request, labels first, without those that it skips.

    Raises:
        Reply: a template is invalid.
        FakeUnsupported: a template is somewhere else, or has a kind that the fake lacks.
    """
    if request.remotes:
        raise FakeUnsupported("a template of another server")
    found = [
        _resource(each)
        for template in _templates(request)
        for each in _contents(template)
        if not _is_skipped(request, each)
    ]
    names = [(each.kind.name, each.meta_name) for each in found]
    for kind, name in set(names):
        if names.count((kind, name)) > 1:
            raise _invalid(f"{kind} {name!r} is in the templates twice")
    order = list(KINDS)
    return sorted(found, key=lambda each: order.index(each.kind.name))


def _templates(request: ApplyRequest) -> Iterator[_Template]:
    if request.template is not None:
        yield request.template
    yield from request.templates


def _contents(template: _Template) -> list[_Described]:
    if isinstance(template.contents, str):
        raise FakeUnsupported("a template that is not JSON")
    return template.contents


def _is_skipped(request: ApplyRequest, described: _Described) -> bool:
    for each in request.actions:
        if each.properties.kind != described.kind:
            continue
        name = each.properties.resource_template_name
        if each.action == "skipKind" or name == described.metadata.name:
            return True
    return False


def _resource(described: _Described) -> TemplateResource:
    kind = KINDS.get(described.kind)
    if kind is None:
        if described.kind in UNSUPPORTED_KINDS:
            raise FakeUnsupported(f"the kind {described.kind} of templates")
        raise _invalid(f"invalid kind: {described.kind!r}")
    name = described.metadata.name
    if isinstance(name, dict):
        raise FakeUnsupported("a reference to the environment in a template")
    if not name:
        raise _invalid(f"{kind.name}: metadata.name is required")
    spec = _converted(described.spec, _Specification)
    labels = tuple(each.name for each in spec.associations if each.kind == "Label")
    body = kind.body(spec.name or name, described.spec)
    return TemplateResource(described.api_version, kind, name, body, labels)


def _converted(value: object, type_: type[_T]) -> _T:
    try:
        return msgspec.convert(value, type_)
    except msgspec.ValidationError as error:
        raise _invalid(str(error)) from error


def _invalid(message: str) -> Reply:
    return refuse(422, f"failed to parse template: {message}")
