"""KeyedTuple: one row of a result.

Times are stored as integer nanoseconds since 1970; datetimes are created on access.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, ClassVar, overload

from influx_core.errors import DecodeError
from influx_core.timestamps import MAX_NS, MIN_NS, to_datetime, to_ns

__all__ = [
    "TIME_ONLY",
    "KeyedTuple",
    "NoSuchColumn",
    "PositionsWithTimes",
    "column_positions",
    "distinct_names",
]

TIME_ONLY = ("time",)
"""The columns that hold times by default."""


def distinct_names(names: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Number repeated names like InfluxDB: `mean`, `mean_1`, `mean_2`.

    Args:
        names: the names of the columns.
        taken: names that the result must not contain.
    """
    known = set(taken)
    distinct: list[str] = []
    for wanted in names:
        name, number = wanted, 0
        while name in known:
            number += 1
            name = f"{wanted}_{number}"
        known.add(name)
        distinct.append(name)
    return distinct


class PositionsWithTimes(dict[str, int]):
    """Positions of columns, and which of them hold times.

    Attributes:
        times: the positions of all columns with times.
    """

    times: frozenset[int] = frozenset()


def column_positions(names: Sequence[str], times: Sequence[str] = TIME_ONLY) -> dict[str, int]:
    """The position of each column, in order; repeated names get a number.

    Args:
        names: the names of the columns.
        times: the names of the columns that hold times.
    """
    positions = dict(zip(names, range(len(names)), strict=True))
    if len(positions) != len(names):
        positions = {name: position for position, name in enumerate(distinct_names(names))}
    if times == TIME_ONLY:
        return positions
    marked = PositionsWithTimes(positions)
    marked.times = frozenset(position for position, name in enumerate(names) if name in times)
    return marked


class NoSuchColumn(AttributeError, KeyError):
    """A row has no such column; both an AttributeError and a KeyError, for both kinds of access."""

    def __str__(self) -> str:
        return str(self.args[0])


@functools.total_ordering
class KeyedTuple:
    """One row of a result; a value is reached by attribute, key or position.

    The column `time` is an aware datetime in UTC, cut to microseconds; `time_ns` has every digit.
    So are other columns of times, which InfluxDB 3 and Flux have; `_ns(name)` has every digit of
    those.
    A column with the name of a method is reached by its key: `row["time_ns"]`.

    Args:
        columns: the names of the columns, in their order, and their positions.
        row: the values; times as integer nanoseconds, RFC 3339 text or datetimes.
    """

    __slots__ = ("_row", "columns")

    time_column: ClassVar[str] = "time"
    """The name of the column that `time` and `time_ns` read."""

    def __init__(self, columns: dict[str, int], row: Sequence[Any]) -> None:
        self.columns = columns
        self._row = row

    @property
    def time(self) -> datetime | None:
        """The time of the row, an aware datetime in UTC; None where it is null.

        Raises:
            AttributeError: there is no column of times.
            DecodeError: the value is not a time.
        """
        value = self._row[self._position(self.time_column)]
        return None if value is None else _as_datetime(value)

    @property
    def time_ns(self) -> int | None:
        """The time of the row in nanoseconds since 1970; None where it is null.

        Raises:
            AttributeError: there is no column of times.
            DecodeError: the value is not a time.
        """
        return self._ns(self.time_column)

    def _ns(self, name: str) -> int | None:
        """A time in nanoseconds since 1970, by the name of its column; None where it is null.

        Raises:
            AttributeError: there is no such column.
            DecodeError: the value is not a time.
        """
        value = self._row[self._position(name)]
        return None if value is None else _as_ns(value)

    def _asdict(self) -> dict[str, Any]:
        """A new dict of the columns and their values."""
        return {name: self._value(position) for name, position in self.columns.items()}

    def _position(self, name: str) -> int:
        try:
            return self.columns[name]
        except KeyError:
            known = ", ".join(self.columns)
            raise NoSuchColumn(f"no such column: {name}; the columns are {known}") from None

    def _value(self, position: int) -> Any:
        value = self._row[position]
        if value is None:
            return None
        columns = self.columns
        position %= len(self._row)
        if isinstance(columns, PositionsWithTimes):
            return _as_datetime(value) if position in columns.times else value
        return _as_datetime(value) if position == columns.get(self.time_column) else value

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._value(self._position(name))

    @overload
    def __getitem__(self, key: str | int) -> Any: ...
    @overload
    def __getitem__(self, key: slice) -> list[Any]: ...
    def __getitem__(self, key: str | int | slice) -> Any:
        if isinstance(key, slice):
            return list(self)[key]
        return self._value(key if isinstance(key, int) else self._position(key))

    def __len__(self) -> int:
        return len(self._row)

    def __iter__(self) -> Iterator[Any]:
        return map(self._value, range(len(self._row)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, KeyedTuple):
            return NotImplemented
        return self.columns == other.columns and self._comparable() == other._comparable()

    __hash__ = None  # type: ignore[assignment]

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, KeyedTuple) or self.columns != other.columns:
            return NotImplemented
        return self._comparable() < other._comparable()

    def _comparable(self) -> list[Any]:
        values = list(self._row)
        if self.time_column in self.columns:
            values[self.columns[self.time_column]] = self.time_ns
        return values

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
        return f"KeyedTuple({inside})"


def _as_datetime(value: Any) -> datetime:
    if type(value) is int and MIN_NS <= value <= MAX_NS:
        return to_datetime(value)
    return to_datetime(_as_ns(value))


def _as_ns(value: Any) -> int:
    try:
        return to_ns(value, naive="utc")
    except (TypeError, ValueError) as error:
        raise DecodeError(f"the column time has a value that is not a time: {error}") from None
