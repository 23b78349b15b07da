"""Locks that belong to an open file, not to the process."""

from __future__ import annotations

import os
import threading

import pytest

from influx_core._runtime.file_lock import LockFile, locked


@pytest.fixture
def path(tmp_path):
    return tmp_path / "lock"


def test_one_holder_at_a_time(path):
    first, second = LockFile(path), LockFile(path)
    assert first.acquire()
    assert not second.acquire()
    assert first.in_place
    first.release()
    first.release()
    assert second.acquire()
    second.release()
    assert not path.exists()


def test_opening_and_closing_the_file_does_not_release_the_lock(path):
    first = LockFile(path)
    first.acquire()
    path.read_bytes()
    assert not LockFile(path).acquire()
    first.release()


@pytest.mark.parametrize("how", ["deleted", "replaced"])
def test_a_lock_whose_file_is_gone_is_not_in_place(path, how):
    lock = LockFile(path)
    lock.acquire()
    path.rename(path.with_name("moved"))
    if how == "replaced":
        path.write_bytes(b"")
    assert not lock.in_place
    lock.release()
    assert path.exists() is (how == "replaced")  # it is somebody else's


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_child_that_forgets_the_lock_does_not_release_it(path, exit_code):
    lock = LockFile(path)
    lock.acquire()
    pid = os.fork()
    if pid == 0:
        lock.forget()
        os._exit(0)
    assert exit_code(pid) == 0
    assert not LockFile(path).acquire()
    lock.release()


def test_an_open_file_is_locked_for_a_while(path):
    path.write_bytes(b"")
    order: list[int] = []
    inside = threading.Event()

    def second() -> None:
        inside.wait(30)
        with path.open() as file, locked(file.fileno()):
            order.append(2)

    thread = threading.Thread(target=second)
    thread.start()
    with path.open() as file, locked(file.fileno()):
        inside.set()
        order.append(1)
    thread.join(30)
    assert order == [1, 2]
