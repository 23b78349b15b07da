"""Objects are told of a fork in the child, and in the child alone."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable

import pytest

from influx_core._runtime.fork import watch_forks

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
