"""Line summarizers: they tell what blocks of line protocol hold, without decoding them."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

__all__ = ["LineSummarizer", "LineSummary", "PointKeys"]


class LineSummary(NamedTuple):
    """What a block of line protocol holds, up to the end of its last whole line.

    Attributes:
        end: the offset after the last line end that later data cannot move into a string.
        newlines: the newlines before it, those in strings included.
        points: the lines that are neither empty nor comments.
        timed: whether all of these end with a time.
        comments: whether there are comments.
        earliest: the smallest of the times, in the unit of the lines; None without a time. A time
            beyond 64 bits counts as the nearest integer that has them.
        latest: the largest of the times.
    """

    end: int
    newlines: int
    points: int
    timed: bool
    comments: bool
    earliest: int | None
    latest: int | None


class PointKeys(Protocol):
    """The keys of some points, by which points are found that replace each other.

    Points of one series with the same time have the same key, however the tags are ordered and
    escaped; others seldom have. Keys can be compared with those of the same summarizer.
    """

    def __len__(self) -> int:
        """The number of different keys."""
        ...

    def isdisjoint(self, other: Any, /) -> bool:
        """Whether no key is among the others."""
        ...


class LineSummarizer(Protocol):
    """Tells what blocks of line protocol hold, for programs that pass lines on. Stateless.

    Lines are not decoded: a line that is no point counts as one.
    """

    def summarize(self, data: bytes, *, final: bool = False) -> LineSummary:
        """Tell where the last whole line of a block ends, and what the lines before it hold.

        A string that has not ended after `influx_core.codec.LONGEST_STRING` bytes is none: its
        quote is an ordinary character.

        Args:
            data: lines, from the start of one.
            final: whether no more data follows: the rest is a line, too, and a quote without an
                end opens no string.
        """
        ...

    def keys(self, data: bytes, *, by_field: bool = False) -> PointKeys | None:
        """Return the keys of all points.

        Args:
            data: whole lines that have times.
            by_field: whether points with the same time and different fields have different keys.

        Returns:
            None if `by_field` is true and a line may have several fields.
        """
        ...
