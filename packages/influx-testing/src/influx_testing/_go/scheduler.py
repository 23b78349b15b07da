"""The number of processors of the imitated Go program."""

from __future__ import annotations

__all__ = ["GOMAXPROCS"]

GOMAXPROCS = 2
"""A real server takes as many as the machine has, and its answers to some queries depend on it."""
