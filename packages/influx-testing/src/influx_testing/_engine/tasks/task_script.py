"""Runs the Flux of a task."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from influx_testing._engine.engine import Engine

__all__ = ["run_script"]


def run_script(engine: Engine, flux: str, org_id: str, now: int) -> str:
    """Run Flux for an organization; returns the error, or an empty text.

    Args:
        engine: the server.
        flux: the script.
        org_id: the ID of the organization.
        now: the value of `now()` in ns since 1970.
    """
    return "not supported by the fake server: running Flux"
