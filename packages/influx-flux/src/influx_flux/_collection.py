"""Pauses the cyclic garbage collector while a large tree is made.

A tree of a million nodes has no garbage, and the collector would go through it again and again:
measured, it takes half of the time for a text of 200 kB, and more for a longer one.
"""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

LARGE: Final = 50_000
"""How many characters a text has for which it is worth it."""


@contextmanager
def paused_collection(size: int) -> Generator[None, None, None]:
    """Pause the collector for a text of that size; it goes on afterwards if it did before."""
    if size < LARGE or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
