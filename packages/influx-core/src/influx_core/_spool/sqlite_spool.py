"""SQLiteSpool: stores batches in a SQLite file that survives the death of the process.

All methods block. SQLite in WAL mode provides the durability; see https://www.sqlite.org/wal.html.
This module checks what SQLite does not: that only one writer uses the file, that the file is still
at its path, and that the process was not forked. A forked process must not even close its copy of
the connection
(https://www.sqlite.org/howtocorrupt.html#_carrying_an_open_database_connection_across_a_fork_).
"""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from influx_core._runtime.file_lock import LockFile
from influx_core._runtime.fork import watch_forks
from influx_core._spool import spool_tables
from influx_core._spool.abandon import keep_for_ever
from influx_core._spool.spool_files import SpoolFiles
from influx_core._spool.write_ahead_log import damage_in, repaired
from influx_core.errors import ConfigError, SpoolDamaged, SpoolError, SpoolFull, SpoolInUse
from influx_core.interfaces import SpooledBatch

__all__ = ["SQLiteSpool"]

logger = logging.getLogger(__name__)

_DAMAGED_SCHEMA = "a name in its schema is damaged"
"""Python cannot decode such a name, nor SQLite's messages that contain it."""

RESERVE = 2 * spool_tables.LOG_BYTES
"""The bytes of the disk that stay free: for the log, and for its pages that are new to the file."""

Synchronous = Literal["full", "normal"]


class SQLiteSpool:
    """Stores batches in a file, for one writer at a time.

    A damaged file is renamed and logged; its sound batches are copied to a new one. A file of
    another kind is refused.

    Args:
        path: the path of the file; if it does not exist, it is created, readable by its owner only.
            While it is open, three more files with the suffixes -wal, -shm and -lock belong to it.
        max_bytes: the largest number of bytes of line protocol; batches beyond it are refused.
        synchronous: `full` survives a power failure; `normal` survives only the death of the
            process, but does not wait for the disk.
        today: returns the time for the name of a damaged file.

    Raises:
        ConfigError: an option is out of range.
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
        self._path = Path(os.path.realpath(path))  # where SQLite looks for the log, too
        self._most = max_bytes
        self._synchronous = synchronous
        self._today = today
        self._size = 0
        self._connection: sqlite3.Connection | None = None
        self._files = SpoolFiles(self._path)
        self._lock: LockFile | None = None
        self._forked = False

    def open(self) -> Sequence[SpooledBatch]:
        """Lock and open the file; return its batches, in order, without the lines."""
        with self._locking():
            try:
                return self._open()
            except sqlite3.DatabaseError as error:
                if not spool_tables.damaged(error):
                    raise self._failure(error) from error
                if not spool_tables.is_ours(self._path):
                    raise SpoolError(
                        f"{self._path} is another kind of file, not a spool; it is left as it is: "
                        "give the spool a path of its own"
                    ) from error
                aside = self._set_aside(error)
            self._open_or_fail()
            self._take_over(aside)
            return self._batches()

    def open_as_it_is(self) -> Sequence[SpooledBatch]:
        """Like `open`, but leave a damaged file in place.

        Raises:
            SpoolError: the file is damaged or cannot be used.
            SpoolInUse: a writer has the file open.
        """
        with self._locking():
            return self._open_or_fail()

    def append(self, batch: SpooledBatch) -> None:
        """Store a batch.

        Raises:
            SpoolFull: it exceeds `max_bytes`, or the disk is full.
            SpoolError: it cannot be stored: the file was deleted, truncated or replaced while it
                was in use, this process was forked, or SQLite failed.
        """
        if self._size + len(batch.lines) > self._most:
            raise SpoolFull(f"the spool {self._path} holds {self._size} bytes of {self._most}")
        with self._using() as connection:
            self._check_files(connection)
            self._check_room(connection, len(batch.lines))
            connection.execute(spool_tables.INSERT, spool_tables.row(batch))
            lost = self._files.lost()
            if lost is not None:  # the file was replaced during the write: a restart would miss it
                connection.execute(spool_tables.DELETE, (batch.number,))
                raise SpoolError(f"the spool cannot keep points: {lost}")
            self._files.remember()
        self._size += len(batch.lines)

    def read(self, number: int) -> SpooledBatch:
        """Return a batch with its lines."""
        with self._using() as connection:
            row = connection.execute(spool_tables.SELECT_ONE, (number,)).fetchone()
        if row is None:
            raise SpoolDamaged(f"the spool {self._path} has no batch {number}")
        if not spool_tables.is_sound(row):
            raise SpoolDamaged(f"batch {number} of the spool {self._path} is damaged")
        return spool_tables.batch(row)

    def remove(self, number: int) -> None:
        """Remove a batch."""
        with self._using() as connection:
            known = not self._files.touched
            row = connection.execute(spool_tables.SIZE_OF_ONE, (number,)).fetchone()
            connection.execute(spool_tables.DELETE, (number,))
            if known:
                self._files.remember()
        self._size -= row[0] if row else 0

    def close(self) -> None:
        """Close and unlock the file; safe to call twice."""
        self._disconnect()
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.release()

    def forked(self) -> None:
        """Stop using the file in this process; it belongs to the parent process."""
        self._forked = True
        connection, self._connection = self._connection, None
        if connection is not None:
            keep_for_ever(connection)
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.forget()

    def problems(self) -> list[str]:
        """Check every page and every batch without changes; return descriptions of the damage.

        Raises:
            SpoolInUse: a writer has the file open.
        """
        with self._locking():
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

    @contextmanager
    def _locking(self) -> Generator[None]:
        """Hold the lock; release it if the file cannot be opened."""
        lock = LockFile(_beside(self._path, "-lock"))
        try:
            if self._lock is not None or not lock.acquire():
                raise SpoolInUse(f"the spool {self._path} is in use by another writer")
        except OSError as error:
            raise SpoolError(f"the spool {self._path} cannot be used: {error}") from error
        self._lock = lock
        self._forked = False
        try:
            yield
        except BaseException:
            self.close()
            raise
        watch_forks(self)

    def _open_or_fail(self) -> Sequence[SpooledBatch]:
        try:
            return self._open()
        except sqlite3.DatabaseError as error:
            raise self._failure(error) from error

    def _open(self) -> Sequence[SpooledBatch]:
        """Open and check the file; return its batches.

        Raises:
            SpoolError: it cannot be used.
            sqlite3.DatabaseError: it is damaged, or SQLite cannot use it now.
        """
        try:
            damage = damage_in(_log_of(self._path))
            if damage is not None:
                raise sqlite3.DatabaseError(damage)
            self._connection = connection = _connected(self._path)
        except OSError as error:
            raise SpoolError(f"the spool {self._path} cannot be used: {error}") from error
        except UnicodeDecodeError as error:
            raise sqlite3.DatabaseError(_DAMAGED_SCHEMA) from error
        try:
            connection.execute(f"PRAGMA synchronous = {self._synchronous}")
            spool_tables.prepare(connection, self._path)
            batches = self._batches()
            self._size = connection.execute(spool_tables.SIZE_OF_ALL).fetchone()[0]
        except UnicodeDecodeError as error:
            self._disconnect()
            raise sqlite3.DatabaseError(_DAMAGED_SCHEMA) from error
        except BaseException:
            self._disconnect()
            raise
        self._files.remember()
        return batches

    def _batches(self) -> Sequence[SpooledBatch]:
        with self._using() as connection:
            return [
                spool_tables.heading(row) for row in connection.execute(spool_tables.SELECT_ALL)
            ]

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _check_files(self, connection: sqlite3.Connection) -> None:
        """Check that the connection writes to the files at the path, where a restart looks.

        Raises:
            SpoolError: the connection writes to other files.
        """
        lost = self._files.lost()
        if lost is None and (self._lock is None or not self._lock.in_place):
            lost = "its lock was deleted or replaced while it was in use"
        if lost is not None:
            raise SpoolError(f"the spool {self._path} cannot keep points: {lost}")
        if self._files.touched:
            connection.execute("PRAGMA shrink_memory")  # empty the cache, so that the file is read
            found = next(_unsound_numbers(connection), None)
            if found is not None:
                raise SpoolError(
                    f"the spool {self._path} cannot keep points: another program has written to "
                    f"it, batch {found} is damaged"
                )
            self._files.remember()

    def _check_room(self, connection: sqlite3.Connection, size: int) -> None:
        """Check that the disk keeps room for the removal of batches after this one is stored.

        SQLite writes a removal to its log first: on a full disk the spool could not be emptied.

        Raises:
            SpoolFull: there is too little room.
        """
        growth = size - spool_tables.free_bytes(connection)
        left = shutil.disk_usage(self._path.parent).free - 2 * growth  # in the log and in the file
        if growth > 0 and left < RESERVE:
            raise SpoolFull(
                f"there is no room for the spool {self._path}: it leaves {RESERVE // 1_000_000} MB "
                "of the disk free, to be able to remove what was delivered"
            )

    def _set_aside(self, error: Exception) -> Path:
        """Rename a damaged file, and the log beside it; return its new path."""
        stamp = f"{self._today():%Y%m%dT%H%M%S%f}"
        aside = self._path.with_name(f"{self._path.name}.damaged-{stamp}")
        for ending in ("-wal", "-shm", ""):
            part = _beside(self._path, ending)
            if part.exists():
                part.rename(_beside(aside, ending))
        logger.error(
            "the spool %s is damaged (%s); it is kept as %s, and a new one begun",
            self._path,
            error,
            aside,
        )
        return aside

    def _take_over(self, aside: Path) -> None:
        """Append the batches of a damaged file that are sound; log how many there are."""
        taken = points = 0
        try:
            for batch in _sound_batches(aside):
                self.append(batch)
                taken, points = taken + 1, points + batch.points
        except (OSError, SpoolError) as error:
            logger.error("the rest of %s was not read: %s", aside, error)
        logger.error(
            "%d points in %d batches of %s are sound and were copied to the new spool; the rest of "
            "it is only in that file",
            points,
            taken,
            aside,
        )

    @contextmanager
    def _using(self) -> Generator[sqlite3.Connection]:
        if self._forked:
            raise SpoolError(
                f"the spool {self._path} belongs to the process that opened it, not to this one, "
                "which was forked from it"
            )
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


def _unsound_numbers(connection: sqlite3.Connection) -> Iterator[int]:
    numbers = [row[0] for row in connection.execute("SELECT number FROM batches").fetchall()]
    for number in numbers:
        row = connection.execute(spool_tables.SELECT_ONE, (number,)).fetchone()
        if row is None or not spool_tables.is_sound(row):
            yield number


def _beside(path: Path, ending: str) -> Path:
    """Return the path of a file that SQLite keeps beside a database."""
    return path.with_name(path.name + ending)


def _log_of(path: Path) -> bytes:
    """Return the write-ahead log of a database; nothing if it has none."""
    try:
        return _beside(path, "-wal").read_bytes()
    except FileNotFoundError:
        return b""


def _sound_batches(damaged: Path) -> Iterator[SpooledBatch]:
    """Yield the sound batches of a damaged file, which is read from a copy.

    Raises:
        OSError: it cannot be copied.
    """
    with tempfile.TemporaryDirectory(prefix=f"{damaged.name}-", dir=damaged.parent) as folder:
        copy = Path(folder) / "copy"
        shutil.copyfile(damaged, copy)
        _beside(copy, "-wal").write_bytes(repaired(_log_of(damaged)))
        with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            connection.text_factory = _decoded
            for row in spool_tables.readable(connection):
                if spool_tables.is_sound(row):
                    yield spool_tables.batch(row)


def _connected(path: Path) -> sqlite3.Connection:
    """Open a file for exclusive use by this connection."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        connection.row_factory = sqlite3.Row
        connection.text_factory = _decoded
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _decoded(text: bytes) -> str:
    """Decode the text of a column; invalid text in one row must not make the file unusable."""
    return text.decode("utf-8", "surrogateescape")
