"""Bins of local time, at the changes of the clock in Paris."""

from __future__ import annotations

from datetime import datetime

import pytest

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed (influx-testing[sql])")

from influx_testing._flavors.sql.wallclock import wallclock_bins  # noqa: E402

MINUTE = 60_000_000_000
HOUR = 60 * MINUTE


def ns(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1_000_000_000


@pytest.mark.parametrize(
    ("time", "width", "origin", "expected"),
    [
        ("2020-06-01T13:45:00+02:00", HOUR, 0, "2020-06-01T13:00:00+02:00"),
        ("2020-06-01T13:45:00+02:00", 24 * HOUR, 0, "2020-06-01T00:00:00+02:00"),
        ("2020-03-29T13:45:00+02:00", 24 * HOUR, 0, "2020-03-29T00:00:00+01:00"),
        # The clock shows 2 o'clock twice.
        ("2020-10-25T02:45:00+02:00", HOUR, 0, "2020-10-25T02:00:00+02:00"),
        ("2020-10-25T02:45:00+01:00", HOUR, 0, "2020-10-25T02:00:00+01:00"),
        ("2020-10-25T03:45:00+01:00", 2 * HOUR, 0, "2020-10-25T02:00:00+02:00"),
        ("2020-10-25T02:29:00+01:00", HOUR, 30 * MINUTE, "2020-10-25T01:30:00+02:00"),
        ("2020-10-25T02:30:00+01:00", HOUR, 30 * MINUTE, "2020-10-25T02:30:00+01:00"),
        # The clock skips the hour from 2 o'clock on.
        ("2020-03-29T03:45:00+02:00", 2 * HOUR, 0, "2020-03-29T03:00:00+02:00"),
        ("2020-03-29T03:20:00+02:00", HOUR, 30 * MINUTE, "2020-03-29T03:30:00+02:00"),
        # Before 1970.
        ("1960-01-01T13:45:00+01:00", 24 * HOUR, 0, "1960-01-01T00:00:00+01:00"),
    ],
)
def test_a_bin_starts_when_the_clock_on_the_wall_shows_it(
    time: str, width: int, origin: int, expected: str
) -> None:
    times = pa.array([ns(time), None], pa.timestamp("ns", "UTC"))
    found = wallclock_bins(times, width, "Europe/Paris", origin)
    assert found.cast(pa.int64()).to_pylist() == [ns(expected), None]
