"""Encodes points given as columns: each block of a column is formatted by one call.

`point_columns` encodes irregular rows one by one, and reports their errors.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from influx_core._columns.arrow_layout import Column
from influx_core._lineprotocol.encode.number_format import (
    NotUniformError,
    format_booleans,
    format_numbers,
    format_strings,
)
from influx_core._lineprotocol.encode.point_columns import (
    ColumnRowEncoder,
    PointColumns,
    read,
    read_coded,
    read_distinct,
)
from influx_core.timestamps import MAX_NS, MIN_NS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from influx_core._columns.arrow_layout import Kind
    from influx_core._lineprotocol.decode.line_parts import Rules
    from influx_core.interfaces import OnInvalid
    from influx_core.timestamps import Precision

__all__ = ["encode_columns"]

_BLOCK = 1000
"""The number of rows that are encoded at once; larger blocks exceed the processor's caches."""

_FEW = 4
"""Up to this number, rows are encoded one by one, because that is faster."""

_MAX_SERIES_KEYS = 100_000
"""The most series keys in the cache, which would otherwise grow with every new value of a tag."""

_Cells: TypeAlias = "str | Sequence[str]"
"""One text for all rows, or one text for each row."""

_Read: TypeAlias = "Callable[[int, int], list[Any]]"


def encode_columns(
    measurement: str | Column,
    tags: Mapping[str, Column | str],
    fields: Mapping[str, Column],
    timestamps: Column | None,
    precision: Precision = "ns",
    on_invalid: OnInvalid | None = None,
    *,
    unsigned: bool = False,
    rules: Rules | None = None,
) -> bytes:
    """Encode points given as columns, each as one line that ends with a newline.

    Args:
        measurement: one name for all rows, or a column of strings.
        tags: one value for all rows, or a column of strings.
        fields: columns of any kind except times and objects.
        timestamps: a column of times.
        precision: the precision of the timestamps written; finer times are rounded down.
        on_invalid: called with the index and the error of each row that cannot be written, in
            order; these rows are left out.
        unsigned: whether the server has unsigned integers, as 2.x and 3.x do.
        rules: the server's rules for names; see `encode`.

    Raises:
        EncodeError: the first row that cannot be written, if there is no `on_invalid`.
        ValueError: the columns differ in length, or have a kind that cannot be written.
    """
    points = PointColumns(measurement, tags, fields, timestamps)
    writer = ColumnRowEncoder(precision, unsigned=unsigned, rules=rules)
    blocks = _ColumnBlocks(points, writer)
    body = b"".join(
        blocks.write(start, min(start + _BLOCK, points.length))
        for start in range(0, points.length, _BLOCK)
    )
    writer.report(on_invalid)
    return body


class _ColumnBlocks:
    """Encodes blocks of rows at once, and rows that do not allow this one by one."""

    def __init__(self, points: PointColumns, writer: ColumnRowEncoder) -> None:
        self._points = points
        self._writer = writer
        self._series_keys = _ColumnSeriesKeys(list(points.tags), writer)
        self._names = [_reader("the measurement", points.measurement)]
        self._names += [_reader(f"tag {key!r}", tag) for key, tag in points.tags.items()]
        self._fields = [
            (key, field, _reader(f"field {key!r}", field)) for key, field in points.fields.items()
        ]
        self._times = _reader("the timestamp", points.timestamps)

    def write(self, start: int, stop: int) -> bytes:
        """Encode the rows from `start` up to, but not including, `stop`; on errors, halve them."""
        if stop - start <= _FEW:
            return b"".join(self._writer.write(self._points, row) for row in range(start, stop))
        try:
            return self._together(start, stop)
        except Exception:  # the halves find out which row is invalid, and why
            middle = (start + stop) // 2
            return self.write(start, middle) + self.write(middle, stop)

    def _together(self, start: int, stop: int) -> bytes:
        names = zip(*(reader(start, stop) for reader in self._names), strict=True)
        pieces: list[_Cells] = [list(map(self._series_keys.__getitem__, names))]
        pieces += self._write_fields(start, stop)
        pieces += self._write_times(start, stop)
        return _by_rows(list(_merged(pieces, stop - start))).encode()

    def _write_fields(self, start: int, stop: int) -> list[_Cells]:
        pieces: list[_Cells] = []
        for key, column, reader in self._fields:
            values = reader(start, stop)
            present = _present(column, values)
            if not present:
                continue
            opening, written, after = self._write_values(column.kind, present)
            before = f",{self._writer.names.field_key(key)}={opening}"
            if len(present) == len(values):
                pieces += before, written, after
            else:
                pieces.append(_scatter(values, written, before, after))
        return _begin(pieces)

    def _write_values(self, kind: Kind, values: list[Any]) -> tuple[str, Sequence[str], str]:
        """Format values; returns the text before each value, the values, the text after each."""
        if kind == "string":
            return '"', format_strings(values), '"'
        if kind == "boolean":
            return "", format_booleans(values), ""
        if kind == "unsigned" and not self._writer.unsigned:
            raise NotUniformError
        return "", format_numbers(values), {"integer": "i", "unsigned": "u"}.get(kind, "")

    def _write_times(self, start: int, stop: int) -> list[_Cells]:
        times = self._times(start, stop)
        present = _present(self._points.timestamps, times)
        if not present:
            return ["\n"]
        if not MIN_NS <= min(present) <= max(present) <= MAX_NS:
            raise NotUniformError
        unit = self._writer.unit
        written = format_numbers(present if unit == 1 else [time // unit for time in present])
        if len(present) == len(times):
            return [" ", written, "\n"]
        return [_scatter(times, written, " ", ""), "\n"]


class _ColumnSeriesKeys(dict[tuple[Any, ...], str]):
    """A cache from measurements and values of tags to escaped series keys."""

    def __init__(self, keys: list[str], writer: ColumnRowEncoder) -> None:
        self._keys = keys
        self._writer = writer

    def __missing__(self, names: tuple[Any, ...]) -> str:
        if len(self) >= _MAX_SERIES_KEYS:
            self.clear()
        measurement, *values = names
        series_key = self._writer.series_key(
            measurement, dict(zip(self._keys, values, strict=True))
        )
        self[names] = series_key
        return series_key


def _reader(what: str, column: Column | str | None) -> _Read:
    """Return a function that reads a range of a column; missing values are None."""
    if not isinstance(column, Column):
        return lambda start, stop: [column] * (stop - start)
    if column.dictionary is None:
        return lambda start, stop: read(what, column.slice(start, stop))
    try:
        known = read_distinct(what, column)  # once for all ranges
    except UnicodeDecodeError:  # ranges without the invalid text can still be read
        return lambda start, stop: read(what, column.slice(start, stop))
    return lambda start, stop: read_coded(column.slice(start, stop), known)


def _present(column: Column | None, values: list[Any]) -> list[Any]:
    if column is not None and column.valid is None and column.kind != "null":
        return values
    return [value for value in values if value is not None]


def _begin(pieces: list[_Cells]) -> list[_Cells]:
    """Replace the comma before the first field of each row by a space."""
    if not pieces:
        raise NotUniformError
    if isinstance(pieces[0], str):
        return [f" {pieces[0][1:]}", *pieces[1:]]
    height = len(pieces[0])
    rows = ["".join(texts) for texts in zip(*_merged(pieces, height), strict=True)]
    if not all(rows):
        raise NotUniformError
    return [[f" {row[1:]}" for row in rows]]


def _merged(pieces: list[_Cells], height: int) -> Iterator[Sequence[str]]:
    """Yield the pieces as columns of texts; adjacent pieces that are constant become one."""
    for constant, group in groupby(pieces, lambda piece: isinstance(piece, str)):
        if constant:
            yield ["".join(cast("Iterator[str]", group))] * height
        else:
            yield from group


def _scatter(
    values: Sequence[Any], written: Sequence[str], before: str, after: str
) -> Sequence[str]:
    """Return a text for each row: its formatted value with the text around it, or an empty text."""
    remaining = iter(written)
    return ["" if value is None else f"{before}{next(remaining)}{after}" for value in values]


def _by_rows(columns: Sequence[Sequence[str]]) -> str:
    """Join columns of texts row by row."""
    width, height = len(columns), len(columns[0])
    texts = [""] * (width * height)
    for position, column in enumerate(columns):
        texts[position::width] = column
    return "".join(texts)
