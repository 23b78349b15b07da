"""Packages types, runtime, system, profiler and secrets, and what shows any value."""

from __future__ import annotations

import time as clock
from typing import Final, NoReturn

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.functions.scalars.value_texts import displayed
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import flux_function, flux_value
from influx_testing._engine.flux.values.calendar_time import resolve_time
from influx_testing._engine.flux.values.flux_types import FluxTime, Value, type_name

__all__: list[str] = []

_TYPES: Final = frozenset(
    {"string", "bytes", "int", "uint", "float", "bool", "time", "duration", "regexp"}
)
_NUMBERS: Final = frozenset({"int", "uint", "float"})


@flux_function("types", "isType")
def is_type(v: Value, type_: str) -> bool:
    """Whether a value is of a basic type; null is of none."""
    return type_ in _TYPES and type_name(v) == type_


@flux_function("types", "isNumeric")
def is_numeric(v: Value) -> bool:
    """Whether a value is a number."""
    return type_name(v) in _NUMBERS


@flux_function("universe", "display")
def display(v: Value) -> str:
    """Return any value as text."""
    return displayed(v)


@flux_function("universe", "die")
def die(msg: str) -> NoReturn:
    """Fail with a message.

    Raises:
        FluxError: always.
    """
    raise FluxError(msg)


@flux_function("runtime", "version")
def version() -> str:
    """Return the version of Flux that InfluxDB 2.7 has."""
    return "v0.195.2"


@flux_function("system", "time")
def time() -> FluxTime:
    """Return the time of the machine."""
    return FluxTime(clock.time_ns())


@flux_function("influxdata/influxdb/secrets", "get")
def get(context: QueryContext, key: str) -> str:
    """Return a secret of the organization.

    Raises:
        FluxError: there is none with this key.
    """
    server = context.server
    found = {} if server is None else server.engine.resources.secrets.get(server.org_id, {})
    if key not in found:
        raise FluxError(f'failed to load secret "{key}": secret not found', "not found")
    return found[key]


_TASKS: Final = "influxdata/influxdb/tasks"
_NEVER: Final = FluxTime(0)

flux_value(_TASKS, "_zeroTime", _NEVER)
flux_value(_TASKS, "lastSuccessTime", _NEVER)


@flux_function(_TASKS, "lastSuccess")
def last_success(context: QueryContext, or_time: Value) -> FluxTime:
    """Return the time of the last success of a task, which is an option, or another time."""
    last: FluxTime = context.member(_TASKS, "lastSuccessTime")
    return last if last != _NEVER else FluxTime(resolve_time(or_time, context.now()))


flux_value("profiler", "enabledProfilers", [])
