"""PointColumns: checks that columns can be written, and returns their rows as points."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from influx_core._columns.arrow_layout import Column, typed_view
from influx_core._lineprotocol.encode.point_line import LineEncoder
from influx_core._points.data_point import Unsigned
from influx_core.errors import EncodeError
from influx_core.timestamps import UNIT_NS, to_ns
from influx_core.timestamps import precision as canonical_precision

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from influx_core._lineprotocol.decode.line_parts import Rules
    from influx_core.interfaces import ColumnSerializer, OnInvalid, Serializer
    from influx_core.timestamps import Precision

__all__ = [
    "ColumnRowEncoder",
    "PointColumns",
    "dump_columns_or_rows",
    "read",
    "read_coded",
    "read_distinct",
]

_TEXTS = frozenset({"null", "string"})
_FIELDS = _TEXTS | {"boolean", "integer", "unsigned", "float"}
_TIMES = frozenset({"null", "time"})

_VALUE_BITS = {"null": 0, "boolean": 1, "integer": 64, "unsigned": 64, "float": 64, "time": 64}
_POSITION_BITS = 32
_OFFSET_BITS = 64
_VIEW_BITS = 128

_WHOLE = 8
"""A whole dictionary is decoded if a column uses at least one in this number of its texts."""


class PointColumns:
    """The columns of points; their lengths and kinds are checked.

    Args:
        measurement: see `influx_core.interfaces.ColumnSerializer.dump_columns`, also for the other
            arguments.

    Attributes:
        length: the number of points.

    Raises:
        ValueError: the columns differ in length, or have a kind that cannot be written.
    """

    def __init__(
        self,
        measurement: str | Column,
        tags: Mapping[str, Column | str],
        fields: Mapping[str, Column],
        timestamps: Column | None,
    ) -> None:
        self.measurement = measurement
        self.tags = dict(tags)
        self.fields = dict(fields)
        self.timestamps = timestamps
        self.length = self._check()

    def _check(self) -> int:
        lengths: dict[str, int] = {}
        for what, column, kinds in self._columns():
            if column.kind not in kinds:
                raise ValueError(f"{what} cannot be a column of kind {column.kind!r}")
            _check_memory(what, column)
            lengths[what] = column.length
        if len(set(lengths.values())) > 1:
            found = ", ".join(f"{what} has {length}" for what, length in lengths.items())
            raise ValueError(f"the columns are not of one length: {found}")
        return next(iter(lengths.values()), 0)

    def _columns(self) -> Iterator[tuple[str, Column, frozenset[str]]]:
        """Yield each column with its name for errors and the kinds that it can have."""
        if isinstance(self.measurement, Column):
            yield "the measurement", self.measurement, _TEXTS
        for key, tag in self.tags.items():
            if isinstance(tag, Column):
                yield f"tag {key!r}", tag, _TEXTS
        for key, field in self.fields.items():
            yield f"field {key!r}", field, _FIELDS
        if self.timestamps is not None:
            yield "the timestamp", self.timestamps, _TIMES

    def slice(self, start: int, stop: int) -> PointColumns:
        """The rows from `start` up to, but not including, `stop`; they share the memory."""

        def part(column: Any) -> Any:
            return column.slice(start, stop) if isinstance(column, Column) else column

        return PointColumns(
            part(self.measurement),
            {key: part(tag) for key, tag in self.tags.items()},
            {key: part(field) for key, field in self.fields.items()},
            part(self.timestamps),
        )

    def row(self, index: int) -> tuple[Any, dict[str, Any], dict[str, Any], Any]:
        """One row as a point; missing values are None.

        Raises:
            UnicodeDecodeError: a text is not UTF-8.
            ValueError: a column is damaged.
        """
        return (
            _value("the measurement", self.measurement, index),
            {key: _value(f"tag {key!r}", tag, index) for key, tag in self.tags.items()},
            {key: _value(f"field {key!r}", field, index) for key, field in self.fields.items()},
            _value("the timestamp", self.timestamps, index),
        )


def dump_columns_or_rows(
    serializer: Serializer,
    points: PointColumns,
    precision: Precision,
    on_invalid: OnInvalid | None = None,
) -> bytes:
    """Encode columns, or their rows one by one if the serializer does not support columns.

    Raises:
        EncodeError: the first row that cannot be written, if there is no `on_invalid`.
    """
    if getattr(serializer, "dump_columns", None) is not None:
        columns = cast("ColumnSerializer", serializer)
        return columns.dump_columns(
            points.measurement, points.tags, points.fields, points.timestamps, precision, on_invalid
        )
    unit = UNIT_NS[precision]
    rows = map(points.row, range(points.length))
    by_row = [
        (measurement, tags, fields, None if ns is None else ns // unit)
        for measurement, tags, fields, ns in rows
    ]
    return serializer.dump(by_row, precision, on_invalid)


class ColumnRowEncoder(LineEncoder):
    """Encodes the rows of columns one by one; their times are in nanoseconds.

    Args:
        precision: the precision of the timestamps written.
        unsigned: whether the server has unsigned integers.
        rules: the server's rules for names; None for names that every server reads alike.
    """

    def __init__(self, precision: Precision, *, unsigned: bool, rules: Rules | None = None) -> None:
        super().__init__(canonical_precision(precision), "raise", unsigned=unsigned, rules=rules)
        self._refused: list[tuple[int, EncodeError]] = []

    def time(self, timestamp: Any) -> str:
        """Format a timestamp with a space before it; None becomes an empty text.

        Raises:
            ValueError: the server cannot store this time.
        """
        return "" if timestamp is None else f" {to_ns(timestamp) // self.unit}"

    def write(self, points: PointColumns, index: int) -> bytes:
        """Encode one row; return empty bytes if it cannot be written."""
        try:
            return self.line(points.row(index))
        except UnicodeDecodeError as error:
            return self._refuse(index, EncodeError(f"text that is not UTF-8: {error}"))
        except EncodeError as error:
            return self._refuse(index, error)

    def _refuse(self, index: int, error: EncodeError) -> bytes:
        error.index = index
        self._refused.append((index, error))
        return b""

    def report(self, on_invalid: OnInvalid | None) -> None:
        """Report the rows that cannot be written.

        Raises:
            EncodeError: a row cannot be written, and there is no `on_invalid`.
        """
        for index, error in self._refused:
            if on_invalid is None:
                raise error
            on_invalid(index, error)


def read(what: str, column: Column) -> list[Any]:
    """Return the values of a column; missing values are None.

    Raises:
        UnicodeDecodeError: a text is not UTF-8.
        ValueError: an offset, a view or a position in the column is out of range.
    """
    if column.dictionary is not None:
        return read_coded(column, read_distinct(what, column))
    if column.kind == "string" and column.texts is not None:
        try:
            return column.to_list()
        except IndexError:
            raise ValueError(f"{what} has views outside of its texts") from None
    if column.kind == "string":
        ends = _integers(column.offsets, "q", column.offset, column.length + 1)
        if ends != sorted(ends) or ends[0] < 0 or ends[-1] > _size(column.values):
            raise ValueError(f"{what} has offsets outside of its text")
    return column.to_list()


def read_distinct(what: str, column: Column) -> dict[int | None, Any]:
    """Return the texts of the positions that a column uses; the key None has the value None.

    Raises:
        UnicodeDecodeError: a text is not UTF-8.
        ValueError: a position is out of range, or what the dictionary has there is damaged.
    """
    assert column.dictionary is not None
    distinct = set(_positions(column)) - {None}
    if distinct and not 0 <= min(distinct) <= max(distinct) < column.dictionary.length:
        raise ValueError(f"{what} has positions outside of its dictionary")
    if len(distinct) >= column.dictionary.length / _WHOLE:
        with suppress(ValueError):  # the invalid text may not be used by the column
            return {None: None} | dict(enumerate(read(what, column.dictionary)))
    slices = {at: column.dictionary.slice(at, at + 1) for at in distinct}
    return {None: None} | {at: read(what, one)[0] for at, one in slices.items()}


def read_coded(column: Column, known: dict[int | None, Any]) -> list[Any]:
    """Return the values of a column, with the result of `read_distinct`."""
    return [known[position] for position in _positions(column)]


def _positions(column: Column) -> list[Any]:
    """Return the positions in the dictionary; missing values are None."""
    positions = _integers(column.values, "i", column.offset, column.length)
    if column.valid is None:
        return positions
    return [
        position if there else None
        for position, there in zip(positions, column.presence(), strict=True)
    ]


def _integers(buffer: Any, code: Any, start: int, length: int) -> list[int]:
    found: list[int] = typed_view(buffer, code)[start : start + length].tolist()
    return found


def _size(buffer: Any) -> int:
    return memoryview(buffer).nbytes


def _value(what: str, column: Column | str | None, index: int) -> Any:
    if not isinstance(column, Column):
        return column
    (value,) = read(what, column.slice(index, index + 1))
    return Unsigned(value) if column.kind == "unsigned" and value is not None else value


def _check_memory(what: str, column: Column) -> None:
    """Refuse a column whose buffers are too short for its length."""
    if column.dictionary is not None:
        _check_memory(what, column.dictionary)
    bits = _string_bits(column) if column.kind == "string" else _VALUE_BITS.get(column.kind, 0)
    wanted = [(column.values, column.offset + column.length, bits)]
    if column.valid is not None:
        wanted.append((column.valid, column.offset + column.length, 1))
    if column.kind == "string" and column.dictionary is None and column.texts is None:
        if column.offsets is None:
            raise ValueError(f"{what} is a column of strings without offsets, texts or dictionary")
        wanted.append((column.offsets, column.offset + column.length + 1, _OFFSET_BITS))
    if column.length and any(_size(buffer) * 8 < count * bits for buffer, count, bits in wanted):
        raise ValueError(f"{what} has less memory than {column.length} values need")


def _string_bits(column: Column) -> int:
    """How many bits each value of a column of strings has in `values`."""
    if column.dictionary is not None:
        return _POSITION_BITS
    return 0 if column.texts is None else _VIEW_BITS
