"""Series: the rows of one measurement, or of one combination of its tags.

Times are stored as integer nanoseconds since 1970; other forms are created on access.
"""

from __future__ import annotations

import builtins
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice, repeat
from operator import lt
from types import MappingProxyType
from typing import Any, ClassVar, Literal, Self, TypeAlias, cast, overload

from influx_core._columns.arrow_layout import Column
from influx_core._columns.column_types import columns_of
from influx_core._columns.server_times import server_text
from influx_core._results.keyed_tuple import TIME_ONLY, KeyedTuple, column_positions
from influx_core._results.lazy_rows import JoinedRows, LazyRows, Lists
from influx_core._runtime.gc_pause import gc_paused
from influx_core.timestamps import Precision, from_ns, to_ns, to_rfc3339

__all__ = ["Series"]

TimeFormat: TypeAlias = Precision | Literal["as received"] | None

_NO_TAGS: Mapping[str, str] = MappingProxyType({})


class Series:
    """Rows of one measurement, or of one combination of its tags.

    A series is a sequence of `KeyedTuple` rows that can be iterated over any number of times.
    polars, pyarrow and pandas 3 read it directly, as an Arrow table: `polars.DataFrame(series)`,
    `pyarrow.table(series)`, `pandas.DataFrame.from_arrow(series)`.

    Args:
        name: the measurement; the result of a SHOW statement may have an empty one.
        columns: the names of the columns.
        values: the rows as lists with a value for each column; times are integer nanoseconds or RFC
            3339 text. LazyRows make them whenever they are read, until `rows` is first used.
        tags: the tags of GROUP BY with their values in this series.
        partial: the server said that this is not the whole series: the other rows follow in another
            piece, or a limit of the server cut them off.
        times: the names of the columns that hold times; in columns other than `time` these are
            integer nanoseconds.

    Attributes:
        epoch: the unit of the times in `values`, None for RFC 3339 text, or `as received`; see
            `with_epoch`.
    """

    __slots__ = ("_rows", "_times", "_values", "columns", "epoch", "name", "partial", "tags")

    row_type: ClassVar[type[KeyedTuple]] = KeyedTuple
    """The type of the rows."""

    def __init__(
        self,
        name: str,
        columns: Iterable[str],
        values: Lists | LazyRows,
        *,
        tags: Mapping[str, str] | None = None,
        partial: bool = False,
        times: tuple[str, ...] = TIME_ONLY,
    ) -> None:
        self.name = name
        self.columns = tuple(columns)
        self.tags = MappingProxyType(dict(tags)) if tags else _NO_TAGS
        self.partial = partial
        self._times = times
        self._rows = values
        self.epoch: TimeFormat = "as received"
        self._values: tuple[TimeFormat, list[list[Any]]] | None = None

    @property
    def rows(self) -> list[list[Any]]:
        """The rows as received; the times of a client's query are integer nanoseconds."""
        if isinstance(self._rows, LazyRows):
            with gc_paused():
                self._rows = list(self._rows)
        return self._rows

    def _kept_rows(self) -> Lists | LazyRows:
        """The rows in the form in which they are kept."""
        return self._rows if isinstance(self._rows, LazyRows) else self.rows

    @property
    def times(self) -> tuple[str, ...]:
        """The names of the columns that hold times."""
        return self._times

    @property
    def values(self) -> list[list[Any]]:
        """The rows as lists, with times in the form that `epoch` requested.

        Without `epoch`, times are RFC 3339 text as the server prints it.
        """
        times = self._time_positions()
        if self.epoch == "as received" or not times:
            return self.rows
        if self._values is None or self._values[0] != self.epoch:
            self._values = self.epoch, _with_times(self._kept_rows(), times, self.epoch)
        return self._values[1]

    def csv_rows(self, before: Sequence[Any] = ()) -> str:
        """The rows as lines of CSV, with times in the form that `epoch` requested.

        Null is an empty cell, an empty string is `""`.

        Args:
            before: cells that every line begins with, such as the values of `tags`.
        """
        from influx_core._results.csv_rows import csv_rows

        return csv_rows(self.values, before)

    def increasing_times(self) -> tuple[int, int] | None:
        """The first and the last time, if the time of each row is after that of the row before.

        Returns:
            Nanoseconds; None if some times are equal or missing, and without rows.
        """
        if "time" not in self.columns:
            return None
        place = self.columns.index("time")
        times = [row[place] for row in self.rows]
        if not times or not all(type(time) is int for time in times):
            return None
        return (times[0], times[-1]) if all(map(lt, times, times[1:])) else None

    def _time_positions(self) -> tuple[int, ...]:
        """The positions of the columns with times."""
        return tuple(self.columns.index(name) for name in self.times if name in self.columns)

    def _positions(self) -> dict[str, int]:
        """The columns of the rows, with their positions."""
        return column_positions(self.columns, self.times)

    def slice(self, start: int, stop: int) -> Series:
        """The rows `start` to `stop - 1`; partial if more rows follow.

        Raises:
            IndexError: the series has fewer rows.
        """
        if not 0 <= start <= stop <= len(self):
            raise IndexError(f"no slice {start}:{stop} of {len(self)} rows")
        part = Series(
            self.name,
            self.columns,
            self.rows[start:stop],
            tags=self.tags,
            partial=self.partial or stop < len(self),
            times=self._times,
        )
        part.epoch = self.epoch
        return part

    def divided(self, most: int | None) -> Iterator[Series]:
        """This series in parts of at most so many rows; None for a single part."""
        length = len(self)
        if most is None or length <= most:
            yield self
            return
        for start in range(0, length, most):
            yield self.slice(start, min(start + most, length))

    def with_epoch(self, epoch: Precision | None) -> Self:
        """The same rows; `values` has times in another form.

        Args:
            epoch: the unit of integer times; None for RFC 3339 text.
        """
        converted = self.__copy__()
        converted.epoch = epoch
        return converted

    @staticmethod
    def joined(pieces: Sequence[Series]) -> Series:
        """Join pieces to one series, with all rows in order.

        If a later piece has more columns, earlier rows have None in them.
        """
        return pieces[0].followed_by(pieces[1:])

    def followed_by(self, pieces: Sequence[Series]) -> Series:
        """This series with the rows of the pieces appended; see `joined`."""
        if not pieces:
            return self
        last = pieces[-1]
        rows: Lists | LazyRows | None = self._rows_with(pieces)
        times = self.times
        if rows is None:
            width = len(last.columns)
            times, several = _with_common_times((self, *pieces))
            rows = [
                row if len(row) == width else row + [None] * (width - len(row))
                for piece in several
                for row in piece
            ]
        made = Series(
            self.name, last.columns, rows, tags=self.tags, partial=last.partial, times=times
        )
        made.epoch = self.epoch
        return made

    def _rows_with(self, pieces: Sequence[Series]) -> LazyRows | None:
        """These rows and those of the pieces, if making them can be left for later."""
        kept = [piece._kept_rows() for piece in (self, *pieces)]  # noqa: SLF001 - of its own type
        if not any(isinstance(rows, LazyRows) for rows in kept):
            return None
        if any((p.columns, p.times) != (self.columns, self.times) for p in pieces):
            return None
        return JoinedRows(kept)

    def continues(self, other: Series) -> bool:
        """Whether this is the next piece of `other`."""
        return (
            other.partial
            and self.name == other.name
            and self.tags == other.tags
            and self.columns[: len(other.columns)] == other.columns
        )

    def __iter__(self) -> Iterator[KeyedTuple]:
        return map(self.row_type, repeat(self._positions()), self._kept_rows())

    @overload
    def __getitem__(self, index: int) -> KeyedTuple: ...
    @overload
    def __getitem__(self, index: builtins.slice) -> list[KeyedTuple]: ...
    def __getitem__(self, index: int | builtins.slice) -> KeyedTuple | list[KeyedTuple]:
        """A row, or a list of rows."""
        columns = self._positions()
        if isinstance(index, slice):
            return [self.row_type(columns, row) for row in self.rows[index]]
        if isinstance(index, str):
            raise TypeError(f"a series is indexed by the number of a row: series[0][{index!r}]")
        try:
            return self.row_type(columns, self.rows[index])
        except IndexError:
            raise IndexError(
                f"the series {self.name!r} has no row {index}: it has {len(self)}; result.first() "
                "is the first row of a result, or None"
            ) from None

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Export the series as an Arrow table: `time`, then the tags, then the other columns.

        Times are `timestamp[ns, UTC]`, tags dictionaries of `large_utf8`. See
        https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html.

        Args:
            requested_schema: ignored, as the interface allows.

        Raises:
            DecodeError: a column has values of several kinds, for which Arrow has no type.
        """
        from influx_core._results.arrow_table import export_series

        return export_series(self.columns, self._columns_of_values(), self.tags)

    def _columns_of_values(self) -> tuple[Column, ...]:
        return columns_of(self.columns, self.rows, self.times)

    def __len__(self) -> int:
        return len(self._rows)

    def _first(self, count: int) -> list[list[Any]]:
        return list(islice(self._kept_rows(), count))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Series):
            return NotImplemented
        return (self.name, self.tags, self.columns) == (
            other.name,
            other.tags,
            other.columns,
        ) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __copy__(self) -> Self:
        """Copy the series, sharing its values."""
        copied = object.__new__(type(self))
        for name in _slots(cast(Hashable, type(self))):
            setattr(copied, name, getattr(self, name))
        return copied

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy as a plain series, whatever memory the values are in."""
        tags = dict(self.tags)
        state = self.name, self.columns, self.rows, tags, self.partial, self.epoch, self.times
        return _rebuild, state

    def __repr__(self) -> str:
        tags = f", tags={dict(self.tags)!r}" if self.tags else ""
        return f"<Series {self.name!r}{tags}, columns={list(self.columns)!r}, {len(self)} rows>"

    def _repr_html_(self) -> str:
        from influx_core._results.html import SHOWN_ROWS, html_table

        tags = ", ".join(f"{key}={value}" for key, value in self.tags.items())
        title = f"{self.name} {tags}".strip()
        first = _with_times(self._first(SHOWN_ROWS), self._time_positions(), None)
        return html_table(title, self.columns, first, len(self))


@cache
def _slots(kind: Hashable) -> tuple[str, ...]:
    """The names of all slots of a class."""
    return tuple(name for cls in cast(type, kind).__mro__ for name in getattr(cls, "__slots__", ()))


def _rebuild(
    name: str,
    columns: tuple[str, ...],
    rows: list[list[Any]],
    tags: dict[str, str],
    partial: bool,
    epoch: TimeFormat,
    times: tuple[str, ...],
) -> Series:
    series = Series(name, columns, rows, tags=tags, partial=partial, times=times)
    series.epoch = epoch
    return series


def _with_common_times(pieces: Sequence[Series]) -> tuple[tuple[str, ...], list[list[list[Any]]]]:
    """The names of the columns that hold times in all pieces, and the rows of each piece.

    A column that holds other text in one piece held text in the others too, which is restored.
    """
    doubtful = {
        name
        for piece in pieces
        for name in piece.times
        if name != "time" and any(name not in other.times for other in pieces)
    }
    mixed = {name for name in doubtful if any(_has_text(piece, name) for piece in pieces)}
    names = dict.fromkeys(name for piece in pieces for name in piece.times)
    rows = [_as_text(piece, mixed & set(piece.times)) if mixed else piece.rows for piece in pieces]
    return tuple(name for name in names if name not in mixed), rows


def _has_text(piece: Series, name: str) -> bool:
    if name in piece.times or name not in piece.columns:
        return False
    position = piece.columns.index(name)
    return any(row[position] is not None for row in piece.rows)


def _as_text(piece: Series, names: set[str]) -> list[list[Any]]:
    """The rows of a piece, with some columns of times as the text that the server sent."""
    rows = [list(row) for row in piece.rows] if names else piece.rows
    for position in (piece.columns.index(name) for name in names if name in piece.columns):
        for row in rows:
            row[position] = None if row[position] is None else server_text(row[position])
    return rows


def _with_times(
    rows: Iterable[list[Any]], positions: Iterable[int], epoch: Precision | None
) -> list[list[Any]]:
    """The rows with their times in another form."""
    made = list(map(list, rows))
    for position in positions:
        for row in made:
            row[position] = _time(row[position], epoch)
    return made


def _time(value: Any, epoch: Precision | None) -> Any:
    if value is None:
        return None
    try:
        ns = to_ns(value, naive="utc")
    except (TypeError, ValueError):
        return value  # not a time: shown as received
    return to_rfc3339(ns) if epoch is None else from_ns(ns, epoch)
