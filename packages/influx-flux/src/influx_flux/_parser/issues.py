"""Gathers what is wrong with a tree, as libflux does after parsing."""

from __future__ import annotations

from influx_flux.errors import FluxIssue
from influx_flux.nodes import (
    BadExpression,
    BadStatement,
    File,
    Node,
    ObjectExpression,
    StringLiteral,
    children,
)

MAX_DEPTH = 1000
"""How deep a tree libflux takes: so many operators, pipes or members may follow each other."""


def issues_of(file: File) -> tuple[FluxIssue, ...]:
    """Return everything that is wrong with a tree, in the order of its nodes."""
    issues: list[FluxIssue] = []
    pending: list[tuple[Node, int]] = [(file, 1)]
    while pending:
        node, depth = pending.pop()
        if depth > MAX_DEPTH:
            issues.append(FluxIssue("Program is nested too deep", node.location))
            continue
        issues.extend(FluxIssue(message, node.location) for message in _messages(node))
        below = [(child, depth + 1) for child in children(node)]
        pending.extend(reversed(below))
    return tuple(issues)


def _messages(node: Node) -> list[str]:
    messages = list(node.base.errors)
    match node:
        case BadStatement():
            messages.append(f"invalid statement: {node.text}")
        case BadExpression() if node.text:
            messages.append(f"invalid expression: {node.text}")
        case ObjectExpression():
            messages.extend(_object_messages(node))
        case _:
            pass
    return messages


def _object_messages(node: ObjectExpression) -> list[str]:
    """Return libflux's check of a record: all keys have a value, or none has."""
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
