"""The names of tasks, which the dashboard shows."""

from __future__ import annotations

from influx_copy import CopyRange
from influx_core.timestamps import MAX_NS, MIN_NS, to_rfc3339

__all__ = ["task_name"]


def task_name(range_: CopyRange, number: int, run: str) -> str:
    """A name that says what is copied, and is used once.

    The dashboard groups tasks by what stands before the first hyphen: the measurement.

    Args:
        range_: the range.
        number: the number of the task in its run.
        run: the name of the run.
    """
    names = (range_.database, range_.policy, range_.measurement)
    what = ".".join(name for name in names if name) or "files"
    when = range_.part or f"{_date(range_.start)}/{_date(range_.stop)}"
    return f"copy {what}-{when}-{run}{number}"


def _date(ns: int) -> str:
    if not MIN_NS < ns <= MAX_NS:
        return ""
    return to_rfc3339(ns).replace("T00:00:00Z", "")
