"""The column types of Flux, and functions that write their values in annotated CSV.

Source: https://docs.influxdata.com/influxdb/v2/reference/syntax/annotated-csv/
"""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from influx_core._columns.arrow_layout import Kind
from influx_core.timestamps import to_rfc3339

__all__ = ["KINDS", "DataType", "writer_of"]

DataType: TypeAlias = Literal[
    "string",
    "double",
    "long",
    "unsignedLong",
    "boolean",
    "dateTime:RFC3339",
    "duration",
    "base64Binary",
]
"""The type of a column, as the annotation `#datatype` names it."""

KINDS: Mapping[DataType, Kind] = {
    "string": "string",
    "double": "float",
    "long": "integer",
    "unsignedLong": "unsigned",
    "boolean": "boolean",
    "dateTime:RFC3339": "time",
    "duration": "integer",
    "base64Binary": "object",
}
"""The kind of column that holds the values of a type; durations are nanoseconds."""


def _float(value: float) -> str:
    """Write a float as Flux does, without an exponent."""
    text = repr(value)
    if "n" in text:
        return "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"
    if "e" in text:
        text = format(Decimal(text), "f")
    return text.removesuffix(".0")


def _binary(value: bytes) -> str:
    return b64encode(value).decode()


def _boolean(value: bool) -> str:
    return "true" if value else "false"


_WRITERS: Mapping[DataType, Callable[[Any], str]] = {
    "string": str,
    "double": _float,
    "long": str,
    "unsignedLong": str,
    "boolean": _boolean,
    "dateTime:RFC3339": to_rfc3339,
    "duration": str,
    "base64Binary": _binary,
}


def writer_of(datatype: DataType) -> Callable[[Any], str]:
    """Return the function that writes the values of a type as text, without quotes."""
    return _WRITERS[datatype]
