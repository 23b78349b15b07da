"""LocalClock: converts between UTC and the local clock of a time zone.

A local time is the number of nanoseconds that a clock in the zone shows, counted from its 1970. A
local time that occurs twice is the earlier one; one that is skipped is the moment of the change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

__all__ = ["UTC_CLOCK", "LocalClock", "UnknownZone"]

_SECOND = 1_000_000_000
_UTC = frozenset({"", "UTC"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class UnknownZone(ValueError):
    """There is no time zone of this name."""


@dataclass(frozen=True, slots=True)
class LocalClock:
    """A time zone with an offset that is added to it.

    Attributes:
        zone: the name in the IANA database, such as `Europe/Madrid`; `UTC` or empty for UTC.
        offset: nanoseconds that the clock is ahead of the zone.
    """

    zone: str = "UTC"
    offset: int = 0

    def to_local(self, time: int) -> int:
        """Convert a time to the local clock.

        Raises:
            UnknownZone: the zone is unknown.
        """
        if self.zone not in _UTC:
            time += _offset_at(_zone(self.zone), time // _SECOND) * _SECOND
        return time + self.offset

    def to_utc(self, local: int) -> int:
        """Convert a time of the local clock.

        Raises:
            UnknownZone: the zone is unknown.
        """
        local -= self.offset
        return local if self.zone in _UTC else _to_utc(_zone(self.zone), local)


UTC_CLOCK = LocalClock()


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise UnknownZone(f"unknown time zone {name}") from None


def _offset_at(zone: tzinfo, second: int) -> int:
    """Return the zone's offset in seconds at a time in seconds since 1970."""
    moment = _EPOCH + timedelta(seconds=second)
    return _seconds(moment.astimezone(zone).utcoffset())


def _to_utc(zone: tzinfo, local: int) -> int:
    second = local // _SECOND
    wall = (_EPOCH + timedelta(seconds=second)).replace(tzinfo=zone)
    before = _seconds(wall.utcoffset())
    after = _seconds(wall.replace(fold=1).utcoffset())
    if after > before:
        return _change(zone, second - after, second - before) * _SECOND
    return local - before * _SECOND


def _change(zone: tzinfo, before: int, after: int) -> int:
    """Return the first second of the offset that holds at `after`, and not at `before`."""
    old = _offset_at(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset_at(zone, middle) == old:
            before = middle
        else:
            after = middle
    return after


def _seconds(offset: timedelta | None) -> int:
    return 0 if offset is None else round(offset.total_seconds())
