"""Package date, and the functions of experimental that add durations to times."""

from __future__ import annotations

from typing import Final

from influx_flux import FluxDuration
from influx_testing._engine.flux.calendar.calendar_math import add_duration, time_part, truncate
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.functions.scalars.locations import clock_of
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import flux_function, flux_value
from influx_testing._engine.flux.values.calendar_time import resolve_time
from influx_testing._engine.flux.values.flux_types import FluxTime, Value, wrapped

__all__: list[str] = []

_DAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_LOCAL_PARTS: Final = (
    "minute",
    "hour",
    "weekDay",
    "monthDay",
    "yearDay",
    "week",
    "month",
    "quarter",
    "year",
)

for _number, _name in enumerate(_DAYS):
    flux_value("date", _name, _number)
for _number, _name in enumerate(_MONTHS, 1):
    flux_value("date", _name, _number)


def _register_part(name: str) -> None:
    @flux_function("date", name)
    def part(context: QueryContext, t: Value) -> int:
        return time_part(name, _resolved(context, t))


def _register_local_part(name: str) -> None:
    @flux_function("date", name)
    def local_part(context: QueryContext, t: Value, location: Value = None) -> int:
        return time_part(name, _resolved(context, t), clock_of(context, location))

    @flux_function("date", f"_{name}")
    def part_there(context: QueryContext, t: Value, location: Value) -> int:
        return time_part(name, _resolved(context, t), clock_of(context, location))


for _name in ("second", "millisecond", "microsecond", "nanosecond"):
    _register_part(_name)
for _name in _LOCAL_PARTS:
    _register_local_part(_name)


def _resolved(context: QueryContext, time: Value) -> int:
    """Return a time; a duration is relative to now."""
    if time is None:
        raise FluxError("argument t was nil", "failed precondition")
    return int(time) if type(time) is FluxTime else resolve_time(time, context.now())


def _shifted(
    context: QueryContext, time: Value, duration: FluxDuration, location: Value, sign: int
) -> FluxTime:
    sign = -sign if duration.negative else sign
    months, nanoseconds = sign * duration.months, sign * duration.nanoseconds
    clock = clock_of(context, location)
    try:
        return FluxTime(wrapped(add_duration(_resolved(context, time), months, nanoseconds, clock)))
    except (OverflowError, ValueError):
        raise FluxError("the time is out of range") from None


def _register_shifts(package: str, add: str, subtract: str) -> None:
    @flux_function(package, add)
    def add_(context: QueryContext, d: FluxDuration, to: Value, location: Value = None) -> FluxTime:
        return _shifted(context, to, d, location, 1)

    @flux_function(package, subtract)
    def sub(
        context: QueryContext, d: FluxDuration, from_: Value, location: Value = None
    ) -> FluxTime:
        return _shifted(context, from_, d, location, -1)


_register_shifts("date", "add", "sub")
_register_shifts("experimental", "addDuration", "subDuration")


@flux_function("date", "time")
def time(context: QueryContext, t: Value, location: Value = None) -> FluxTime:
    """Return the time that the clock of a location shows, as if that were UTC."""
    return FluxTime(clock_of(context, location).to_local(_resolved(context, t)))


@flux_function("date", "truncate")
def truncate_(
    context: QueryContext, t: Value, unit: FluxDuration, location: Value = None
) -> FluxTime:
    """Cut a time to a unit.

    Raises:
        FluxError: the unit is zero, negative, or has months and nanoseconds.
    """
    return _truncated(context, t, unit, location)


def _truncated(
    context: QueryContext, t: Value, unit: FluxDuration, location: Value = None
) -> FluxTime:
    if unit.months and unit.nanoseconds:
        raise FluxError(
            "duration used as an interval cannot mix month and nanosecond units",
            "failed precondition",
        )
    if not (unit.months or unit.nanoseconds):
        raise FluxError("duration used as an interval cannot be zero", "failed precondition")
    if unit.negative:
        raise FluxError("duration used as an interval cannot be negative", "failed precondition")
    start = truncate(
        _resolved(context, t), unit.months, unit.nanoseconds, clock_of(context, location)
    )
    return FluxTime(wrapped(start))


@flux_function("universe", "today")
def today(context: QueryContext) -> FluxTime:
    """Return the start of the day on the clock of the option `location`."""
    return _truncated(context, context.now(), FluxDuration(0, 86_400_000_000_000))


@flux_function("date", "scale")
def scale(d: FluxDuration, n: int) -> FluxDuration:
    """Multiply a duration."""
    negative = (d.negative != (n < 0)) and n != 0
    try:
        return FluxDuration(d.months * abs(n), d.nanoseconds * abs(n), negative)
    except ValueError:
        raise FluxError("the duration is out of range") from None
