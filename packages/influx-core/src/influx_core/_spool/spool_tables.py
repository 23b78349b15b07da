"""The tables of a spool's file: stores batches as rows, and upgrades older files.

A file stores its version in `PRAGMA user_version`. An older file is upgraded step by step in one
transaction; a newer one is refused, and not changed.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from influx_core.errors import SpoolError
from influx_core.interfaces import SpooledBatch, Target
from influx_core.timestamps import Precision

__all__ = [
    "batch",
    "damaged",
    "free_bytes",
    "heading",
    "is_ours",
    "is_sound",
    "prepare",
    "primary_code",
    "readable",
    "row",
]

_MAGIC = b"SQLite format 3\x00"
_PAGE_BYTES = 4096

LOG_BYTES = 1000 * _PAGE_BYTES
"""The size at which SQLite moves the log to the file (`PRAGMA wal_autocheckpoint`)."""

APPLICATION = 0x496E666C
"""Identifies the file (`PRAGMA application_id`): the letters Infl."""

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
    """
    UPDATE batches SET checksum = checksum_of_row(
        checksum, number, db, retention_policy, precision, consistency, org, points, first, last,
        lines
    )
    """,
)
"""The step at index N upgrades a file from version N to N + 1; version 2 adds row checksums."""

INSERT = (
    "INSERT INTO batches VALUES (:number, :db, :retention_policy, :precision, :consistency, "
    ":org, :points, :first, :last, :checksum, :lines)"
)
SELECT_ALL = """
    SELECT number, db, retention_policy, precision, consistency, org, points, first, last
    FROM batches ORDER BY number
"""
NUMBERS = "SELECT number FROM batches ORDER BY number"
SELECT_ONE = "SELECT * FROM batches WHERE number = ?"
DELETE = "DELETE FROM batches WHERE number = ?"
SIZE_OF_ONE = "SELECT length(lines) FROM batches WHERE number = ?"
SIZE_OF_ALL = "SELECT coalesce(sum(length(lines)), 0) FROM batches"

_CHECKED = (
    *("number", "db", "retention_policy", "precision", "consistency", "org"),
    *("points", "first", "last", "lines"),
)
_NO_CHECKSUM = -1
"""The checksum of a row that was already damaged before the upgrade; it never matches."""


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Check an open file, and upgrade it to the current version.

    Raises:
        SpoolError: the file belongs to another program, or has a newer version.
        sqlite3.DatabaseError: the file is damaged.
    """
    found = _pragma(connection, "quick_check(1)")
    if found != "ok":
        raise sqlite3.DatabaseError(found)
    version = _pragma(connection, "user_version")
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if _pragma(connection, "application_id") != APPLICATION and tables:
        raise SpoolError(f"{path} is the database of another program, not a spool")
    if version > len(STEPS):
        raise SpoolError(
            f"the spool {path} is of version {version}, this is {len(STEPS)}: upgrade influx-core"
        )
    _upgrade(connection, version)
    columns = [row["name"] for row in connection.execute("PRAGMA table_info(batches)")]
    if sorted(columns) != sorted((*_CHECKED, "checksum")):
        raise sqlite3.DatabaseError("the names of its columns are damaged")


def _upgrade(connection: sqlite3.Connection, version: int) -> None:
    if version == len(STEPS):
        return
    connection.create_function("checksum_of_row", 1 + len(_CHECKED), _upgraded_checksum)
    connection.execute("BEGIN")
    for step in STEPS[version:]:
        connection.execute(step)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {len(STEPS)}")
    connection.execute("COMMIT")


def _upgraded_checksum(checksum_of_lines: object, *values: Any) -> int:
    if checksum_of_lines != zlib.crc32(values[-1]):
        return _NO_CHECKSUM
    return _checksum(dict(zip(_CHECKED, values, strict=True)))


def _pragma(connection: sqlite3.Connection, name: str) -> Any:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def readable(connection: sqlite3.Connection) -> Iterator[sqlite3.Row]:
    """Yield the rows of a damaged file that can be read, sound or not, in order.

    A damaged schema causes a UnicodeDecodeError: of a name, or of a message that contains it.
    """
    numbers: set[int] = set()
    for statement in (NUMBERS, f"{NUMBERS} DESC"):  # damage hides what is on its other side
        with suppress(sqlite3.Error, UnicodeDecodeError):
            for found in connection.execute(statement):
                numbers.add(found[0])
    for number in sorted(numbers):
        with suppress(sqlite3.Error, UnicodeDecodeError):
            found = connection.execute(SELECT_ONE, (number,)).fetchone()
            if found is not None:
                yield found


def row(batch: SpooledBatch) -> dict[str, Any]:
    """Return a batch as the values of a row."""
    target, (first, last) = batch.target, batch.span or (None, None)
    values = {
        "number": batch.number,
        "db": target.db,
        "retention_policy": target.retention_policy,
        "precision": target.precision,
        "consistency": target.consistency,
        "org": target.org,
        "points": batch.points,
        "first": first,
        "last": last,
        "lines": batch.lines,
    }
    return {**values, "checksum": _checksum(values)}


def _checksum(values: Mapping[str, Any] | sqlite3.Row) -> int:
    """The CRC-32 of everything in a row, each value with its type."""
    *short, lines = (values[name] for name in _CHECKED)
    return zlib.crc32(lines, zlib.crc32(repr(short).encode("utf-8", "surrogateescape")))


def is_sound(row: sqlite3.Row) -> bool:
    """Return whether a row matches its checksum."""
    try:
        return bool(_checksum(row) == row["checksum"])
    except (TypeError, IndexError):  # a value of another type, or a column of another name
        return False


def batch(row: sqlite3.Row) -> SpooledBatch:
    """Return the batch of a sound row."""
    return SpooledBatch(row["number"], _target(row), row["lines"], row["points"], _span(row))


def heading(row: sqlite3.Row) -> SpooledBatch:
    """Return the batch of a row without its lines, and without values that are clearly damaged.

    The checksum of the row is checked only when the lines are read.
    """
    points = row["points"]
    return SpooledBatch(
        row["number"], _target(row), b"", points if isinstance(points, int) else 0, _span(row)
    )


def _target(row: sqlite3.Row) -> Target:
    precision = cast("Precision", row["precision"])
    db, policy = row["db"], row["retention_policy"]
    return Target(db, policy, precision, row["consistency"], row["org"])


def _span(row: sqlite3.Row) -> tuple[int, int] | None:
    first, last = row["first"], row["last"]
    return (first, last) if isinstance(first, int) and isinstance(last, int) else None


def free_bytes(connection: sqlite3.Connection) -> int:
    """Return how many bytes can be stored before the file grows."""
    return int(_pragma(connection, "freelist_count")) * _PAGE_BYTES


def primary_code(error: sqlite3.Error) -> int | None:
    """Return SQLite's primary result code of an error."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def damaged(error: sqlite3.Error) -> bool:
    """Return whether an error means that the file is damaged or not a database."""
    return primary_code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, None)


def is_ours(path: Path) -> bool:
    """Return whether a damaged file may be a spool, not a file of another program.

    Reads the file header: https://www.sqlite.org/fileformat.html#the_database_header. It has the
    application id, unless that is still in the write-ahead log or the disk has zeroed it.
    """
    with path.open("rb") as file:
        header = file.read(100)
    application = header[68:72]
    if application == APPLICATION.to_bytes(4, "big") or not any(header):
        return True
    new = path.stat().st_size <= _PAGE_BYTES and not any(application)
    return new and header.startswith(_MAGIC)
