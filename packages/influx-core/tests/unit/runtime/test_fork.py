"""A forked child is told of the fork, and does not change what it shares with its parent."""

from __future__ import annotations

import asyncio
import gc
import os
import selectors
import socket
from collections.abc import Callable
from contextlib import closing

import pytest

from influx_core._runtime.fork import ForkSafeSelector, new_event_loop, watch_forks

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork"),
    pytest.mark.filterwarnings("ignore:This process:DeprecationWarning"),
]


class Inherited:
    def __init__(self) -> None:
        self.told = 0

    def forked(self) -> None:
        self.told += 1


def told_in_a_child(inherited: Inherited, exit_code: Callable[[int], int]) -> int:
    pid = os.fork()
    if pid == 0:
        os._exit(inherited.told)
    return exit_code(pid)


def test_the_child_is_told_and_the_parent_is_not(exit_code):
    inherited = Inherited()
    watch_forks(inherited)
    assert told_in_a_child(inherited, exit_code) == 1
    assert inherited.told == 0


def test_nothing_is_kept_alive(exit_code):
    inherited = Inherited()
    watch_forks(inherited)
    del inherited
    gc.collect()
    assert told_in_a_child(Inherited(), exit_code) == 0


def test_a_child_does_not_change_what_the_selector_of_its_parent_watches(exit_code):
    ours, theirs = socket.socketpair()
    with closing(ForkSafeSelector()) as selector, ours, theirs:
        selector.register(ours, selectors.EVENT_READ)
        pid = os.fork()
        if pid == 0:
            selector.modify(ours, selectors.EVENT_WRITE)
            selector.unregister(ours)
            selector.close()
            os._exit(0)
        assert exit_code(pid) == 0
        theirs.send(b"x")
        assert [key.fileobj for key, _ in selector.select(60)] == [ours]
        selector.modify(ours, selectors.EVENT_WRITE, "data")
        assert selector.unregister(ours).data == "data"


def test_an_event_loop_of_another_kind_is_left_as_it_is(monkeypatch):
    class Other(asyncio.SelectorEventLoop):
        pass

    with closing(Other()) as other:
        monkeypatch.setattr(asyncio, "new_event_loop", lambda: other)
        assert new_event_loop() is other
        assert not other.is_closed()
