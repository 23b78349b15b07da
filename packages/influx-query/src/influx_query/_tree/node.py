"""The base class of all nodes: it prints, compares, hashes, pickles, and yields its children.

These functions do not recurse: a condition of a hundred thousand terms is a tree of that depth,
which exceeds Python's stack.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from typing import ClassVar, Self, TypeAlias, TypeVar, cast, dataclass_transform

Pieces = Iterator["str | Node"]

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
def node(cls: type[_T]) -> type[_T]:
    """Make a class a frozen, slotted dataclass that keeps the methods of `Node`."""
    made = dataclass(frozen=True, slots=True, eq=False, repr=False)(cls)
    names = tuple(each.name for each in fields(made) if each.compare)  # type: ignore[arg-type]
    made.attributes = names  # type: ignore[attr-defined]
    return made


@node
class Node:
    """The base class of all nodes: immutable, and compared by value.

    Two nodes are equal when they have the same type and the same
    attributes, so `IntegerLiteral(1)` is not `NumberLiteral(1.0)`.
    """

    attributes: ClassVar[tuple[str, ...]]
    """The names of the attributes that are compared."""

    def _pieces(self, wire: bool) -> Pieces:
        """Yield the text and the child nodes that this node is printed as, in order.

        Args:
            wire: Whether the text is for a server, and so contains passwords.
        """
        raise NotImplementedError

    def render(self) -> str:
        """Return the text for a server: it includes passwords, and it parses to the same tree.

        Raises:
            ValueError: A name or a value can't be written in InfluxQL.
        """
        return self._text(wire=True)

    def children(self) -> Iterator[Node]:
        """Yield the child nodes, in the order of the attributes."""
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

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return rebuild, (flatten(self),)


def render(statement: Node) -> str:
    """Return a node's text for a server: it includes passwords, and it parses to the same tree.

    Raises:
        ValueError: A name or a value can't be written in InfluxQL.
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


class _Child:
    """Stands in a flat tree for a node that comes before."""


FlatNode: TypeAlias = "tuple[type[Node], tuple[object, ...]]"
"""A class and its arguments, without the nodes in them."""


def flatten(root: Node) -> list[FlatNode]:
    """Return a tree as a list, children first, which pickles without recursion."""
    stack, found = [root], list[FlatNode]()
    while stack:
        node = stack.pop()
        values = [getattr(node, each.name) for each in fields(node)]
        found.append((type(node), tuple(map(_without_nodes, values))))
        stack += reversed(list(node.children()))
    return found[::-1]


def _without_nodes(value: object) -> object:
    if isinstance(value, Node):
        return _Child
    if not isinstance(value, tuple):
        return value
    items = cast("tuple[object, ...]", value)
    return tuple(_Child if isinstance(item, Node) else item for item in items)


def rebuild(flat: list[FlatNode]) -> Node:
    """Return the tree of a list that `flatten` returned."""
    done: list[Node] = []
    for kind, values in flat:
        done.append(kind(*[_with_nodes(value, done) for value in values]))
    return done.pop()


def _with_nodes(value: object, done: list[Node]) -> object:
    if value is _Child:
        return done.pop()
    if not isinstance(value, tuple):
        return value
    items = cast("tuple[object, ...]", value)
    return tuple(done.pop() if item is _Child else item for item in items)


def _values(root: Node) -> Iterator[object]:
    """Yield all that equal nodes have in common: types, lengths and values, in order."""
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
    """Return a tree as the calls that make it; a `_Text` on the stack is printed as it is."""
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
    """Text that a repr shows as it is."""

    __slots__ = ()


class _Secret:
    """Stands in a repr for a password."""

    def __repr__(self) -> str:
        return "[REDACTED]"
