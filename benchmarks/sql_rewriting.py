"""How fast the fake rewrites SQL of InfluxDB 3, and writes the rows of an answer.

Run it with `python benchmarks/sql_rewriting.py`; `--rows` sets the size of the answers, 0 leaves
them out. The competitor of rewriting is sqlglot, which parses a query and writes it again. A query
counts with its best round: a busy machine only slows.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from influx_core.interfaces import Request
from influx_testing import FakeInfluxDB
from influx_testing.sql import rewrite

WHERE = "WHERE time >= now() - INTERVAL '1 day' AND time < now()"
QUERIES = {
    "plain": f"SELECT host, avg(usage) FROM cpu {WHERE} GROUP BY host ORDER BY host",
    "selector": f"SELECT host, selector_last(usage, time)['value'] FROM cpu {WHERE} GROUP BY host",
    "window": f"""SELECT time, derivative(usage, INTERVAL '1 second', time)
        OVER (PARTITION BY host ORDER BY time) AS rate FROM cpu {WHERE}""",
    "gap filling": f"""SELECT date_bin_gapfill(INTERVAL '5 minutes', time) AS t, host,
        locf(avg(usage)), interpolate(max(temp)) FROM cpu {WHERE} GROUP BY t, host""",
    "dashboard": f"""WITH a AS (SELECT * FROM cpu {WHERE}), b AS (
        SELECT date_bin_wallclock_gapfill(INTERVAL '1 hour', tz(time, 'Europe/Paris')) AS t, host,
        interpolate(avg(usage)) AS usage, locf(selector_last(temp, time)['value']) AS temp
        FROM a {WHERE} GROUP BY t, host)
        SELECT b.t, b.host, b.usage, CASE WHEN b.temp > 60 THEN 'hot' ELSE '' END AS state
        FROM b JOIN hosts ON b.host = hosts.host
        AND influx_regex_match(hosts.role, '^web.*')
        UNION ALL SELECT t, 'all', avg(usage), '' FROM b GROUP BY t ORDER BY t, host""",
}
ROWS = """SELECT to_timestamp(value * 1000000000) AS time, 'host' || (value % 100) AS host,
    value AS n, random() AS a, random() AS b, value % 2 = 0 AS even
    FROM generate_series(1, {rows})"""
FORMATS = ("parquet", "jsonl", "json", "csv")


def best(action: Callable[[], object], rounds: int) -> float:
    """The seconds of the fastest round."""
    seconds: list[float] = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def sqlglot() -> Callable[[str], Any] | None:
    """Parsing and writing with sqlglot, if it is installed."""
    try:
        library: Any = import_module("sqlglot")
    except ImportError:
        return None
    return lambda sql: library.transpile(sql, read="postgres", write="postgres")


def rewriting(rounds: int) -> None:
    """Print the milliseconds of each query, and how much longer the competitor takes."""
    other = sqlglot()
    print(f"{'query':<14}{'ms':>8}{'relative to sqlglot':>22}")
    for name, sql in QUERIES.items():
        own = best(lambda sql=sql: rewrite(sql), rounds)
        ratio = f"{best(lambda sql=sql: other(sql), rounds) / own:.1f}x" if other else "-"
        print(f"{name:<14}{own * 1e3:>8.3f}{ratio:>22}")


def answering(rows: int) -> None:
    """Print the seconds of an answer in each format, and how much longer than Parquet it takes."""
    fake = FakeInfluxDB("3.x")
    fake.create_database("db")

    def ask(format_: str) -> int:
        document = {"db": "db", "q": ROWS.format(rows=rows), "format": format_}
        body = json.dumps(document).encode()
        response = fake.handle(Request("POST", "/api/v3/query_sql", (), {}, body))
        assert response.status == 200, b"".join(response.pieces)
        return sum(map(len, response.pieces))

    print(f"\n{'format':<14}{'s':>8}{'MB':>8}{'relative to parquet':>22}   ({rows:,} rows of 6)")
    parquet = 0.0
    for format_ in FORMATS:
        size = ask(format_)
        seconds = best(lambda format_=format_: ask(format_), 3)
        parquet = parquet or seconds
        print(f"{format_:<14}{seconds:>8.2f}{size / 1e6:>8.0f}{seconds / parquet:>21.1f}x")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=200)
    arguments.add_argument("--rows", type=int, default=1_000_000)
    options = arguments.parse_args()
    rewriting(options.rounds)
    if options.rows:
        answering(options.rows)


if __name__ == "__main__":
    main()
