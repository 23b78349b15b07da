"""GrowingColumn: joins the pieces of a column as they come."""

from __future__ import annotations

from array import array
from dataclasses import replace

from influx_core._columns.arrow_layout import Column, Kind, typed_view
from influx_core._columns.column_types import (
    NUMBER_FORMATS,
    cast_column,
    concat_columns,
    numbers_of,
    valid_bits,
)

__all__ = ["GrowingColumn"]

_SIZE = 8
"""The bytes of a number."""

_AT_ONCE = 1 << 13
"""The numbers that are converted at a time."""


class GrowingColumn:
    """Joins pieces of a column, with the result of `concat_columns`.

    Numbers are copied into memory that grows, so that pieces and the whole column are not in memory
    at the same time. Pieces of other kinds are kept, and joined at the end. If `kinds` has a kind
    that is not a number besides kinds that are, the result is another one: integers beside floats
    are floats in it, and may have lost digits. It should not be used then.

    Attributes:
        kinds: the kinds of the pieces, without those that have no values.
    """

    def __init__(self) -> None:
        self.kinds: set[Kind] = set()
        self._empty: Column | None = None  # the first piece, if it has no rows
        self._pieces: list[Column] = []
        self._kind: Kind = "null"  # of the numbers
        self._numbers = bytearray()
        self._presence: list[Column] = []  # pieces of the numbers, without their values

    def append(self, piece: Column) -> None:
        """Append a piece; without rows, it has no influence on the others."""
        if not piece.length:
            self._empty = self._empty if self._empty is not None else piece
            return
        if piece.kind != "null":
            self.kinds.add(piece.kind)
            piece = self._alike(piece)
        if piece.kind == "null":
            self._numbers += bytes(_SIZE * piece.length)
        elif piece.kind in NUMBER_FORMATS:
            self._kind = piece.kind
            self._numbers += numbers_of(piece)
        else:
            self._end_numbers()
            self._pieces.append(piece)
            return
        self._presence.append(replace(piece, values=b""))

    def joined(self) -> Column:
        """Return the whole column, which does not grow any more."""
        self._end_numbers()
        if not self._pieces and self._empty is not None:
            return self._empty
        return concat_columns(self._pieces or [Column("null", 0)])

    def _alike(self, piece: Column) -> Column:
        """Make the numbers and a piece floats if one of them is, so that they can be joined."""
        if self._kind in ("null", piece.kind):
            return piece
        if self._kind == "float" and piece.kind in ("integer", "unsigned"):
            return cast_column(piece, "float")
        if piece.kind == "float" and self._kind in ("integer", "unsigned"):
            _make_floats(self._numbers, self._kind)
            self._kind = "float"
        elif piece.kind in NUMBER_FORMATS:
            self._end_numbers()
        return piece

    def _end_numbers(self) -> None:
        """Make a piece of the numbers; others may follow."""
        length = sum(piece.length for piece in self._presence)
        if length:
            self._pieces.append(
                Column("null", length)
                if self._kind == "null"
                else Column(self._kind, length, self._numbers, valid=valid_bits(self._presence))
            )
        self._kind, self._numbers, self._presence = "null", bytearray(), []


def _make_floats(numbers: bytearray, kind: Kind) -> None:
    """Make floats of integers, in the same memory."""
    integers, floats = typed_view(numbers, NUMBER_FORMATS[kind]), typed_view(numbers, "d")
    for start in range(0, len(integers), _AT_ONCE):
        floats[start : start + _AT_ONCE] = array("d", integers[start : start + _AT_ONCE])
