"""Parses annotated CSV as it arrives, to tables and errors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from influx_core._annotated_csv.block_schema import (
    BlockSchema,
    is_error_header,
    is_header,
    shown,
)
from influx_core._annotated_csv.cells import split_cells
from influx_core._annotated_csv.row_scan import RowScanner, TableRows, scan_rows
from influx_core._columns.arrow_layout import Column
from influx_core._parsers.csv.csv_records import RecordSplitter
from influx_core._results.flux_table import FluxTable
from influx_core._results.query_result import StatementResult
from influx_core._runtime.gc_pause import gc_paused
from influx_core.errors import DecodeError

__all__ = ["AnnotatedCSVParser"]

PIECE_SIZE = 1 << 18
"""The number of bytes that are collected before they are parsed."""

_ANNOTATIONS = ("datatype", "group", "default")


@cache
def _special(delimiter: str) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Patterns that find records other than rows: annotations, comments, errors and blank lines.

    Returns:
        The pattern of their beginnings, and that of the line end before one.
    """
    mark = re.escape(delimiter).encode()
    beginning = rb"(?:#|\r?\n|(?:%b)?error%breference\r?\n)" % (mark, mark)
    return re.compile(beginning), re.compile(rb"\n(?=%b)" % beginning)


class AnnotatedCSVParser:
    """A parser for one response.

    The parser keeps the last piece of a table until it is known whether the table continues.

    Args:
        delimiter: the character between cells.
        scan: a faster reader of regular rows; `scan_rows` reads the rows for which it returns None.
        table_type: the type of the tables.
    """

    def __init__(
        self,
        delimiter: str = ",",
        scan: RowScanner | None = None,
        table_type: type[FluxTable] = FluxTable,
    ) -> None:
        self._table_type = table_type
        self._delimiter = delimiter
        self._beginning, self._end_before = _special(delimiter)
        self._scan = scan
        self._splitter = RecordSplitter("annotated CSV")
        self._records: list[bytes] = []
        self._size = 0
        self._annotations: dict[str, list[str]] = {}
        self._schema: BlockSchema | None = None
        self._rows_seen = self._after_blank = self._in_error = False
        self._table: tuple[str, str, tuple[str, ...]] | None = None
        self._group_key: dict[str, Any] = {}
        self._held: FluxTable | None = None
        self._statement_ids: dict[str, int] = {}

    def feed(self, data: bytes) -> list[StatementResult]:
        """Parse the next bytes; return the tables that they complete, and pieces of others."""
        records = self._splitter.feed(data)
        self._records.append(records)
        self._size += len(records)
        return self._parse() if self._size >= PIECE_SIZE else []

    def finish(self) -> list[StatementResult]:
        """Return the remaining tables; raise DecodeError if the last line is incomplete."""
        self._splitter.finish()
        results = self._parse()
        with gc_paused():
            return [*results, *self._grouped([*self._end_of_block(), *self._given(None)])]

    def _parse(self) -> list[StatementResult]:
        """Parse all complete records."""
        records = b"".join(self._records)
        self._records, self._size = [], 0
        with gc_paused():
            return self._grouped(self._read(records))

    def _grouped(self, found: Iterable[FluxTable | StatementResult]) -> list[StatementResult]:
        """Group tables by result."""
        results: list[StatementResult] = []
        tables: list[FluxTable] = []
        for item in found:
            if tables and not (isinstance(item, FluxTable) and item.result == tables[0].result):
                results.append(self._result(tables))
                tables = []
            if isinstance(item, FluxTable):
                tables.append(item)
            else:
                results.append(item)
        return [*results, self._result(tables)] if tables else results

    def _result(self, tables: list[FluxTable]) -> StatementResult:
        name = tables[0].result
        number = self._statement_ids.setdefault(name, len(self._statement_ids))
        return StatementResult(number, tuple(tables), partial=tables[-1].partial, name=name)

    def _read(self, records: bytes) -> Iterator[FluxTable | StatementResult]:
        position = 0
        while position < len(records):
            stop = self._end_of_rows(records, position)
            if stop > position:
                yield from self._rows(records[position:stop])
            else:
                stop = _end_of_record(records, position)
                yield from self._record(records[position:stop])
            position = stop

    def _end_of_rows(self, records: bytes, start: int) -> int:
        """The position after the rows that begin here; the start if none are expected."""
        expected = self._schema is not None and not self._after_blank
        if not expected or self._beginning.match(records, start):
            return start
        counted, quotes = start, 0
        for found in self._end_before.finditer(records, start):
            quotes += records.count(b'"', counted, found.end())
            counted = found.end()
            if quotes % 2 == 0:
                return counted
        return len(records)

    def _record(self, record: bytes) -> Iterator[FluxTable | StatementResult]:
        """Read a record that is not a row in the middle of a table."""
        try:
            text = record.decode()
        except UnicodeDecodeError as error:
            raise DecodeError(f"not annotated CSV: {error}") from None
        if (
            not text.startswith(("#", self._delimiter, "error", "\r\n", "\n"))
            and not self._in_error
        ):
            raise _not_begun(text)
        cells = split_cells(text, self._delimiter)
        if cells == [""]:
            self._after_blank = True
        elif cells[0].startswith("#"):
            yield from self._annotation(cells)
        elif self._in_error:
            yield from self._error(cells)
        elif is_error_header(cells):
            yield from self._end_of_block()
            self._in_error, self._annotations, self._schema = True, {}, None
        elif self._schema is None or is_header(cells):
            yield from self._end_of_block()
            self._begin(cells)
        else:
            self._after_blank = False
            yield from self._rows(record)

    def _annotation(self, cells: list[str]) -> Iterator[FluxTable]:
        name = cells[0][1:]
        if name not in _ANNOTATIONS:
            return  # a comment
        if self._schema is not None or self._in_error:
            yield from self._end_of_block()
            self._schema, self._in_error, self._annotations = None, False, {}
        self._annotations[name] = ["", *cells[1:]]

    def _begin(self, header: list[str]) -> None:
        if not self._annotations and not is_header(header):
            raise _not_begun(",".join(header))
        self._schema = BlockSchema.of(self._annotations, header, self._delimiter)
        self._rows_seen = self._after_blank = False
        self._table = None

    def _error(self, cells: list[str]) -> Iterator[FluxTable | StatementResult]:
        yield from self._given(None)
        message, reference = cells[-2:] if len(cells) > 1 else (cells[0], "")
        number = int(reference) if reference.isascii() and reference.isdigit() else None
        yield StatementResult(None, error=str(message), reference=number)

    def _end_of_block(self) -> Iterator[FluxTable]:
        """Return the table of a block without rows; its group key is in the defaults."""
        schema = self._schema
        if schema is not None and not self._rows_seen:
            key = schema.group_key([schema.default(position) for position in schema.key])
            data = [
                Column.of((), column.kind) for column in schema.columns if not column.in_group_key
            ]
            yield from self._given(
                self._table_type(schema.columns, key, data, result=str(schema.default(1)))
            )
        self._rows_seen = True
        self._table = None

    def _rows(self, rows: bytes) -> Iterator[FluxTable]:
        schema = self._schema
        assert schema is not None
        self._rows_seen = True
        scanned = None if self._scan is None else self._scan(rows, schema)
        tables, columns = scan_rows(rows, schema) if scanned is None else scanned
        start = 0
        for table in tables:
            yield from self._given(self._piece(schema, table, columns, start))
            start = table.stop

    def _piece(
        self, schema: BlockSchema, rows: TableRows, columns: Sequence[Column], start: int
    ) -> FluxTable:
        place = (rows.result, rows.table, rows.key)
        if self._table != place:
            if self._table is not None and self._table[:2] == place[:2]:
                raise DecodeError(
                    f"not annotated CSV: the group key of table {rows.table} changes from "
                    f"{shown(self._table[2])} to {shown(rows.key)}"
                )
            self._table = place
            self._group_key = schema.group_key(rows.key)
        elif self._held is not None:
            self._held.partial = True
        data = [column.slice(start, rows.stop) for column in columns]
        return self._table_type(
            schema.columns,
            self._group_key,
            data,
            result=str(rows.result),
            length=rows.stop - start,
        )

    def _given(self, table: FluxTable | None) -> Iterator[FluxTable]:
        """Return the piece that was kept, now that it is known whether the table continues."""
        held, self._held = self._held, table
        if held is not None:
            yield held


def _end_of_record(records: bytes, start: int) -> int:
    stop = start
    while True:
        stop = records.index(b"\n", stop) + 1
        if records.count(b'"', start, stop) % 2 == 0:
            return stop


def _not_begun(text: str) -> DecodeError:
    return DecodeError(
        f"annotated CSV begins with annotations such as #datatype, not with {text[:80]!r}"
    )
