"""Parses Parquet, the exact format of InfluxDB 3: columns have names and types, even without rows.

The metadata of a Parquet file is at its end, so a response is parsed when it is complete. Source:
https://docs.influxdata.com/influxdb3/core/api/ and https://parquet.apache.org/docs/file-format/
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from itertools import groupby
from typing import Any

from influx_core._columns.arrow_arrays import column_of_array
from influx_core._columns.arrow_layout import Column
from influx_core._parsers.row_objects import MEASUREMENT
from influx_core._results.column_series import ColumnSeries
from influx_core._results.query_result import StatementResult
from influx_core.errors import ConfigError, DecodeError
from influx_core.interfaces import ResponseParser

__all__ = ["ParquetDeserializer"]

FORMAT = "a Parquet response"
_MAGIC = b"PAR1"
"""The first and last bytes of a Parquet file."""


class ParquetDeserializer:
    """`application/vnd.apache.parquet`; needs pyarrow (`influx-core[parquet]`).

    All series store columns. Values have the types of the table: unsigned integers stay unsigned,
    every column of timestamps holds times, and columns whose values are all missing are kept. A
    response without rows is one series without rows; for InfluxQL, no series.

    Raises:
        ConfigError: pyarrow is not installed.
    """

    accept = "application/vnd.apache.parquet"

    def __init__(self) -> None:
        try:
            self._pyarrow: Any = import_module("pyarrow")
            self._read_table: Any = import_module("pyarrow.parquet").read_table
        except ImportError as error:
            raise ConfigError(
                "deserializer 'parquet' needs pyarrow: pip install 'influx-core[parquet]'"
            ) from error

    def start(self) -> ResponseParser:
        """Return a parser for one response."""
        return _ParquetParser(self._pyarrow, self._read_table)

    def start_columns(self) -> ResponseParser:
        """Return a parser for one response, whose series store columns."""
        return self.start()


class _ParquetParser:
    """Collects a file and parses it at its end."""

    def __init__(self, pyarrow: Any, read_table: Any) -> None:
        self._pyarrow = pyarrow
        self._read_table = read_table
        self._held: list[bytes] = []
        self._begun = b""

    def feed(self, data: bytes) -> list[StatementResult]:
        """Take the next bytes.

        Raises:
            DecodeError: the response does not begin like a Parquet file.
        """
        if len(self._begun) < len(_MAGIC):
            self._begun += data[: len(_MAGIC)]
            if not _MAGIC.startswith(self._begun[: len(_MAGIC)]):
                raise DecodeError(f"not {FORMAT}: it begins with {self._begun[:40]!r}")
        self._held.append(data)
        return []

    def finish(self) -> list[StatementResult]:
        """Return the series of the file.

        Raises:
            DecodeError: the file is incomplete, or cannot be read.
        """
        body, self._held = b"".join(self._held), []
        if len(body) < 3 * len(_MAGIC) or not body.endswith(_MAGIC):
            raise DecodeError(f"the response is incomplete: it is not the end of {FORMAT}")
        table = self._table(body)
        return [StatementResult(0, (series,)) for series in self._series(table)]

    def _table(self, body: bytes) -> Any:
        source = self._pyarrow.BufferReader(self._pyarrow.py_buffer(body))
        try:
            table = self._read_table(source, pre_buffer=False).combine_chunks()
            table.validate(full=True)  # text of a damaged file may not be UTF-8
            return table
        except (self._pyarrow.ArrowException, OSError, ValueError) as error:
            raise DecodeError(f"not {FORMAT}: {error}") from error

    def _series(self, table: Any) -> Iterator[ColumnSeries]:
        names: list[str] = [name for name in table.column_names if name != MEASUREMENT]
        columns = [self._column(name, table.column(name)) for name in names]
        if MEASUREMENT not in table.column_names:
            yield ColumnSeries("", names, columns)
            return
        for name, start, stop in self._runs(table.column(MEASUREMENT)):
            yield ColumnSeries(name, names, [column.slice(start, stop) for column in columns])

    def _runs(self, measurements: Any) -> Iterator[tuple[str, int, int]]:
        """The start and stop positions of consecutive rows of one measurement."""
        found = measurements.unique()
        if len(found) == 1:
            yield found[0].as_py() or "", 0, len(measurements)
            return
        start = 0
        for name, rows in groupby(measurements.to_pylist()):
            stop = start + sum(1 for _ in rows)
            yield name or "", start, stop
            start = stop

    def _column(self, name: str, chunks: Any) -> Column:
        pa = self._pyarrow
        array = chunks.combine_chunks()
        if isinstance(array, pa.ChunkedArray):
            array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
        try:
            return column_of_array(array)
        except (pa.ArrowException, ValueError) as error:
            raise DecodeError(f"column {name!r} of type {array.type}: {error}") from error
