"""Decodes line protocol: many lines with the compiled codec, if it is installed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Protocol

from influx_core import DataPoint
from influx_core.lineprotocol import BadLine, Rules, scan
from influx_core.timestamps import Precision

__all__ = ["scan_lines"]

_WORTHWHILE = 20_000
"""With fewer bytes, to import the compiled codec takes longer than it saves."""


class _LineScan(Protocol):
    def __call__(
        self, data: bytes, precision: Precision, default_time: int, *, rules: Rules
    ) -> Iterator[DataPoint | BadLine]: ...


def scan_lines(
    data: bytes, precision: Precision, default_time: int, *, rules: Rules
) -> Iterator[DataPoint | BadLine]:
    """Decode points, as `influx_core.lineprotocol.scan` does with the same arguments."""
    found: _LineScan = scan if len(data) < _WORTHWHILE else _fastest()
    return found(data, precision, default_time, rules=rules)


@cache
def _fastest() -> _LineScan:
    try:
        compiled: _LineScan = import_module("influx_speedups.codec").scan
    except ImportError:
        return scan
    return compiled
