"""What the questions say in InfluxQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from examples.system_metrics import questions
from examples.system_metrics.questions import Run

from influx_query import parse

FIRST = datetime(2026, 5, 17, 12, 0, 0, 125_000, tzinfo=UTC)
RUN = Run("web-1", FIRST, FIRST + timedelta(seconds=5), timedelta(milliseconds=500))


def test_a_question_is_about_one_host_and_the_time_of_the_run() -> None:
    assert str(questions.host_over_time(RUN)) == (
        'SELECT mean(load) AS mean,max(load) AS peak FROM "cpu"'
        " WHERE time >= '2026-05-17T12:00:00.125Z' AND time <= '2026-05-17T12:00:05.125Z'"
        ' AND "host" = \'web-1\' GROUP BY "host",time(500ms) fill(none)'
    )


def test_a_host_name_cannot_change_the_question() -> None:
    run = Run("x' OR time > 0 --", RUN.first, RUN.last, RUN.bucket)
    (statement,) = parse(str(questions.memory(run)))
    assert "'x\\' OR time > 0 --'" in str(statement)


def test_programs_are_asked_for_with_top() -> None:
    assert str(questions.programs(RUN, 3)).startswith("SELECT top(cpu, program, 3) AS peak,memory")
