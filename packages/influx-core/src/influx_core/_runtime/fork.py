"""Notifies objects after a fork, so that the child does not use resources of the parent."""

from __future__ import annotations

import os
import weakref
from typing import Protocol

__all__ = ["Inherited", "watch_forks"]


class Inherited(Protocol):
    """An object that a forked process must not use, although it has a copy of it."""

    def forked(self) -> None:
        """Become unusable, without changing anything that is shared with the parent process."""
        ...


_watching: weakref.WeakSet[Inherited] = weakref.WeakSet()


def watch_forks(inherited: Inherited) -> None:
    """Call the `forked` method of an object in every process that is forked from this one."""
    _watching.add(inherited)


def _in_the_child() -> None:
    for inherited in list(_watching):
        inherited.forked()
    _watching.clear()


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows
    os.register_at_fork(after_in_child=_in_the_child)
