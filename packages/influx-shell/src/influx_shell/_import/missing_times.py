"""Gives lines without a time a time each, so that none replaces another one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from influx_core.codec import is_timed
from influx_core.timestamps import UNIT_NS, Precision

__all__ = ["MissingTimes", "NumberedLine"]

NumberedLine = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class MissingTimes:
    """The times of the lines of one file that have none: each line's number gives its time.

    So a line that is sent again, also by a resumed import, gets the same time again.

    Args:
        start: the nanoseconds of a line with the number 0.
        precision: the unit of the other lines' times.
    """

    start: int
    precision: Precision

    def added(self, lines: Iterable[NumberedLine]) -> bytes:
        """Return the lines, all with their time in nanoseconds."""
        return b"".join(b"%b\n" % self._timed(number, line) for number, line in lines)

    def _timed(self, number: int, line: bytes) -> bytes:
        if not is_timed(line):
            return b"%b %d" % (line, self.start + number)
        if self.precision == "ns":
            return line
        point, _, time = line.rpartition(b" ")
        return b"%b %d" % (point, int(time) * UNIT_NS[self.precision])
