"""The tables of a spool's file: how a batch is a row, and how an older file becomes a newer one.

The upgrade rule: a file tells its version (`PRAGMA user_version`). An older one is brought up by
the steps from there on, in one transaction; a newer one is refused, and left as it is.
"""

from __future__ import annotations

import sqlite3
import zlib
from pathlib import Path
from typing import Any

from influx_core.errors import SpoolError
from influx_core.interfaces import SpooledBatch, Target

__all__ = ["batch", "damaged", "prepare", "primary_code", "row"]

APPLICATION = 0x496E666C
"""Says whose file it is (`PRAGMA application_id`): the letters Infl."""

STEPS = (
    """
    CREATE TABLE batches (
        number INTEGER PRIMARY KEY,
        db TEXT,
        retention_policy TEXT,
        precision TEXT NOT NULL,
        consistency TEXT,
        org TEXT,
        points INTEGER NOT NULL,
        first INTEGER,
        last INTEGER,
        checksum INTEGER NOT NULL,
        lines BLOB NOT NULL
    )
    """,
)
"""The step at index N brings a file from version N to N + 1."""

INSERT = (
    "INSERT INTO batches VALUES (:number, :db, :retention_policy, :precision, :consistency, "
    ":org, :points, :first, :last, :checksum, :lines)"
)
SELECT_ALL = """
    SELECT number, db, retention_policy, precision, consistency, org, points, first, last,
        x'' AS lines FROM batches ORDER BY number
"""
SELECT_ONE = "SELECT * FROM batches WHERE number = ?"
DELETE = "DELETE FROM batches WHERE number = ?"
SIZE_OF_ONE = "SELECT length(lines) FROM batches WHERE number = ?"
SIZE_OF_ALL = "SELECT coalesce(sum(length(lines)), 0) FROM batches"


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Check a file that was opened, and bring it to this version.

    Raises:
        SpoolError: it is another program's, or of a newer version.
        sqlite3.DatabaseError: it is damaged.
    """
    found = _pragma(connection, "quick_check(1)")
    if found != "ok":
        raise sqlite3.DatabaseError(found)
    version = _pragma(connection, "user_version")
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if _pragma(connection, "application_id") != APPLICATION and tables:
        raise SpoolError(f"{path} is the database of another program, no spool")
    if version > len(STEPS):
        raise SpoolError(
            f"the spool {path} is of version {version}, this is {len(STEPS)}: upgrade influx-core"
        )
    _upgrade(connection, version)


def _upgrade(connection: sqlite3.Connection, version: int) -> None:
    if version == len(STEPS):
        return
    connection.execute("BEGIN")
    for step in STEPS[version:]:
        connection.execute(step)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {len(STEPS)}")
    connection.execute("COMMIT")


def _pragma(connection: sqlite3.Connection, name: str) -> Any:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def row(batch: SpooledBatch) -> dict[str, Any]:
    """A batch as the values of a row."""
    target, (first, last) = batch.target, batch.span or (None, None)
    return {
        "number": batch.number,
        "db": target.db,
        "retention_policy": target.retention_policy,
        "precision": target.precision,
        "consistency": target.consistency,
        "org": target.org,
        "points": batch.points,
        "first": first,
        "last": last,
        "checksum": zlib.crc32(batch.lines),
        "lines": batch.lines,
    }


def batch(row: sqlite3.Row) -> SpooledBatch:
    """The batch of a row."""
    target = Target(
        row["db"], row["retention_policy"], row["precision"], row["consistency"], row["org"]
    )
    span = None if row["first"] is None else (row["first"], row["last"])
    return SpooledBatch(row["number"], target, row["lines"], row["points"], span)


def primary_code(error: sqlite3.Error) -> int | None:
    """SQLite's result code, without its extension."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def damaged(error: sqlite3.Error) -> bool:
    """Whether an error says that the file is no sound database."""
    return primary_code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, None)
