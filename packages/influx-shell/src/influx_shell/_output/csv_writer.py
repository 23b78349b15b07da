"""CSV: a header, then a line for each row; another header after a blank line if columns change."""

from __future__ import annotations

from influx_core import Series
from influx_core.codec import csv_line
from influx_shell._cli.terminal import TextOutput
from influx_shell._output.result_writer import labels_of

__all__ = ["CSVWriter"]


class CSVWriter:
    """Prints CSV; the measurement and the tags of GROUP BY are columns.

    Null is an empty cell, an empty string is `""`, so that both can be told apart.
    """

    def __init__(self, out: TextOutput) -> None:
        self._out = out
        self._header: list[str] | None = None

    def write(self, piece: Series) -> None:
        """Print the rows of a piece."""
        labels = labels_of(piece)
        header = [*labels, *piece.columns]
        if header != self._header:
            if self._header is not None:
                self._out.write("\n")
            self._out.write(csv_line(header) + "\n")
            self._header = header
        self._out.write(piece.csv_rows(tuple(labels.values())))

    def finish(self) -> None:
        """Nothing is held back."""
