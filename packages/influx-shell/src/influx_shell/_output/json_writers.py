"""JSON: an array with an object for each row; and JSON lines, an object a line."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from influx_core import Series
from influx_shell._cli.terminal import TextOutput
from influx_shell._output.result_writer import labels_of

__all__ = ["JSONLinesWriter", "JSONWriter"]


def _objects(piece: Series) -> Iterator[str]:
    labels = labels_of(piece)
    for row in piece.values:
        cells = {**labels, **dict(zip(piece.columns, row, strict=True))}
        yield json.dumps({name: _plain(cell) for name, cell in cells.items()}, ensure_ascii=False)


def _plain(cell: Any) -> Any:
    """JSON has no numbers that are not finite."""
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


class JSONLinesWriter:
    """Prints a JSON object a line."""

    def __init__(self, out: TextOutput) -> None:
        self._out = out

    def write(self, piece: Series) -> None:
        """Print the rows of a piece."""
        self._out.writelines(f"{text}\n" for text in _objects(piece))

    def finish(self) -> None:
        """Nothing is held back."""


class JSONWriter:
    """Prints one JSON array with an object for each row."""

    def __init__(self, out: TextOutput) -> None:
        self._out = out
        self._between = "[\n"

    def write(self, piece: Series) -> None:
        """Print the rows of a piece."""
        for text in _objects(piece):
            self._out.write(self._between + text)
            self._between = ",\n"

    def finish(self) -> None:
        """End the array."""
        self._out.write("[]\n" if self._between == "[\n" else "\n]\n")
