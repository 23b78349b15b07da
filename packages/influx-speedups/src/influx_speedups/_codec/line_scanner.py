"""Decodes line protocol: regular lines in compiled code, all others with influx_core."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import _influx_speedups as compiled
from influx_core import DataPoint
from influx_core.codec import decode_with, scan_with
from influx_core.lineprotocol import decode as decode_in_python
from influx_core.lineprotocol import scan as scan_in_python

if TYPE_CHECKING:
    from collections.abc import Iterator

    from influx_core.lineprotocol import BadLine, Rules
    from influx_core.timestamps import Precision

__all__ = ["CompiledLineScanner", "decode", "scan"]

_BLOCK = 1000
"""The points that are read before the first is given out."""


class CompiledLineScanner:
    """Scans regular lines in compiled code; see `influx_core.codec.LineScanner`.

    Args:
        data: the lines.
        unit: the unit of the timestamps, in nanoseconds.
        default_time: the time of lines without a timestamp, in nanoseconds.
        block: the largest number of points to read at once.
    """

    def __init__(self, data: bytes, unit: int, default_time: int | None, block: int) -> None:
        self._reader = compiled.line_reader(data, unit, default_time, DataPoint)
        self._block = block

    def scan(self, position: int) -> tuple[list[DataPoint], int]:
        """Read lines from the start of one."""
        return compiled.read_lines(self._reader, position, self._block)


def decode(
    data: bytes,
    precision: Precision = "ns",
    default_time: int | None = None,
    *,
    rules: Rules = "v2",
) -> list[DataPoint]:
    """Decode points, exactly as `influx_core.lineprotocol.decode` does.

    Raises:
        ConfigError: the precision or the rules are unknown.
        DecodeError: a line is invalid; the error has its number, the column and the reason.
    """
    if type(data) is not bytes:
        return decode_in_python(data, precision, default_time, rules=rules)
    scanner = partial(CompiledLineScanner, block=max(len(data), 1))
    return decode_with(scanner, data, precision, default_time, rules=rules)


def scan(
    data: bytes,
    precision: Precision = "ns",
    default_time: int | None = None,
    *,
    rules: Rules = "v2",
) -> Iterator[DataPoint | BadLine]:
    """Decode points, and continue after invalid lines, as `influx_core.lineprotocol.scan` does."""
    if type(data) is not bytes:
        return scan_in_python(data, precision, default_time, rules=rules)
    scanner = partial(CompiledLineScanner, block=_BLOCK)
    return scan_with(scanner, data, precision, default_time, rules=rules)
