"""Frames and scopes: where compiled code finds its variables.

A frame is a list: the frame around it, the context of the query, then the variables by number. The
scope knows the numbers when the code is compiled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from influx_flux.nodes import Expression
from influx_testing._engine.flux.values.flux_types import Value

__all__ = ["CONTEXT", "FIRST_SLOT", "PARENT", "Code", "Frame", "FrameScope", "FrameSize"]

Frame: TypeAlias = list[Any]
Code: TypeAlias = Callable[[Frame], Value]
"""Compiled code: takes the frame and returns the value."""

PARENT: Final = 0
CONTEXT: Final = 1
FIRST_SLOT: Final = 2


@dataclass(slots=True)
class FrameSize:
    """The number of places of a frame."""

    count: int = FIRST_SLOT


@dataclass(slots=True)
class FrameScope:
    """The names that code sees.

    Attributes:
        parent: the scope around this one.
        size: the size of the frame; nested blocks share the frame of their function.
        slots: the places of variables.
        packages: the paths of imported packages by their names.
        assigned: what variables are assigned, where it is known.
        own_package: the path of the package that the code belongs to; None for a query.
    """

    parent: FrameScope | None = None
    size: FrameSize = field(default_factory=FrameSize)
    slots: dict[str, int] = field(default_factory=dict[str, int])
    packages: dict[str, str] = field(default_factory=dict[str, str])
    own_package: str | None = None
    assigned: dict[str, Expression] = field(default_factory=dict[str, Expression])

    @property
    def is_query(self) -> bool:
        """Whether the code is that of a query, and not of the standard library."""
        return self.own_package is None

    def declare(self, name: str, value: Expression | None = None) -> int:
        """Give a new variable a place in the frame.

        Args:
            name: its name.
            value: what it is assigned, if that is known.
        """
        slot = self.slots[name] = self.size.count
        if value is not None:
            self.assigned[name] = value
        self.size.count += 1
        return slot

    def inner(self) -> FrameScope:
        """Return the scope of a function in this one, with a frame of its own."""
        return FrameScope(self, own_package=self.own_package)

    def assignment(self, name: str) -> tuple[Expression, FrameScope] | None:
        """Return what a variable is assigned, and the scope of that; None if it is not known."""
        scope: FrameScope | None = self
        while scope is not None and name not in scope.slots and name not in scope.packages:
            scope = scope.parent
        value = None if scope is None else scope.assigned.get(name)
        return None if scope is None or value is None else (value, scope)

    def find(self, name: str) -> tuple[int, int] | str | None:
        """Return depth and place of a variable, the path of a package, or None if unknown."""
        depth = 0
        scope: FrameScope | None = self
        while scope is not None:
            if name in scope.slots:
                return depth, scope.slots[name]
            if name in scope.packages:
                return scope.packages[name]
            depth += scope.parent is not None and scope.parent.size is not scope.size
            scope = scope.parent
        return None


def variable(depth: int, slot: int) -> Code:
    """Return the code that reads a variable."""
    if depth == 0:
        return lambda frame: frame[slot]
    if depth == 1:
        return lambda frame: frame[0][slot]
    if depth == 2:
        return lambda frame: frame[0][0][slot]

    def read(frame: Frame) -> Value:
        for _ in range(depth):
            frame = frame[PARENT]
        return frame[slot]

    return read
