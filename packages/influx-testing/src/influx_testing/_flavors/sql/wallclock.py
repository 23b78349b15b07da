"""date_bin_wallclock: bins of the clock on the wall, as a function for DataFusion.

Source: https://docs.influxdata.com/influxdb3/core/reference/sql/functions/time-and-date/
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["register_wallclock", "wallclock_bins"]

_DAY = 86_400_000_000_000
_LOOK_BACK = 3 * 3_600_000_000_000
"""No zone changes its clock by more than this; a day's start may be as near to a change."""


def register_wallclock(context: Any) -> None:
    """Make the function known: `(interval, time of UTC, zone, origin) -> time of UTC`."""
    arrow: Any = import_module("pyarrow")
    engine: Any = import_module("datafusion")
    time = arrow.timestamp("ns", "UTC")
    takes = [arrow.month_day_nano_interval(), time, arrow.string(), arrow.timestamp("ns")]
    context.register_udf(
        engine.udf(_binned, takes, time, volatility="immutable", name="date_bin_wallclock")
    )


def _binned(widths: Any, times: Any, zones: Any, origins: Any) -> Any:
    """Bin an array of times; the other arguments are the same in every row."""
    if not len(times):
        return times
    months, days, nanoseconds = widths[0].as_py()
    if months:
        raise ValueError("date_bin_wallclock does not support intervals of months or years")
    width = days * _DAY + nanoseconds
    if width <= 0:
        raise ValueError("date_bin_wallclock needs an interval of more than 0")
    return wallclock_bins(times, width, zones[0].as_py(), origins[0].value or 0)


def wallclock_bins(times: Any, width: int, zone: str, origin: int = 0) -> Any:
    """The starts of bins of local time.

    A start that the clock skips is as far from the day's start as it would be without the change.
    One that the clock shows twice is the earlier one if the bin is longer than the change, else
    the one with the UTC offset of its time.

    Args:
        times: an Arrow array of times of UTC in ns.
        width: of a bin, in ns.
        zone: the name of a time zone.
        origin: where a bin starts, in ns of local time.
    """
    arrow: Any = import_module("pyarrow")
    compute: Any = import_module("pyarrow.compute")
    instants = times.cast(arrow.int64())
    local = _local(instants, zone)
    starts = compute.subtract(local, _remainder(compute.subtract(local, origin), width))
    found = _in_offset_at(_in_offset_at(instants, starts, zone), starts, zone)
    earlier = _in_offset_at(compute.subtract(found, _LOOK_BACK), starts, zone)
    is_earlier = compute.and_(
        compute.equal(_local(earlier, zone), starts),
        compute.less(compute.subtract(found, earlier), width),
    )
    return compute.if_else(is_earlier, earlier, found).cast(times.type)


def _local(instants: Any, zone: str) -> Any:
    """What the clock on the wall shows at instants; ns both."""
    arrow: Any = import_module("pyarrow")
    compute: Any = import_module("pyarrow.compute")
    times = instants.cast(arrow.timestamp("ns", "UTC")).cast(arrow.timestamp("ns", zone))
    return compute.local_timestamp(times).cast(arrow.int64())


def _in_offset_at(instants: Any, local: Any, zone: str) -> Any:
    """The instants of local times in the UTC offsets that other instants have."""
    compute: Any = import_module("pyarrow.compute")
    return compute.subtract(instants, compute.subtract(_local(instants, zone), local))


def _remainder(values: Any, width: int) -> Any:
    """The remainder of a division, never negative."""
    compute: Any = import_module("pyarrow.compute")
    rest = compute.subtract(values, compute.multiply(compute.divide(values, width), width))
    return compute.if_else(compute.less(rest, 0), compute.add(rest, width), rest)
