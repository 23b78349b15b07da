"""Keeps a forked process from using, or closing, what it shares with its parent."""

from __future__ import annotations

import asyncio
import os
import selectors
import weakref
from typing import Any, Protocol

__all__ = ["ForkSafeSelector", "Inherited", "new_event_loop", "watch_forks"]


class Inherited(Protocol):
    """An object that a forked process must not use, although it has a copy of it."""

    def forked(self) -> None:
        """Become unusable, without changing anything that is shared with the parent process."""
        ...


class ForkSafeSelector(selectors.DefaultSelector):
    """A selector that is only changed by the process that created it.

    An epoll object is shared with forked processes. Sockets that are closed there, such as by the
    destructors at their exit, would be removed from it, and the parent would wait for them forever.
    """

    def __init__(self) -> None:
        super().__init__()
        self._process = os.getpid()

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        """Stop to watch a file, unless this is a forked process."""
        if os.getpid() != self._process:
            return self.get_key(fileobj)
        return super().unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """Watch other events of a file, unless this is a forked process."""
        if os.getpid() != self._process:
            return self.get_key(fileobj)
        return super().modify(fileobj, events, data)


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Return a new event loop of the kind that is set, with a `ForkSafeSelector` if it can be."""
    loop = asyncio.new_event_loop()
    if not hasattr(os, "fork") or type(loop) is not asyncio.SelectorEventLoop:
        return loop
    loop.close()
    return asyncio.SelectorEventLoop(ForkSafeSelector())


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
