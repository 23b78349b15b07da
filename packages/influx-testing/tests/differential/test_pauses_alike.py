"""Buckets for which a function has no result, on both servers.

percentile(f, 37) of a single point has none. A stream of the real server pauses there: it seems to
be at its end, and goes on when it is asked again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.slow

Tell = Callable[[list[str], list[str]], tuple[list[Any], list[Any]]]

COUNTS = [
    *("21112", "2111112", "12222", "112", "2112", "21", "211", "221112", "2.112", "21.12"),
    *("2..1..2", "211.2", "2111", "11112", "111112", "1111112", "121112", "112111"),
]
"""The number of points in each bucket of a measurement."""
SELECTS = ["percentile(f, 37)", "percentile(f, 37), count(f)", "percentile(f, 37), max(f)"]
SOURCES = ["cpu", "before, cpu", "cpu, later", "(SELECT f FROM cpu)"]
FILLS = ["", "fill(none)", "fill(0)", "fill(previous)", "fill(linear)"]
ENDS = ["", "ORDER BY time DESC", "LIMIT 2", "LIMIT 2 OFFSET 1"]


def points(name: str, counts: str) -> list[str]:
    found = enumerate(counts.replace(".", "0"))
    return [f"{name} f={n + k} {10 * n + k}" for n, count in found for k in range(int(count))]


@pytest.mark.parametrize("counts", COUNTS)
def test_pauses_have_the_same_effects(told: Tell, counts: str) -> None:
    full = "2" * len(counts)
    lines = [*points("cpu", counts), *points("before", full), *points("later", full)]
    asked = [
        f"SELECT {select} FROM {source} WHERE time >= 0 AND time < {len(counts)}0s "
        f"GROUP BY time(10s) {fill} {end}"
        for select in SELECTS
        for source in SOURCES
        for fill in FILLS
        for end in ENDS
    ]
    real, fake = told(lines, asked)
    assert fake == real
