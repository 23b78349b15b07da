"""Pauses Python's cyclic garbage collector while many objects are created."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["gc_paused"]


@contextmanager
def gc_paused() -> Iterator[None]:
    """Keep the collector from looking at what is being built.

    Rows are tuples and lists by the ten thousand, and none is part of a cycle; the collector would
    look at all of them again and again. Only for work that ends soon and calls no strange code:
    the collector is the whole process's.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
