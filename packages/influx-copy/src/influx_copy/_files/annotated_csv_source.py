"""AnnotatedCSVSource: reads a file of annotated CSV, the format of Flux results."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from pathlib import Path

from influx_copy._files.compression import open_reader
from influx_copy._files.file_parts import FileSource
from influx_copy._flux.field_joiner import MOST_HELD_VALUES, FieldJoiner
from influx_copy._flux.flux_batches import flux_batches
from influx_copy.errors import RangeIncomplete
from influx_copy.interfaces import (
    ColumnarBatch,
    CopyRange,
    PointFilter,
    Selection,
)
from influx_core import ConfigError, DecodeError, FluxTable, StatementResult
from influx_core.annotated_csv import AnnotatedCSVDeserializer

__all__ = ["AnnotatedCSVSource"]

_BLOCK = 1 << 20


class AnnotatedCSVSource(FileSource):
    """Reads a file that `influx query --raw`, or the API of InfluxDB 2, wrote.

    Args:
        path: the file.
        database: the database of its points.
    """

    def __init__(self, path: Path, database: str = "") -> None:
        if not path.exists():
            raise ConfigError(f"there is no file {path}")
        self._path = path
        self._database = database

    @property
    def identity(self) -> str:
        """The path."""
        return f"annotated-csv:{self._path}"

    async def ranges(self, selection: Selection) -> Sequence[CopyRange]:
        """The file is one range."""
        range_ = CopyRange(self._database, "", "", part=self._path.name)
        return [selection.clipped(range_)] if selection.has(range_) else []

    async def read(self, range_: CopyRange, where: PointFilter) -> AsyncGenerator[ColumnarBatch]:
        """Yield the points of the file that are in the range.

        The fields of a series that follow one another are joined to points, up to a limit.

        Raises:
            RangeIncomplete: the file is not annotated CSV, ends too early, or has an error of the
                server.
        """
        tables, points = self._tables(), FieldJoiner()
        while (found := await asyncio.to_thread(next, tables, None)) is not None:
            for batch in flux_batches(found, range_, where):
                for joined in points.add(batch):
                    yield joined
            if points.values > MOST_HELD_VALUES:
                for joined in points.rest():
                    yield joined
        for joined in points.rest():
            yield joined

    def _tables(self) -> Iterator[FluxTable]:
        parser = AnnotatedCSVDeserializer().start()
        with open_reader(self._path) as stream:
            try:
                ended = b""
                while data := stream.read(_BLOCK):
                    ended = data[-1:]
                    results = parser.feed(data)
                    yield from (t for result in results for t in _checked(self._path, result))
                rest = [] if ended == b"\n" else parser.feed(b"\n")
                for result in [*rest, *parser.finish()]:
                    yield from _checked(self._path, result)
            except DecodeError as error:
                raise RangeIncomplete(f"{self._path}: {error}") from error


def _checked(path: Path, result: StatementResult) -> list[FluxTable]:
    if result.error is not None:
        raise RangeIncomplete(f"{path} has an error of the server: {result.error}")
    return [table for table in result.series if isinstance(table, FluxTable)]
