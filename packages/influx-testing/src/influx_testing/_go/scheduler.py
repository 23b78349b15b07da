"""The number of processors of the imitated Go program."""

from __future__ import annotations

__all__ = ["GOMAXPROCS"]

GOMAXPROCS = 2
"""A real server uses the number of its machine, and the results of some queries depend on it."""
