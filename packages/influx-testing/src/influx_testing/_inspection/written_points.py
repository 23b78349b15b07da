"""Explains why an expected point was not written, or not as often as expected."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from influx_core import DataPoint
from influx_testing._inspection.point_diff import differences, distance, line_of, same, table
from influx_testing._inspection.request_log import LoggedRequest

__all__ = ["fail_written", "times_text"]


def times_text(count: int) -> str:
    """Format a number of times: `never`, `once`, `twice`, `3 times`."""
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


def fail_written(
    wanted: DataPoint,
    times: int,
    found: int,
    requests: Iterable[LoggedRequest],
    stored: list[DataPoint],
) -> NoReturn:
    """Raise an AssertionError that lists the points of all requests, the most similar ones first.

    Args:
        wanted: the expected point.
        times: how often it was expected.
        found: how often it was stored.
        requests: the requests of the test.
        stored: the points that the server accepted.
    """
    __tracebackhide__ = True
    head = f"written {times_text(found)}, not {times_text(times)}:\n  {line_of(wanted)}"
    sent = [(point, entry) for entry in requests for point in entry.points]
    if not sent:
        came = [(str(entry),) for entry in requests] or [("none",)]
        raise AssertionError(f"{head}\n" + table("no point came;", ("these requests did:",), came))
    sent.sort(key=lambda pair: distance(wanted, pair[0]))
    rows = [(line_of(point), _difference(wanted, point, entry, stored)) for point, entry in sent]
    raise AssertionError(f"{head}\n" + table("what came, nearest first:", ("point", ""), rows))


def _difference(
    wanted: DataPoint, point: DataPoint, entry: LoggedRequest, stored: list[DataPoint]
) -> str:
    """Describe how a point differs from the wanted one, and why it was not stored if it was not."""
    found = differences(wanted, point)
    if not any(same(point, each) for each in stored):
        found.append(f"not stored: {entry.fault or entry.status}")
    return "; ".join(found) or "the same"
