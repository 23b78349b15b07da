"""Finds what a function of one row reads, so that it can be applied to columns."""

from __future__ import annotations

from collections.abc import Iterator

from influx_flux.nodes import (
    Expression,
    FunctionExpression,
    Identifier,
    LogicalExpression,
    MemberExpression,
    Node,
    ObjectExpression,
    ParenExpression,
    PropertyKey,
    WithSource,
    children,
)

__all__ = ["columns_read", "conjuncts", "key_text", "member_label", "without_parens"]


def key_text(key: PropertyKey) -> str:
    """Return a key of a record as text."""
    return key.name if isinstance(key, Identifier) else key.value


def without_parens(node: Expression) -> Expression:
    """Return the expression inside of parentheses."""
    while isinstance(node, ParenExpression):
        node = node.expression
    return node


def conjuncts(node: Expression) -> Iterator[Expression]:
    """Yield the operands of `and`, in order; the expression itself if it is none."""
    pending = [node]
    while pending:
        current = without_parens(pending.pop())
        if isinstance(current, LogicalExpression) and current.operator == "and":
            pending += [current.right, current.left]
        else:
            yield current


def member_label(node: Expression, row: str) -> str | None:
    """Return the label of `r.label` or `r["label"]`; None for other expressions."""
    node = without_parens(node)
    if isinstance(node, MemberExpression) and isinstance(node.object, Identifier):
        return key_text(node.property) if node.object.name == row else None
    return None


def columns_read(node: Node, row: str) -> frozenset[str] | None:
    """Return the columns of a row that an expression reads; None if it uses the row as a whole.

    Args:
        node: the expression.
        row: the name of the parameter that holds the row.
    """
    found: set[str] = set()
    pending: list[Node] = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, MemberExpression):
            label = member_label(current, row)
            if label is not None:
                found.add(label)
                continue
            pending.append(current.object)
        elif isinstance(current, Identifier | WithSource):
            if _name(current) == row:
                return None
        elif isinstance(current, FunctionExpression):
            if any(key_text(item.key) == row for item in current.params):
                return None
            pending += children(current)
        elif isinstance(current, ObjectExpression):
            pending += _parts_of_record(current)
        else:
            pending += children(current)
    return frozenset(found)


def _name(node: Identifier | WithSource) -> str:
    return node.source.name if isinstance(node, WithSource) else node.name


def _parts_of_record(node: ObjectExpression) -> Iterator[Node]:
    if node.with_ is not None:
        yield node.with_
    for item in node.properties:
        if item.value is not None:
            yield item.value
        elif isinstance(item.key, Identifier):
            yield item.key
