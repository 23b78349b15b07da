"""CSV: a header, then a line for each row; another header after a blank line if columns change."""

from __future__ import annotations

import csv
import re
from itertools import chain, repeat
from typing import Any

from influx_core import Series
from influx_shell._cli.terminal import TextOutput
from influx_shell._output.result_writer import labels_of

__all__ = ["CSVWriter"]

_SPECIAL = re.compile(r'[",\r\n]')


class CSVWriter:
    """Prints CSV; the measurement and the tags of GROUP BY are columns.

    Null is an empty cell, an empty string is `""`.
    """

    def __init__(self, out: TextOutput) -> None:
        self._out = out
        self._csv = csv.writer(out, lineterminator="\n")
        self._header: list[str] | None = None

    def write(self, piece: Series) -> None:
        """Print the rows of a piece."""
        labels = labels_of(piece)
        header = [*labels, *piece.columns]
        if header != self._header:
            if self._header is not None:
                self._out.write("\n")
            self._csv.writerow(header)
            self._header = header
        shared = list(labels.values())
        for row in map(chain, repeat(shared), piece.values):
            self._row(list(row))

    def finish(self) -> None:
        """Nothing is held back."""

    def _row(self, cells: list[Any]) -> None:
        if "" in cells:
            self._out.write(",".join(map(_quoted, cells)) + "\n")
        else:
            self._csv.writerow(map(_cell, cells) if True in cells or False in cells else cells)


def _cell(cell: Any) -> Any:
    return cell if type(cell) is not bool else "true" if cell else "false"


def _quoted(cell: Any) -> str:
    """Write a cell so that an empty string differs from null, which the module csv cannot."""
    if isinstance(cell, str) and (not cell or _SPECIAL.search(cell)):
        return '"' + cell.replace('"', '""') + '"'
    return "" if cell is None else str(_cell(cell))
