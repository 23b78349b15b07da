"""Finds bodies that must be sent in order: they hold points of the same series and time."""

from __future__ import annotations

from influx_core.interfaces import LineSummarizer, LineSummary, PointKeys
from influx_core.timestamps import Precision

__all__ = ["BodyPoints"]


class BodyPoints:
    """Lines that all have times, and what is known of their points.

    Args:
        summarizer: tells the keys of points.
        data: the lines.
        summary: what they hold.
        precision: the unit of the times.
    """

    def __init__(
        self, summarizer: LineSummarizer, data: bytes, summary: LineSummary, precision: Precision
    ) -> None:
        self.data = data
        self.summary = summary
        self.precision = precision
        self._summarizer = summarizer
        self._keys: dict[bool, PointKeys | None] = {}

    def may_replace(self, other: BodyPoints) -> bool:
        """Whether some points may have the series, the time and a field of one of another body.

        The points are compared only if the times of both bodies overlap.
        """
        if self.precision != other.precision:
            return True  # keys of different units cannot be compared; few files mix them
        if not self._overlaps(other):
            return False
        mine, theirs = self.keys(by_field=True), other.keys(by_field=True)
        if mine is None or theirs is None:
            mine, theirs = self.keys(by_field=False), other.keys(by_field=False)
        return mine is None or theirs is None or not mine.isdisjoint(theirs)

    def keys(self, *, by_field: bool) -> PointKeys | None:
        """Return the keys of the points; see `LineSummarizer.keys`."""
        if by_field not in self._keys:
            self._keys[by_field] = self._summarizer.keys(self.data, by_field=by_field)
        return self._keys[by_field]

    def _overlaps(self, other: BodyPoints) -> bool:
        """Whether the times of both bodies overlap."""
        mine, theirs = self.summary, other.summary
        if mine.earliest is None or mine.latest is None:
            return False
        if theirs.earliest is None or theirs.latest is None:
            return False
        return mine.earliest <= theirs.latest and theirs.earliest <= mine.latest
