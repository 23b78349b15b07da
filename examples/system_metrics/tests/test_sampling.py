"""What a sample holds."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import psutil
import pytest
from examples.system_metrics import sampling
from examples.system_metrics.sampling import HOST, samples, take_sample

NOW = datetime(2026, 5, 17, 12, tzinfo=UTC)


async def test_no_point_of_a_sample_replaces_another() -> None:
    points = await take_sample(NOW)
    places = {(point.measurement, *sorted(point.tags.items())) for point in points}
    assert len(places) == len(points)


async def test_every_point_has_the_time_of_its_sample_and_the_host() -> None:
    for point in await take_sample(NOW):
        assert (point.timestamp, point.tags["host"]) == (NOW, HOST)


async def test_every_cpu_is_sampled_and_their_names_sort_by_number() -> None:
    names = [point.tags["cpu"] for point in await take_sample(NOW) if point.measurement == "cpu"]
    assert len(names) == psutil.cpu_count()
    assert names == sorted(names)


class Clock:
    """The time and the sleep of an event loop; nothing else takes time."""

    def __init__(self) -> None:
        self.now = 0.0

    def time(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


async def test_there_is_a_sample_every_interval_until_the_time_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    loop = {"get_running_loop": lambda: clock, "sleep": clock.sleep}
    monkeypatch.setattr(sampling, "asyncio", SimpleNamespace(**vars(asyncio) | loop))
    monkeypatch.setattr(sampling, "current_time", lambda: NOW + timedelta(seconds=clock.now))
    times = [time - NOW async for time, _ in samples(1.0, 0.25)]
    assert times == [timedelta(seconds=0.25 * n) for n in range(1, 5)]


async def test_there_is_one_sample_even_if_there_is_no_time() -> None:
    assert len([time async for time, _ in samples(0, 0.01)]) == 1
