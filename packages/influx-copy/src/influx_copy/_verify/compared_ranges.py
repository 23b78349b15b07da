"""ComparedRanges: tells what of a copy was compared, so that the rest of it can be found."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from influx_copy._row_selection import rows_of_batch
from influx_copy.interfaces import ALL_TIME, ColumnarBatch, CopyRange

__all__ = ["ComparedRanges"]

_Names = tuple[str, str, str]
"""Database, policy and measurement; an empty policy is any."""

_Span = tuple[int, int]
"""Start and stop."""


class ComparedRanges:
    """The ranges of a copy that were compared, by their names in the copy."""

    def __init__(self, ranges: Iterable[CopyRange]) -> None:
        found: dict[_Names, list[_Span]] = {}
        for range_ in ranges:
            names = (range_.database, range_.policy, range_.measurement)
            found.setdefault(names, []).append((range_.start, range_.stop))
        self._spans = {names: _united(spans) for names, spans in found.items()}

    @property
    def databases(self) -> tuple[str, ...]:
        """The databases of the copy."""
        return tuple(dict.fromkeys(database for database, _, _ in self._spans))

    @property
    def policies(self) -> tuple[str, ...]:
        """The policies of the copy; empty for any."""
        found = tuple(dict.fromkeys(policy for _, policy, _ in self._spans))
        return () if "" in found else found

    def rest(self, range_: CopyRange) -> Iterator[CopyRange]:
        """Yield the parts in time of a range of the copy that were not compared.

        A part of a file is yielded as a whole, unless all of it was compared.
        """
        gaps = list(_gaps((range_.start, range_.stop), self._of(range_, range_.measurement)))
        if range_.part:
            yield from [range_] if gaps else []
            return
        for start, stop in gaps:
            yield replace(range_, start=start, stop=stop)

    def outside(self, range_: CopyRange, batch: ColumnarBatch) -> ColumnarBatch:
        """The points of a batch of a range of the copy that were not compared."""
        spans = self._of(range_, batch.measurement)
        times = batch.times.to_list()
        if not spans or not times:
            return batch
        rows = [at for at, time in enumerate(times) if not _within(time, spans)]
        return rows_of_batch(batch, rows)

    def _of(self, range_: CopyRange, measurement: str) -> Sequence[_Span]:
        for policy in (range_.policy, ""):
            if found := self._spans.get((range_.database, policy, measurement)):
                return found
        if not range_.policy:  # a file that does not say it
            every = [
                span
                for (database, _, name), spans in self._spans.items()
                if (database, name) == (range_.database, measurement)
                for span in spans
            ]
            return _united(every)
        return ()


def _united(spans: Iterable[_Span]) -> list[_Span]:
    """Spans in order that do not touch one another."""
    united: list[_Span] = []
    for start, stop in sorted(spans):
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(stop, united[-1][1]))
        else:
            united.append((start, stop))
    return united


def _gaps(whole: _Span, spans: Iterable[_Span]) -> Iterator[_Span]:
    at = whole[0]
    for start, stop in spans:
        if at < min(start, whole[1]):
            yield at, min(start, whole[1])
        at = max(at, stop)
    if at < whole[1]:
        yield at, whole[1]


def _within(time: int, spans: Sequence[_Span]) -> bool:
    at = bisect_right(spans, (time, ALL_TIME[1] + 1)) - 1
    return at >= 0 and time < spans[at][1]
