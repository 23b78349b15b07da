"""The endpoints that apply templates, and those of the stacks that come of it.

Source: https://docs.influxdata.com/influxdb/v2/api/v2/#tag/Templates
"""

from __future__ import annotations

from typing import Literal, TypeVar, cast

import msgspec

from influx_testing._engine.catalog.resource_store import Document
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v2.api_request import ApiRequest, V2Endpoint, checked_id
from influx_testing._flavors.v2.manage.label_endpoints import LABELS
from influx_testing._flavors.v2.templates.template_apply import TemplatePlan, remove_resources
from influx_testing._flavors.v2.templates.template_documents import (
    ApplyRequest,
    resources_of,
    sources_of,
)
from influx_testing._flavors.v2.v2_replies import json_reply, no_content, refuse
from influx_testing.errors import FakeUnsupported

__all__ = ["TEMPLATE_ROUTES"]

_T = TypeVar("_T")


class _NewStack(msgspec.Struct):
    name: str | None = None
    description: str | None = None
    urls: list[str] | None = None


class _AddedResource(msgspec.Struct, rename="camel"):
    kind: Literal["Bucket", "Label", "Task", "Telegraf", "Variable"]
    resource_id: str = msgspec.field(name="resourceID")
    template_meta_name: str = ""


class _StackChange(msgspec.Struct, rename="camel"):
    name: str | None = None
    description: str | None = None
    template_urls: list[str] | None = msgspec.field(default=None, name="templateURLs")
    additional_resources: list[_AddedResource] | None = None


def apply_templates(call: ApiRequest) -> Reply:
    """Apply the templates of a request, or tell what that would do if `dryRun` is set."""
    org_id, request = _org_of(call, call.json()), ApplyRequest.read(call.json())
    resources = resources_of(request)
    stack = _found(call, request.stack_id, "write") if request.stack_id else None
    plan = TemplatePlan(call, org_id, resources, [] if stack is None else _resources(stack))
    if request.dry_run:
        return json_reply(200, {"sources": sources_of(request), **plan.report()})
    plan.apply()
    if stack is None:
        stack = _new_stack(call, org_id, _NewStack())
    _happened(call, stack, "update", resources=plan.stack_resources(), sources=sources_of(request))
    report = {"sources": sources_of(request), "stackID": stack["id"], **plan.report()}
    return json_reply(201, report)


def export_template(call: ApiRequest) -> Reply:
    """Refuse to make a template of resources."""
    raise FakeUnsupported("the export of templates")


def list_stacks(call: ApiRequest) -> Reply:
    """List the stacks of an organization, all or those with certain names or IDs."""
    org = call.org()
    assert org is not None
    call.require("read", "orgs", org["id"], org["id"])
    wanted = {
        name: [text for key, text in call.http.params if key == name]
        for name in ("name", "stackID")
    }
    found = [
        stack
        for stack in call.resources.all("stacks")
        if stack["orgID"] == org["id"]
        and (not wanted["name"] or stack["events"][-1]["name"] in wanted["name"])
        and (not wanted["stackID"] or stack["id"] in wanted["stackID"])
    ]
    return json_reply(200, {"stacks": found})


def create_stack(call: ApiRequest) -> Reply:
    """Create a stack without resources."""
    org_id = _org_of(call, call.json())
    return json_reply(201, _new_stack(call, org_id, _read(call, _NewStack)))


def get_stack(call: ApiRequest) -> Reply:
    """Return one stack."""
    return json_reply(200, _stored(call, "read"))


def change_stack(call: ApiRequest) -> Reply:
    """Change the name, the description and the URLs of a stack, and add resources to it."""
    stack, change = _stored(call, "write"), _read(call, _StackChange)
    added: list[Document] = [
        {
            "resourceID": each.resource_id,
            "kind": each.kind,
            "templateMetaName": each.template_meta_name,
            "associations": [],
        }
        for each in change.additional_resources or []
    ]
    given = {
        "name": change.name,
        "description": change.description,
        "urls": change.template_urls,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    _happened(call, stack, "update", resources=[*_resources(stack), *added], **changes)
    return json_reply(200, stack)


def uninstall_stack(call: ApiRequest) -> Reply:
    """Remove the resources of a stack; the stack stays."""
    stack = _stored(call, "write")
    remove_resources(call, _resources(stack))
    _happened(call, stack, "uninstall", resources=[])
    return json_reply(200, stack)


def delete_stack(call: ApiRequest) -> Reply:
    """Delete a stack with its resources."""
    stack = _stored(call, "write")
    remove_resources(call, _resources(stack))
    call.resources.remove("stacks", stack["id"])
    return no_content()


def _read(call: ApiRequest, type_: type[_T]) -> _T:
    try:
        return msgspec.convert(call.json(), type_)
    except msgspec.ValidationError as error:
        raise refuse(400, f"failed to decode request body: {error}") from error


def _org_of(call: ApiRequest, body: Document) -> str:
    """The ID of the organization of a body, in which the sender may write."""
    org_id = LABELS.org_id(call, body)
    call.require("write", "orgs", org_id, org_id)
    return org_id


def _new_stack(call: ApiRequest, org_id: str, given: _NewStack) -> Document:
    event: Document = {
        "eventType": "create",
        "name": given.name or "",
        "description": given.description or "",
        "sources": [],
        "resources": [],
        "urls": given.urls or [],
        "updatedAt": call.now,
    }
    stack: Document = {"orgID": org_id, "createdAt": call.now, "events": [event]}
    return call.resources.add("stacks", stack)


def _happened(call: ApiRequest, stack: Document, event_type: str, **changes: object) -> None:
    """Add an event to a stack, with what differs from the one before."""
    last = stack["events"][-1]
    stack["events"].append({**last, "eventType": event_type, "updatedAt": call.now, **changes})


def _resources(stack: Document) -> list[Document]:
    return cast(list[Document], stack["events"][-1]["resources"])


def _stored(call: ApiRequest, action: str) -> Document:
    return _found(call, call.ids["stackID"], action)


def _found(call: ApiRequest, id_: str, action: str) -> Document:
    stack = call.resources.find("stacks", checked_id(id_))
    if stack is None:
        raise refuse(404, f"stack not found: {id_}")
    call.require(action, "orgs", stack["orgID"], stack["orgID"])
    return stack


_STACK = "/api/v2/stacks/{stackID}"

TEMPLATE_ROUTES: dict[str, dict[str, V2Endpoint]] = {
    "/api/v2/stacks": {"GET": list_stacks, "POST": create_stack},
    _STACK: {"DELETE": delete_stack, "GET": get_stack, "PATCH": change_stack},
    f"{_STACK}/uninstall": {"POST": uninstall_stack},
    "/api/v2/templates/apply": {"POST": apply_templates},
    "/api/v2/templates/export": {"POST": export_template},
}
"""The endpoints of templates and stacks."""
