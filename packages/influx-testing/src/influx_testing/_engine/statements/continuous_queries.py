"""Runs the continuous queries that are due, on request.

Source: https://docs.influxdata.com/influxdb/v1/query_language/continuous_queries/
"""

from __future__ import annotations

from dataclasses import replace

from influx_query.nodes import (
    BinaryExpr,
    CreateContinuousQueryStatement,
    Expr,
    ParenExpr,
    SelectStatement,
    TimeLiteral,
    VarRef,
)
from influx_testing._engine.catalog.databases import ContinuousQuery
from influx_testing._engine.engine import Engine
from influx_testing._engine.select.plan.compile import compile_select
from influx_testing._engine.statements.select_into import select_into

__all__ = ["run_continuous_queries"]


def run_continuous_queries(engine: Engine, now: int) -> int:
    """Run every query that is due since its last run; return their number.

    Args:
        engine: the engine with the queries.
        now: the current time, in ns since 1970.

    Raises:
        StatementError: a query fails.
    """
    queries = [
        query for database in engine.databases for query in database.continuous_queries.values()
    ]
    ran = sum(_run(engine, query, now) for query in queries)
    engine.counters["cq.queryOk"] += ran
    return ran


def _run(engine: Engine, query: ContinuousQuery, now: int) -> bool:
    statement = query.statement
    interval = compile_select(statement.source, now).interval
    if not interval:
        return False
    every = statement.resample_every or interval.duration
    due = now - now % every
    if query.last_run is not None and due <= query.last_run:
        return False
    query.last_run = due
    start, end = _span(statement, interval.duration, interval.offset, now)
    select_into(engine, _within(statement.source, start, end), engine.clock())
    return True


def _span(
    statement: CreateContinuousQueryStatement, length: int, offset: int, now: int
) -> tuple[int, int]:
    """The time range of a run, in whole buckets."""
    covered = statement.resample_for or max(statement.resample_every, length)
    end = now - (now - offset) % length
    first = now - covered
    start = first - (first - offset) % length
    return min(start, end - length), end


def _within(statement: SelectStatement, start: int, end: int) -> SelectStatement:
    time = VarRef("time")
    bounds: Expr = BinaryExpr(
        "AND",
        BinaryExpr(">=", time, TimeLiteral(start)),
        BinaryExpr("<", time, TimeLiteral(end)),
    )
    if statement.condition is not None:
        bounds = BinaryExpr("AND", ParenExpr(statement.condition), bounds)
    return replace(statement, condition=bounds)
