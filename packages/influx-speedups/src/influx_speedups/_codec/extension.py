"""Finds out whether the extension was built: an installation without a compiler has none."""

from __future__ import annotations

from importlib.util import find_spec

__all__ = ["available"]


def available() -> bool:
    """Whether the compiled extension was built; without it, nothing is offered to clients."""
    return find_spec("_influx_speedups") is not None
