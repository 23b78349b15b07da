"""Traverses syntax trees and makes changed copies of them, without recursion."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar, cast

from influx_query._tree.node import Node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NodeT = TypeVar("NodeT", bound=Node)


def walk(root: Node) -> Iterator[Node]:
    """Yield a node and all its descendants, parents first, from left to right."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack += reversed(list(node.children()))


def transform(root: NodeT, change: Callable[[Node], Node]) -> NodeT:
    """Return a copy of a tree with changed nodes, from the leaves up.

    Args:
        root: The tree; it is not modified.
        change: A function called with each node, after its children. It returns the replacement,
            or the same node to keep it. The replacement must have a type valid at that place.
    """
    done: list[Node] = []
    for node in reversed(list(walk(root))):
        count = len(list(node.children()))
        children = [done.pop() for _ in range(count)]
        done.append(change(_with_children(node, children)))
    (result,) = done
    return cast("NodeT", result)


def _with_children(node: Node, children: list[Node]) -> Node:
    """Return a copy of a node with these children, or the node itself if they are its own."""
    if all(new is old for new, old in zip(children, node.children(), strict=True)):
        return node
    remaining = iter(children)
    changes: dict[str, object] = {}
    for name in node.attributes:
        value = getattr(node, name)
        if isinstance(value, Node):
            changes[name] = next(remaining)
        elif isinstance(value, tuple):
            items = cast("tuple[object, ...]", value)
            changes[name] = tuple(
                next(remaining) if isinstance(item, Node) else item for item in items
            )
    return replace(node, **changes)
