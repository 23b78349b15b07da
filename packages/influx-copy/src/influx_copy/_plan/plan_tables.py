"""The tables of a plan, and how a file of an earlier or later version is refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path

from influx_copy.errors import PlanInUse, PlanMismatch, PlanUnusable

__all__ = ["SCHEMA_VERSION", "connect"]

APPLICATION_ID = 0x69637079
"""The number in the header of the file: `icpy`."""

SCHEMA_VERSION = 1

_TABLES = """
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE ranges (
    id INTEGER PRIMARY KEY,
    database TEXT NOT NULL,
    policy TEXT NOT NULL,
    measurement TEXT NOT NULL,
    start INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    part TEXT NOT NULL,
    growing INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'running', 'done', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    rows INTEGER,
    first INTEGER,
    last INTEGER,
    types TEXT,
    error TEXT,
    UNIQUE (database, policy, measurement, start, stop, part)
);
CREATE INDEX ranges_by_state ON ranges (state, growing, start);
CREATE TABLE objects (
    kind TEXT NOT NULL,
    database TEXT NOT NULL,
    name TEXT NOT NULL,
    definition TEXT NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (kind, database, name)
) WITHOUT ROWID;
"""


class PlanConnection:
    """The database of a plan; its errors, such as that of a full disk, name the plan."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def execute(self, text: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        """Execute a statement.

        Raises:
            PlanUnusable: the file cannot be read or written.
        """
        with self._errors():
            return self._connection.execute(text, values)

    def executemany(self, text: str, values: Iterable[Sequence[object]]) -> sqlite3.Cursor:
        """Execute a statement for each of several values.

        Raises:
            PlanUnusable: the file cannot be read or written.
        """
        with self._errors():
            return self._connection.executemany(text, values)

    @contextmanager
    def transaction(self) -> Generator[None]:
        """Execute several statements as one change.

        Raises:
            PlanUnusable: the file cannot be read or written.
        """
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:  # SQLite ends one itself when the disk is full
                self.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close the file; safe to call twice."""
        self._connection.close()

    @contextmanager
    def _errors(self) -> Generator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise PlanUnusable(
                f"the plan {self._path} cannot be read or written: {error}. What it has as done is "
                "done; the same copy again continues it"
            ) from error


def connect(path: Path) -> PlanConnection:
    """Open a plan for this object alone, and create its tables in a new file.

    Raises:
        PlanInUse: another process or object has it open.
        PlanMismatch: the file is not a plan, or one of another version.
    """
    try:
        connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    except sqlite3.OperationalError as error:
        raise PlanMismatch(f"the plan {path} cannot be opened: {error}") from error
    try:
        _lock(connection, path)
        _create(connection, path)
    except BaseException:
        connection.close()
        raise
    return PlanConnection(connection, path)


def _lock(connection: sqlite3.Connection, path: Path) -> None:
    """Take the lock of the file, which SQLite keeps until the connection is closed."""
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise PlanInUse(
                f"the plan {path} is open in another process: wait until it has ended, or use "
                "another plan"
            ) from error
        raise PlanMismatch(f"the plan {path} cannot be opened: {error}") from error
    except sqlite3.DatabaseError as error:
        raise PlanMismatch(f"{path} is not a plan: {error}") from error


def _create(connection: sqlite3.Connection, path: Path) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if not tables and not application:
        connection.executescript(
            f"BEGIN; {_TABLES} PRAGMA application_id = {APPLICATION_ID};"
            f"PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
        )
    elif application != APPLICATION_ID:
        raise PlanMismatch(f"{path} is not a plan: it is another SQLite file")
    elif version != SCHEMA_VERSION:
        raise PlanMismatch(
            f"the plan {path} has version {version}, but this influx-copy reads version "
            f"{SCHEMA_VERSION}: finish it with the influx-copy that made it"
        )
