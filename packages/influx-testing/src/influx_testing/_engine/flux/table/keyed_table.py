"""Tables: a group key and columns of one length."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any, NamedTuple, overload

from influx_testing._engine.flux.table.group_key import EMPTY_KEY, GroupKey
from influx_testing._engine.flux.values.flux_types import Value, reader_of

__all__ = ["KeyedTable", "Repeated", "TableColumn", "key_columns"]


class Repeated(Sequence[Any]):
    """One value, many times; the column of a group key needs no memory for its rows."""

    __slots__ = ("_length", "value")

    def __init__(self, value: Value, length: int) -> None:
        self.value = value
        self._length = length

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> Value: ...
    @overload
    def __getitem__(self, index: slice) -> Repeated: ...
    def __getitem__(self, index: int | slice) -> Value:
        if isinstance(index, slice):
            return Repeated(self.value, len(range(*index.indices(self._length))))
        if not -self._length <= index < self._length:
            raise IndexError(index)
        return self.value

    def __iter__(self) -> Iterator[Value]:
        return repeat(self.value, self._length)


class TableColumn(NamedTuple):
    """The type of a column and its values.

    The values of time and uint are plain ints, null is None. Nobody changes them in place: they may
    belong to the storage, or to several tables.
    """

    type: str
    values: Sequence[Any]

    def take(self, rows: Sequence[int]) -> TableColumn:
        """Return the values of some rows, in their order."""
        values = self.values
        if isinstance(values, Repeated):
            return TableColumn(self.type, Repeated(values.value, len(rows)))
        return TableColumn(self.type, [values[row] for row in rows])

    def cut(self, start: int, stop: int) -> TableColumn:
        """Return the values from row `start` to before row `stop`."""
        return TableColumn(self.type, self.values[start:stop])

    def readable(self) -> Iterable[Value]:
        """The values as values of Flux: FluxTime for time, Unsigned for uint."""
        read = reader_of(self.type)
        if read is None:
            return self.values
        if isinstance(self.values, Repeated):
            value = self.values.value
            return repeat(None if value is None else read(value), len(self.values))
        return [None if value is None else read(value) for value in self.values]


class KeyedTable:
    """A table. Immutable: methods return new tables that share columns.

    A table without columns has no rows.

    Attributes:
        key: the group key; each of its columns is also in `columns`, with the same value in each
            row.
        columns: the columns by label, in order.
    """

    __slots__ = ("_length", "columns", "key")

    def __init__(
        self, key: GroupKey, columns: Mapping[str, TableColumn], length: int | None = None
    ) -> None:
        self.key = key
        self.columns: Mapping[str, TableColumn] = columns
        if length is None:
            length = len(next(iter(columns.values())).values) if columns else 0
        self._length = length if columns else 0

    @classmethod
    def of(
        cls,
        columns: Mapping[str, tuple[str, Sequence[Any]]],
        key: GroupKey = EMPTY_KEY,
    ) -> KeyedTable:
        """Create a table; the columns of the key are added before the others.

        Args:
            columns: type and values by label.
            key: the group key.
        """
        length = len(next(iter(columns.values()))[1]) if columns else 0
        made = key_columns(key, length)
        made.update((label, TableColumn(*column)) for label, column in columns.items())
        return cls(key, made, length)

    def __len__(self) -> int:
        return self._length

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the columns, in order."""
        return tuple(self.columns)

    def __contains__(self, label: object) -> bool:
        return label in self.columns

    def type_of(self, label: str) -> str | None:
        """Return the type of a column; None if there is no such column."""
        column = self.columns.get(label)
        return None if column is None else column.type

    def values(self, label: str) -> Sequence[Any]:
        """Return the values of a column as it holds them; KeyError if there is none."""
        return self.columns[label].values

    def take(self, rows: Sequence[int]) -> KeyedTable:
        """Return the table of some rows, in their order."""
        columns = {label: column.take(rows) for label, column in self.columns.items()}
        return KeyedTable(self.key, columns, len(rows))

    def cut(self, start: int, stop: int) -> KeyedTable:
        """Return the rows from `start` to before `stop`; both may exceed the table."""
        start, stop = min(start, self._length), min(stop, self._length)
        if start == 0 and stop == self._length:
            return self
        columns = {label: column.cut(start, stop) for label, column in self.columns.items()}
        return KeyedTable(self.key, columns, max(0, stop - start))

    def empty(self) -> KeyedTable:
        """Return the table without rows."""
        return self.cut(0, 0)

    def with_column(self, label: str, type_: str, values: Sequence[Any]) -> KeyedTable:
        """Return a table with one more column, or another one in its place.

        If the column was part of the group key, it is no longer.
        """
        columns = {**self.columns, label: TableColumn(type_, values)}
        key = self.key.without((label,)) if label in self.key else self.key
        return KeyedTable(key, columns, len(values))

    def with_key_column(self, label: str, type_: str, value: Value) -> KeyedTable:
        """Return a table with a column of one value that is part of its group key."""
        column = TableColumn(type_, Repeated(value, self._length))
        key = self.key.with_column(label, type_, value)
        return KeyedTable(key, {**self.columns, label: column}, self._length)

    def with_key(self, key: GroupKey) -> KeyedTable:
        """Return the table with another key; columns of the key have its value in each row."""
        columns = {**self.columns, **key_columns(key, self._length)}
        return KeyedTable(key, columns, self._length)

    def keeping(self, labels: Iterable[str]) -> KeyedTable:
        """Return a table of some columns, in this table's order; the key loses the others too."""
        kept = frozenset(labels)
        columns = {label: column for label, column in self.columns.items() if label in kept}
        return KeyedTable(self.key.only(kept), columns, self._length)

    def dropping(self, labels: Iterable[str]) -> KeyedTable:
        """Return a table without some columns; the key loses them too."""
        dropped = frozenset(labels)
        return self.keeping(label for label in self.columns if label not in dropped)

    def row(self, index: int, labels: Iterable[str] | None = None) -> dict[str, Value]:
        """Return one row as a record.

        Args:
            index: the number of the row.
            labels: the columns to read; None for all.
        """
        chosen = self.columns if labels is None else labels
        record: dict[str, Value] = {}
        for label in chosen:
            column = self.columns[label]
            value, read = column.values[index], reader_of(column.type)
            record[label] = value if value is None or read is None else read(value)
        return record

    def rows(self, labels: Iterable[str] | None = None) -> Iterator[dict[str, Value]]:
        """Yield the rows as records, each a new dict.

        Args:
            labels: the columns to read; None for all. Labels that the table lacks are left out.
        """
        chosen = (
            self.labels
            if labels is None
            else tuple(label for label in labels if label in self.columns)
        )
        if not chosen:
            return ({} for _ in range(self._length))
        if len(chosen) == 1:
            (label,) = chosen
            return ({label: value} for value in self.columns[label].readable())
        columns = (self.columns[label].readable() for label in chosen)
        return (dict(zip(chosen, values, strict=True)) for values in zip(*columns, strict=True))

    def map_column(self, label: str, change: Callable[[Any], Any], type_: str = "") -> KeyedTable:
        """Return a table with a function applied to each value of a column that is not null.

        Args:
            label: the column.
            change: takes and returns a value as columns hold it.
            type_: the type of the new column; empty for that of the old one.
        """
        column = self.columns[label]
        values = [None if value is None else change(value) for value in column.values]
        return self.with_column(label, type_ or column.type, values)

    def __repr__(self) -> str:
        columns = ", ".join(f"{label}: {column.type}" for label, column in self.columns.items())
        return f"KeyedTable({self.key!r}, {{{columns}}}, {self._length} rows)"


def key_columns(key: GroupKey, length: int) -> dict[str, TableColumn]:
    """Return the columns of a group key for a number of rows."""
    return {label: TableColumn(type_, Repeated(value, length)) for label, type_, value in key}
