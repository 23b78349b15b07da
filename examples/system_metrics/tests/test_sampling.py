"""What a sample holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import psutil
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


async def test_there_is_a_sample_every_interval_until_the_time_is_over() -> None:
    times = [time async for time, _ in samples(0.5, 0.1)]
    assert 2 <= len(times) <= 5
    assert all(b - a >= timedelta(seconds=0.1) for a, b in pairwise(times))


async def test_there_is_one_sample_even_if_there_is_no_time() -> None:
    assert len([time async for time, _ in samples(0, 0.01)]) == 1
