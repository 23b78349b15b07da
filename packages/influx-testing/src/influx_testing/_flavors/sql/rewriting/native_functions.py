"""Expressions of DataFusion for the SQL functions that InfluxDB adds.

An expression is a template in which `{0}`, `{1}` ... are the arguments. It has with it the name
that DataFusion gives it, so that the column can get the name of the real server.

Source: https://docs.influxdata.com/influxdb3/core/reference/sql/functions/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from influx_testing._flavors.sql.rewriting.column_names import NamePattern
from influx_testing._flavors.sql.rewriting.filled_columns import (
    GAPFILL_FUNCTIONS,
    NOT_TOP_LEVEL,
)
from influx_testing._flavors.sql.rewriting.sql_calls import SQLCall
from influx_testing._flavors.sql.rewriting.sql_tokens import code_of

__all__ = ["NATIVE_FUNCTIONS", "FunctionError", "NativeCall", "native_wallclock"]


class FunctionError(Exception):
    """A function is called incorrectly; the text has the reason."""


@dataclass(frozen=True, slots=True)
class NativeCall:
    """An expression of DataFusion, and a pattern that restores the name of the original."""

    sql: str
    pattern: NamePattern


def _arguments(call: SQLCall, least: int, most: int | None = None) -> list[str]:
    """The arguments as text.

    Raises:
        FunctionError: the number of arguments is wrong.
    """
    count = len(call.arguments)
    if count < least or (most is not None and count > most):
        wanted = f"at least {least}" if most is None else f"{least} to {most}"
        wanted = f"{least}" if most == least else wanted
        raise FunctionError(
            f"Error during planning: {call.name} takes {wanted} arguments, it has {count}"
        )
    if call.over and call.name not in _WINDOW:
        raise FunctionError(f"This feature is not implemented: {call.name} with OVER")
    return call.texts()


def _fields(count: int) -> str:
    return ",".join(f"{{{index}}}" for index in range(count))


# Selectors: the first row in some order that has a value, as a struct.

_ORDERS = {
    "selector_first": ("{1} ASC NULLS LAST",),
    "selector_last": ("{1} DESC NULLS LAST",),
    "selector_min": ("{0} ASC NULLS LAST", "{1} ASC NULLS LAST"),
    "selector_max": ("{0} DESC NULLS LAST", "{1} ASC NULLS LAST"),
}


def _selector(call: SQLCall) -> NativeCall:
    arguments = _arguments(call, 2)
    names = ["value", "time", *(f"other_{i}" for i in range(1, len(arguments) - 1))]
    order = ", ".join(_ORDERS[call.name])
    struct = ", ".join(f"'{name}', {{{i}}}" for i, name in enumerate(names))
    named = ",".join(f'Utf8("{name}"),{{{i}}}' for i, name in enumerate(names))
    condition, shown, original = "", "", f"{call.name}({_fields(len(arguments))})"
    if call.filter:
        condition = f" AND ({code_of(call.filter)})"
        shown = " AND {f}"
        original += " FILTER (WHERE {f})"
    sql = (
        f"first_value(named_struct({struct}) ORDER BY {order}) "
        f"FILTER (WHERE ({{0}}) IS NOT NULL{{condition}})"
    )
    name = (
        f"first_value(named_struct({named})) "
        f"FILTER (WHERE {{0}} IS NOT NULL{shown}) ORDER BY [{order}]"
    )
    return NativeCall(_filled(sql, arguments, condition=condition), NamePattern(name, original))


def _filled(template: str, arguments: list[str], **more: str) -> str:
    """Fill a template with arguments, whose texts may contain braces."""
    return template.format(*arguments, **more)


# Differences between consecutive rows; nulls are skipped.

_PREVIOUS = "lag({0}, 1) IGNORE NULLS OVER {w}"
_PREVIOUS_NAME = "lag({0},Int64(1)) IGNORE NULLS {w}"
_DIFFERENCE = f"({{0}}) - {_PREVIOUS}"
_DIFFERENCE_NAME = f"{{0}} - {_PREVIOUS_NAME}"
_ELAPSED = (
    "CAST(CAST({2} AS BIGINT) - lag(CASE WHEN ({0}) IS NOT NULL THEN CAST({2} AS BIGINT) END, 1) "
    "IGNORE NULLS OVER {w} AS DOUBLE)"
)
_ELAPSED_NAME = "{2} - lag(CASE WHEN {0} IS NOT NULL THEN {2} END,Int64(1)) IGNORE NULLS {w}"
_RATE = (
    f"(CAST({{0}} AS DOUBLE) - CAST({_PREVIOUS} AS DOUBLE)) / "
    f"({_ELAPSED} / (date_part('epoch', {{1}}) * 1e9))"
)
_RATE_NAME = (
    f'{_DIFFERENCE_NAME} / {_ELAPSED_NAME} / date_part(Utf8("epoch"),{{1}}) * Float64(1000000000)'
)


def _not_negative(sql: str, name: str) -> tuple[str, str]:
    return (
        f"CASE WHEN {sql} >= 0 THEN {sql} END",
        f"CASE WHEN {name} >= Int64(0) THEN {name} END",
    )


_WINDOW: Mapping[str, tuple[int, str, str]] = {
    "difference": (1, _DIFFERENCE, _DIFFERENCE_NAME),
    "non_negative_difference": (1, *_not_negative(_DIFFERENCE, _DIFFERENCE_NAME)),
    "derivative": (3, _RATE, _RATE_NAME),
    "non_negative_derivative": (3, *_not_negative(_RATE, _RATE_NAME)),
}
"""Arguments, expression and name."""


def _window(call: SQLCall) -> NativeCall:
    count, sql, name = _WINDOW[call.name]
    arguments = _arguments(call, count, count)
    if not call.over:
        raise FunctionError(
            f"Error during planning: {call.name} is a window function: write "
            f"{call.name}(...) OVER (ORDER BY time)"
        )
    text = _filled(sql, arguments, w=code_of(call.over))
    return NativeCall(f"({text})", NamePattern(name, f"{call.name}({_fields(count)}) {{w}}"))


# Functions of one row.


def _renamed(native: str) -> Callable[[SQLCall], NativeCall]:
    """Return a call of a function that has another name in DataFusion."""

    def rewrite(call: SQLCall) -> NativeCall:
        sql = f"{native}({', '.join(_arguments(call, 1))})"
        sql = f"({sql})" if native.startswith("NOT") else sql
        return NativeCall(sql, NamePattern(f"{native}(", f"{call.name}("))

    return rewrite


def _time_zone(call: SQLCall) -> NativeCall:
    """`tz(time[, zone])`: a time without a zone is in UTC."""
    time, *zones = _arguments(call, 1, 2)
    utc = _cast_name("{0}", "UTC")
    sql = _cast(time, "UTC")
    if not zones:
        return NativeCall(sql, NamePattern(utc, "tz({0})"))
    zone = zone_name(zones[0])
    name = NamePattern(_cast_name(utc, zone), f'tz({{0}},Utf8("{zone}"))')
    return NativeCall(_cast(sql, zone), name)


def _cast(time: str, zone: str) -> str:
    return f"arrow_cast({time}, 'Timestamp(Nanosecond, Some(\"{zone}\"))')"


def _cast_name(time: str, zone: str) -> str:
    return f'arrow_cast({time},Utf8("Timestamp(Nanosecond, Some("{zone}"))"))'


def zone_name(literal: str) -> str:
    """The time zone in a SQL string.

    Raises:
        FunctionError: the argument is not a string.
    """
    if len(literal) < 3 or literal[0] != "'" or literal[-1] != "'" or '"' in literal:
        raise FunctionError(
            "Error during planning: a time zone must be a string such as 'Europe/Paris', "
            f"not {literal}"
        )
    return literal[1:-1]


def native_wallclock(call: SQLCall, zone: str) -> NativeCall:
    """`date_bin_wallclock(width, time[, origin])` in the time zone of its time.

    Args:
        call: the call, whose arguments are already rewritten.
        zone: the zone as a SQL string; empty for a time without a zone.

    Raises:
        FunctionError: the number of arguments is wrong.
    """
    width, time, *origins = _arguments(call, 2, 3)
    origin = origins[0] if origins else "'1970-01-01'"
    fields = _fields(2 + len(origins))
    zone = zone_name(zone) if zone else ""
    sql = f"date_bin_wallclock({width}, {_cast(time, 'UTC')}, '{zone or 'UTC'}', {origin})"
    utc = _cast_name("{1}", "UTC")
    last = "{2}" if origins else 'Utf8("1970-01-01")'
    name = f'date_bin_wallclock({{0}},{utc},Utf8("{zone or "UTC"}"),{last})'
    if zone:
        sql, name = _cast(sql, zone), _cast_name(name, zone)
    else:
        sql = f"arrow_cast({sql}, 'Timestamp(Nanosecond, None)')"
        name = f'arrow_cast({name},Utf8("Timestamp(Nanosecond, None)"))'
    return NativeCall(sql, NamePattern(name, f"date_bin_wallclock({fields})"))


def _without_gapfill(call: SQLCall) -> NativeCall:
    raise FunctionError(
        f"Error during planning: {call.name} can only be used in a query that is grouped by "
        "date_bin_gapfill or date_bin_wallclock_gapfill"
    )


def _not_in_group_by(call: SQLCall) -> NativeCall:
    raise FunctionError(NOT_TOP_LEVEL)


NATIVE_FUNCTIONS: Mapping[str, Callable[[SQLCall], NativeCall]] = {
    **dict.fromkeys(_ORDERS, _selector),
    **dict.fromkeys(_WINDOW, _window),
    "influx_regex_match": _renamed("regexp_like"),
    "influx_regex_not_match": _renamed("NOT regexp_like"),
    "to_timestamp": _renamed("to_timestamp_nanos"),
    "tz": _time_zone,
    **dict.fromkeys(GAPFILL_FUNCTIONS, _not_in_group_by),
    "locf": _without_gapfill,
    "interpolate": _without_gapfill,
}
"""Functions that rewrite a call with rewritten arguments, by the name of the called function."""
