"""Many points of one shape at once: their columns, each printed by one call.

Numbers are printed by a JSON encoder, which is several times faster than Python's own way. Only
what is regular is written here; everything else is left to `rows`, which says what is wrong.
"""

from __future__ import annotations

from array import array
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from influx_core.lineprotocol.escaping import escape_field_key, escape_head
from influx_core.timestamps import MAX_NS, MIN_NS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from influx_core.lineprotocol.rows import RowWriter

__all__ = ["ColumnWriter", "IrregularError", "Row"]

Row: TypeAlias = tuple[str, "Mapping[str, Any] | None", "Mapping[str, Any]", Any]

_SPECIAL = bytes(range(0x21)) + b"\x7f#,=\\"

_print = msgspec.json.Encoder().encode


class IrregularError(Exception):
    """These points have no shape in common."""


class ColumnWriter:
    """Writes points whose tags have the same keys, and whose fields have too.

    Args:
        writer: writes what is not regular.
    """

    def __init__(self, writer: RowWriter) -> None:
        self._writer = writer
        self._heads: dict[tuple[str, ...], _Heads] = {}

    def write(self, rows: Sequence[Row]) -> list[Sequence[str]]:
        """Write points as columns of texts: a line is the texts of its row, put together.

        Raises:
            IrregularError: keys differ, or a value is missing.
            Exception: something cannot be written; `RowWriter.line` tells which point, and why.
        """
        measurements, tags, fields, timestamps = zip(*rows, strict=True)
        texts: list[Sequence[str]] = [self._write_heads(measurements, tags)]
        if not fields[0]:
            raise IrregularError
        height, before = len(rows), " "
        for key, column in _columns(fields, tuple(fields[0])):
            opening, values, closing = self._write_field(column)
            texts += [f"{before}{escape_field_key(key)}={opening}"] * height, values
            before = f"{closing},"
        blank, times = self._write_times(timestamps)
        texts += [f"{before[:-1]}{blank}"] * height, times, ["\n"] * height
        return texts

    def _write_heads(
        self, measurements: Sequence[str], tags: Sequence[Mapping[str, Any] | None]
    ) -> list[str]:
        maps = [one or {} for one in tags]
        keys = tuple(sorted(maps[0]))
        heads = self._heads.get(keys)
        if heads is None:
            heads = self._heads[keys] = _Heads(keys, self._writer)
        values = [column for _, column in _columns(maps, keys)]
        return list(map(heads.__getitem__, zip(measurements, *values, strict=True)))

    def _write_field(self, column: Sequence[Any]) -> tuple[str, Sequence[str], str]:
        """Write a column: what comes before each value, the values, what comes behind each."""
        kinds = set(map(type, column))
        if type(None) in kinds:
            raise IrregularError
        kind = kinds.pop() if len(kinds) == 1 else None
        if kind is float:
            return "", _numbers(column), ""
        if kind is int:
            array("q", column)  # raises OverflowError beyond 64 bits
            return "", _numbers(column), "i"
        if kind is str:
            return '"', _escape_strings(column), '"'
        if kind is bool:
            return "", ["true" if value else "false" for value in column], ""
        return "", [self._writer.field(value) for value in column], ""

    def _write_times(self, timestamps: Sequence[Any]) -> tuple[str, Sequence[str]]:
        """Write timestamps: what comes before each, and each."""
        if set(map(type, timestamps)) != {int}:
            return "", [self._writer.time(timestamp) for timestamp in timestamps]
        unit = self._writer.unit
        if min(timestamps) * unit < MIN_NS or max(timestamps) * unit > MAX_NS:
            raise IrregularError
        return " ", _numbers(timestamps)


class _Heads(dict[tuple[Any, ...], str]):
    """Measurements with values for the same tags, already written."""

    def __init__(self, keys: tuple[str, ...], writer: RowWriter) -> None:
        self._keys = keys
        self._writer = writer
        self._template = escape_head("%s", [(key.replace("%", "%%"), "%s") for key in keys])

    def __missing__(self, key: tuple[Any, ...]) -> str:
        if not {str, type(None)}.issuperset(map(type, key)):
            return self._write(key)  # not kept: 1 equals True, but is written differently
        head = self[key] = self._template % key if all(key) and _plain(key) else self._write(key)
        return head

    def _write(self, key: tuple[Any, ...]) -> str:
        measurement, *values = key
        return self._writer.head(measurement, dict(zip(self._keys, values, strict=True)))


def _plain(texts: tuple[str, ...]) -> bool:
    """Whether nothing in these texts has to be escaped or refused."""
    raw = "".join(texts).encode()
    return len(raw.translate(None, _SPECIAL)) == len(raw)


def _columns(
    maps: Sequence[Mapping[str, Any]], keys: tuple[str, ...]
) -> Iterable[tuple[str, Sequence[Any]]]:
    """Take the values out of mappings that must all have exactly these keys."""
    if set(map(len, maps)) != {len(keys)}:
        raise IrregularError
    return [(key, list(map(itemgetter(key), maps))) for key in keys]


def _numbers(column: Sequence[float]) -> list[str]:
    """Print `[1,2]`, and cut."""
    text = _print(column)[1:-1].decode()
    if "null" in text:  # the JSON encoder's word for NaN and the infinities
        raise IrregularError
    return text.split(",")


def _escape_strings(column: Sequence[str]) -> Sequence[str]:
    everything = "".join(column)
    if "\\" in everything or '"' in everything:
        return [text.replace("\\", "\\\\").replace('"', '\\"') for text in column]
    return column
