"""The text of a query after the server has begun to execute it, for its panics.

The server completes statements in place when it executes them, and shows them so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from influx_query.nodes import (
    BinaryExpr,
    Cardinality,
    ExplainStatement,
    Expr,
    Measurement,
    ParenExpr,
    RegexLiteral,
    SelectStatement,
    ShowMeasurementsStatement,
    ShowRetentionPoliciesStatement,
    ShowSeriesStatement,
    Statement,
    StringLiteral,
    VarRef,
)
from influx_testing._engine.statements.handlers.show_cardinality import is_estimate
from influx_testing._engine.statements.schema_conditions import mentions_time
from influx_testing._engine.statements.source_names import SourceResolver

__all__ = ["rewritten_query"]


def rewritten_query(sources: SourceResolver, statements: Sequence[Statement], number: int) -> str:
    """Return the text of a query whose statements up to a number have begun.

    Args:
        sources: completes the names of sources.
        statements: all statements of the query.
        number: the number of the statement that failed, from 0.
    """
    begun = (_rewritten(statement, sources) for statement in statements[: number + 1])
    return ";\n".join(map(str, [*begun, *statements[number + 1 :]]))


def _rewritten(statement: Statement, sources: SourceResolver) -> Statement:
    match statement:
        case SelectStatement():
            return sources.select(statement)
        case ExplainStatement():
            return replace(statement, statement=sources.select(statement.statement))
        case ShowRetentionPoliciesStatement():
            return replace(statement, database=statement.database or sources.database)
        case ShowMeasurementsStatement():
            return replace(
                statement,
                database=statement.database or sources.database,
                condition=_with_measurement(statement),
            )
        case ShowSeriesStatement() if statement.sources and mentions_time(statement.condition):
            places = sources.places(statement.database, statement.sources)
            return replace(statement, sources=tuple(places))
        case Cardinality() if is_estimate(statement):
            return replace(statement, database=statement.database or sources.database)
        case Cardinality():
            asked = statement.sources or (Measurement(regex=RegexLiteral(".+")),)
            return replace(statement, sources=tuple(sources.places(statement.database, asked)))
        case _:
            return statement


def _with_measurement(statement: ShowMeasurementsStatement) -> Expr | None:
    """The condition of SHOW MEASUREMENTS, with WITH MEASUREMENT as a part of it."""
    source, condition = statement.source, statement.condition
    if source is None:
        return condition
    value = StringLiteral(source.name) if source.regex is None else source.regex
    named = BinaryExpr(statement.operator, VarRef("_name"), value)
    if condition is None:
        return named
    return BinaryExpr("AND", ParenExpr(named), ParenExpr(condition))
