"""Finds nodes that start with a comment; such statements are separated by an empty line."""

from __future__ import annotations

from influx_flux.nodes import (
    ArrayExpression,
    BinaryExpression,
    Block,
    CallExpression,
    Comments,
    ConditionalExpression,
    DictExpression,
    ExpressionStatement,
    FunctionExpression,
    IndexExpression,
    LogicalExpression,
    MemberAssignment,
    MemberExpression,
    Node,
    ObjectExpression,
    ParenExpression,
    PipeExpression,
    VariableAssignment,
)


def starts_with_comment(node: Node) -> bool:
    """Return whether a comment precedes the first token of a node."""
    while True:
        below = _first_below(node)
        if below is None:
            return bool(_own_comments(node))
        node = below


def _first_below(node: Node) -> Node | None:
    """Return the child that has the first token of a node; None if the node itself has it."""
    match node:
        case ExpressionStatement():
            return node.expression
        case VariableAssignment():
            return node.id
        case MemberAssignment():
            return node.member
        case BinaryExpression() | LogicalExpression():
            return node.left
        case MemberExpression():
            return node.object
        case IndexExpression():
            return node.array
        case PipeExpression():
            return node.argument
        case CallExpression():
            return node.callee
        case _:
            return None


def _own_comments(node: Node) -> Comments:
    match node:
        case ArrayExpression() | DictExpression():
            return node.lbrack
        case FunctionExpression() | ParenExpression():
            return node.lparen
        case ObjectExpression() | Block():
            return node.lbrace
        case ConditionalExpression():
            return node.tk_if
        case _:
            return node.comments
