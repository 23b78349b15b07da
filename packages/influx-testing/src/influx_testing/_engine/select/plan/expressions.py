"""Operators of conditions, and their left-associative chains: `a + b - c` is `(a + b) - c`.

They are traversed in a loop, so that a condition of ten thousand terms does not exhaust Python's
stack. For other trees there are `influx_query.walk` and `influx_query.transform`.
"""

from __future__ import annotations

from collections.abc import Iterator

from influx_query.nodes import BinaryExpr, Expr, ParenExpr

__all__ = ["COMPARISONS", "chain", "logical_terms", "spine", "without_parentheses"]

COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">=", "=~", "!~"})
"""The operators of comparisons, whose result is never missing."""


def spine(expr: BinaryExpr) -> tuple[Expr, list[BinaryExpr]]:
    """Split `a + b - c` into `a` and the operations applied to it, innermost first."""
    operations: list[BinaryExpr] = []
    left: Expr = expr
    while isinstance(left, BinaryExpr):
        operations.append(left)
        left = left.lhs
    return left, operations[::-1]


def chain(expr: BinaryExpr) -> list[Expr]:
    """The terms of a chain of any one operator, such as `a AND b AND c`, from left to right."""
    terms: list[Expr] = []
    left: Expr = expr
    while isinstance(left, BinaryExpr) and left.op == expr.op:
        terms.append(left.rhs)
        left = left.lhs
    terms.append(left)
    return terms[::-1]


def logical_terms(condition: Expr | None) -> Iterator[Expr]:
    """The terms of a condition below all AND, OR and parentheses, from left to right."""
    waiting = [] if condition is None else [condition]
    while waiting:
        expr = waiting.pop()
        if isinstance(expr, ParenExpr):
            waiting.append(expr.expr)
        elif isinstance(expr, BinaryExpr) and expr.op in {"AND", "OR"}:
            waiting += [expr.rhs, expr.lhs]
        else:
            yield expr


def without_parentheses(expr: Expr) -> Expr:
    """An expression without the parentheses around it."""
    while isinstance(expr, ParenExpr):
        expr = expr.expr
    return expr
