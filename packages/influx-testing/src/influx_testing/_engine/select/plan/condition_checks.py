"""What the server refuses, or fails at, in a condition without its bounds on time."""

from __future__ import annotations

from dataclasses import replace

from influx_query import walk
from influx_query.nodes import BinaryExpr, BooleanLiteral, Expr, NumberLiteral, RegexLiteral
from influx_testing._engine.select.plan.constant_folding import LITERALS
from influx_testing._engine.select.plan.expressions import logical_terms
from influx_testing.errors import PanicError, StatementError

__all__ = ["refuse_constants", "require_patterns"]


def require_patterns(condition: Expr | None) -> None:
    """Fail as the server does if `=~` or `!~` has more than a pattern on its right side.

    Raises:
        PanicError: there is such a comparison, as in `host =~ /x/ + 1`.
    """
    nodes = () if condition is None else walk(condition)
    for node in nodes:
        if not isinstance(node, BinaryExpr) or node.op not in {"=~", "!~"}:
            continue
        if not isinstance(node.rhs, RegexLiteral):
            kind = type(node.rhs).__name__
            text = f"influxql.Expr is *influxql.{kind}, not *influxql.RegexLiteral"
            raise PanicError(f"interface conversion: {text}")


def refuse_constants(condition: Expr | None) -> None:
    """Refuse constants that are no booleans, such as the 2 that `1 + 1` becomes.

    Raises:
        StatementError: a term of AND and OR is such a constant.
    """
    for term in logical_terms(condition):
        if isinstance(term, LITERALS) and not isinstance(term, BooleanLiteral):
            shown = replace(term, decimals=3) if isinstance(term, NumberLiteral) else term
            raise StatementError(f"invalid condition expression: {shown}")
