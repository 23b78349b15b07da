"""Pauses the cyclic garbage collector while a large tree is created.

A tree of a million nodes contains no garbage, but the collector would scan it repeatedly. In a
measurement, this took half of the time for a text of 200 kB, and more for a longer one.
"""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

LARGE: Final = 50_000
"""The number of characters of a text from which pausing is useful."""


@contextmanager
def paused_collection(size: int) -> Generator[None, None, None]:
    """Pause the collector for a text of `LARGE` characters or more, then enable it again."""
    if size < LARGE or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
