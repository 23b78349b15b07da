"""The kinds of resources in templates, and how each becomes a resource of the API.

Source: https://docs.influxdata.com/influxdb/v2/tools/influxdb-templates/create/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from influx_flux import literal
from influx_testing._engine.catalog.resource_store import Document
from influx_testing._flavors.v2.manage.bucket_endpoints import BUCKETS
from influx_testing._flavors.v2.manage.label_endpoints import LABELS
from influx_testing._flavors.v2.manage.plain_resources import TELEGRAFS, VARIABLES
from influx_testing._flavors.v2.manage.resource_endpoints import ResourceEndpoints
from influx_testing._flavors.v2.manage.task_endpoints import TASKS

__all__ = ["KINDS", "UNSUPPORTED_KINDS", "TemplateKind"]

_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class TemplateKind:
    """A kind of resources that templates describe.

    Attributes:
        name: its name in templates, such as `Bucket`.
        list_name: its name in summaries, such as `buckets`.
        endpoints: creates, changes and removes its resources.
        body: makes the body of a request of the name and the specification of a template.
        state: makes what a difference shows of such a body, or of what the API reports.
        summary: makes what a summary shows of what the API reports.
    """

    name: str
    list_name: str
    endpoints: ResourceEndpoints
    body: Callable[[str, Document], Document]
    state: Callable[[Document], Document]
    summary: Callable[[Document], Document]


def _kept(document: Mapping[str, Any], *names: str) -> Document:
    return {name: document[name] for name in names if document.get(name) is not None}


def _bucket_body(name: str, spec: Document) -> Document:
    return {"name": name, **_kept(spec, "description", "retentionRules")}


def _bucket_state(document: Document) -> Document:
    return _kept(document, "name", "description", "retentionRules")


def _bucket_summary(document: Document) -> Document:
    rules: list[Document] = document.get("retentionRules") or []
    seconds = rules[0].get("everySeconds", 0) if rules else 0
    return {
        **_kept(document, "id", "orgID", "name", "description"),
        "retentionPeriod": seconds * _SECOND,
    }


def _label_body(name: str, spec: Document) -> Document:
    return {"name": name, "properties": _kept(spec, "color", "description")}


def _label_state(document: Document) -> Document:
    found: Document = document.get("label", document)
    return {**_kept(found, "name"), **_kept(found.get("properties", {}), "color", "description")}


def _label_summary(document: Document) -> Document:
    return _kept(document["label"], "id", "orgID", "name", "properties")


def _task_body(name: str, spec: Document) -> Document:
    options = [f"name: {literal(name)}"]
    if spec.get("cron"):
        options.append(f"cron: {literal(str(spec['cron']))}")
    options += [f"{option}: {spec[option]}" for option in ("every", "offset") if spec.get(option)]
    flux = f"option task = {{{', '.join(options)}}}\n\n{spec.get('query', '')}"
    return {"flux": flux, **_kept(spec, "description", "status")}


def _task_state(document: Document) -> Document:
    shown = _kept(document, "name", "cron", "description", "every", "offset", "status")
    return {**shown, "query": document.get("flux", "")}


def _task_summary(document: Document) -> Document:
    return {**_kept(document, "id"), **_task_state(document)}


def _telegraf_body(name: str, spec: Document) -> Document:
    return {"name": name, **_kept(spec, "description", "config")}


def _telegraf_state(document: Document) -> Document:
    return _kept(document, "name", "description", "config", "metadata", "orgID")


def _telegraf_summary(document: Document) -> Document:
    return {**_kept(document, "id"), **_telegraf_state(document)}


def _variable_body(name: str, spec: Document) -> Document:
    type_ = spec.get("type", "constant")
    values = spec.get("values")
    if type_ == "query":
        values = _kept(spec, "query", "language")
    body = {"name": name, "arguments": {"type": type_, "values": values}}
    return {**body, **_kept(spec, "description", "selected")}


def _variable_state(document: Document) -> Document:
    arguments = cast(Document, document["arguments"])
    return {**_kept(document, "name", "description"), "args": arguments}


def _variable_summary(document: Document) -> Document:
    return _kept(document, "id", "orgID", "name", "description", "arguments")


_ALL = (
    TemplateKind("Label", "labels", LABELS, _label_body, _label_state, _label_summary),
    TemplateKind("Bucket", "buckets", BUCKETS, _bucket_body, _bucket_state, _bucket_summary),
    TemplateKind("Task", "tasks", TASKS, _task_body, _task_state, _task_summary),
    TemplateKind(
        "Telegraf",
        "telegrafConfigs",
        TELEGRAFS,
        _telegraf_body,
        _telegraf_state,
        _telegraf_summary,
    ),
    TemplateKind(
        "Variable", "variables", VARIABLES, _variable_body, _variable_state, _variable_summary
    ),
)

KINDS: Mapping[str, TemplateKind] = {kind.name: kind for kind in _ALL}
"""The kinds by their names, in the order in which they are applied: other kinds have labels."""

UNSUPPORTED_KINDS = frozenset(
    {
        "CheckDeadman",
        "CheckThreshold",
        "Dashboard",
        "NotificationEndpointHTTP",
        "NotificationEndpointPagerDuty",
        "NotificationEndpointSlack",
        "NotificationRule",
    }
)
"""What templates of the real server may have, and those of the fake may not."""
