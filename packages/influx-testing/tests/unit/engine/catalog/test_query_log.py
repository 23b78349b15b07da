"""The log of queries: what it says while a query runs, and how it ended."""

from __future__ import annotations

import pytest

from influx_testing._engine.catalog.query_log import QueryLog
from influx_testing.clock import TravelClock


def test_a_query_is_logged_while_it_runs_and_when_it_is_done() -> None:
    log, clock = QueryLog(), TravelClock(5)
    with log.running("sql", "SELECT 1", clock):
        (query,) = log.queries
        assert (query.phase, query.issue_time, query.duration) == ("planned", clock(), None)
        clock.advance(2)
    assert (query.phase, query.duration) == ("success", 2_000_000_000)
    assert (query.language, query.text) == ("sql", "SELECT 1")


def test_a_query_that_raises_has_failed() -> None:
    log = QueryLog()
    with pytest.raises(KeyError), log.running("influxql", "x", TravelClock(0)):
        raise KeyError("x")
    assert [query.phase for query in log.queries] == ["fail"]


def test_only_the_last_thousand_queries_are_kept() -> None:
    log = QueryLog()
    for number in range(1002):
        with log.running("sql", str(number), TravelClock(0)):
            pass
    assert [log.queries[0].text, log.queries[-1].text, len(log.queries)] == ["2", "1001", 1000]
