"""The spool in a file: what it keeps, what it refuses, and what it does about damage."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from influx_core import ConfigError
from influx_core._spool.sqlite_spool import RESERVE, SQLiteSpool
from influx_core.errors import SpoolError, SpoolFull, SpoolInUse
from influx_core.interfaces import SpooledBatch, Target
from influx_core.spool import main

TARGET = Target("db", "rp", "ms", "quorum", "org")

LEAF = 13
"""The first byte of a page that holds rows, in SQLite's format."""


class DiskUsage(NamedTuple):
    free: int


def batch(number: int, lines: bytes = b"m f=1 1\n") -> SpooledBatch:
    return SpooledBatch(number, TARGET, lines, 1, (1, 1))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "points.spool"


OPENED: list[SQLiteSpool] = []


@pytest.fixture(autouse=True)
def closed_in_the_end():
    yield
    while OPENED:
        OPENED.pop().close()


def opened(path, **options) -> SQLiteSpool:
    spool = SQLiteSpool(path, today=lambda: datetime(2026, 1, 2, tzinfo=UTC), **options)
    OPENED.append(spool)
    spool.open()
    return spool


def filled(path, *numbers: int) -> None:
    spool = opened(path)
    for number in numbers:
        spool.append(batch(number))
    spool.close()


def test_batches_come_back_in_order_after_a_restart(path):
    filled(path, 5, 3, 4)
    spool = SQLiteSpool(path)
    OPENED.append(spool)
    found = spool.open()
    assert [each.number for each in found] == [3, 4, 5]
    assert (found[0].lines, found[0].target, found[0].span) == (b"", TARGET, (1, 1))
    assert spool.read(4) == batch(4)


def test_what_was_removed_does_not_come_back(path):
    filled(path, 1, 2)
    spool = opened(path)
    spool.remove(1)
    spool.remove(77)
    spool.close()
    spool.close()
    assert [each.number for each in spool.open()] == [2]


def test_it_holds_no_more_than_it_may_and_counts_what_was_there(path):
    filled(path, 1)
    spool = opened(path, max_bytes=20)
    spool.append(batch(2))
    with pytest.raises(SpoolFull, match="16 bytes of 20"):
        spool.append(batch(3))
    spool.remove(1)
    spool.append(batch(3))


def test_it_leaves_room_on_the_disk_to_remove_what_was_delivered(path, monkeypatch):
    spool = opened(path)
    spool.append(batch(1, b"m f=1 1\n" * 10_000))
    monkeypatch.setattr("shutil.disk_usage", lambda _: DiskUsage(free=RESERVE + 1_000))
    with pytest.raises(SpoolFull, match="leaves 8 MB of the disk free"):
        spool.append(batch(2, b"m f=1 1\n" * 100))
    spool.remove(1)
    spool.append(batch(2, b"m f=1 1\n" * 9_000))  # into pages that are free in the file
    assert spool.read(2).points == 1


def test_a_second_writer_gets_a_clear_error(path):
    first = opened(path)
    with pytest.raises(SpoolInUse, match="in use by another writer"):
        opened(path)
    first.append(batch(1))
    first.close()
    opened(path).close()


@pytest.mark.parametrize("junk", [b"\x00" * 8192, None])
def test_a_damaged_file_is_set_aside_and_told(path, caplog, junk):
    filled(path, *range(100))
    data = path.read_bytes()
    path.write_bytes(junk or data[:4096] + b"\xff" * 4096 + data[8192:])
    opened(path).append(batch(1))
    (aside,) = path.parent.glob("*.spool.damaged-20260102T000000000000")
    assert aside.read_bytes()[:10] == (junk or data)[:10]
    assert "is damaged" in caplog.text


def test_the_sound_batches_of_a_damaged_file_are_kept(path, caplog):
    large = b"m f=1 1\n" * 2000  # several pages for each batch
    spool = opened(path)
    for number in range(1, 101):
        spool.append(batch(number, large))
    spool.close()
    data = bytearray(path.read_bytes())
    leaves = [start for start in range(8192, len(data), 4096) if data[start] == LEAF]
    middle = leaves[len(leaves) // 2]
    data[middle : middle + 4096] = bytes(4096)
    path.write_bytes(data)
    again = SQLiteSpool(path)
    OPENED.append(again)
    kept = [each.number for each in again.open()]
    assert len(kept) > 80
    assert all(again.read(number) == batch(number, large) for number in kept)
    assert f"{len(kept)} points in {len(kept)} batches" in caplog.text


@pytest.mark.parametrize("name", [b"lines", b"retention_policy", b"batches", b"NULL"])
@pytest.mark.parametrize("byte", [b"\xff", b"x"])
def test_a_damaged_schema_is_a_damaged_file(path, caplog, name, byte):
    filled(path, 1)
    data = path.read_bytes()
    path.write_bytes(data.replace(name, byte + name[1:], 3))
    opened(path).append(batch(2))
    assert "is damaged" in caplog.text
    assert len(list(path.parent.glob("*.spool.damaged-*"))) == 1


def test_a_file_with_a_damaged_name_of_its_format_is_still_a_spool(path, caplog):
    filled(path, 1)
    path.write_bytes(b"junk" * 4 + path.read_bytes()[16:])
    opened(path).append(batch(1))
    assert len(list(path.parent.glob("*.spool.damaged-*"))) == 1


def test_a_new_file_that_is_damaged_is_a_spool(path, caplog):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 3996)
    opened(path).append(batch(1))
    assert len(list(path.parent.glob("*.spool.damaged-*"))) == 1


@pytest.mark.parametrize("text", ["notes", "load,host=a f=1 1\n" * 1000])
def test_a_file_that_is_no_spool_is_refused_and_left_as_it_is(path, text):
    path.write_text(text)
    with pytest.raises(SpoolError, match=r"points\.spool is another kind of file, not a spool"):
        opened(path)
    assert path.read_text() == text
    assert not list(path.parent.glob("*damaged*"))


def test_a_damaged_database_of_another_program_is_left_as_it_is(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE notes (text)")
        connection.execute("INSERT INTO notes VALUES (zeroblob(100000))")
        connection.commit()
    data = path.read_bytes()[:4096] + b"\xff" * 4096
    path.write_bytes(data)
    with pytest.raises(SpoolError, match="is another kind of file"):
        opened(path)
    assert path.read_bytes()[4096:] == data[4096:]
    assert not list(path.parent.glob("*damaged*"))


def test_a_damaged_batch_is_noticed(path):
    filled(path, 1)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE batches SET lines = x'00'")
    connection.close()
    with pytest.raises(SpoolError, match=r"batch 1 .* is damaged"):
        opened(path).read(1)


def test_the_database_of_another_program_is_left_alone(path):
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE theirs (a)")
    connection.close()
    with pytest.raises(SpoolError, match="another program"):
        opened(path)


def test_a_file_of_a_newer_version_is_refused_and_left_alone(path):
    filled(path, 1)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(SpoolError, match=r"version 99.*upgrade"):
        opened(path)


def test_a_spool_that_is_not_open_says_so(path):
    with pytest.raises(SpoolError, match="not open"):
        SQLiteSpool(path).append(batch(1))


def test_the_file_is_for_its_owner_alone(path):
    filled(path, 1)
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("options", [{"synchronous": "off"}, {"max_bytes": 0}])
def test_options_that_make_no_sense_are_refused(path, options):
    with pytest.raises(ConfigError, match="sqlite spool"):
        SQLiteSpool(path, **options)


@pytest.mark.parametrize("name", ["no/such/folder/spool", "."])
def test_a_place_where_no_file_can_be_is_told(tmp_path, name):
    with pytest.raises(SpoolError, match=r"cannot be used"):
        opened(tmp_path / name)


# The command line


def test_the_command_line_lists_and_shows(path, capsys):
    filled(path, 7)
    assert main(["ls", str(path)]) == main(["show", str(path), "7"]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == ["7\t1\tdb\trp\tms", "m f=1 1"]


@pytest.mark.parametrize(
    "arguments", [["verify"], ["ls"], ["show", "1"], ["replay", "http://localhost:1"]]
)
def test_the_command_line_leaves_a_damaged_file_as_it_is(path, capsys, arguments):
    filled(path, 1)
    assert main(["verify", str(path)]) == 0
    path.write_bytes(b"junk" * 1000)
    assert main([arguments[0], str(path), *arguments[1:]]) == 1
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert path.read_bytes() == b"junk" * 1000
    assert "not a database" in "".join(capsys.readouterr())


def test_the_command_line_replays(path, fake_url, capsys):
    spool = opened(path)
    spool.append(SpooledBatch(1, Target("spooled"), b"m f=1 1\n", 1))
    spool.close()
    assert main(["replay", str(path), fake_url]) == 1
    assert "database not found" in capsys.readouterr().err
    create(fake_url)
    assert main(["replay", str(path), fake_url]) == 0
    assert main(["ls", str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "number\tpoints\tdb\tretention_policy\tprecision"
    ]


def test_the_command_line_replays_what_is_sound_and_tells_what_is_not(path, fake_url, capsys):
    spool = opened(path)
    for number in (1, 2):
        spool.append(SpooledBatch(number, Target("spooled"), b"m f=1 1\n", 1))
    spool.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE batches SET lines = x'00' WHERE number = 1")
        connection.commit()
    create(fake_url)
    assert main(["replay", str(path), fake_url]) == 1
    printed = capsys.readouterr()
    assert "batch 1 of the spool" in printed.err
    assert printed.out == "1 points\n"
    capsys.readouterr()
    assert main(["ls", str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("1\t1\tspooled")


def create(url: str) -> None:
    from influx_core import blocking

    with blocking.InfluxDBClient(url) as client:
        client.create_database("spooled")


def test_the_command_line_says_that_there_is_nothing(path, capsys):
    assert main(["ls", str(path)]) == 1
    assert "there is no spool" in capsys.readouterr().err
