"""Reads Python objects as a column; determines their type, which must be the same for all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from influx_core import Unsigned
from influx_core.columns import Column
from influx_core.timestamps import to_ns
from influx_dataframe._from_frame.raw_columns import RawColumn, RawColumnKind

__all__ = ["raw_column"]

_MICROSECOND = timedelta(microseconds=1)


def raw_column(values: Sequence[Any], type_: str) -> RawColumn:
    """Objects, None for each that is missing, as a column.

    Args:
        values: the object_values.
        type_: the name that the column's type has.
    """
    plain = [_plain(value) for value in values]
    first = next((row for row, value in enumerate(plain) if value is not None), None)
    if first is None:
        return RawColumn("null", type_, Column("null", len(plain)))
    found = _kind(plain[first])
    if found is None:
        return RawColumn.foreign(type_, len(plain), _what(plain[first]), first)
    kind, convert, as_ = found
    converted: list[Any] = []
    for row, value in enumerate(plain):
        other = None if value is None else _kind(value)
        if value is not None and (other is None or other[0] != kind):
            what = f"it is a {_name(value)}, after a {_name(plain[first])} in row {first}"
            return RawColumn.foreign(type_, len(plain), what, row)
        try:
            converted.append(None if value is None else convert(value))
        except ValueError as error:
            return RawColumn.foreign(type_, len(plain), str(error), row)
    return _made(kind, type_, converted, as_)


def _made(kind: RawColumnKind, type_: str, values: list[Any], as_: Any) -> RawColumn:
    try:
        return RawColumn(kind, type_, Column.of(values, as_))
    except OverflowError:
        if all(value is None or 0 <= value < 2**64 for value in values):
            return RawColumn("unsigned", type_, Column.of(values, "unsigned"))
        limits = range(-(2**63), 2**63)
        row = next(row for row, one in enumerate(values) if one is not None and one not in limits)
        return RawColumn.foreign(type_, len(values), "it does not fit into 64 bits", row)
    except UnicodeEncodeError:
        row = next(row for row, one in enumerate(values) if one is not None and _surrogate(one))
        return RawColumn.foreign(type_, len(values), "text with lone surrogates has no UTF-8", row)


def _surrogate(text: str) -> bool:
    return any("\ud800" <= sign <= "\udfff" for sign in text)


def _plain(value: Any) -> Any:
    """A NumPy scalar as what it is in Python; NaN, which is a missing object, as None."""
    if value is None or (isinstance(value, float) and value != value):
        return None
    if type(value).__module__ == "numpy" and getattr(value, "ndim", 1) == 0:
        scalar: Any = value
        return scalar if scalar.dtype.kind in "mM" else scalar.item()
    return value


def _kind(value: Any) -> tuple[RawColumnKind, Callable[[Any], Any], str] | None:
    """What a value is, how it is converted, and the kind of column for that."""
    match value:
        case bool():
            return "boolean", bool, "boolean"
        case Unsigned():
            return "unsigned", int, "unsigned"
        case int():
            return "integer", int, "integer"
        case float():
            return "float", float, "float"
        case str():
            return "string", str.__str__, "string"
        case Decimal():
            return "decimal", Decimal, "object"
        case datetime():
            kind: RawColumnKind = "naive time" if value.utcoffset() is None else "time"
            return kind, lambda one: to_ns(one, naive="utc"), "integer"
        case date():
            return "date", lambda one: one, "object"
        case timedelta():
            return "duration", _nanoseconds, "integer"
        case _:
            return None


def _nanoseconds(value: timedelta) -> int:
    ns: int = getattr(value, "nanoseconds", 0)  # pandas' Timedelta has some
    return value // _MICROSECOND * 1000 + ns


def _what(value: object) -> str:
    if isinstance(value, Iterable) and not isinstance(value, (bytes, bytearray, memoryview)):
        return f"a cell holds a {_name(value)}, and a field one value: explode() it, or write text"
    return f"it is a {_name(value)}"


def _name(value: object) -> str:
    return type(value).__name__
