"""DeadLetterFile: whole letters or none, on a disk that fills and after a process that died."""

from __future__ import annotations

import os
import threading

import pytest

from influx_core._batch.failure_handling.dead_letter_file import DeadLetterFile
from influx_core.errors import ConfigError
from influx_core.lineprotocol import decode

LINES = b'm f=1 1700000000000000001\nm s="two\nlines" 1700000000000000002\n'


@pytest.fixture
def path(tmp_path):
    return tmp_path / "dead.lp"


@pytest.fixture
def file(path):
    return DeadLetterFile(path)


def times(path) -> list[int]:
    return [point.timestamp for point in decode(path.read_bytes())]


def test_a_letter_can_be_written_again(file, path):
    file.append(b"# why", LINES)
    file.append(b"# why", LINES)
    assert path.read_bytes().startswith(b"# why [%d bytes]\nm f=1 " % len(LINES))
    assert times(path) == [1700000000000000001, 1700000000000000002] * 2


def test_the_file_is_for_its_owner_alone(file, path):
    file.append(b"# why", LINES)
    assert path.stat().st_mode & 0o077 == 0


def test_a_letter_that_a_dying_process_tore_is_no_point(file, path):
    file.append(b"# why", LINES)
    first = path.read_bytes()
    file.append(b"# why", LINES)
    whole = path.read_bytes()
    for size in range(len(first) + 1, len(whole)):
        path.write_bytes(whole[:size])
        DeadLetterFile(path).append(b"# later", b"m f=3 1700000000000000003\n")
        assert times(path) == [*(1700000000000000000 + n for n in (1, 2, 3))], size
        DeadLetterFile(path).append(b"# later", b"m f=4 1700000000000000004\n")
        assert times(path) == [*(1700000000000000000 + n for n in (1, 2, 3, 4))], size


def test_what_was_torn_is_still_there_as_a_comment(file, path):
    file.append(b"# why", LINES)
    path.write_bytes(path.read_bytes()[:-8])
    file.append(b"# later", b"m f=3 3\n")
    assert rb'# torn: m s="two' in path.read_bytes()


def test_lines_of_somebody_else_are_left_alone(file, path):
    path.write_bytes(b"n f=7 1700000000000000007\n")
    file.append(b"# why", LINES)
    assert times(path)[0] == 1700000000000000007
    assert len(times(path)) == 3


@pytest.mark.parametrize("room", range(0, 130, 7))
def test_a_full_disk_leaves_the_file_as_it_was(file, path, monkeypatch, room):
    file.append(b"# why", LINES)
    before, write = path.read_bytes(), os.write

    def full(descriptor: int, data: bytes) -> int:
        left = len(before) + room - os.lseek(descriptor, 0, os.SEEK_CUR)
        if left <= 0:
            raise OSError(28, "No space left on device")
        return write(descriptor, data[:left])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        if room < len(LINES) + len(b"# why [66 bytes]\n"):
            with pytest.raises(OSError, match="No space"):
                file.append(b"# why", LINES)
            assert path.read_bytes() == before
    file.append(b"# later", b"m f=3 3\n")
    assert times(path)[-1] == 3


def test_a_file_that_another_one_took_the_place_of_is_looked_at_anew(file, path):
    file.append(b"# why", LINES)
    path.unlink()
    file.append(b"# why", LINES)
    assert len(times(path)) == 2


def test_several_writers_may_use_one_file(path):
    def work(number: int) -> None:
        file = DeadLetterFile(path)
        for _ in range(50):
            file.append(b"# why", b"m f=%d %d\n" % (number, number))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(times(path)) == sorted([1, 2, 3, 4] * 50)


def test_a_path_that_can_be_written_is_accepted_and_not_created(tmp_path):
    DeadLetterFile(tmp_path / "new").check()
    assert not (tmp_path / "new").exists()
    (tmp_path / "old").write_bytes(b"m f=1 1\n")
    DeadLetterFile(tmp_path / "old").check()
    assert (tmp_path / "old").read_bytes() == b"m f=1 1\n"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no/such/letters", "cannot be created: its folder does not exist, or is not writable"),
        (".", "cannot be written: .*Is a directory"),
        ("pipe", "cannot be read: .*Illegal seek"),
        ("spool", "is an SQLite file, such as a spool: name another file"),
    ],
)
def test_a_path_that_cannot_be_written_is_told_before_there_are_letters(tmp_path, name, said):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "spool").write_bytes(b"SQLite format 3\x00" + bytes(100))
    with pytest.raises(ConfigError, match=said):
        DeadLetterFile(tmp_path / name).check()
