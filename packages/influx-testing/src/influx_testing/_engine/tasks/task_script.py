"""Runs the tasks of a server: its Flux, for all buckets of the organization of a task."""

from __future__ import annotations

from functools import partial

from influx_testing._engine.engine import Engine
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.run.query_run import run_query
from influx_testing._engine.flux.storage.server_access import ServerAccess
from influx_testing._engine.flux.values.flux_types import FluxTime
from influx_testing._engine.tasks.task_runs import TaskRunner
from influx_testing.errors import FakeUnsupported

__all__ = ["task_runner"]


def task_runner(engine: Engine) -> TaskRunner:
    """Return what runs the tasks of a server."""
    return TaskRunner(engine.resources, engine.clock, partial(_run_script, engine))


def _run_script(engine: Engine, flux: str, org_id: str, now: int, last_success: int) -> str:
    """Run Flux for an organization; returns the error, or an empty text.

    Args:
        engine: the server.
        flux: the script.
        org_id: the ID of the organization.
        now: the value of `now()` in ns since 1970.
        last_success: the value of the option `tasks.lastSuccessTime`.
    """
    access = ServerAccess(engine, org_id, lambda action, bucket: bucket.org_id == org_id)
    context = QueryContext(now, access)
    context.set_option("influxdata/influxdb/tasks", "lastSuccessTime", FluxTime(last_success))
    try:
        for result in run_query(flux, context):
            for _ in result.tables:
                pass
    except FluxError as error:
        return error.message
    except FakeUnsupported as error:
        return f"not supported by the fake server: {error}"
    except RecursionError:
        return "the query is nested too deeply, or calls itself without end"
    return ""
