"""Rows: checksums of everything in them, and files of an older version."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing

import pytest

from influx_core._spool import spool_tables
from influx_core._spool.sqlite_spool import SQLiteSpool
from influx_core.errors import SpoolDamaged
from influx_core.interfaces import SpooledBatch, Target

BATCH = SpooledBatch(7, Target("db", "rp", "ms", "all", "org"), b"m f=1 1\n", 1, (1, 2))

CHANGES = {
    "db": "other",
    "retention_policy": None,
    "precision": "ns",
    "consistency": "any",
    "org": "",
    "points": 2,
    "first": 0,
    "last": None,
    "lines": b"m f=2 1\n",
}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "spool"


@pytest.mark.parametrize("column", CHANGES)
def test_no_column_changes_without_being_noticed(path, column):
    with closing(SQLiteSpool(path)) as spool:
        spool.open()
        spool.append(BATCH)
        assert spool.read(7) == BATCH
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"UPDATE batches SET {column} = ?", (CHANGES[column],))
        connection.commit()
    with closing(SQLiteSpool(path)) as spool:
        assert [each.number for each in spool.open()] == [7]
        with pytest.raises(SpoolDamaged):
            spool.read(7)


def test_text_that_is_no_utf_8_damages_its_row_alone(path):
    with closing(SQLiteSpool(path)) as spool:
        spool.open()
        spool.append(BATCH)
        spool.append(SpooledBatch(8, Target("db"), b"m f=1 1\n", 1))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE batches SET db = CAST(x'ff61' AS TEXT) WHERE number = 7")
        connection.commit()
    with closing(SQLiteSpool(path)) as spool:
        assert [each.number for each in spool.open()] == [7, 8]
        with pytest.raises(SpoolDamaged):
            spool.read(7)
        assert spool.read(8).points == 1


def test_a_file_of_version_1_is_brought_up_to_date(path):
    row = spool_tables.row(BATCH)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(spool_tables.STEPS[0])
        for number, checksum in ((7, zlib.crc32(BATCH.lines)), (8, 12345)):
            changed = {**row, "number": number, "checksum": checksum}
            connection.execute(spool_tables.INSERT, changed)
        connection.execute(f"PRAGMA application_id = {spool_tables.APPLICATION}")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
    with closing(SQLiteSpool(path)) as spool:
        assert len(spool.open()) == 2
        assert spool.read(7) == BATCH
        with pytest.raises(SpoolDamaged):  # it was damaged before
            spool.read(8)
