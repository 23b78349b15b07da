"""Schedules in the format of cron."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from influx_testing._engine.tasks.cron_schedule import CronError, CronSchedule

START = datetime(2026, 1, 1, 12, 30, 15, tzinfo=UTC)  # a Thursday


@pytest.mark.parametrize(
    ("text", "following"),
    [
        ("* * * * *", "2026-01-01T12:31:00"),
        ("*/20 * * * * *", "2026-01-01T12:30:20"),
        ("0 2 * * *", "2026-01-02T02:00:00"),
        ("@hourly", "2026-01-01T13:00:00"),
        ("@weekly", "2026-01-04T00:00:00"),
        ("0 0 29 2 *", "2028-02-29T00:00:00"),
        ("0 0 13 * fri", "2026-01-02T00:00:00"),
        ("0 9 * jan mon-wed", "2026-01-05T09:00:00"),
        ("5,10 8-10/2 * * *", "2026-01-02T08:05:00"),
        ("0 0 * * 7", "2026-01-04T00:00:00"),
    ],
)
def test_the_next_time(text: str, following: str) -> None:
    found = CronSchedule.read(text).next_after(START)
    assert found == datetime.fromisoformat(following).replace(tzinfo=UTC)


def test_a_day_that_never_comes() -> None:
    assert CronSchedule.read("0 0 31 2 *").next_after(START) is None


@pytest.mark.parametrize(
    "text", ["", "* * *", "60 * * * *", "a * * * *", "*/0 * * * *", "5-1 * * * *"]
)
def test_what_is_no_schedule_is_refused(text: str) -> None:
    with pytest.raises(CronError):
        CronSchedule.read(text)
