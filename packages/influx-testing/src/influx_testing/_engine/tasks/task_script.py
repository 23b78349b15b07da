"""Runs the Flux of a task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from influx_testing.errors import FakeUnsupported

if TYPE_CHECKING:
    from influx_testing._engine.engine import Engine

__all__ = ["run_script"]


def run_script(engine: Engine, flux: str, org_id: str, now: int) -> str:
    """Run Flux for an organization; returns the error, or an empty text.

    A task may read and write all buckets of its organization. The interpreter is imported by the
    first task that runs.

    Args:
        engine: the server.
        flux: the script.
        org_id: the ID of the organization.
        now: the value of `now()` in ns since 1970.
    """
    from influx_testing._engine.flux.flux_errors import FluxError
    from influx_testing._engine.flux.query_context import QueryContext
    from influx_testing._engine.flux.run.query_run import run_query
    from influx_testing._engine.flux.storage.server_access import ServerAccess

    access = ServerAccess(engine, org_id, lambda action, bucket: bucket.org_id == org_id)
    try:
        for result in run_query(flux, QueryContext(now, access)):
            for _ in result.tables:
                pass
    except FluxError as error:
        return error.message
    except FakeUnsupported as error:
        return f"not supported by the fake server: {error}"
    except RecursionError:
        return "the query is nested too deeply, or calls itself without end"
    return ""
