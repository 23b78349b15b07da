"""Damage in the write-ahead log of a spool: told, and what is behind it is still delivered."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from influx_core._spool.sqlite_spool import SQLiteSpool
from influx_core._spool.write_ahead_log import damage_in, repaired
from influx_core.errors import SpoolDamaged, SpoolError
from influx_core.interfaces import SpooledBatch, Target
from influx_core.spool import main

FRAME = 24 + 4096


def batch(number: int) -> SpooledBatch:
    lines = b"m f=%d %d\n" % (number, number) * 600
    return SpooledBatch(number, Target("db"), lines, 600, (number, number))


FILL_AND_DIE = """
import os, signal, sys
from influx_core._spool.sqlite_spool import SQLiteSpool
from influx_core.interfaces import SpooledBatch, Target

spool = SQLiteSpool(sys.argv[1])
spool.open()
for number in (1, 2, 3):
    lines = b"m f=%d %d\\n" % (number, number) * 600
    spool.append(SpooledBatch(number, Target("db"), lines, 600, (number, number)))
spool.remove(1)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def killed(tmp_path_factory) -> dict[str, bytes]:
    """The files of a spool whose process was killed: batches 2 and 3 are in it, 1 was removed."""
    path = tmp_path_factory.mktemp("killed") / "points.spool"
    run = subprocess.run([sys.executable, "-c", FILL_AND_DIE, path], check=False)
    assert run.returncode == -signal.SIGKILL
    return {each.name: each.read_bytes() for each in path.parent.iterdir()}


@pytest.fixture
def log(killed) -> bytes:
    return killed["points.spool-wal"]


@pytest.fixture
def restore(tmp_path, killed):
    """Writes the files again, with another log; returns the path of the spool."""

    def write(log: bytes) -> Path:
        for name, data in {**killed, "points.spool-wal": log}.items():
            (tmp_path / name).write_bytes(data)
        return tmp_path / "points.spool"

    return write


def flipped(log: bytes, offset: int) -> bytes:
    copy = bytearray(log)
    copy[offset] ^= 0x10
    return bytes(copy)


def sound_batches(path: Path) -> dict[int, SpooledBatch]:
    spool = SQLiteSpool(path)
    found = {}
    for each in spool.open():
        try:
            found[each.number] = spool.read(each.number)
        except SpoolDamaged:
            logging.getLogger("test").error("batch %d is damaged", each.number)
    spool.close()
    return found


def test_the_log_of_a_killed_process_is_sound(log, restore):
    assert damage_in(log) is None
    assert sound_batches(restore(log)) == {2: batch(2), 3: batch(3)}


@pytest.mark.parametrize("offset", range(0, 32, 5))
def test_damage_in_the_header_of_the_log_loses_nothing(log, restore, caplog, offset):
    assert sound_batches(restore(flipped(log, offset))) == {2: batch(2), 3: batch(3)}
    assert "the header of its write-ahead log is damaged" in caplog.text


@pytest.mark.parametrize("offset", [0, 4, 8, 12, 16, 20, 24 + 3000])
def test_a_damaged_frame_is_told_and_what_is_behind_it_is_kept(log, restore, caplog, offset):
    frames = (len(log) - 32) // FRAME
    for number in range(frames - 1):
        caplog.clear()
        path = restore(flipped(log, 32 + number * FRAME + offset))
        found = sound_batches(path)
        assert all(found[each] == batch(each) for each in found if each != 1)
        assert "is damaged" in caplog.text
        assert "points in" in caplog.text
        (aside,) = path.parent.glob("points.spool.damaged-*-wal")
        assert aside.stat().st_size == len(log)
        for each in path.parent.iterdir():
            each.unlink()


def test_a_damaged_frame_behind_which_everything_was_written_again_loses_nothing(log, restore):
    """The first pages of the log are older versions of later ones."""
    assert sound_batches(restore(flipped(log, 32 + 24 + 2000))) == {2: batch(2), 3: batch(3)}


def test_damage_behind_a_symbolic_link_is_found(log, restore, tmp_path):
    target = restore(flipped(log, 40))
    link = tmp_path / "link.spool"
    link.symlink_to(target)
    assert sound_batches(link) == {2: batch(2), 3: batch(3)}
    assert link.is_symlink()
    assert len(list(tmp_path.glob("points.spool.damaged-*-wal"))) == 1


def test_a_transaction_that_was_cut_off_is_no_damage(log, restore):
    for end in (len(log) - 1, len(log) - FRAME, 32 + FRAME - 1, 31, 0):
        assert damage_in(log[:end]) is None
    uncommitted = bytearray(log[-FRAME:])
    uncommitted[4:8] = bytes(4)
    assert damage_in(log + uncommitted) is None


def test_frames_from_before_the_log_was_begun_anew_are_no_damage(tmp_path):
    path = tmp_path / "points.spool"
    spool = SQLiteSpool(path, synchronous="normal")
    spool.open()
    large = SpooledBatch(1, Target("db"), b"m f=1 1\n" * 600_000, 600_000, (1, 1))
    spool.append(large)  # more pages than SQLite keeps in the log
    spool.append(batch(2))
    log = Path(f"{path}-wal").read_bytes()
    spool.close()
    assert len(log) > 4_000_000
    assert damage_in(log) is None


def test_a_log_of_the_other_byte_order_is_read(log):
    again = repaired(log)
    assert damage_in(again) is None
    swapped = b"\x37\x7f\x06\x83" + again[4:]
    assert damage_in(swapped) == "the header of its write-ahead log is damaged"
    assert repaired(swapped) == again


def test_a_log_without_frames_is_repaired_to_one(log):
    assert damage_in(repaired(b"")) is None
    assert len(repaired(log[:40])) == 32


@pytest.mark.parametrize("command", ["verify", "ls"])
def test_the_command_line_tells_a_damaged_log_and_leaves_it(log, restore, capsys, command):
    damaged = flipped(log, 32 + FRAME + 100)
    path = restore(damaged)
    assert main([command, str(path)]) == 1
    assert "frame 2 of its write-ahead log is damaged" in "".join(capsys.readouterr())
    assert Path(f"{path}-wal").read_bytes() == damaged


def test_sound_batches_that_find_no_room_are_told(log, restore, caplog, monkeypatch):
    def full(*_arguments: object) -> None:
        raise SpoolError("there is no room")

    monkeypatch.setattr(SQLiteSpool, "append", full)
    assert sound_batches(restore(flipped(log, 40))) == {}
    assert "was not read: there is no room" in caplog.text
    assert "0 points in 0 batches" in caplog.text
