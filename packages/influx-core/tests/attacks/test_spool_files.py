"""Two writers on one spool, files that vanish, a disk that fills: nothing acknowledged is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from influx_core._spool.sqlite_spool import SQLiteSpool
from influx_core.errors import SpoolError, SpoolFull, SpoolInUse
from influx_core.interfaces import SpooledBatch, Target

LINE = b"m,t=a f=1.0 1000\n"
TARGET = Target("database", "policy", "ms", "all", "org")


def batch(number: int, lines: bytes = LINE) -> SpooledBatch:
    return SpooledBatch(number, Target("db"), lines, 1, (1000, 1000))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "points.spool"


@pytest.fixture
def spool(path):
    with closing(SQLiteSpool(path)) as spool:
        spool.open()
        for number in range(1, 4):
            spool.append(batch(number))
        yield spool


def numbers(path: Path) -> list[int]:
    with closing(SQLiteSpool(path)) as spool:
        return [each.number for each in spool.open()]


def opened_elsewhere(path: Path) -> str:
    """What another process is told that opens the spool."""
    script = (
        "import sys; from influx_core._spool.sqlite_spool import SQLiteSpool\n"
        "try: SQLiteSpool(sys.argv[1]).open(); print('opened')\n"
        "except Exception as error: print(type(error).__name__)"
    )
    command = [sys.executable, "-c", script, path]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


# Locks


def second_open(path: Path) -> None:
    with suppress(SpoolInUse), closing(SQLiteSpool(path)) as second:
        second.open()


def other_name(path: Path) -> None:
    link = path.with_name("link")
    link.symlink_to(path)
    with closing(SQLiteSpool(link)) as second, pytest.raises(SpoolInUse):
        second.open()


def plain_read(path: Path) -> None:
    path.read_bytes()


def sqlite_read(path: Path) -> None:
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as connection:
        connection.execute("SELECT * FROM batches").fetchall()


@pytest.mark.slow
@pytest.mark.parametrize("disturb", [second_open, other_name, plain_read, sqlite_read])
def test_nothing_in_the_own_process_releases_the_lock(spool, path, disturb):
    disturb(path)
    assert opened_elsewhere(path) == "SpoolInUse"
    spool.append(batch(9))


def test_a_lock_whose_file_was_deleted_is_noticed(spool, path):
    path.with_name("points.spool-lock").unlink()
    with pytest.raises(SpoolError, match="lock was deleted"):
        spool.append(batch(9))


def test_the_lock_ends_with_the_process_that_has_it(path):
    assert opened_elsewhere(path) == "opened"
    assert numbers(path) == []


# Files that vanish


def delete(path: Path) -> None:
    path.unlink()


def delete_log(path: Path) -> None:
    path.with_name(path.name + "-wal").unlink()


def delete_all(path: Path) -> None:
    for each in path.parent.iterdir():
        each.unlink()


def delete_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


def move_away(path: Path) -> None:
    path.rename(path.with_name("moved"))


def truncate(path: Path) -> None:
    os.truncate(path, 0)


def truncate_log(path: Path) -> None:
    os.truncate(path.with_name(path.name + "-wal"), 0)


def replace(path: Path) -> None:
    path.with_name("other").write_bytes(path.read_bytes())
    path.with_name("other").replace(path)


def replace_by_an_empty_spool(path: Path) -> None:
    other = path.with_name("other")
    with closing(SQLiteSpool(other)) as empty:
        empty.open()
    other.replace(path)


@pytest.mark.parametrize(
    "attack",
    [
        *(delete, delete_log, delete_all, delete_folder, move_away, truncate, truncate_log),
        *(replace, replace_by_an_empty_spool),
    ],
)
def test_a_spool_whose_files_are_not_its_own_any_more_keeps_nothing(spool, path, attack):
    attack(path)
    with pytest.raises(SpoolError, match=r"deleted|replaced|truncated"):
        spool.append(batch(9))
    with pytest.raises(SpoolError, match=r"deleted|replaced|truncated"):
        spool.append(batch(10))


@pytest.mark.parametrize("attack", [delete, delete_all, move_away, replace])
def test_what_is_in_a_deleted_spool_can_still_be_delivered(spool, path, attack):
    attack(path)
    assert [spool.read(number).lines for number in (1, 2, 3)] == [LINE] * 3


def test_a_file_that_was_only_touched_is_still_used(spool, path):
    os.utime(path)
    spool.append(batch(9))
    spool.close()
    assert numbers(path) == [1, 2, 3, 9]


def test_a_file_that_was_overwritten_is_noticed(path):
    with closing(SQLiteSpool(path)) as spool:
        spool.open()
        for number in range(1, 150):  # more than what is left in the write-ahead log
            spool.append(batch(number, LINE * 3000))
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * (size - 4096))
        with pytest.raises(SpoolError):
            spool.append(batch(99))


# A disk that fills


@pytest.mark.parametrize("limit", range(20_000, 90_000, 7_000))
def test_a_full_disk_refuses_a_batch_and_keeps_the_others(path, limit):
    """The limit of the size of files stands for the disk; the process is another one."""
    script = """
import resource, signal, sys
from influx_core._spool.sqlite_spool import SQLiteSpool
from influx_core.errors import SpoolError
from influx_core.interfaces import SpooledBatch, Target

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
spool = SQLiteSpool(sys.argv[1])
spool.open()
limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
kept, refused = [], 0
for number in range(1, 60):
    lines = b"m,t=a f=1.0 1000\\n" * 100
    try:
        spool.append(SpooledBatch(number, Target("db"), lines, 100, (1000, 1000)))
    except SpoolError:
        refused += 1
    else:
        kept.append(number)
assert refused
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
spool.append(SpooledBatch(99, Target("db"), lines, 100, (1000, 1000)))
print(*kept, 99)
sys.stdout.flush()
import os
os._exit(0)
"""
    command = [sys.executable, "-c", script, path, str(limit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    kept = [int(number) for number in done.stdout.split()]
    assert set(kept) <= set(numbers(path))
    with closing(SQLiteSpool(path)) as spool:
        spool.open()
        assert all(spool.read(number).points == 100 for number in kept)


def test_the_quota_is_a_full_spool(path):
    with closing(SQLiteSpool(path, max_bytes=40)) as spool:
        spool.open()
        spool.append(batch(1))
        spool.append(batch(2))
        with pytest.raises(SpoolFull):
            spool.append(batch(3))


# Damage


def test_a_flipped_byte_never_changes_where_or_what_a_batch_is(path):
    """Every byte of the file, one after another; what is read is right, or an error."""
    with closing(SQLiteSpool(path)) as spool:
        spool.open()
        spool.append(SpooledBatch(7, TARGET, LINE, 1, (1, 2)))
    sound = path.read_bytes()
    place = sound.rindex(LINE)
    for position in range(place - 60, place + len(LINE)):
        for bit in (0, 3, 7):
            data = bytearray(sound)
            data[position] ^= 1 << bit
            path.write_bytes(data)
            assert read_or_error(path) in ("right", "error"), (position, bit)


def read_or_error(path: Path) -> str:
    with closing(SQLiteSpool(path)) as spool:
        try:
            found = spool.open_as_it_is()
            batches = [spool.read(each.number) for each in found]
        except SpoolError:
            return "error"
    whole = SpooledBatch(7, TARGET, LINE, 1, (1, 2))
    return "right" if batches == [whole] else f"wrong: {batches}"
