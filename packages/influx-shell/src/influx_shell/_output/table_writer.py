"""Tables for people: aligned columns under the name and the tags of each series."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wcwidth import wcswidth

from influx_core import Series
from influx_shell._cli.control_characters import printable
from influx_shell._cli.terminal import TextOutput

__all__ = ["TableWriter"]

_GAP = "  "
_NULL = ""


class TableWriter:
    """Prints a table for each series; the first piece of a series decides the widths."""

    def __init__(self, out: TextOutput) -> None:
        self._out = out
        self._last: Series | None = None
        self._widths: list[int] = []

    def write(self, piece: Series) -> None:
        """Print the rows of a piece."""
        values = piece.values
        rows = [list(map(_text, row)) for row in values]
        right = [_is_number_column(values, index) for index in range(len(piece.columns))]
        if self._last is None or not piece.continues(self._last):
            self._begin(piece, rows, right)
        for row in rows:
            self._line(row, right)
        self._last = piece

    def finish(self) -> None:
        """Nothing is held back."""

    def _begin(self, piece: Series, rows: list[list[str]], right: list[bool]) -> None:
        if self._last is not None:
            self._out.write("\n")
        tags = ", ".join(f"{key}={printable(value)}" for key, value in piece.tags.items())
        title = _GAP.join(filter(None, (printable(piece.name), tags)))
        if title:
            self._out.write(f"{title}\n")
        names = list(map(printable, piece.columns))
        self._widths = [
            max(map(_width, (name, *cells)))
            for name, cells in zip(names, _columns(rows, len(names)), strict=True)
        ]
        self._line(names, right)
        self._line(["-" * width for width in self._widths], [False] * len(names))

    def _line(self, cells: Sequence[str], right: Sequence[bool]) -> None:
        padded = (
            " " * (width - _width(cell)) + cell if at_right else cell + " " * (width - _width(cell))
            for cell, width, at_right in zip(cells, self._widths, right, strict=True)
        )
        self._out.write(_GAP.join(padded).rstrip() + "\n")


def _text(cell: Any) -> str:
    if cell is None:
        return _NULL
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return printable(str(cell))


def _columns(rows: list[list[str]], count: int) -> Iterable[Iterable[str]]:
    return zip(*rows, strict=True) if rows else [()] * count


def _is_number_column(rows: Sequence[Sequence[Any]], index: int) -> bool:
    first = next((row[index] for row in rows if row[index] is not None), None)
    return isinstance(first, int | float) and not isinstance(first, bool)


def _width(text: str) -> int:
    return len(text) if text.isascii() else max(wcswidth(text), 0)
