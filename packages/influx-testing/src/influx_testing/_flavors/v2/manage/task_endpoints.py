"""The endpoints of tasks.

Source: https://docs.influxdata.com/influxdb/v2/api/v2/#tag/Tasks
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from influx_testing._engine.catalog.resource_store import Document
from influx_testing._engine.tasks.task_options import change_options, read_options
from influx_testing._flavors.v2.api_request import ApiRequest
from influx_testing._flavors.v2.manage.paging import Page, page_of
from influx_testing._flavors.v2.manage.resource_endpoints import (
    ResourceEndpoints,
    ResourceType,
    SettableProperty,
)
from influx_testing._flavors.v2.v2_replies import refuse
from influx_testing.errors import StatementError

__all__ = ["TASKS"]

_USUAL, _MOST = 100, 500
_FROM_FLUX = ("name", "every", "cron", "offset")
_FAILED = {"DELETE": "failed to delete task", "PATCH": "failed to update task"}
_TYPE = ResourceType(
    "tasks",
    "taskID",
    "task",
    {
        "flux": SettableProperty(required=True),
        "description": SettableProperty(),
        "status": SettableProperty(default="active"),
        **dict.fromkeys(_FROM_FLUX, SettableProperty()),
    },
    sub_paths=("runs", "logs"),
    is_paged=True,
)


class TaskEndpoints(ResourceEndpoints):
    """The endpoints of tasks; the name and the schedule are in the Flux of a task."""

    def page(self, call: ApiRequest) -> Page:
        """The page that a request asks for."""
        return page_of(call, _USUAL, _MOST)

    def selected(self, call: ApiRequest) -> Iterable[Document]:
        """The tasks that the parameters of a request select."""
        wanted = {"ownerID": call.parameter("user"), "status": call.parameter("status")}
        return [
            each
            for each in super().selected(call)
            if all(not value or each[name] == value for name, value in wanted.items())
        ]

    def new_document(self, call: ApiRequest, body: Document) -> Document:
        """The document of a new task."""
        if not body.get("flux"):
            raise refuse(400, "missing flux")
        document = super().new_document(call, body)
        document["ownerID"] = call.identity.user_id
        _check_status(document["status"])
        _set_flux(document, document["flux"])
        return document

    def change(self, call: ApiRequest, document: Document, changes: Document) -> None:
        """Change the Flux, the options in it, the status and the description."""
        _check_status(changes.get("status", "active"))
        options = {name: changes.pop(name) for name in _FROM_FLUX if name in changes}
        flux = changes.pop("flux", None) or document["flux"]
        try:
            flux = change_options(flux, {name: text for name, text in options.items() if text})
        except StatementError as error:
            raise refuse(400, str(error)) from error
        _set_flux(document, flux)
        if changes.get("status") == "active" and document["status"] == "inactive":
            document["latestScheduled"] = call.now
        super().change(call, document, changes)

    def remove(self, call: ApiRequest, document: Document) -> None:
        """Delete a task with its runs."""
        for run in call.resources.all("runs"):
            if run["taskID"] == document["id"]:
                call.resources.remove("runs", run["id"])
        super().remove(call, document)

    def stored(self, call: ApiRequest, action: str) -> Document:
        """The task of a path."""
        return self.found(call, action, _FAILED.get(call.http.method, "failed to find task"))

    def found(self, call: ApiRequest, action: str, failure: str) -> Document:
        """The task of a path; `failure` begins the error if there is none."""
        id_ = call.id("taskID")
        if call.resources.find("tasks", id_) is None:
            raise refuse(404, f"{failure}: task not found")
        return super().stored(call, action)

    def show(self, call: ApiRequest, document: Document) -> Document:
        """What the API reports of a task, with the name of its organization."""
        org = call.resources.find("orgs", document["orgID"])
        shown: dict[str, Any] = super().show(call, document)
        shown.pop("latestScheduled", None)
        shown.setdefault("latestCompleted", document["createdAt"])
        return {**shown, "org": "" if org is None else org["name"]}


def _check_status(status: str) -> None:
    if status not in {"active", "inactive"}:
        raise refuse(400, f"invalid task status: {status!r}; it must be active or inactive")


def _set_flux(document: Document, flux: str) -> None:
    """Set the Flux of a task, and the name and schedule that it has."""
    try:
        options = read_options(flux)
    except StatementError as error:
        raise refuse(400, str(error)) from error
    document["flux"] = flux
    for name in _FROM_FLUX:
        document.pop(name, None)
        if getattr(options, name):
            document[name] = getattr(options, name)


TASKS = TaskEndpoints(_TYPE)
"""The endpoints of tasks."""
