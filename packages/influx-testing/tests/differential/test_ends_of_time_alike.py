"""Time ranges at the ends of what 64 bits hold, where the real server's calculations overflow.

Each server has the points that conftest.py gives it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.slow

Compare = Callable[[Callable[[Any], Any]], None]

FIRST, LAST = -(2**63), 2**63 - 1
RANGES = [
    f"time < {FIRST}",
    f"time < {FIRST} AND time > 0",
    f"time <= {LAST}",
    f"time < {LAST}",
    f"time > {LAST}",
    f"time = {LAST}",
    f"time = {FIRST}",
    f"time >= {FIRST}",
    f"time > {FIRST}",
    f"time > {FIRST + 1}",
    f"time > {FIRST + 2}",
]
SELECTIONS = """
f|mean(f)|first(f)|top(f, 2)|distinct(f)|count(distinct(f))|derivative(f)|elapsed(f)
percentile(f, 50), host|mean(f) + 1|spread(f), first(n)|cumulative_sum(f)|max(n)
"""


@pytest.mark.parametrize("span", RANGES)
def test_a_range_at_an_end(alike: Compare, span: str) -> None:
    for selection in SELECTIONS.replace("\n", "|").strip("|").split("|"):
        for rest in ("", "GROUP BY host", "ORDER BY time DESC"):
            text = f"SELECT {selection} FROM m WHERE {span} {rest}"
            alike(lambda server, text=text: server.query(text))


@pytest.mark.parametrize("inner", ["", f"WHERE time <= {LAST}"])
@pytest.mark.parametrize("outer", ["", f"WHERE time <= {LAST}", f"WHERE time < {FIRST}"])
def test_a_subquery_at_an_end(alike: Compare, inner: str, outer: str) -> None:
    for selection in ("f", "mean(f) AS f"):
        source = f"(SELECT {selection} FROM m {inner})"
        for text in (f"SELECT f FROM {source} {outer}", f"SELECT mean(f) FROM {source} {outer}"):
            alike(lambda server, text=text: server.query(text))


@pytest.mark.parametrize("fill", ["", "fill(0)", "fill(previous)", "fill(linear)", "fill(none)"])
@pytest.mark.parametrize("end", [LAST, LAST - 10**17, 8 * 10**18])
def test_buckets_go_on_from_the_past_after_the_last_one(
    alike: Compare, end: int, fill: str
) -> None:
    for call in ("mean(f)", "count(f)", "max(f), mean(n)", "derivative(mean(f))"):
        for rest in ("", "LIMIT 5", "OFFSET 10", "ORDER BY time DESC"):
            condition = f"WHERE time > 0 AND time < {end} GROUP BY time(1000000h), host"
            text = f"SELECT {call} FROM m {condition} {fill} {rest}"
            alike(lambda server, text=text: server.query(text))
