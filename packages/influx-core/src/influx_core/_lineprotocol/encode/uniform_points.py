"""Encodes many points with the same keys at once: each column is formatted by one call.

`point_line` encodes irregular points one by one, and reports their errors.
"""

from __future__ import annotations

from array import array
from operator import countOf, getitem, itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, cast

from influx_core._lineprotocol.encode.number_format import (
    NotUniformError,
    format_booleans,
    format_numbers,
    format_strings,
)
from influx_core._lineprotocol.escaping import needs_no_escape
from influx_core.timestamps import MAX_NS, MIN_NS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from influx_core._lineprotocol.encode.point_line import LineEncoder

__all__ = ["EncodedLines", "Row", "UniformPointsEncoder"]

Row: TypeAlias = tuple[str, "Mapping[str, Any] | None", "Mapping[str, Any]", Any]


class EncodedLines(NamedTuple):
    """Lines as a flat list of pieces; every line has `width` pieces."""

    pieces: list[str]
    width: int

    def together(self) -> str:
        """Return all lines as one text."""
        return "".join(self.pieces)

    def singly(self) -> list[str]:
        """Return the text of each line."""
        return list(map("".join, zip(*[iter(self.pieces)] * self.width, strict=True)))


class UniformPointsEncoder:
    """Encodes points whose tags have the same keys, and whose fields have the same keys.

    Args:
        writer: encodes single values and series keys that are not regular.
    """

    def __init__(self, writer: LineEncoder) -> None:
        self._writer = writer
        self._series_keys = _SeriesKeysByShape(writer)

    def write(self, rows: Sequence[Row]) -> EncodedLines:
        """Encode points.

        Raises:
            NotUniformError: keys differ, or a value is missing.
            Exception: a point cannot be written; encode the points one by one with
                `LineEncoder.line` to find out which, and why.
        """
        measurements, tags, fields, timestamps = zip(*rows, strict=True)
        keys = _common_keys(fields)
        columns: list[Sequence[str]] = []
        between: list[str] = []
        before = " "
        for key, column in zip(keys, zip(*map(dict.values, fields), strict=True), strict=True):
            opening, values, closing = self._write_field(column)
            between.append(f"{before}{self._writer.names.field_key(key)}={opening}")
            columns.append(values)
            before = f"{closing},"
        blank, times = self._write_times(timestamps)
        between.append(f"{before[:-1]}{blank}")
        columns.append(times)
        series_keys = self._write_series_keys(measurements, tags, ending=between[0])
        return _together(series_keys, between[1:], columns)

    def _write_series_keys(
        self, measurements: Sequence[str], tags: Sequence[Mapping[str, Any] | None], ending: str
    ) -> Iterable[str]:
        """Encode the series keys, each followed by `ending`, which all lines share."""
        maps = _mappings(tags)
        keys = tuple(sorted(maps[0]))
        _check_width(maps, len(keys))
        values = _values(maps, keys)
        if len(set(measurements)) == 1:
            return map(self._series_keys[measurements[0], keys, ending].__getitem__, values)
        series_keys = [self._series_keys[measurement, keys, ending] for measurement in measurements]
        return map(getitem, series_keys, values)

    def _write_field(self, column: Sequence[Any]) -> tuple[str, Sequence[str], str]:
        """Format a column; returns the text before each value, the values, the text after each."""
        kind = type(column[0])
        if countOf(map(type, column), kind) < len(column):
            kind = object
        if kind is float:
            return "", format_numbers(column), ""
        if kind is int:
            array("q", column)  # raises OverflowError beyond 64 bits
            return "", format_numbers(column), "i"
        if kind is str:
            return '"', format_strings(column), '"'
        if kind is bool:
            return "", format_booleans(column), ""
        return "", [self._writer.field(value) for value in column], ""

    def _write_times(self, timestamps: Sequence[Any]) -> tuple[str, Sequence[str]]:
        """Format timestamps; returns the text before each, and the timestamps."""
        if countOf(map(type, timestamps), int) < len(timestamps):
            return "", [self._writer.time(timestamp) for timestamp in timestamps]
        unit = self._writer.unit
        if min(timestamps) * unit < MIN_NS or max(timestamps) * unit > MAX_NS:
            raise NotUniformError
        return " ", format_numbers(timestamps)


class _SeriesKeysByShape(dict[tuple[Any, tuple[str, ...], str], "_EscapedSeriesKeys"]):
    """A cache from measurement, keys of the tags and the text after them to series keys."""

    def __init__(self, writer: LineEncoder) -> None:
        self._writer = writer

    def __missing__(self, key: tuple[Any, tuple[str, ...], str]) -> _EscapedSeriesKeys:
        series_keys = self[key] = _EscapedSeriesKeys(*key, self._writer)
        return series_keys


class _EscapedSeriesKeys(dict[tuple[Any, ...], str]):
    """A cache of series keys of one measurement and the same tags, by the values of the tags."""

    def __init__(
        self, measurement: Any, keys: tuple[str, ...], ending: str, writer: LineEncoder
    ) -> None:
        self._measurement = measurement
        self._keys = keys
        self._ending = ending
        self._writer = writer
        pairs = [(_literal(key), "%s") for key in keys]
        template = writer.names.series_key(_literal(measurement), pairs)
        self._template = template + _literal(ending)

    def __missing__(self, values: tuple[Any, ...]) -> str:
        if not {str, type(None)}.issuperset(map(type, values)):
            return self._write(values)  # not cached: 1 == True, but their texts differ
        if needs_no_escape(values):
            series_key = self[values] = self._template % values
        else:
            series_key = self[values] = self._write(values)
        return series_key

    def _write(self, values: tuple[Any, ...]) -> str:
        tags = dict(zip(self._keys, values, strict=True))
        return self._writer.series_key(self._measurement, tags) + self._ending


def _literal(text: str) -> str:
    return text.replace("%", "%%")


def _common_keys(fields: Sequence[Mapping[str, Any]]) -> Sequence[str]:
    """Return the keys that all mappings have in the same order.

    Raises:
        NotUniformError: the keys or their order differ.
    """
    keys = tuple(fields[0])
    height = len(fields)
    columns = zip(*fields, strict=True)
    if not keys or any(
        column.count(key) < height for key, column in zip(keys, columns, strict=True)
    ):
        raise NotUniformError
    return keys


def _mappings(tags: Sequence[Mapping[str, Any] | None]) -> Sequence[Mapping[str, Any]]:
    """Replace None by an empty mapping."""
    there = cast("Sequence[Mapping[str, Any]]", tags)
    return there if all(there) else [one or {} for one in there]


def _values(maps: Sequence[Mapping[str, Any]], keys: tuple[str, ...]) -> Iterable[tuple[Any, ...]]:
    """Return the values of these keys from each mapping."""
    if not keys:
        return [()] * len(maps)
    found: map[Any] = map(itemgetter(*keys), maps)
    return found if len(keys) > 1 else zip(found, strict=True)


def _check_width(maps: Sequence[Mapping[str, Any]], width: int) -> None:
    """Check that all mappings have `width` keys; with `width` common keys, they have no others.

    Raises:
        NotUniformError: a mapping has another number of keys.
    """
    if set(map(len, maps)) != {width}:
        raise NotUniformError


def _together(
    series_keys: Iterable[str], between: Sequence[str], columns: Sequence[Sequence[str]]
) -> EncodedLines:
    row = ["", ""]
    for text in between:
        row += text, ""
    row.append("\n")
    width = len(row)
    pieces = row * len(columns[0])
    pieces[::width] = series_keys
    for position, column in enumerate(columns):
        pieces[2 * position + 1 :: width] = column
    return EncodedLines(pieces, width)
