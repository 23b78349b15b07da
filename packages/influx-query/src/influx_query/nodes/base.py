"""What every node of the syntax tree can do: print, compare, hash and show its children.

Nothing here calls itself: a condition of a hundred thousand terms is a tree that deep, and Python's
stack is not. The statements and expressions themselves are in the neighbouring modules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from typing import ClassVar, TypeVar, cast, dataclass_transform

Pieces = Iterator["str | Node"]

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
def node(cls: type[_T]) -> type[_T]:
    """Make a class a node: a frozen, slotted dataclass that keeps the methods of `Node`."""
    made = dataclass(frozen=True, slots=True, eq=False, repr=False)(cls)
    names = tuple(each.name for each in fields(made) if each.compare)  # type: ignore[arg-type]
    made.attributes = names  # type: ignore[attr-defined]
    return made


@node
class Node:
    """One piece of a statement.

    Immutable, compared by value. Two nodes are equal when they have the same type and the same
    attributes, so `IntegerLiteral(1)` is not `NumberLiteral(1.0)`.
    """

    attributes: ClassVar[tuple[str, ...]]
    """The names of the attributes two equal nodes agree in."""

    def _pieces(self, wire: bool) -> Pieces:
        """Yield the text and the child nodes this node is printed as, in order.

        Args:
            wire: Whether the text is for a server, and so has passwords in it.
        """
        raise NotImplementedError

    def render(self) -> str:
        """Give the text for a server: passwords are in it, and every token parses again.

        Raises:
            ValueError: A name or value can't be written in InfluxQL at all.
        """
        return self._text(wire=True)

    def children(self) -> Iterator[Node]:
        """Yield the nodes directly below this one, in the order of its attributes."""
        for name in self.attributes:
            value = getattr(self, name)
            if isinstance(value, Node):
                yield value
            elif isinstance(value, tuple):
                items = cast("tuple[object, ...]", value)
                yield from (item for item in items if isinstance(item, Node))

    def _text(self, *, wire: bool) -> str:
        out: list[str] = []
        stack: list[Pieces] = [self._pieces(wire)]
        while stack:
            for piece in stack[-1]:
                if isinstance(piece, str):
                    out.append(piece)
                else:
                    stack.append(piece._pieces(wire))  # noqa: SLF001 - the method's own class
                    break
            else:
                stack.pop()
        return "".join(out)

    def __str__(self) -> str:
        return self._text(wire=False)

    def __repr__(self) -> str:
        return _repr(self)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(a == b for a, b in zip(_values(self), _values(other), strict=False))

    def __hash__(self) -> int:
        return hash(tuple(_values(self)))


def render(statement: Node) -> str:
    """Give the text of a node for a server: passwords are in it, and every token parses again.

    Raises:
        ValueError: A name or value in it can't be written in InfluxQL at all.
    """
    return statement.render()


def joined(items: Iterable[Node], separator: str = ", ") -> Pieces:
    """Yield nodes with a separator between them."""
    between = ""
    for item in items:
        if between:
            yield between
        yield item
        between = separator


def _values(root: Node) -> Iterator[object]:
    """Yield everything two equal nodes have in common: types, lengths and values, in order."""
    stack: list[object] = [root]
    while stack:
        value = stack.pop()
        yield type(value)
        if isinstance(value, Node):
            stack.extend(getattr(value, name) for name in value.attributes)
        elif isinstance(value, tuple):
            items = cast("tuple[object, ...]", value)
            yield len(items)
            stack.extend(items)
        else:
            yield value


def _repr(root: Node) -> str:
    """Print a tree as the calls that make it; a `_Text` on the stack is ready to be printed."""
    out: list[str] = []
    stack: list[object] = [root]
    while stack:
        value = stack.pop()
        if isinstance(value, _Text):
            out.append(value)
        elif isinstance(value, Node):
            stack.extend(reversed(list(_repr_node(value))))
        elif isinstance(value, tuple):
            stack.extend(reversed(list(_repr_tuple(cast("tuple[object, ...]", value)))))
        else:
            out.append(repr(value))
    return "".join(out)


def _repr_node(value: Node) -> Iterator[object]:
    yield _Text(f"{type(value).__name__}(")
    between = ""
    for name in value.attributes:
        yield _Text(f"{between}{name}=")
        yield _Secret() if name == "password" else getattr(value, name)
        between = ", "
    yield _Text(")")


def _repr_tuple(value: tuple[object, ...]) -> Iterator[object]:
    yield _Text("(")
    for item in value:
        yield item
        yield _Text(", ")
    yield _Text(")")


class _Text(str):
    """Text that stands for itself in a repr."""

    __slots__ = ()


class _Secret:
    """What a repr shows in place of a password."""

    def __repr__(self) -> str:
        return "[REDACTED]"
