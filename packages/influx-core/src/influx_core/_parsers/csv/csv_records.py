"""Divides CSV that arrives in pieces into complete records, and records into cells.

A scanner reads the cells of records in another way, as compiled code does.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from influx_core._results.series import Series
from influx_core.errors import DecodeError

__all__ = [
    "LONGEST_RECORD",
    "CSVScanner",
    "MakeSeries",
    "RecordSplitter",
    "ScannedCSV",
    "plain_header",
    "split_records",
]

LONGEST_RECORD = 16_000_000
"""The longest line in bytes: far more than a row can have."""

_CELL = re.compile(r'(?:"((?:[^"]++|"")*+)"|([^",\r\n][^,\r\n]*+)?)(,|\r\n|\r|\n|\Z)')


class RecordSplitter:
    """Returns complete records, and holds the beginning of the next one.

    Args:
        format_name: the format, for errors.
    """

    def __init__(self, format_name: str) -> None:
        self._format = format_name
        self._held: list[bytes] = []
        self._size = 0
        self._quoted = False

    @property
    def held(self) -> bytes:
        """The beginning of a record that is not complete yet."""
        return b"".join(self._held)

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes; return the records that they complete, empty for none.

        Raises:
            DecodeError: a record is longer than any row can be.
        """
        changes = b'"' in data and data.count(b'"') % 2 == 1
        end = _end_of_records(data, outside=self._quoted == changes)
        self._quoted ^= changes
        records = b""
        if end:
            records = b"".join([*self._held, data[:end]])
            self._held, self._size, data = [], 0, data[end:]
        if data:
            self._held.append(data)
            self._size += len(data)
        if self._size > LONGEST_RECORD:
            raise DecodeError(f"not {self._format}: a line without an end")
        return records

    def finish(self) -> None:
        """Make sure that the last record was complete.

        Raises:
            DecodeError: it was not.
        """
        if self._held:
            raise DecodeError("the response is incomplete: its last line of CSV has no newline")


def _end_of_records(data: bytes, *, outside: bool) -> int:
    """The position after the last newline outside quotes; 0 if there is none.

    Args:
        data: the bytes.
        outside: whether the data ends outside quotes.
    """
    stop = len(data)
    while stop > 0:
        quote = data.rfind(b'"', 0, stop)
        if outside and (newline := data.rfind(b"\n", quote + 1, stop)) >= 0:
            return newline + 1
        stop, outside = quote, not outside
    return 0


def split_records(text: str) -> list[list[str]]:
    """The cells of complete records; a blank line is a record without cells.

    Raises:
        csv.Error: a quote is out of place.
    """
    try:
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        if len(text) <= csv.field_size_limit():  # one for all of the process: it is left alone
            raise
    return _split_long_records(text)


def _split_long_records(text: str) -> list[list[str]]:
    """`split_records` without a limit to the length of a cell; takes three times as long."""
    records: list[list[str]] = []
    cells: list[str] = []
    position = 0
    while position < len(text) or cells:
        found = _CELL.match(text, position)
        if found is None:
            raise csv.Error(f"a quote is out of place in {text[position:][:80]!r}")
        quoted, plain, delimiter = found.groups()
        blank = not cells and quoted is plain is None and delimiter != ","
        if not blank:
            cells.append(plain or "" if quoted is None else quoted.replace('""', '"'))
        if delimiter != ",":
            records.append(cells)
            cells = []
        position = found.end()
    return records


def plain_header(line: bytes) -> tuple[str, ...]:
    """The columns that a line without quotes names; none if it is not such a line."""
    if not line or b'"' in line or b"\r" in line:
        return ()
    try:
        return tuple(line.decode().split(","))
    except UnicodeDecodeError:
        return ()


MakeSeries: TypeAlias = Callable[[str, tuple[str, ...], Any, Mapping[str, str], bool], Series]
"""Makes a series of its name, columns, data, tags, and whether more rows follow."""


class ScannedCSV(NamedTuple):
    """Consecutive rows of one series.

    Attributes:
        name: the first cell of its rows, if it tells one series from another.
        tags: the second one, likewise.
        data: the values of the other cells.
        times: the positions of the columns with times among the other cells.
    """

    name: str
    tags: str
    data: Any
    times: Sequence[int]


class CSVScanner(NamedTuple):
    """Reads regular rows in another way, to the same values.

    Attributes:
        scan: takes complete records, the position of a row in them, the kinds of its columns, and
            how many cells before these tell one series from another, up to two. The kinds are those
            of columns, `guess` for numbers or booleans if all values look like them, `dated` for
            times of InfluxDB 3 besides, and `printed` for nothing but these. Returns the series,
            and the position of the next blank line or of the end; None if a row is not regular.
        series: makes a series of data.
    """

    scan: Callable[[bytes, int, Sequence[str], int], tuple[list[ScannedCSV], int] | None]
    series: MakeSeries
