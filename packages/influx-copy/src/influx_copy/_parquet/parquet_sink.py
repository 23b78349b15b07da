"""ParquetSink: stores points in folders `db=/rp=/measurement=/date=`, a file a range and day."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from influx_copy._files.file_parts import FileSink
from influx_copy._files.hive_names import TEMPORARY, folder_of, name_of
from influx_copy._parquet.arrow_columns import import_pyarrow, rows_at, table_of_batch
from influx_copy._parquet.date_files import DateFile, joined
from influx_copy.interfaces import ColumnarBatch, CopyRange, Target

__all__ = ["ParquetSink"]

_DAY = 86_400_000_000_000
_ROWS = 32_768
"""The rows that are divided by days at once: series may be short."""

_HELD_ROWS = 131_072
"""The most rows of a range in memory; a shard may have many days."""

_MOST_DAYS = 400
"""The days of a range from which the folders that exist are listed instead."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ParquetSink(FileSink):
    """Stores points as Parquet.

    Args:
        path: the directory.
        compression: the codec of Parquet: `zstd`, `snappy`, `gzip`, `lz4`, `brotli` or `none`.

    Raises:
        ConfigError: pyarrow is not installed.
    """

    def __init__(self, path: Path, compression: str = "zstd") -> None:
        import_pyarrow()
        super().__init__(path)
        self._compression = compression

    @property
    def identity(self) -> str:
        """The path."""
        return f"parquet:{self._folder}"

    def open(self, range_: CopyRange, target: Target) -> _ParquetWriter:
        """Return a writer for one range."""
        return _ParquetWriter(self._folder, range_, target, self._compression)

    def _has(self, range_: CopyRange, target: Target) -> bool:
        return any(_files_of(self._folder, range_, target))

    async def finish(self, ranges: Sequence[tuple[CopyRange, Target]]) -> None:
        """Do nothing: every file is complete."""


class _ParquetWriter:
    """Writes the points of a range, by measurement and day."""

    def __init__(self, path: Path, range_: CopyRange, target: Target, compression: str) -> None:
        self._path = path
        self._range = range_
        self._target = target
        self._compression = compression
        self._held: dict[str, list[Any]] = {}
        self._rows = 0
        self._files: dict[tuple[str, int], DateFile] = {}

    async def write(self, batch: ColumnarBatch) -> int:
        """Append a batch to the files of its days; returns its bytes in memory."""
        return await asyncio.to_thread(self._write, batch)

    async def commit(self) -> None:
        """Write all files, then rename them; files of earlier attempts are removed."""
        await asyncio.to_thread(self._commit)

    async def abort(self) -> None:
        """Remove the temporary files."""
        for file in self._files.values():
            file.discard()

    def _write(self, batch: ColumnarBatch) -> int:
        table = table_of_batch(batch)
        self._held.setdefault(batch.measurement, []).append(table)
        self._rows += len(batch)
        if self._rows >= _ROWS:
            self._divide_all()
        size: int = table.nbytes
        return size

    def _divide_all(self) -> None:
        for measurement in list(self._held):
            self._divide(measurement)
        self._rows = 0

    def _divide(self, measurement: str) -> None:
        """Give the rows that are held to the files of their days."""
        for day, part in _days(joined(self._held.pop(measurement))):
            key = (measurement, day)
            if key not in self._files:
                path = self._folder(*key) / f"{name_of(self._range)}.parquet"
                self._files[key] = DateFile(path, self._compression)
            self._files[key].append(part)
        while sum(file.rows for file in self._files.values()) > _HELD_ROWS:
            max(self._files.values(), key=lambda file: file.rows).write_group()

    def _commit(self) -> None:
        self._divide_all()
        for file in self._files.values():
            file.close()
        written = {path for file in self._files.values() for path in file.rename()}
        for old in _files_of(self._path, self._range, self._target):
            if old not in written:
                old.unlink(missing_ok=True)

    def _folder(self, measurement: str, day: int) -> Path:
        return self._path / folder_of(self._target, measurement) / _date(day)


def _files_of(path: Path, range_: CopyRange, target: Target) -> Iterator[Path]:
    """The files that a range has now, from this attempt and earlier ones."""
    name = name_of(range_)
    for folder in _date_folders(path, range_, target):
        for found in folder.glob(f"{name}.*"):
            if not found.name.endswith(TEMPORARY):
                yield found


def _date_folders(path: Path, range_: CopyRange, target: Target) -> Iterator[Path]:
    """The folders in which files of a range may be."""
    if not range_.measurement:
        yield from path.glob("db=*/rp=*/measurement=*/date=*")
        return
    folder = path / folder_of(target, range_.measurement)
    days = range(range_.start // _DAY, (range_.stop - 1) // _DAY + 1)
    if len(days) > _MOST_DAYS:
        yield from folder.glob("date=*")
    else:
        yield from (folder / _date(day) for day in days)


def _date(day: int) -> str:
    """The name of the folder of a day, counted from 1970."""
    return f"date={(_EPOCH + timedelta(days=day)).date().isoformat()}"


def _days(table: Any) -> Iterator[tuple[int, Any]]:
    """The rows of each day, counted from 1970."""
    rows: dict[int, list[int]] = {}
    times: list[int] = table.column("time").cast(import_pyarrow().int64()).to_pylist()
    for at, time in enumerate(times):
        rows.setdefault(time // _DAY, []).append(at)
    if len(rows) == 1:
        yield from ((day, table) for day in rows)
        return
    for day, chosen in sorted(rows.items()):
        yield day, rows_at(table, chosen)
