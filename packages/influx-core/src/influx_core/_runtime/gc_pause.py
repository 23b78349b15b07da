"""Pauses Python's cyclic garbage collector while many objects are created."""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager

__all__ = ["gc_paused"]


@contextmanager
def gc_paused() -> Generator[None]:
    """Disable the garbage collector within a with block.

    Decoding creates many tuples and lists, none of them part of a cycle, and the collector would
    scan them repeatedly. Use it only for short work that calls no foreign code, because it disables
    the collector of the whole process.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
