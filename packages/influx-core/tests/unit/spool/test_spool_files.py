"""SpoolFiles: whether the files of a spool are still its own."""

from __future__ import annotations

import os

import pytest

from influx_core._spool.spool_files import SpoolFiles


@pytest.fixture
def path(tmp_path):
    (tmp_path / "spool").write_bytes(b"x" * 10)
    (tmp_path / "spool-wal").write_bytes(b"x" * 10)
    return tmp_path / "spool"


@pytest.fixture
def files(path):
    files = SpoolFiles(path)
    files.remember()
    return files


def test_files_that_grow_are_in_place(files, path):
    path.write_bytes(b"x" * 20)
    assert files.lost() is None
    assert files.touched
    files.remember()
    assert not files.touched


@pytest.mark.parametrize("name", ["spool", "spool-wal"])
def test_what_happened_is_said_with_the_name_of_the_file(files, path, name):
    each = path.with_name(name)
    os.truncate(each, 5)
    assert files.lost() == f"{each} was truncated while it was in use"
    each.unlink()
    assert files.lost() == f"{each} was deleted while it was in use"
    each.with_name("other").write_bytes(b"x" * 99)
    each.with_name("other").replace(each)
    assert files.lost() in (
        f"{each} was replaced by another file while it was in use",
        None,  # the new file has got the number of the old one
    )


def test_a_log_that_comes_later_is_no_loss(path):
    path.with_name("spool-wal").unlink()
    files = SpoolFiles(path)
    files.remember()
    path.with_name("spool-wal").write_bytes(b"x")
    assert files.lost() is None
