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

    def keys(self, data: bytes, *, by_field: bool = False) -> frozenset[object] | None:
        """Return hashes of points, which are equal for points that replace each other."""
        return compiled.point_keys(data, by_field)
