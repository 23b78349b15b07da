"""CompiledLineSummarizer: tells what blocks of line protocol hold, in compiled code."""

from __future__ import annotations

import _influx_speedups as compiled
from influx_core.codec import LONGEST_STRING
from influx_core.interfaces import LineSummary

__all__ = ["CompiledLineSummarizer"]


class CompiledLineSummarizer:
    """Summarizes blocks of line protocol; see `influx_core.interfaces.LineSummarizer`."""

    def summarize(self, data: bytes, *, final: bool = False) -> LineSummary:
        """Tell where the last whole line ends, and what the lines before it hold."""
        found = LineSummary(*compiled.summarize_lines(data, final))
        if len(data) - found.end > LONGEST_STRING:
            whole = data[: data.rfind(b"\n") + 1]
            return LineSummary(*compiled.summarize_lines(whole, True))
        return found

    def keys(self, data: bytes, *, by_field: bool = False) -> CompiledPointKeys | None:
        """Return the keys of all points, which are hashes."""
        found = compiled.point_keys(data, by_field)
        return None if found is None else CompiledPointKeys(*found)


class CompiledPointKeys:
    """Keys of points in native memory; see `influx_core.interfaces.PointKeys`.

    Args:
        count: the number of different keys.
        table: the keys.
    """

    __slots__ = ("_count", "_table")

    def __init__(self, count: int, table: bytes) -> None:
        self._count = count
        self._table = table

    def __len__(self) -> int:
        return self._count

    def isdisjoint(self, other: CompiledPointKeys, /) -> bool:
        """Whether no key is among the others."""
        return not compiled.share_keys(self._table, other._table)
