"""The deserializer of annotated CSV, the format of Flux results."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from influx_core._annotated_csv.dialect import Dialect
from influx_core._annotated_csv.response_parser import AnnotatedCSVParser
from influx_core._annotated_csv.row_scan import RowScanner
from influx_core._results.flux_table import FluxTable
from influx_core.errors import statement_error
from influx_core.interfaces import ResponseParser

__all__ = ["AnnotatedCSVDeserializer", "decode"]


class AnnotatedCSVDeserializer:
    """The deserializer of annotated CSV; its series are `FluxTable`, which store columns.

    Args:
        delimiter: the character between cells.
        scan: a faster reader of regular rows, for compiled codecs; None leaves rows to influx-core.
    """

    accept = "application/csv"
    table_type: ClassVar[type[FluxTable]] = FluxTable

    def __init__(self, *, delimiter: str = ",", scan: RowScanner | None = None) -> None:
        self._delimiter = Dialect(delimiter=delimiter).delimiter
        self._scan = scan

    def start(self) -> ResponseParser:
        """Return a parser for one response."""
        return AnnotatedCSVParser(self._delimiter, self._scan, self.table_type)

    def start_columns(self) -> ResponseParser:
        """Return a parser for one response; the same as `start`, because tables store columns."""
        return self.start()


def decode(data: bytes | Iterable[bytes], *, delimiter: str = ",") -> list[FluxTable]:
    """Parse annotated CSV to tables.

    Args:
        data: the text, whole or in pieces; its last line may lack the line end.
        delimiter: the character between cells.

    Raises:
        DecodeError: the data is not annotated CSV, or has no header or no types.
        QueryError: the data contains an error of the server.
    """
    text = data if isinstance(data, bytes) else b"".join(data)
    if text and not text.endswith(b"\n"):
        text += b"\n"
    parser = AnnotatedCSVDeserializer(delimiter=delimiter).start()
    pieces: list[FluxTable] = []
    tables: list[list[FluxTable]] = []
    for result in [*parser.feed(text), *parser.finish()]:
        if result.error is not None:
            raise statement_error(result.error, None, reference=result.reference)
        pieces += [table for table in result.series if isinstance(table, FluxTable)]
    for piece in pieces:
        if tables and piece.continues(tables[-1][-1]):
            tables[-1].append(piece)
        else:
            tables.append([piece])
    return [first.followed_by(rest) for first, *rest in tables]
