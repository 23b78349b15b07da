"""The base of all nodes: location in the text, comments, errors, attributes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, NamedTuple, cast

if TYPE_CHECKING:
    from influx_flux.nodes.statement_nodes import Attribute

Comments = tuple[str, ...]
"""Comments in the order of the text, with their slashes and newlines; the last may lack one."""


class Position(NamedTuple):
    """A position in a text: the line, and the column in bytes of UTF-8, both from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.line}:{self.column}"


class Location:
    """The part of a text from which a node was parsed."""

    __slots__ = ("_end", "_source", "_start")

    def __init__(self, start: Position, end: Position, source: str | None = None) -> None:
        self._start = start
        self._end = end
        self._source = source

    @property
    def start(self) -> Position:
        """The position of the first character of the node."""
        return self._start

    @property
    def end(self) -> Position:
        """The position after the last character of the node."""
        return self._end

    @property
    def source(self) -> str | None:
        """The original text of the node."""
        return self._source

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Location):
            return NotImplemented
        return (self.start, self.end) == (other.start, other.end)

    def __hash__(self) -> int:
        return hash((self.start, self.end))

    def __str__(self) -> str:
        return f"{self.start}-{self.end}"

    def __repr__(self) -> str:
        return f"Location({self})"


class Base(NamedTuple):
    """The metadata of a node, as in libflux; comparisons ignore it.

    The errors are those of the parser. Only `parse` with `strict=False` returns trees with errors.
    """

    location: Location | None = None
    comments: Comments = ()
    errors: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()


NO_BASE = Base()


def trivia() -> Any:
    """Return the field of a node for comments at one of its tokens; it is not compared."""
    return field(default=(), compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A node of a syntax tree. Comparisons ignore `base` and all comments."""

    base: Base = field(default=NO_BASE, compare=False, repr=False, kw_only=True)

    @property
    def location(self) -> Location | None:
        """The part of the text from which the node was parsed; None if a program created it."""
        return self.base.location

    @property
    def comments(self) -> Comments:
        """The comments before the token that defines the node, such as a binary operator."""
        return self.base.comments

    def __eq__(self, other: object) -> bool:
        return _equal(self, other) if isinstance(other, Node) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(_said(node) for node in walk(self)))


class _Fields(NamedTuple):
    all: tuple[str, ...]
    compared: tuple[str, ...]


_FIELDS: dict[type[Node], _Fields] = {}


def _fields_of(kind: type[Node]) -> _Fields:
    """Return the names of the fields of a kind of node, without its base."""
    found = _FIELDS.get(kind)
    if found is None:
        own = [item for item in fields(kind) if item.name != "base"]
        compared = tuple(item.name for item in own if item.compare)
        found = _FIELDS[kind] = _Fields(tuple(item.name for item in own), compared)
    return found


def _equal(left: Node, right: Node) -> bool:
    """Compare trees of any depth."""
    pending: list[tuple[Any, Any]] = [(left, right)]
    while pending:
        one, other = pending.pop()
        if isinstance(one, Node):
            if type(one) is not type(other):
                return False
            names = _fields_of(type(one)).compared
            pending.extend((getattr(one, name), getattr(other, name)) for name in names)
        elif isinstance(one, tuple) and isinstance(other, tuple):
            ones, others = cast(tuple[object, ...], one), cast(tuple[object, ...], other)
            if len(ones) != len(others):
                return False
            pending.extend(zip(ones, others, strict=True))
        elif one != other:
            return False
    return True


def _said(node: Node) -> tuple[Any, ...]:
    """Return the values of a node, without its child nodes."""
    values = (getattr(node, name) for name in _fields_of(type(node)).compared)
    return (type(node), *(value for value in values if isinstance(value, str | int | float)))


def children(node: Node) -> Iterator[Node]:
    """Yield the child nodes of a node, in the order of the text."""
    yield from node.base.attributes
    for name in _fields_of(type(node)).all:
        value = getattr(node, name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            for item in value:  # pyright: ignore[reportUnknownVariableType]
                if isinstance(item, Node):
                    yield item


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all its descendants, parents first; the tree may have any depth."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(list(children(current))))
