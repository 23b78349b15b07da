"""Determines the kind of a column from its values, and joins columns of different kinds.

No value is lost: values of several kinds stay as they are, in a column of objects.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from typing import Any

from influx_core._columns.arrow_layout import Column, Kind, pack_bits, typed_view, unpack_bits
from influx_core._columns.server_times import server_text, server_times
from influx_core._runtime.gc_pause import gc_paused
from influx_core.timestamps import to_ns

__all__ = [
    "NUMBER_FORMATS",
    "cast_column",
    "column_of",
    "columns_of",
    "concat_columns",
    "numbers_of",
    "plain_strings",
    "repeated",
    "valid_bits",
]

TIME = "time"
"""The name of the column with times, in every result."""

_NUMBERS: frozenset[Kind] = frozenset({"integer", "unsigned", "float"})
NUMBER_FORMATS: dict[Kind, str] = {"integer": "q", "time": "q", "unsigned": "Q", "float": "d"}
"""The kinds whose values are numbers, with the format of a number as in the module `struct`."""

_KIND_OF: dict[frozenset[type], Kind] = {
    frozenset(): "null",
    frozenset({bool}): "boolean",
    frozenset({int}): "integer",
    frozenset({float}): "float",
    frozenset({int, float}): "float",
    frozenset({str}): "string",
}


def column_of(values: Sequence[Any], name: str = "", times: Sequence[str] = (TIME,)) -> Column:
    """Create a column from the values of rows.

    Numbers are integers if none of them is a float and all fit into signed 64 bits, unsigned
    integers if they fit into unsigned 64 bits, otherwise floats. Values of several kinds are
    objects. A column of times holds integers, which are kept, or RFC 3339 text, which is converted
    exactly.

    Args:
        values: the values; None is a missing one.
        name: the name of the column.
        times: the names of the columns of times.
    """
    found = set(map(type, values))
    types = frozenset(found - {type(None)})
    complete = len(types) == len(found)
    kind = _KIND_OF.get(types, "object")
    if name in times and types <= {int, str}:
        values, kind = _times(values, types, kind)
    while True:
        try:
            return Column.of(values, kind, complete=complete)
        except OverflowError:
            kind = _WIDER[kind]


def columns_of(
    names: Sequence[str], rows: Sequence[Sequence[Any]], times: Sequence[str] = (TIME,)
) -> tuple[Column, ...]:
    """Transpose rows into columns; without rows, the columns have no kind.

    Args:
        names: the names of the columns.
        rows: the rows, each with a value for every name.
        times: the names of the columns that hold times.
    """
    with gc_paused():
        values = zip(*rows, strict=True) if rows else (() for _ in names)
        return tuple(
            column_of(column, name, times) for column, name in zip(values, names, strict=True)
        )


def _times(values: Sequence[Any], types: frozenset[type], kind: Kind) -> tuple[Sequence[Any], Kind]:
    """Convert values to nanoseconds; returns them and their kind, unchanged if that fails."""
    if str not in types:
        return values, "time"
    printed = server_times(values)
    if printed is not None:
        return printed, "time"
    try:
        return [None if value is None else to_ns(value, naive="utc") for value in values], "time"
    except ValueError:
        return values, kind


_WIDER: dict[Kind, Kind] = {
    "time": "integer",
    "integer": "unsigned",
    "unsigned": "float",
    "float": "object",
}


def concat_columns(columns: Sequence[Column]) -> Column:
    """Join columns end to end.

    Missing values fit every kind, integers become floats if joined with floats, and dictionaries
    are merged. Times joined with strings become strings, as InfluxDB 3 prints times. Values of
    several kinds become objects.
    """
    columns = [column for column in columns if column.length] or columns[:1]
    if len(columns) == 1:
        return columns[0]
    kinds: set[Kind] = {column.kind for column in columns}
    if kinds >= {"time", "string"} and kinds <= {"time", "string", "null"}:
        columns = [_printed(column) for column in columns]
        kinds.remove("time")
    kind = _common(kinds)
    try:
        pieces = [cast_column(column, kind) for column in columns]
    except ValueError:  # negative integers cannot be joined with a column of unsigned ones
        kind = "float"
        pieces = [cast_column(column, kind) for column in columns]
    length = sum(column.length for column in columns)
    if kind == "null":
        return Column(kind, length)
    if kind == "object":
        return Column.of(chain.from_iterable(piece.to_list() for piece in pieces), kind)
    if kind == "string":
        return _strings(pieces, length)
    if kind == "boolean":
        bits = pack_bits("".join(unpack_bits(p.values, p.offset, p.length) for p in pieces))
        return Column(kind, length, bits, valid=valid_bits(pieces))
    return Column(kind, length, b"".join(map(numbers_of, pieces)), valid=valid_bits(pieces))


def _printed(column: Column) -> Column:
    """Convert a column of times to strings; return any other column unchanged."""
    if column.kind != "time":
        return column
    values = column.to_list()
    return Column.of([None if ns is None else server_text(ns) for ns in values], "string")


def _common(kinds: set[Kind]) -> Kind:
    kinds = kinds - {"null"}
    if len(kinds) < 2:
        return kinds.pop() if kinds else "null"
    if kinds <= _NUMBERS:
        return "float" if "float" in kinds else "unsigned"
    return "object"


def cast_column(column: Column, kind: Kind) -> Column:
    """Convert a column to another kind.

    Integers can become floats, because JSON prints 1.0 as `1`.

    Raises:
        ValueError: a value would change, or cannot have this kind.
    """
    if column.kind == kind:
        return column
    if column.kind == "null":
        return _missing(column.length, kind)
    if kind == "object":
        return Column.of(column.to_list(), kind)
    if column.kind not in _NUMBERS or kind not in _NUMBERS:
        raise ValueError(f"values of kind {column.kind} cannot be of kind {kind}")
    if kind == "float":
        return Column(
            kind, column.length, array("d", numbers_of(column)), valid=valid_bits([column])
        )
    return _whole(column, kind)


def _whole(column: Column, kind: Kind) -> Column:
    values = column.to_list()
    for value in values:
        if isinstance(value, float) and not value.is_integer():
            raise ValueError(f"{value!r} is not an integer")
    try:
        return Column.of([None if value is None else int(value) for value in values], kind)
    except OverflowError as error:
        raise ValueError(f"a value does not fit the kind {kind}: {error}") from None


def plain_strings(column: Column) -> Column:
    """Convert a column of strings to one with its texts end to end."""
    if column.dictionary is None and column.texts is None:
        return column
    return Column.of(column.to_list(), "string")


def _missing(length: int, kind: Kind) -> Column:
    """A column of a kind in which every value is missing."""
    if kind == "string":
        positions, valid = bytes(4 * length), valid_bits([Column("null", length)])
        return Column(kind, length, positions, valid=valid, dictionary=Column.of((), kind))
    return Column.of(repeat(None, length), kind)


def numbers_of(column: Column) -> memoryview[Any]:
    """The memory of the numbers of a column."""
    values = typed_view(column.values, NUMBER_FORMATS[column.kind])
    return values[column.offset : column.offset + column.length]


def valid_bits(columns: Iterable[Column]) -> bytes | None:
    """Join the validity bits of columns; None if no value is missing."""
    columns = list(columns)
    if all(column.valid is None and column.kind != "null" for column in columns):
        return None
    return pack_bits("".join(map(_presence, columns)))


def _presence(column: Column) -> str:
    if column.kind == "null":
        return "0" * column.length
    if column.valid is None:
        return "1" * column.length
    return unpack_bits(column.valid, column.offset, column.length)


def _strings(pieces: Sequence[Column], length: int) -> Column:
    if all(piece.dictionary is not None for piece in pieces):
        return _merged(pieces, length)
    texts: list[memoryview[Any]] = []
    offsets = array("q", [0])
    for piece in map(plain_strings, pieces):
        text, ends = _text_and_ends(piece)
        base = offsets[-1] - ends[0]
        offsets.extend([end + base for end in ends[1:]])
        texts.append(text)
    return Column("string", length, b"".join(texts), offsets, valid_bits(pieces))


def _text_and_ends(column: Column) -> tuple[memoryview[Any], list[int]]:
    ends = typed_view(column.offsets, "q")[column.offset : column.offset + column.length + 1]
    return typed_view(column.values, "B")[ends[0] : ends[-1]], ends.tolist()


def _merged(pieces: Sequence[Column], length: int) -> Column:
    """Join columns of strings with dictionaries into one column with one dictionary."""
    known: dict[str, int] = {}
    positions = array("i")
    for piece in pieces:
        assert piece.dictionary is not None
        texts = piece.dictionary.to_list()
        moved = [known.setdefault(text, len(known)) for text in texts] or [0]
        begun = typed_view(piece.values, "i")[piece.offset : piece.offset + piece.length].tolist()
        if piece.valid is not None:  # the position of a missing value may be any number
            begun = [at if ok == "1" else 0 for at, ok in zip(begun, _presence(piece), strict=True)]
        positions.fromlist(list(map(moved.__getitem__, begun)))
    return Column(
        "string",
        length,
        positions,
        valid=valid_bits(pieces),
        dictionary=Column.of(known, "string"),
    )


def repeated(text: str, length: int) -> Column:
    """Create a column of strings that has the same value in every row, with a dictionary."""
    return Column("string", length, bytes(4 * length), dictionary=Column.of([text], "string"))
