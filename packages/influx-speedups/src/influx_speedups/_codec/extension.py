"""Detects whether the extension was built; installing without a compiler skips it."""

from __future__ import annotations

from importlib.util import find_spec

__all__ = ["available"]


def available() -> bool:
    """Return whether the compiled extension was built; without it, clients use Python code."""
    return find_spec("_influx_speedups") is not None
