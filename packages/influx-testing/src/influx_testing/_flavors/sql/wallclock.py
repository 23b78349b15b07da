"""date_bin_wallclock, bins of local time, as a function for DataFusion.

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
    """Register the function in DataFusion: `(interval, UTC time, zone, origin) -> UTC time`."""
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

    A start that does not exist, because clocks are set forward, is as far from the start of the day
    as without the change. Of a start that exists twice, the earlier one is taken if the bin is
    longer than the change, otherwise the one with the UTC offset of the time.

    Args:
        times: an Arrow array of UTC times in ns.
        width: the width of a bin, in ns.
        zone: the name of a time zone.
        origin: the start of any bin, in ns of local time.
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
    """Convert UTC times to local times, both in ns."""
    arrow: Any = import_module("pyarrow")
    compute: Any = import_module("pyarrow.compute")
    times = instants.cast(arrow.timestamp("ns", "UTC")).cast(arrow.timestamp("ns", zone))
    return compute.local_timestamp(times).cast(arrow.int64())


def _in_offset_at(instants: Any, local: Any, zone: str) -> Any:
    """Convert local times to UTC, with the UTC offsets of other instants."""
    compute: Any = import_module("pyarrow.compute")
    return compute.subtract(instants, compute.subtract(_local(instants, zone), local))


def _remainder(values: Any, width: int) -> Any:
    """The remainder of a division; it is never negative."""
    compute: Any = import_module("pyarrow.compute")
    rest = compute.subtract(values, compute.multiply(compute.divide(values, width), width))
    return compute.if_else(compute.less(rest, 0), compute.add(rest, width), rest)
