"""How fast InfluxQL is parsed and rendered: a set of 1,000 queries as dashboards send them.

Run it with `python benchmarks/influxql.py`; `--profile` shows where the time of parsing goes. The
parts are measured in turn, several times, and the best round counts: a busy machine only slows.
"""

from __future__ import annotations

import argparse
import cProfile
import itertools
import pstats
import time
from collections.abc import Callable

from influx_query import is_read_only, parse, render

CLASSIC = "SELECT mean(value) FROM cpu WHERE host = 'a' AND time > now() - 1h GROUP BY time(5m)"
SHAPES = f"""
{CLASSIC}
SELECT <f>("<m>_load") FROM "<m>" WHERE "host" =~ /^web<n>$/ AND time >= now() - <n>h \
GROUP BY time(<n>m), "host" fill(null)
SELECT non_negative_derivative(max("bytes"), 1s) AS "rate" FROM "rp"."<m>" \
WHERE ("dc" = 'dc<n>' OR "dc" = 'x') AND time > 1577836800000ms GROUP BY time(30s), *
SELECT <f>("used") / <f>("total") * 100 AS "percent" FROM "<m>" \
WHERE "path" = '/var/<n>' AND time > '2020-01-01T00:00:00Z' GROUP BY time(1m) LIMIT <n>
SHOW TAG VALUES ON "telegraf" FROM "<m>" WITH KEY = "host" WHERE "dc" = 'dc<n>'
SELECT mean(x) FROM (SELECT <f>(a) AS x FROM <m> WHERE b > <n>.5 GROUP BY c, time(1m)) \
WHERE time > now() - 1d GROUP BY time(10m) ORDER BY time DESC
""".strip().splitlines()


def queries() -> list[str]:
    """Give 1,000 queries, each of them different but for the classic one."""
    functions = itertools.cycle(["mean", "max", "sum", "last"])
    measurements = itertools.cycle(["cpu", "mem", "disk", "net", "http"])
    return [
        shape.replace("<f>", function).replace("<m>", name).replace("<n>", str(index % 60 + 1))
        for index, shape, function, name in zip(
            range(1000), itertools.cycle(SHAPES), functions, measurements, strict=False
        )
    ]


def rate(action: Callable[[str], object], texts: list[str]) -> float:
    """Give how many texts an action takes in a second."""
    start = time.perf_counter()
    for text in texts:
        action(text)
    return len(texts) / (time.perf_counter() - start)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=15)
    arguments.add_argument("--profile", action="store_true")
    options = arguments.parse_args()
    mixed, classic = queries(), [CLASSIC] * 1000
    trees = {text: parse(text)[0] for text in mixed}
    actions: dict[str, tuple[Callable[[str], object], list[str]]] = {
        "scan, dashboard queries": (is_read_only, mixed),
        "parse, dashboard queries": (parse, mixed),
        "parse, the classic query": (parse, classic),
        "render, dashboard queries": (lambda text: render(trees[text]), mixed),
    }
    best = dict.fromkeys(actions, 0.0)
    for _ in range(options.rounds):
        for name, (action, texts) in actions.items():
            best[name] = max(best[name], rate(action, texts))
    for name, value in best.items():
        print(f"{name:28} {value:10,.0f} a second {1e6 / value:8.1f} us each")
    if options.profile:
        profile = cProfile.Profile()
        profile.runcall(rate, parse, mixed)
        pstats.Stats(profile).sort_stats("tottime").print_stats(15)


if __name__ == "__main__":
    main()
