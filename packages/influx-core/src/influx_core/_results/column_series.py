"""Series that hold columns instead of rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any, Self

from influx_core._columns.arrow_layout import Column
from influx_core._columns.column_types import columns_of, concat_columns
from influx_core._columns.lazy_columns import LazyColumns
from influx_core._results.keyed_tuple import TIME_ONLY, KeyedTuple
from influx_core._results.series import Series
from influx_core._runtime.gc_pause import gc_paused

__all__ = ["ColumnSeries"]


class ColumnSeries(Series):
    """A series that stores its values by column; rows are created when they are accessed.

    The rows equal those of a `Series` of the same result, except that all values of a float column
    are floats, even if JSON printed some of them as integers.

    Args:
        name: the measurement.
        columns: the names of the columns.
        data: the columns, all of the same length; the column of times is named `time`.
            LazyColumns are converted when `data`, or a row, is first used.
        tags: see `Series`.
        partial: see `Series`.

    Raises:
        ValueError: the number of columns differs from that of the names, or their lengths differ.
    """

    __slots__ = ("_data", "_lazy", "_made")

    def __init__(
        self,
        name: str,
        columns: Iterable[str],
        data: Iterable[Column] | LazyColumns,
        *,
        tags: Mapping[str, str] | None = None,
        partial: bool = False,
    ) -> None:
        super().__init__(name, columns, [], tags=tags, partial=partial)
        self._hold(data)
        width, lengths = self._shape()
        if width != len(self.columns) or len(lengths) > 1:
            raise ValueError(f"{len(self.columns)} names for {width} columns of lengths {lengths}")

    def _hold(self, data: Iterable[Column] | LazyColumns) -> None:
        self._lazy: LazyColumns | None = None
        self._data: tuple[Column, ...] | None = None
        if isinstance(data, LazyColumns):
            self._lazy = data
        else:
            self._data = tuple(data)
        self._made: list[list[Any]] | None = None
        self._values = None

    def _shape(self) -> tuple[int, set[int]]:
        """The number of columns, and their lengths."""
        if self._lazy is not None:
            return self._lazy.width, {self._lazy.length}
        return len(self.data), {column.length for column in self.data}

    @property
    def data(self) -> tuple[Column, ...]:
        """The columns."""
        if self._data is None:
            assert self._lazy is not None
            self._data = self._lazy.convert()
        return self._data

    @staticmethod
    def of(series: Series) -> ColumnSeries:
        """Convert a series to a ColumnSeries; a ColumnSeries is returned unchanged."""
        if isinstance(series, ColumnSeries):
            return series
        data = columns_of(series.columns, series.rows, series.times)
        made = ColumnSeries(
            series.name, series.columns, data, tags=series.tags, partial=series.partial
        )
        made.epoch = series.epoch
        return made

    def slice(self, start: int, stop: int) -> Self:
        """The rows `start` to `stop - 1`, without a copy; partial if more rows follow.

        Raises:
            IndexError: the series has fewer rows.
        """
        if not 0 <= start <= stop <= len(self):
            raise IndexError(f"no slice {start}:{stop} of {len(self)} rows")
        data = self._part(range(len(self.columns)), start, stop)
        return self._with_data(data, self.columns, self.partial or stop < len(self))

    def part(
        self, columns: Sequence[str], start: int, stop: int, tags: Mapping[str, str]
    ) -> ColumnSeries:
        """Some rows and some columns, without a copy, as a series with these tags.

        Args:
            columns: the names; all values of a column that the series does not have are missing.
            start: the first row.
            stop: the row after the last one.
            tags: the tags.
        """
        places = {name: place for place, name in enumerate(self.columns)}
        data = self._part([places.get(name) for name in columns], start, stop)
        return ColumnSeries(self.name, columns, data, tags=tags)

    def _part(
        self, positions: Sequence[int | None], start: int, stop: int
    ) -> list[Column] | LazyColumns:
        known = [position for position in positions if position is not None]
        if self._lazy is not None and len(known) == len(positions):
            return self._lazy.part(known, start, stop)
        return [
            Column("null", stop - start) if at is None else self.data[at].slice(start, stop)
            for at in positions
        ]

    def _with_data(
        self, data: list[Column] | LazyColumns, columns: tuple[str, ...], partial: bool
    ) -> Self:
        """The same series with other rows, and perhaps more columns."""
        made = self.__copy__()
        made.columns, made.partial = columns, partial
        made._hold(data)  # noqa: SLF001 - of its own type
        return made

    @property
    def times(self) -> tuple[str, ...]:
        """The names of the columns that hold times."""
        others = (
            name
            for name, column in zip(self.columns, self.data, strict=True)
            if column.kind == "time" and name not in TIME_ONLY
        )
        return (*TIME_ONLY, *others)

    def _columns_of_values(self) -> tuple[Column, ...]:
        return self.data

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy as columns."""
        tags = dict(self.tags)
        return _rebuild, (self.name, self.columns, self.data, tags, self.partial, self.epoch)

    @property
    def rows(self) -> list[list[Any]]:
        """The rows as lists, created on first access."""
        if self._made is None:
            self._made = self._first(len(self))
        return self._made

    def __iter__(self) -> Iterator[KeyedTuple]:
        if self._made is not None:
            return super().__iter__()
        values = zip(*(column.to_list() for column in self.data), strict=True)
        return map(self.row_type, repeat(self._positions()), values)

    def __len__(self) -> int:
        if self._lazy is not None:
            return self._lazy.length
        return self.data[0].length if self.data else 0

    def _first(self, count: int) -> list[list[Any]]:
        stop = min(count, len(self))
        with gc_paused():
            columns = (column.slice(0, stop).to_list() for column in self.data)
            return list(map(list, zip(*columns, strict=True)))

    def followed_by(self, pieces: Sequence[Series]) -> Self:
        """This series with the rows of the pieces appended; see `joined`."""
        if not pieces:
            return self
        last = pieces[-1]
        joined = self._joined_lazily(pieces)
        if joined is not None:
            return self._with_data(joined, self.columns, last.partial)
        columnar: list[ColumnSeries] = [self, *map(ColumnSeries.of, pieces)]
        data = [
            concat_columns([_column(piece, position) for piece in columnar])
            for position in range(len(last.columns))
        ]
        return self._with_data(data, last.columns, last.partial)

    def _joined_lazily(self, pieces: Sequence[Series]) -> LazyColumns | None:
        lazy = [
            piece._lazy  # noqa: SLF001 - of its own type
            for piece in pieces
            if isinstance(piece, ColumnSeries)
            and piece._lazy is not None  # noqa: SLF001
            and piece.columns == self.columns
        ]
        if self._lazy is None or len(lazy) < len(pieces):
            return None
        return self._lazy.joined(lazy)


def _rebuild(
    name: str,
    columns: tuple[str, ...],
    data: tuple[Column, ...],
    tags: dict[str, str],
    partial: bool,
    epoch: Any,
) -> ColumnSeries:
    series = ColumnSeries(name, columns, data, tags=tags, partial=partial)
    series.epoch = epoch
    return series


def _column(piece: ColumnSeries, position: int) -> Column:
    """A column of a piece; an earlier piece may have fewer."""
    return piece.data[position] if position < len(piece.data) else Column("null", len(piece))
