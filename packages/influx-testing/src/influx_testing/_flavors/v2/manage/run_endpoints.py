"""The endpoints of the runs of tasks and of their logs.

Source: https://docs.influxdata.com/influxdb/v2/api/v2/#tag/Tasks
"""

from __future__ import annotations

from typing import Any, cast

from influx_core.timestamps import to_ns
from influx_testing._engine.catalog.resource_store import Document
from influx_testing._engine.tasks.task_script import task_runner
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v2.api_request import ApiRequest, V2Endpoint
from influx_testing._flavors.v2.manage.paging import page_of
from influx_testing._flavors.v2.manage.task_endpoints import TASKS
from influx_testing._flavors.v2.v2_replies import json_reply, refuse

__all__ = ["RUN_ROUTES"]

_NO_LOGS = "failed to find task logs"


def _runs(call: ApiRequest, task: Document) -> list[Document]:
    """The runs of a task, the latest first."""
    own = [each for each in call.resources.all("runs") if each["taskID"] == task["id"]]
    return own[::-1]


def _list_runs(call: ApiRequest) -> Reply:
    """List the runs of a task, the latest first."""
    task = TASKS.found(call, "read", "failed to find runs")
    page = page_of(call, 100, 500)
    after, before = (_moment(call, name) for name in ("afterTime", "beforeTime"))
    found = [
        run
        for run in _runs(call, task)
        if (after is None or to_ns(run["scheduledFor"]) > after)
        and (before is None or to_ns(run["scheduledFor"]) < before)
    ]
    links = {"self": call.http.path, "task": f"/api/v2/tasks/{task['id']}"}
    runs = [_shown(run) for run in page.of(found)]
    return json_reply(200, {"links": links, "runs": runs})


def _moment(call: ApiRequest, name: str) -> int | None:
    text = call.parameter(name)
    if not text:
        return None
    try:
        return to_ns(text)
    except ValueError as error:
        raise refuse(400, f"{name} is not a time in RFC 3339: {text!r}") from error


def _shown(run: Document) -> Document:
    own = f"/api/v2/tasks/{run['taskID']}/runs/{run['id']}"
    links = {
        "self": own,
        "task": f"/api/v2/tasks/{run['taskID']}",
        "logs": f"{own}/logs",
        "retry": f"{own}/retry",
    }
    return {**run, "links": links}


def _run(call: ApiRequest, task: Document, failure: str) -> Document:
    """The run of a path; `failure` begins the error if there is none."""
    found = call.resources.find("runs", call.id("runID"))
    if found is None or found["taskID"] != task["id"]:
        raise refuse(404, f"{failure}: run not found")
    return found


def _get_run(call: ApiRequest) -> Reply:
    """Return one run."""
    failure = "failed to find run"
    return json_reply(200, _shown(_run(call, TASKS.found(call, "read", failure), failure)))


def _force_run(call: ApiRequest) -> Reply:
    """Run a task at once; the response is the run before its execution."""
    task = TASKS.found(call, "write", "failed to force run")
    given: Any = call.json().get("scheduledFor") if call.http.body.strip() else None
    now = call.server.engine.clock()
    try:
        scheduled = to_ns(given) if given else now - now % 1_000_000_000
    except (TypeError, ValueError) as error:
        raise refuse(400, "failed to force run: scheduledFor is not a time in RFC 3339") from error
    return _started(call, task, scheduled, 201)


def _retry_run(call: ApiRequest) -> Reply:
    """Run a task again for the time of an earlier run."""
    failure = "failed to retry run"
    task = TASKS.found(call, "write", failure)
    run = _run(call, task, failure)
    return _started(call, task, to_ns(run["scheduledFor"]), 200)


def _started(call: ApiRequest, task: Document, scheduled: int, status: int) -> Reply:
    runner = task_runner(call.server.engine)
    run = runner.schedule(task, scheduled, call.server.engine.clock())
    reply = json_reply(status, _shown(run))
    runner.execute(task, run)
    return reply


def _cancel_run(call: ApiRequest) -> Reply:
    """Refuse to cancel a run: all runs of the fake are finished."""
    failure = "failed to cancel run"
    _run(call, TASKS.found(call, "write", failure), failure)
    raise refuse(404, f"{failure}: run not found")


def _list_logs(call: ApiRequest) -> Reply:
    """List the messages of all runs of a task, in the order of time."""
    task = TASKS.found(call, "read", _NO_LOGS)
    events = [event for run in _runs(call, task)[::-1] for event in run["log"]]
    return json_reply(200, {"events": cast(list[Document], events)})


def _list_run_logs(call: ApiRequest) -> Reply:
    """List the messages of a run."""
    run = _run(call, TASKS.found(call, "read", _NO_LOGS), _NO_LOGS)
    return json_reply(200, {"events": run["log"]})


_TASK = "/api/v2/tasks/{taskID}"
_RUN = f"{_TASK}/runs/{{runID}}"

RUN_ROUTES: dict[str, dict[str, V2Endpoint]] = {
    f"{_TASK}/runs": {"GET": _list_runs, "POST": _force_run},
    f"{_TASK}/logs": {"GET": _list_logs},
    _RUN: {"GET": _get_run, "DELETE": _cancel_run},
    f"{_RUN}/logs": {"GET": _list_run_logs},
    f"{_RUN}/retry": {"POST": _retry_run},
}
"""The endpoints of runs and logs."""
