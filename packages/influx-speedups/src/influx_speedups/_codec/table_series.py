"""A series with values in native memory; reading a value creates its Python object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import _influx_speedups as compiled
from influx_core import KeyedTuple, Series
from influx_core.codec import column_positions, csv_line
from influx_core.timestamps import UNIT_NS

__all__ = ["TableSeries"]

_ROW = compiled.row_type(KeyedTuple)
_TEXT = 0
"""In place of a unit: times as RFC 3339 text."""


class TableSeries(Series):
    """A series with the rows of a table.

    Iteration yields rows that reference the table. After the first access to `rows`, the series
    uses those lists instead of the table, so changes to them take effect.

    Args:
        name: the measurement.
        columns: the names of the columns.
        table: the values.
        tags: see `Series`.
        partial: see `Series`.
    """

    __slots__ = ("_made", "_table")

    def __init__(
        self,
        name: str,
        columns: Sequence[str],
        table: compiled.Table,
        tags: Mapping[str, str],
        partial: bool,
    ) -> None:
        super().__init__(name, columns, [], tags=tags, partial=partial)
        self._table = table
        self._made: list[list[Any]] | None = None

    @property
    def table(self) -> compiled.Table | None:
        """The values; None after the first access to `rows`."""
        return self._table if self._made is None else None

    @property
    def rows(self) -> list[list[Any]]:
        """The rows as lists, created at the first access."""
        if self._made is None:
            self._made = self._first(len(self._table))
        return self._made

    @property
    def values(self) -> list[list[Any]]:
        """The rows as lists, with times in the form that `epoch` requested."""
        epoch, known = self.epoch, self._values
        if epoch == "as received" or "time" not in self.columns or self._made is not None:
            return super().values
        if known is None or known[0] != epoch:
            unit = _TEXT if epoch is None else UNIT_NS[epoch]
            shown = self._table.shown(self.columns.index("time"), unit)
            self._values = None if shown is None else (epoch, shown)
        return super().values

    def csv_rows(self, before: Sequence[Any] = ()) -> str:
        """Return the rows as lines of CSV; see `Series`."""
        if self._made is not None:
            return super().csv_rows(before)
        start = csv_line([*before, None]) if before else ""  # ends with a comma
        if self.epoch == "as received" or "time" not in self.columns:
            return self._table.csv(start)
        unit = _TEXT if self.epoch is None else UNIT_NS[self.epoch]
        lines = self._table.csv(start, self.columns.index("time"), unit)
        return super().csv_rows(before) if lines is None else lines

    def increasing_times(self) -> tuple[int, int] | None:
        """The first and the last time, if times increase; see `Series`."""
        if self._made is not None or "time" not in self.columns:
            return super().increasing_times()
        return self._table.increasing(self.columns.index("time"))

    def followed_by(self, pieces: Sequence[Series]) -> Series:
        """Return this series with the rows of the pieces appended; see `joined`."""
        tables = self._tables(pieces)
        if not pieces or tables is None:
            return super().followed_by(pieces)
        table = compiled.Table.joined(tables)
        made = TableSeries(self.name, self.columns, table, self.tags, pieces[-1].partial)
        made.epoch = self.epoch
        return made

    def _tables(self, pieces: Sequence[Series]) -> list[compiled.Table] | None:
        """The tables of this series and of those, if they have the same columns and no lists."""
        tables: list[compiled.Table] = []
        for piece in (self, *pieces):
            table = piece.table if isinstance(piece, TableSeries) else None
            if table is None or piece.columns != self.columns:
                return None
            tables.append(table)
        return tables

    def __iter__(self) -> Iterator[KeyedTuple]:
        if self._made is not None:
            return super().__iter__()
        return iter(compiled.rows(_ROW, self._table, column_positions(self.columns)))

    def __len__(self) -> int:
        return len(self._table) if self._made is None else len(self._made)

    def _first(self, count: int) -> list[list[Any]]:
        return self._table.lists(count) if self._made is None else self._made[:count]
