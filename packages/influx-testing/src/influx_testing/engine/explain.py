"""EXPLAIN: what the server would read, in the form it is documented."""

from __future__ import annotations

from influx_query.nodes import ExplainStatement
from influx_testing.engine.engine import Engine
from influx_testing.engine.normalize import Normalizer
from influx_testing.engine.results import ResultSeries, table
from influx_testing.engine.select import select
from influx_testing.errors import FakeUnsupported

__all__ = ["explain"]


def explain(engine: Engine, statement: ExplainStatement, normalizer: Normalizer) -> ResultSeries:
    """Answer an EXPLAIN.

    Raises:
        FakeUnsupported: the answer would tell of files and blocks, which are not there.
    """
    select(normalizer.select(statement.statement), engine.databases, engine.clock(), engine.limits)
    raise FakeUnsupported("EXPLAIN of files and blocks: the fake has neither")
