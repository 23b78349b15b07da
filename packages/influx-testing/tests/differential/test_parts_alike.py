"""The parts of results, of several series, shards and sources, and their order, on both servers.

The last digits of sums and means depend on it, and which of equal points a selector takes.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.slow

Tell = Callable[[list[str], list[str]], tuple[list[Any], list[Any]]]

DAY = 86_400
LARGE = [2**63 - 1, -(2**63), 2**62, 3]
CALLS = ["mean(f)", "sum(f)", "mean(n)", "sum(n)", "mean(f), sum(f)", "mean(f) + sum(n)"]
SOURCES = [
    *("cpu", "cpu, cpu2", "/cpu/", "cpu, cpu", "cpu, autogen.cpu", "(SELECT f, n FROM cpu)"),
    *("(SELECT f, n FROM cpu), cpu", "(SELECT f, n FROM cpu), (SELECT f, n FROM cpu2)"),
    "(SELECT f, n FROM cpu GROUP BY host)",
]
BETWEEN = "WHERE time >= 0 AND time < 60d"
RESTS = [
    *("", "GROUP BY host", "GROUP BY *", "WHERE f > 0", "WHERE host != 'b'", "WHERE time > 1w"),
    *("ORDER BY time DESC", "GROUP BY host ORDER BY time DESC"),
    *(f"{BETWEEN} GROUP BY time(12d)", f"{BETWEEN} GROUP BY time(5d), host fill(none)"),
    *(f"{BETWEEN} GROUP BY time(9d) ORDER BY time DESC", f"{BETWEEN} GROUP BY time(7h) fill(none)"),
    f"{BETWEEN} GROUP BY time(1d) fill(none) TZ('Europe/Berlin')",
]
NESTED = [
    "SELECT mean(x) FROM (SELECT mean(f) AS x FROM cpu GROUP BY host)",
    "SELECT sum(x) FROM (SELECT sum(f) AS x FROM cpu, cpu2 GROUP BY host) GROUP BY host",
    f"SELECT mean(x) FROM (SELECT sum(f) AS x FROM cpu {BETWEEN} GROUP BY time(3d), host)",
    "SELECT sum(x) FROM (SELECT mean(f) AS x FROM cpu GROUP BY *)",
    f"SELECT derivative(mean(f)) FROM cpu {BETWEEN} GROUP BY time(10d), zone",
    "SELECT mean(*) FROM cpu",
    "SELECT mean(f) FROM cpu GROUP BY host LIMIT 1 SLIMIT 2",
]
FILTERED = [
    f"SELECT {call} FROM {source} WHERE {condition} {group}"
    for call in ("sum(f)", "mean(f)")
    for source in ("cpu", "/cpu/")
    for condition in ("f > 0", "f > 5", "f > 5 AND n > 0", "f < 0")
    for group in ("", "GROUP BY zone", "ORDER BY time DESC")
]
"""Some series have points, of which none meets the condition."""
STATEMENTS = [
    f"SELECT {call} FROM {source} {rest}" for call in CALLS for source in SOURCES for rest in RESTS
]


def written(draw: random.Random, hosts: str, integers: list[int]) -> list[str]:
    """Lines of some series, a body for each week: chance puts the shards of one write in order."""
    weeks: dict[int, list[str]] = {}
    for name in ("cpu", "cpu2"):
        for host in hosts:
            for second in {draw.randrange(60 * DAY) for _ in range(draw.randint(1, 9))}:
                f = draw.choice([draw.random() * 10 ** draw.randint(-3, 3), 0.1, -0.3, -0.0, 5.5])
                line = (
                    f"{name},host={host},zone={draw.choice('xy')} f={f},n={draw.choice(integers)}i"
                )
                weeks.setdefault((second + 4 * DAY) // (7 * DAY), []).append(f"{line} {second}")
    return ["\n".join(weeks[week]) for week in sorted(weeks)]


@pytest.mark.parametrize("integers", [list(range(-100, 100)), LARGE], ids=["small", "large"])
@pytest.mark.parametrize("hosts", ["a", "abc", "abcdefgh"])
def test_sums_of_parts_are_rounded_alike(told: Tell, hosts: str, integers: list[int]) -> None:
    draw = random.Random(f"{hosts} {integers[0]}")
    first, *others = written(draw, hosts, integers)
    asked = [*draw.sample(STATEMENTS, 150), *NESTED]
    real, fake = told([first], [*others, *asked])
    assert len(real) == 1 + len(others) + len(asked)
    assert fake == real


@pytest.mark.parametrize("seed", range(6))
def test_series_that_meet_no_condition_count_for_equal_points(told: Tell, seed: int) -> None:
    draw = random.Random(seed)
    lines = [
        f"cpu,host={host} f={draw.choice([1, 2, -1])},n={draw.randint(0, 2)}i {second}"
        for host in "abcdefgh"
        for second in range(draw.randint(1, 4))
    ]
    asked = [
        f"SELECT {call}, host FROM cpu WHERE {condition} {rest}"
        for call in ("max(f)", "min(f)", "first(f)", "last(f)", "max(n)")
        for condition in ("f > 0", "f > 1", "n > 0", "n > 1 AND f > 0")
        for rest in ("", f"AND {BETWEEN[6:]} GROUP BY time(2s) fill(none)", "ORDER BY time DESC")
    ]
    real, fake = told(lines, asked)
    assert fake == real


@pytest.mark.parametrize("seed", range(6))
def test_series_that_meet_no_condition_count_for_the_order(told: Tell, seed: int) -> None:
    draw = random.Random(seed)
    first, *others = written(draw, "abcdefghijklmnop", [1, -1])
    real, fake = told([first], [*others, *FILTERED])
    assert fake == real
