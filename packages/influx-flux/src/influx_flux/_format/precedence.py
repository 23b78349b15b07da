"""Decides which operands need parentheses in the canonical format."""

from __future__ import annotations

from typing import Final

from influx_flux.nodes import (
    BinaryExpression,
    CallExpression,
    ConditionalExpression,
    Expression,
    FunctionExpression,
    IndexExpression,
    LogicalExpression,
    MemberExpression,
    Node,
    ParenExpression,
    PipeExpression,
    UnaryExpression,
)

# The ranks of libflux; a higher rank binds more weakly. Nodes without a rank need no parentheses.
_OPERATORS: Final = {
    "^": 4,
    "*": 5,
    "/": 5,
    "%": 5,
    "+": 6,
    "-": 6,
    "<=": 7,
    "<": 7,
    ">=": 7,
    ">": 7,
    "==": 7,
    "!=": 7,
    "=~": 7,
    "!~": 7,
    "startswith": 7,
    "in": 7,
    "empty": 7,
    "not empty": 7,
    "not": 8,
    "exists": 8,
    "and": 9,
    "or": 10,
}
_KINDS: Final[dict[type[Node], int]] = {
    CallExpression: 1,
    MemberExpression: 1,
    IndexExpression: 1,
    PipeExpression: 2,
    FunctionExpression: 3,
    ConditionalExpression: 11,
}


def rank(node: Node) -> int:
    """Return the rank of a node; a higher rank binds more weakly, 0 needs no parentheses."""
    while isinstance(node, ParenExpression):
        node = node.expression
    if isinstance(node, BinaryExpression | LogicalExpression | UnaryExpression):
        return _OPERATORS.get(node.operator, 0)
    return _KINDS.get(type(node), 0)


def needs_parentheses(parent: Node, child: Node, *, right: bool) -> bool:
    """Return whether an operand needs parentheses; libflux writes no others."""
    outer, inner = rank(parent), rank(child)
    if not outer or not inner:
        return False
    return inner >= outer if right else inner > outer


def keeps_parentheses(node: Node) -> bool:
    """Return whether a node is a parenthesis with comments, which the format keeps."""
    return isinstance(node, ParenExpression) and bool(node.lparen or node.rparen)


def without_parentheses(node: Expression) -> Expression:
    """Return an expression without the parentheses around it, except those with comments."""
    while isinstance(node, ParenExpression) and not keeps_parentheses(node):
        node = node.expression
    return node
