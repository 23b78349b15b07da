"""The number of processors of the imitated Go program."""

from __future__ import annotations

__all__ = ["GOMAXPROCS"]

GOMAXPROCS = 2
"""The fake always has two processors, because the results of some queries depend on the number.

A real server uses the number of processors of its machine.
"""
