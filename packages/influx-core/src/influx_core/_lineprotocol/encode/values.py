"""Formats field values and tag values, with one function for each type.

numpy is never imported: the module of a value's type identifies numpy's scalars.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, TypeAlias, TypeVar

import msgspec

from influx_core._points.data_point import Unsigned
from influx_core.timestamps import Naive, to_ns, to_rfc3339

__all__ = ["FieldType", "field_text", "field_type", "field_writer", "tag_text"]

_Writer: TypeAlias = Callable[[Any], str]
"""Formats a value; raises ValueError or TypeError with the reason if it cannot be written."""

FieldType: TypeAlias = Literal["float", "integer", "unsigned", "string", "boolean"]
"""The types of fields, by the names that SHOW FIELD KEYS prints."""

_T = TypeVar("_T")


def field_text(value: Any, naive: Naive, *, unsigned: bool) -> str:
    """Format the value of a field.

    Args:
        value: the value, not None.
        naive: how datetimes without a time zone are read.
        unsigned: whether the server has unsigned integers.

    Raises:
        TypeError: values of its type cannot be written.
        ValueError: this value cannot be written.
    """
    return field_writer(_kind(value), naive, unsigned)(value)


def _kind(value: object) -> Any:
    return type(value)


@functools.lru_cache(maxsize=1024)
def field_writer(kind: type[object], naive: Naive, unsigned: bool) -> _Writer:
    """Return the function that formats the values of one type, see `field_text`.

    Raises:
        TypeError: values of this type cannot be written.
    """
    if kind is float:
        return _exact_float
    if issubclass(kind, date):
        return lambda value: f'"{_time(value, naive)}"'
    if kind.__module__ == "numpy" and not issubclass(kind, (float, str)):
        return lambda value: _numpy_scalar(value, naive, unsigned)
    writer = _find(_WRITERS, kind)
    return _refuse_unsigned if writer is _unsigned and not unsigned else writer


def field_type(value: Any) -> FieldType:
    """Return the InfluxDB type as which a value is written.

    Raises:
        TypeError: values of its type cannot be written.
    """
    if type(value).__module__ == "numpy" and not isinstance(value, (float, str)):
        value = _plain(value)
    return _find(_FIELD_TYPES, _kind(value))


def _find(table: Mapping[type[object], _T], kind: type[object]) -> _T:
    """Look up a type by its method resolution order, so that bool is found before int."""
    for base in kind.__mro__:
        if base in table:
            return table[base]
    raise TypeError(_unsupported(kind))


@functools.lru_cache(maxsize=1024)
def _tag_writer(kind: type[object], naive: Naive) -> _Writer:
    if issubclass(kind, str):
        return str.__str__
    if issubclass(kind, float):
        return _tag_float
    if issubclass(kind, int) and not issubclass(kind, bool):
        return int.__repr__
    if issubclass(kind, date):
        return lambda value: _time(value, naive)
    if kind.__module__ == "numpy":
        return lambda value: tag_text(_plain(value), naive)
    return _find(_WRITERS, kind)


def tag_text(value: Any, naive: Naive) -> str:
    """Return the text of a tag's value, before escaping.

    Raises:
        TypeError: values of this type cannot be tags.
        ValueError: this value cannot be a tag.
    """
    return _tag_writer(_kind(value), naive)(value)


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _integer(value: int) -> str:
    if not -(2**63) <= value < 2**63:
        raise ValueError(f"{_short(value)} does not fit into a signed integer of 64 bits")
    return f"{int(value)}i"


def _unsigned(value: int) -> str:
    if not 0 <= value < 2**64:
        raise ValueError(f"{_short(value)} does not fit into an unsigned integer of 64 bits")
    return f"{int(value)}u"


def _refuse_unsigned(value: int) -> str:
    raise TypeError("the server has no unsigned integers; say unsigned=True where it has")


def _float(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(f"{value!r} is not a number that InfluxDB can store")
    return msgspec.json.encode(float(value)).decode()


def _exact_float(value: float) -> str:
    text = msgspec.json.encode(value).decode()
    return _float(value) if text == "null" else text  # which refuses it


def _tag_float(value: float) -> str:
    _float(value)
    return float.__repr__(value)


def _string(value: str) -> str:
    text = str.__str__(value)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _decimal(value: Decimal) -> str:
    if not value.is_finite() or not math.isfinite(float(value)):
        raise ValueError(f"{value!r} is not a number that InfluxDB can store")
    return str(value)


def _time(value: date, naive: Naive) -> str:
    if isinstance(value, datetime):
        return to_rfc3339(to_ns(value, naive=naive))
    return value.isoformat()


def _plain(value: Any) -> Any:
    """Convert a numpy scalar to the Python object of the same value; refuse arrays."""
    if value.shape != ():
        raise TypeError("an array cannot be stored; write a field or a point for each element")
    if value.dtype.kind == "M":
        return to_rfc3339(to_ns(value))
    plain = value.item()
    if type(plain).__module__ == "numpy":
        raise TypeError(_unsupported(_kind(value)))
    return plain


_WRITERS: Mapping[type[object], _Writer] = {
    bool: _boolean,
    Unsigned: _unsigned,
    int: _integer,
    float: _float,
    str: _string,
    Decimal: _decimal,
}

_FIELD_TYPES: Mapping[type[object], FieldType] = {
    bool: "boolean",
    Unsigned: "unsigned",
    int: "integer",
    float: "float",
    str: "string",
    Decimal: "float",
    date: "string",
}


def _numpy_scalar(value: Any, naive: Naive, unsigned: bool) -> str:
    plain = _plain(value)
    return field_text(plain, naive, unsigned=unsigned)


def _unsupported(kind: type[object]) -> str:
    if issubclass(kind, (bytes, bytearray, memoryview)):
        return "bytes cannot be stored; decode them to text first"
    if issubclass(kind, Enum):
        return f"values of type {kind.__name__} cannot be stored; write their .value"
    return f"values of type {kind.__name__} cannot be stored"


def _short(value: int) -> str:
    return str(int(value)) if abs(value) < 10**40 else "an integer of over 40 digits"
