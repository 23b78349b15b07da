"""The types of Flux, and the Python classes of their values.

| Flux     | Python                                            |
|----------|---------------------------------------------------|
| int      | `int`                                             |
| uint     | `influx_core.Unsigned`                            |
| float    | `float`                                           |
| string   | `str`                                             |
| bool     | `bool`                                            |
| time     | `FluxTime`: nanoseconds since 1970                |
| duration | `influx_flux.FluxDuration`                        |
| bytes    | `bytes`                                           |
| regexp   | `FluxRegexp`                                      |
| array    | `list`; `RecordArray` if nulls have a type        |
| record   | `dict`                                            |
| dict     | `FluxDictionary`                                  |
| function | `FluxFunction`                                    |
| stream   | `TableStream`                                     |
| null     | `None`                                            |

Columns of tables hold the values of time and uint as plain `int`; see `KeyedTable`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Final, Literal, TypeAlias

from influx_core import Unsigned
from influx_flux import FluxDuration

__all__ = [
    "COLUMN_TYPES",
    "MAX_INT",
    "MIN_INT",
    "ColumnType",
    "FluxTime",
    "RecordArray",
    "Value",
    "as_column_value",
    "is_column_type",
    "reader_of",
    "type_name",
    "wrapped",
    "wrapped_unsigned",
]

Value: TypeAlias = Any
"""A value of Flux."""

ColumnType: TypeAlias = Literal["string", "int", "uint", "float", "bool", "time"]
"""The type of a column."""

COLUMN_TYPES: Final[tuple[ColumnType, ...]] = ("string", "int", "uint", "float", "bool", "time")

MAX_INT: Final = 2**63 - 1
MIN_INT: Final = -(2**63)
_WORD: Final = 2**64


class FluxTime(int):
    """A time: nanoseconds since 1970."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"FluxTime({int(self)})"


class RecordArray(list[Any]):
    """An array of records whose nulls have known types.

    Args:
        records: the records.
        types: the types of the nulls, by label.
    """

    flux_type: ClassVar[str] = "array"

    def __init__(self, records: Iterable[Any], types: Mapping[str, str]) -> None:
        super().__init__(records)
        self.types = types


_NAMES: dict[type, str] = {
    FluxDuration: "duration",
    FluxTime: "time",
    Unsigned: "uint",
    bool: "bool",
    bytes: "bytes",
    dict: "record",
    float: "float",
    int: "int",
    list: "array",
    str: "string",
    type(None): "null",
}


def type_name(value: Value) -> str:
    """Return the name of the type of a value, such as `int`, `record` or `function`."""
    name = _NAMES.get(value.__class__)
    return str(value.flux_type) if name is None else name


def is_column_type(name: str) -> bool:
    """Whether a table can have a column of a type."""
    return name in COLUMN_TYPES


def as_column_value(value: Value) -> Value:
    """Return a value as columns hold it: a time or an unsigned integer is a plain int."""
    kind = value.__class__
    return int(value) if kind is FluxTime or kind is Unsigned else value


_READERS: Mapping[str, Callable[[Any], Any]] = {"time": FluxTime, "uint": Unsigned}


def reader_of(column_type: str) -> Callable[[Any], Any] | None:
    """Return the function that makes a value of what a column holds; None if it is the same.

    The function does not take None.
    """
    return _READERS.get(column_type)


def wrapped(number: int) -> int:
    """Return an integer as int64, which wraps at overflow."""
    if MIN_INT <= number <= MAX_INT:
        return number
    return (number + 2**63) % _WORD - 2**63


def wrapped_unsigned(number: int) -> Unsigned:
    """Return an integer as uint64, which wraps at overflow."""
    return Unsigned(number % _WORD)
