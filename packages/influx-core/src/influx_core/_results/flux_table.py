"""FluxTable: a table of a Flux result, as a series whose tags are the group key."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Self

from influx_core._columns.arrow_layout import Column, Kind
from influx_core._columns.column_types import repeated
from influx_core._results.column_series import ColumnSeries
from influx_core._results.flux_values import KINDS, DataType, writer_of
from influx_core._results.keyed_tuple import KeyedTuple, PositionsWithTimes, column_positions
from influx_core._results.series import Series
from influx_core.timestamps import to_datetime

__all__ = ["FluxColumn", "FluxRow", "FluxTable"]

_CODES: Mapping[Kind, Any] = {"integer": "q", "time": "q", "unsigned": "Q", "float": "d"}


@dataclass(frozen=True, slots=True)
class FluxColumn:
    """A column of a Flux table.

    Attributes:
        name: its name, such as `_time`.
        datatype: its type in the annotation `#datatype`, such as `double`.
        in_group_key: whether it belongs to the group key; then all rows have the same value.
    """

    name: str
    datatype: DataType
    in_group_key: bool = False

    @property
    def kind(self) -> Kind:
        """The kind of the values; see `influx_core.columns.Column`."""
        return KINDS[self.datatype]


class _RowColumns(PositionsWithTimes):
    """The columns of rows with their positions.

    Attributes:
        time: the position of `_time`, if that holds times.
        to_datetime: converts a time of these rows.
    """

    time: int | None

    def __init__(
        self,
        columns: Mapping[str, int],
        times: Iterable[int],
        convert: Callable[[int], datetime] = to_datetime,
    ) -> None:
        super().__init__(columns)
        self.times = frozenset(times)
        position = self.get(FluxRow.time_column)
        self.time = position if position in self.times else None
        self.to_datetime = convert

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle without the function, which may be that of a compiled codec."""
        return _RowColumns, (dict(self), self.times)


class FluxRow(KeyedTuple):
    """One row of a Flux table, without the columns of the group key.

    All columns of type `dateTime` are aware datetimes in UTC, cut to microseconds. `time` and
    `time_ns` are those of the column `_time`.
    """

    __slots__ = ()

    time_column: ClassVar[str] = "_time"
    columns: _RowColumns

    @property
    def time(self) -> datetime | None:
        """The column `_time` as an aware datetime in UTC; None where it is null.

        Raises:
            AttributeError: there is no column `_time`.
            DecodeError: the value is not a time.
        """
        position = self.columns.time
        if position is None:
            return super().time
        value = self._row[position]
        return None if value is None else self.columns.to_datetime(value)

    @property
    def time_ns(self) -> int | None:
        """The column `_time` in nanoseconds since 1970; None where it is null.

        Raises:
            AttributeError: there is no column `_time`.
            DecodeError: the value is not a time.
        """
        position = self.columns.time
        return super().time_ns if position is None else self._row[position]

    def __getitem__(self, key: Any) -> Any:
        if type(key) is str and key in self.columns:
            position = self.columns[key]
            value = self._row[position]
            is_time = type(value) is int and position in self.columns.times
            return self.columns.to_datetime(value) if is_time else value
        return super().__getitem__(key)


class FluxTable(ColumnSeries):
    """A table of a Flux result: a series whose tags are the columns of the group key.

    Its name is the measurement if `_measurement` is in the group key, otherwise the name of the
    result. The tags are text; `group_key` has the values with their types. Times and durations are
    integer nanoseconds in `rows`, `data` and `group_key`.

    Args:
        schema: all columns, including those of the group key, in the server's order.
        group_key: the values of the columns in the group key; None for null.
        data: the other columns, all of the same length.
        result: the name of the result, as `yield` gives it.
        partial: see `Series`.
        length: the number of rows; needed only if all columns belong to the group key.

    Raises:
        ValueError: the columns do not fit the schema.
    """

    __slots__ = ("_length", "group_key", "result", "schema")

    row_type: ClassVar[type[KeyedTuple]] = FluxRow
    to_datetime = staticmethod(to_datetime)
    """Converts the times of rows; a compiled codec has a faster function."""

    def __init__(
        self,
        schema: Iterable[FluxColumn],
        group_key: Mapping[str, Any],
        data: Iterable[Column],
        *,
        result: str = "_result",
        partial: bool = False,
        length: int = 0,
    ) -> None:
        self.schema = tuple(schema)
        self.group_key: Mapping[str, Any] = MappingProxyType(dict(group_key))
        self.result = result
        self._length = length
        key = [column for column in self.schema if column.in_group_key]
        if [column.name for column in key] != list(self.group_key):
            raise ValueError(
                f"the group key has the columns {[column.name for column in key]}, and values are "
                f"given for {list(self.group_key)}"
            )
        measurement = self.group_key.get("_measurement")
        super().__init__(
            measurement if isinstance(measurement, str) else result,
            [column.name for column in self.schema if not column.in_group_key],
            data,
            tags={column.name: _tag(column, self.group_key[column.name]) for column in key},
            partial=partial,
        )

    @classmethod
    def of_values(
        cls,
        schema: Iterable[FluxColumn],
        values: Mapping[str, Sequence[Any]],
        group_key: Mapping[str, Any] | None = None,
        *,
        result: str = "_result",
    ) -> FluxTable:
        """Create a table from Python values.

        Args:
            schema: see `FluxTable`.
            values: the values of the columns outside the group key; None for null. Times and
                durations are integer nanoseconds, values of `base64Binary` bytes.
            group_key: see `FluxTable`.
            result: see `FluxTable`.

        Raises:
            KeyError: a column of the schema has no values.
            ValueError: the columns do not fit the schema.
            OverflowError: an integer does not fit the type of its column.
            TypeError: a value is not of the type of its column.
        """
        columns = tuple(schema)
        data = [
            Column.of(values[column.name], column.kind)
            for column in columns
            if not column.in_group_key
        ]
        return cls(columns, group_key or {}, data, result=result)

    def __len__(self) -> int:
        return super().__len__() if self.data else self._length

    def slice(self, start: int, stop: int) -> Self:
        """The rows `start` to `stop - 1`; see `ColumnSeries.slice`."""
        part = super().slice(start, stop)
        part._length = stop - start  # noqa: SLF001 - of its own type
        return part

    def followed_by(self, pieces: Sequence[Series]) -> Self:
        """This table with the rows of the pieces appended."""
        whole = super().followed_by(pieces)
        if whole is not self:
            whole._length = len(self) + sum(map(len, pieces))  # noqa: SLF001 - of its own type
        return whole

    def __iter__(self) -> Iterator[KeyedTuple]:
        if self.data:
            return super().__iter__()
        return (self.row_type(self._positions(), []) for _ in range(self._length))

    @property
    def rows(self) -> list[list[Any]]:
        """The rows as lists, without the columns of the group key; created on first access."""
        return super().rows if self.data else [[] for _ in range(self._length)]

    @property
    def times(self) -> tuple[str, ...]:
        """The names of the columns of times outside the group key."""
        return tuple(self.columns[position] for position in self._time_positions())

    def all_columns(self) -> dict[str, Column]:
        """All columns by name, in the server's order; those of the group key repeat their value."""
        length, data = len(self), iter(self.data)
        return {
            column.name: _constant(column, self.group_key[column.name], length)
            if column.in_group_key
            else next(data)
            for column in self.schema
        }

    def continues(self, other: object) -> bool:
        """Whether this is the next piece of `other`."""
        return (
            isinstance(other, FluxTable)
            and other.partial
            and (self.result, self.schema, self.group_key)
            == (other.result, other.schema, other.group_key)
        )

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Export the table as an Arrow table, with all columns in the server's order.

        Times are `timestamp[ns, UTC]`, strings of the group key dictionaries of `large_utf8`. See
        https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html.

        Args:
            requested_schema: ignored, as the interface allows.

        Raises:
            DecodeError: a column is of type `base64Binary`.
        """
        from influx_core._results.arrow_table import export_columns

        return export_columns(self.all_columns())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FluxTable):
            return NotImplemented
        return (self.result, self.schema, self.group_key, self.rows) == (
            other.result,
            other.schema,
            other.group_key,
            other.rows,
        )

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy as columns."""
        key = dict(self.group_key)
        length, state = len(self), (self.schema, key, self.data, self.result, self.partial)
        return _rebuild, (*state, self.epoch, length)

    def __repr__(self) -> str:
        return (
            f"<FluxTable {self.result!r}, group_key={dict(self.group_key)!r}, "
            f"columns={list(self.columns)!r}, {len(self)} rows>"
        )

    def _time_positions(self) -> tuple[int, ...]:
        others = (column for column in self.schema if not column.in_group_key)
        return tuple(position for position, column in enumerate(others) if column.kind == "time")

    def _positions(self) -> dict[str, int]:
        positions = column_positions(self.columns)
        return _RowColumns(positions, self._time_positions(), self.to_datetime)


def _tag(column: FluxColumn, value: Any) -> str:
    """Return a value of the group key as text; empty for null, as for a missing InfluxQL tag."""
    return "" if value is None else writer_of(column.datatype)(value)


def _constant(column: FluxColumn, value: Any, length: int) -> Column:
    """Return a column with the same value in all rows."""
    kind = column.kind
    if kind == "string" and value is not None:
        return repeated(value, length)
    if kind in _CODES and value is not None:
        one = array(_CODES[kind], [value])  # pyright: ignore[reportDeprecated] - not of code u
        return Column(kind, length, one * length)
    return Column.of([value] * length, kind)


def _rebuild(
    schema: tuple[FluxColumn, ...],
    group_key: dict[str, Any],
    data: tuple[Column, ...],
    result: str,
    partial: bool,
    epoch: Any,
    length: int,
) -> FluxTable:
    table = FluxTable(schema, group_key, data, result=result, partial=partial, length=length)
    table.epoch = epoch
    return table
