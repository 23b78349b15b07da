"""FileFingerprints: the fingerprints of many ranges of a copy, of which each file is read once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from influx_copy._row_selection import rows_of_batch
from influx_copy._verify.fingerprint import Fingerprinter
from influx_copy.interfaces import ALL_TIME, ColumnarBatch, CopyRange

__all__ = ["FileFingerprints", "holds_many_ranges"]


class FileFingerprints:
    """Distributes the points of files to the ranges in which they are.

    Args:
        ranges: ranges of one database and policy that have a measurement, and do not overlap.
        one_in: as for `Fingerprinter`.
    """

    def __init__(self, ranges: Iterable[CopyRange], one_in: int) -> None:
        self._found = {range_: Fingerprinter(one_in) for range_ in ranges}
        self._ranges: dict[str, list[CopyRange]] = {}
        for range_ in sorted(self._found, key=lambda range_: range_.start):
            self._ranges.setdefault(range_.measurement, []).append(range_)
        self._starts = {
            name: [range_.start for range_ in ranges] for name, ranges in self._ranges.items()
        }

    def __getitem__(self, range_: CopyRange) -> Fingerprinter:
        """What was found in a range."""
        return self._found[range_]

    def add(self, batch: ColumnarBatch) -> None:
        """Take the points of a batch; those outside all ranges are left out."""
        ranges = self._ranges.get(batch.measurement, [])
        starts = self._starts.get(batch.measurement, [])
        rows: dict[CopyRange, list[int]] = {}
        for row, time in enumerate(batch.times.to_list()):
            at = bisect_right(starts, time) - 1
            if at >= 0 and time < ranges[at].stop:
                rows.setdefault(ranges[at], []).append(row)
        for range_, chosen in rows.items():
            self._found[range_].add(rows_of_batch(batch, chosen))


def holds_many_ranges(listed: Sequence[CopyRange]) -> bool:
    """Return whether all ranges of a copy are files or parts of them without bounds."""
    return bool(listed) and all(
        range_.part and not range_.measurement and (range_.start, range_.stop) == ALL_TIME
        for range_ in listed
    )
