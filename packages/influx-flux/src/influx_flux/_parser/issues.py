"""Collects the syntax errors of a tree, as libflux does after parsing."""

from __future__ import annotations

from collections.abc import Sequence

from influx_flux.errors import FluxIssue
from influx_flux.nodes import (
    BadExpression,
    BadStatement,
    BinaryExpression,
    File,
    Node,
    ObjectExpression,
    StringLiteral,
    children,
)

INVALID = "<INVALID_OP>"

MAX_DEPTH = 1000
"""The deepest tree that libflux accepts: the most consecutive operators, pipes or members."""


def issues_of(file: File, *, operators: bool = False) -> tuple[FluxIssue, ...]:
    """Return all syntax errors of a tree, in the order of its nodes.

    Args:
        file: The tree.
        operators: Whether to report adjacent expressions without an operator between them;
            libflux reports these only after parsing.
    """
    issues: list[FluxIssue] = []
    pending: list[tuple[Node, int]] = [(file, 1)]
    while pending:
        node, depth = pending.pop()
        if depth > MAX_DEPTH:
            issues.append(FluxIssue("Program is nested too deep", node.location))
            continue
        if (messages := _messages(node)) or operators:
            if operators and isinstance(node, BinaryExpression) and node.operator == INVALID:
                messages = [*messages, f"invalid binary operator {INVALID}"]
            issues.extend(FluxIssue(message, node.location) for message in messages)
        below = [(child, depth + 1) for child in children(node)]
        below.reverse()
        pending.extend(below)
    return tuple(issues)


def _messages(node: Node) -> Sequence[str]:
    errors = node.base.errors
    match node:
        case BadStatement():
            return [*errors, f"invalid statement: {node.text}"]
        case BadExpression() if node.text:
            return [*errors, f"invalid expression: {node.text}"]
        case ObjectExpression():
            return [*errors, *_object_messages(node)]
        case _:
            return errors


def _object_messages(node: ObjectExpression) -> list[str]:
    """Return the errors of libflux's check of a record: either all keys have a value or none."""
    good = [item for item in node.properties if not item.base.errors]
    bare = [item for item in good if item.value is None]
    messages = [
        f"string literal key {item.key.value} must have a value"
        for item in bare
        if isinstance(item.key, StringLiteral)
    ]
    if bare and len(bare) < len(good):
        messages.append("cannot mix implicit and explicit properties")
    return messages
