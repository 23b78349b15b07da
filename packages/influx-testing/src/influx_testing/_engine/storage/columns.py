"""Columns: the values of one field of one series, by time.

Writes append; reads restore the order and uniqueness of times.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, MutableSequence, Sequence
from typing import Literal, TypeAlias, cast

from influx_core import Unsigned

__all__ = ["NUMBER_TYPES", "FieldColumn", "FieldType", "Value", "field_type"]

FieldType: TypeAlias = Literal["float", "integer", "unsigned", "string", "boolean"]
Value: TypeAlias = float | int | str | bool

_TYPES: dict[type, FieldType] = {
    Unsigned: "unsigned",
    bool: "boolean",
    float: "float",
    int: "integer",
    str: "string",
}
_CODES = {"float": "d", "integer": "q", "unsigned": "Q"}
"""The type code of `array` for each type of number."""

NUMBER_TYPES = frozenset(_CODES)
"""The types of numbers."""


def field_type(value: Value) -> FieldType:
    """Return the type as which a value is stored."""
    return _TYPES[type(value)]


class FieldColumn:
    """Times and values of one field, all of one type."""

    __slots__ = ("_ordered", "_times", "_values", "type")

    def __init__(self, type_: FieldType) -> None:
        self.type: FieldType = type_
        self._times = array("q")
        self._values = _empty(type_)
        self._ordered = True

    def __len__(self) -> int:
        self._settle()
        return len(self._times)

    @property
    def times(self) -> Sequence[int]:
        """The times, in order, as an array; it is not to be changed."""
        self._settle()
        return self._times

    def append(self, time: int, value: Value) -> None:
        """Store a value; a later value at the same time replaces it."""
        times = self._times
        if times and time <= times[-1]:
            if time == times[-1]:
                self._values[-1] = value
                return
            self._ordered = False
        times.append(time)
        self._values.append(value)

    def extend(self, times: array[int], values: Iterable[Value], *, ascending: bool) -> None:
        """Store values, as `append` does one after another.

        Args:
            times: the times, at least one.
            values: the value at each time.
            ascending: whether every time is later than the one before.
        """
        known = self._times
        if not ascending or (known and times[0] <= known[-1]):
            self._ordered = False
        known.extend(times)
        self._values.extend(values)

    def read(self, start: int, end: int) -> tuple[MutableSequence[int], MutableSequence[Value]]:
        """Return times and values from start to end, both included, in order of time."""
        self._settle()
        times = self._times
        low, high = self._bounds(start, end)
        if low == 0 and high == len(times):
            return times, self._values
        return times[low:high], self._values[low:high]

    def items(self) -> Iterator[tuple[int, Value]]:
        """All times and values, in order of time."""
        self._settle()
        return zip(self._times, self._values, strict=True)

    def delete(self, start: int, end: int) -> None:
        """Delete the values from start to end, both included."""
        self._settle()
        low, high = self._bounds(start, end)
        del self._times[low:high]
        del self._values[low:high]

    def _bounds(self, start: int, end: int) -> tuple[int, int]:
        """The index of the first time from start on, and of the first time after end."""
        times = self._times
        high = bisect_left(times, end + 1) if times and end < times[-1] else len(times)
        return bisect_left(times, start), high

    def _settle(self) -> None:
        """Sort by time; of several values at one time, keep the one that was written last."""
        if self._ordered:
            return
        latest = dict(zip(self._times, self._values, strict=True))
        self._times = array("q", sorted(latest))
        self._values = _empty(self.type)
        self._values.extend(map(latest.__getitem__, self._times))
        self._ordered = True


def _empty(type_: FieldType) -> MutableSequence[Value]:
    """Create an empty sequence for a type: an array for numbers, otherwise a list."""
    if type_ in _CODES:
        return cast("MutableSequence[Value]", array(_CODES[type_]))
    return []
