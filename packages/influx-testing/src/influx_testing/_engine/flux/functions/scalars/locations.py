"""Package timezone, and the records of locations that functions of time take."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from influx_flux import FluxDuration
from influx_testing._engine.flux.calendar.local_clock import UTC_CLOCK, LocalClock, UnknownZone
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import flux_function, flux_value
from influx_testing._engine.flux.values.calendar_time import signed_nanoseconds
from influx_testing._engine.flux.values.flux_types import Value

__all__ = ["clock_of"]

UTC = "UTC"


def clock_of(context: QueryContext, location: Value = None) -> LocalClock:
    """Return the clock of a location; without one, of the option `location`.

    Raises:
        FluxError: the zone is unknown.
    """
    record: dict[str, Any] = location or context.member("", "location")
    return _clock(record.get("zone", UTC), record["offset"])


@lru_cache(maxsize=64)
def _clock(zone: str, offset: FluxDuration) -> LocalClock:
    clock = LocalClock(zone, signed_nanoseconds(offset))
    try:
        clock.to_local(0)
    except UnknownZone as error:
        raise FluxError(str(error)) from None
    return UTC_CLOCK if clock == UTC_CLOCK else clock


flux_value("timezone", "utc", {"zone": UTC, "offset": FluxDuration()})


@flux_function("timezone", "fixed")
def fixed(offset: FluxDuration) -> dict[str, Any]:
    """Return a location with an offset from UTC."""
    return {"zone": UTC, "offset": offset}


@flux_function("timezone", "location")
def location_(name: str) -> dict[str, Any]:
    """Return the location of a zone.

    Raises:
        FluxError: the zone is unknown.
    """
    location: dict[str, Any] = {"zone": name, "offset": FluxDuration()}
    _clock(**location)
    return location
