"""ResultWriter: prints the pieces of a result in one format; and the table of the formats."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Protocol, cast

from influx_core import Series
from influx_shell._cli.terminal import TextOutput

__all__ = ["TEXT_FORMATS", "ResultWriter", "labels_of", "text_writer"]


class ResultWriter(Protocol):
    """Prints pieces of series; each format is one."""

    def write(self, piece: Series) -> None:
        """Print a piece of a series; the next piece may continue it."""
        ...

    def finish(self) -> None:
        """Print what is still held back."""
        ...


TEXT_FORMATS = {
    "table": ("table_writer", "TableWriter"),
    "csv": ("csv_writer", "CSVWriter"),
    "json": ("json_writers", "JSONWriter"),
    "jsonl": ("json_writers", "JSONLinesWriter"),
    "lp": ("line_protocol_writer", "LineProtocolWriter"),
}
"""The module and the class of each format that is text."""


def text_writer(name: str, out: TextOutput) -> ResultWriter:
    """Create the writer of a format."""
    module, class_name = TEXT_FORMATS[name]
    found = getattr(import_module(f"influx_shell._output.{module}"), class_name)
    return cast(Callable[[TextOutput], ResultWriter], found)(out)


def labels_of(piece: Series) -> dict[str, str]:
    """Return what the rows of a piece have in common: the measurement, and the tags of GROUP BY.

    The measurement is named `_measurement`, as in Flux.
    """
    if not piece.name or "_measurement" in piece.tags or "_measurement" in piece.columns:
        return dict(piece.tags)
    return {"_measurement": piece.name, **piece.tags}
