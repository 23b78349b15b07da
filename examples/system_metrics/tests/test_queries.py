"""The queries as InfluxQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from examples.system_metrics import queries
from examples.system_metrics.queries import Run

from influx_query import parse

RUN = Run(
    "web-1", datetime(2026, 5, 17, 12, 0, 0, 125_000, tzinfo=UTC), timedelta(milliseconds=500)
)


def test_a_query_is_restricted_to_one_host_and_to_the_time_of_the_run() -> None:
    assert str(queries.load_over_time(RUN)) == (
        "SELECT mean(load) FROM \"cpu\" WHERE host = 'web-1'"
        " AND time >= '2026-05-17T12:00:00.125Z' GROUP BY time(500ms) fill(none)"
    )


def test_a_host_name_cannot_change_a_query() -> None:
    run = Run("x' OR time > 0 --", RUN.first, RUN.bucket)
    (statement,) = parse(str(queries.memory(run)))
    assert "'x\\' OR time > 0 --'" in str(statement)


def test_programs_are_selected_with_top() -> None:
    assert str(queries.programs(RUN, 3)).startswith("SELECT top(cpu, program, 3) AS peak,memory")
