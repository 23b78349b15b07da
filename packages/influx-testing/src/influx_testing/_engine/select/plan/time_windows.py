"""Windows: the buckets of GROUP BY time().

Buckets are aligned to multiples of their duration since 1970 in the time zone of the query. When
the offset of the zone changes, a bucket is longer or shorter, unless the change is as long as the
bucket.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from influx_testing._engine.select.plan.time_conditions import MAX_TIME, MIN_TIME
from influx_testing._engine.select.run.arithmetic import wrap

__all__ = ["Interval", "zone_offset"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def zone_offset(time: int, zone: tzinfo) -> int:
    """The offset of a time zone from UTC at a time, in ns."""
    stamp = (_EPOCH + timedelta(microseconds=time // 1000)).astimezone(zone)
    offset = stamp.utcoffset() or timedelta()
    return (offset.days * 86_400 + offset.seconds) * 1_000_000_000


@dataclass(frozen=True, slots=True)
class Interval:
    """The length and the offset of buckets, in ns; a length of 0 means no buckets."""

    duration: int = 0
    offset: int = 0
    zone: tzinfo | None = None

    def __bool__(self) -> bool:
        return self.duration != 0

    def window(self, time: int) -> tuple[int, int]:
        """The bucket of a time: its first nanosecond, and the one after its last."""
        time -= self.offset
        if self.zone is None:
            start = time - time % self.duration
            end = start + self.duration
            if start < MIN_TIME:
                start = MIN_TIME
            if end > MAX_TIME:
                end = MAX_TIME
        else:
            start, end = self._zoned(time, self.zone)
        return start + self.offset, end + self.offset

    def _zoned(self, time: int, zone: tzinfo) -> tuple[int, int]:
        ahead = zone_offset(time, zone)
        passed = (time + ahead) % self.duration
        start = MIN_TIME if MIN_TIME + passed >= time else time - passed
        shift = ahead - zone_offset(start, zone)
        if self._shifts(shift):
            start += shift
        rest = self.duration - passed
        end = MAX_TIME if MAX_TIME - rest <= time else time + rest
        ahead_at_end = zone_offset(end, zone)
        shift = ahead - ahead_at_end
        if self._shifts(shift) and (shift > 0 or zone_offset(end + shift, zone) == ahead_at_end):
            end += shift
        return start, end

    def _shifts(self, shift: int) -> bool:
        return shift != 0 and abs(shift) < self.duration

    def step(self, time: int, ahead: int, *, ascending: bool) -> tuple[int, int]:
        """Go from the start of a bucket to the next one.

        Args:
            time: the start of a bucket.
            ahead: the offset of the time zone at that time.
            ascending: whether to go forwards in time.

        Returns:
            The start of the neighbouring bucket, and the offset of the time zone there.
        """
        time = wrap(time + (self.duration if ascending else -self.duration))
        if self.zone is None:
            return time, 0
        now_ahead = zone_offset(time - 1, self.zone)
        shift = ahead - now_ahead
        return time + (shift if self._shifts(shift) else 0), now_ahead
