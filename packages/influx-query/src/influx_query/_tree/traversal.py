"""Traverses syntax trees and makes changed copies of them, without recursion."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar, cast

from influx_query._tree.node import Node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NodeT = TypeVar("NodeT", bound=Node)


def walk(root: Node) -> Iterator[Node]:
    """Yield a node and all below it, each before its children, from left to right."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack += reversed(list(node.children()))


def transform(root: NodeT, change: Callable[[Node], Node]) -> NodeT:
    """Return a copy of a tree with nodes changed, from the leaves up.

    Args:
        root: The tree; it stays as it is.
        change: Takes each node, after its children have changed, and returns the node that takes
            its place: the same one to keep it. It must be of a type that fits there.
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
