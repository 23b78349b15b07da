"""SQLiteSpool: batches as rows of a file that survives whatever happens to the process.

Everything here blocks. The file is SQLite's, in WAL mode, so that its durability is SQLite's too;
see https://www.sqlite.org/wal.html
"""

from __future__ import annotations

import logging
import os
import sqlite3
import zlib
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from influx_core._spool import spool_tables
from influx_core.errors import ConfigError, SpoolError, SpoolFull, SpoolInUse
from influx_core.interfaces import SpooledBatch

__all__ = ["SQLiteSpool"]

logger = logging.getLogger(__name__)

Synchronous = Literal["full", "normal"]

_WAL_LEFT = 10_000_000
"""Bytes the write-ahead log keeps after it was emptied."""


class SQLiteSpool:
    """Keeps batches in a file, for one writer at a time.

    A file that is damaged is renamed, told in the log, and a new one begun.

    Args:
        path: made, readable by its owner alone, if it is not there; two more files beside it, with
            the endings -wal and -shm, belong to it.
        max_bytes: of line protocol at most; what is beyond is refused.
        synchronous: `full` survives a power failure; `normal` only the death of the process, but
            does not wait for the disk.
        today: gives the time for the name of a damaged file.

    Raises:
        ConfigError: an option that makes no sense.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        max_bytes: int = 1_000_000_000,
        synchronous: Synchronous = "full",
        today: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        if synchronous not in get_args(Synchronous) or max_bytes < 1:
            raise ConfigError(
                "sqlite spool: synchronous is full or normal and max_bytes at least 1, not "
                f"{synchronous!r} and {max_bytes}"
            )
        self._path = Path(path)
        self._most = max_bytes
        self._synchronous = synchronous
        self._today = today
        self._size = 0
        self._connection: sqlite3.Connection | None = None

    def open(self) -> Sequence[SpooledBatch]:
        """Take hold of the file; what is in it, in order, without the lines."""
        try:
            return self._open()
        except sqlite3.DatabaseError as error:
            if not spool_tables.damaged(error):
                raise self._failure(error) from error
            self._set_aside(error)
        return self.open_as_it_is()

    def open_as_it_is(self) -> Sequence[SpooledBatch]:
        """Do what `open` does, but leave a damaged file where it is.

        Raises:
            SpoolError: it is damaged, or cannot be used.
            SpoolInUse: a writer has the file.
        """
        try:
            return self._open()
        except sqlite3.DatabaseError as error:
            raise self._failure(error) from error

    def append(self, batch: SpooledBatch) -> None:
        """Keep a batch."""
        if self._size + len(batch.lines) > self._most:
            raise SpoolFull(f"the spool {self._path} holds {self._size} bytes of {self._most}")
        with self._using() as connection:
            connection.execute(spool_tables.INSERT, spool_tables.row(batch))
        self._size += len(batch.lines)

    def read(self, number: int) -> SpooledBatch:
        """Return a batch with its lines."""
        with self._using() as connection:
            row = connection.execute(spool_tables.SELECT_ONE, (number,)).fetchone()
        if row is None:
            raise SpoolError(f"the spool {self._path} has no batch {number}")
        batch = spool_tables.batch(row)
        if zlib.crc32(batch.lines) != row["checksum"]:
            raise SpoolError(f"batch {number} of the spool {self._path} is damaged")
        return batch

    def remove(self, number: int) -> None:
        """Forget a batch."""
        with self._using() as connection:
            row = connection.execute(spool_tables.SIZE_OF_ONE, (number,)).fetchone()
            connection.execute(spool_tables.DELETE, (number,))
        self._size -= row[0] if row else 0

    def close(self) -> None:
        """Let go of the file; safe to call twice."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def problems(self) -> list[str]:
        """Look into every page and every batch; what is wrong, in words. Changes nothing.

        Raises:
            SpoolInUse: a writer has the file.
        """
        try:
            batches = self._open()
        except sqlite3.DatabaseError as error:
            if not spool_tables.damaged(error):
                raise self._failure(error) from error
            return [f"{self._path}: {error}"]
        return list(self._damaged(batches))

    def _damaged(self, batches: Sequence[SpooledBatch]) -> Iterator[str]:
        for batch in batches:
            try:
                self.read(batch.number)
            except SpoolError as error:
                yield str(error)

    def _open(self) -> Sequence[SpooledBatch]:
        try:
            self._connection = connection = _connected(self._path)
        except OSError as error:
            raise SpoolError(f"the spool {self._path} cannot be used: {error}") from error
        try:
            connection.execute(f"PRAGMA synchronous = {self._synchronous}")
            connection.execute(f"PRAGMA journal_size_limit = {_WAL_LEFT}")
            spool_tables.prepare(connection, self._path)
            batches = [
                spool_tables.batch(row) for row in connection.execute(spool_tables.SELECT_ALL)
            ]
            self._size = connection.execute(spool_tables.SIZE_OF_ALL).fetchone()[0]
        except BaseException:
            self.close()
            raise
        return batches

    def _set_aside(self, error: Exception) -> None:
        stamp = f"{self._today():%Y%m%dT%H%M%S%f}"
        for ending in ("", "-wal", "-shm"):
            part = self._path.with_name(self._path.name + ending)
            if part.exists():
                part.rename(part.with_name(f"{part.name}.damaged-{stamp}"))
        logger.error(
            "the spool %s is damaged (%s); it is kept as %s.damaged-%s, and a new one begun",
            self._path,
            error,
            self._path,
            stamp,
        )

    @contextmanager
    def _using(self) -> Generator[sqlite3.Connection]:
        if self._connection is None:
            raise SpoolError(f"the spool {self._path} is not open")
        try:
            yield self._connection
        except sqlite3.Error as error:
            raise self._failure(error) from error

    def _failure(self, error: sqlite3.Error) -> SpoolError:
        match spool_tables.primary_code(error):
            case sqlite3.SQLITE_BUSY:
                return SpoolInUse(f"the spool {self._path} is in use by another writer")
            case sqlite3.SQLITE_FULL:
                return SpoolFull(f"there is no room for the spool {self._path}: {error}")
            case _:
                return SpoolError(f"the spool {self._path} cannot be used: {error}")


def _connected(path: Path) -> sqlite3.Connection:
    """Open a file for this connection alone."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection
