"""Walking and rebuilding expression trees.

Long chains of one operator lean to the left; they are followed in a loop, so that a condition of
ten thousand terms does not exhaust Python's stack.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

from influx_query.nodes import BinaryExpr, Call, Expr, Node, ParenExpr

__all__ = ["chain", "replace", "rewrite", "spine", "walk"]

replace = dataclasses.replace


def walk(expr: Node) -> Iterator[Node]:
    """Yield a node and everything below it, parents first, in reading order."""
    stack = [expr]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(list(node.children())))


def spine(expr: BinaryExpr) -> tuple[Expr, list[BinaryExpr]]:
    """Split `a + b - c` into `a` and the operations applied to it, innermost first."""
    operations: list[BinaryExpr] = []
    left: Expr = expr
    while isinstance(left, BinaryExpr):
        operations.append(left)
        left = left.lhs
    return left, operations[::-1]


def chain(expr: BinaryExpr) -> list[Expr]:
    """The terms of `a AND b AND c`, whatever the operator; in reading order."""
    terms: list[Expr] = []
    left: Expr = expr
    while isinstance(left, BinaryExpr) and left.op == expr.op:
        terms.append(left.rhs)
        left = left.lhs
    terms.append(left)
    return terms[::-1]


def rewrite(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """Rebuild an expression from its leaves up, giving each rebuilt node to `change`."""
    if isinstance(expr, BinaryExpr):
        left, operations = spine(expr)
        result = rewrite(left, change)
        for operation in operations:
            right = rewrite(operation.rhs, change)
            result = change(BinaryExpr(operation.op, result, right))
        return result
    if isinstance(expr, ParenExpr):
        return change(ParenExpr(rewrite(expr.expr, change)))
    if isinstance(expr, Call):
        return change(Call(expr.name, tuple(rewrite(arg, change) for arg in expr.args)))
    return change(expr)
