"""The Nelder-Mead method: minimizes a function of several variables without derivatives."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from functools import reduce

__all__ = ["minimize"]

_ITERATIONS = 1000
_REFLECTION = 1.0
_CONTRACTION = 0.5
_EXPANSION = 2.0

Vertex = list[float]
Function = Callable[[Vertex], float]


def minimize(function: Function, start: Vertex, epsilon: float) -> tuple[float, Vertex]:
    """Find a minimum near `start`.

    Args:
        function: the function; it may change the vertex that it gets.
        start: the first vertex.
        epsilon: the spread of values at which the search ends.

    Returns:
        The value at the minimum, and its vertex.
    """
    simplex = _Simplex(function, start)
    for _ in range(_ITERATIONS):
        simplex.step()
        if simplex.spread() < epsilon:
            break
    best = simplex.vertices[simplex.smallest()]
    place = list(best)
    return function(best), place


class _Simplex:
    def __init__(self, function: Function, start: Vertex) -> None:
        count = len(start)
        near = (math.sqrt(count + 1) - 1) / (count * math.sqrt(2))
        far = (math.sqrt(count + 1) - 1 + count) / (count * math.sqrt(2))
        self._function = function
        self._count = count
        self.vertices: list[Vertex] = [list(start)]
        for corner in range(count):
            offsets = (far if axis == corner else near for axis in range(count))
            self.vertices.append([a + b for a, b in zip(offsets, start, strict=True)])
        self.values = [function(vertex) for vertex in self.vertices]

    def smallest(self) -> int:
        """The vertex with the smallest value; the first of several."""
        return self.values.index(min(self.values))

    def spread(self) -> float:
        """The spread of the values at the vertices."""
        mean = reduce(operator.add, self.values, 0.0) / (self._count + 1)
        total = 0.0
        for value in self.values:
            total += (value - mean) * (value - mean) / self._count
        return math.sqrt(total)

    def step(self) -> None:
        """Replace the worst vertex by a better one, or shrink towards the best."""
        worst, best = self._extremes()
        second = self._second(worst, best)
        centre = self._centre(worst)
        reflected = self._towards(centre, self.vertices[worst], -_REFLECTION)
        value = self._function(reflected)
        if self.values[best] <= value < self.values[second]:
            self._replace(worst, reflected, value)
        if value < self.values[best]:
            self._expand(worst, centre, reflected, value)
        if value >= self.values[second]:
            self._contract((worst, second, best), centre, reflected, value)

    def _extremes(self) -> tuple[int, int]:
        return self.values.index(max(self.values)), self.smallest()

    def _second(self, worst: int, best: int) -> int:
        second = best
        for index, value in enumerate(self.values):
            if self.values[second] < value < self.values[worst]:
                second = index
        return second

    def _centre(self, worst: int) -> Vertex:
        total = [0.0] * self._count
        for index, vertex in enumerate(self.vertices):
            if index != worst:
                total = list(map(operator.add, total, vertex))
        return [each / self._count for each in total]

    def _towards(self, origin: Vertex, target: Vertex, part: float) -> Vertex:
        if part < 0:
            return [a + -part * (a - b) for a, b in zip(origin, target, strict=True)]
        return [a + part * (b - a) for a, b in zip(origin, target, strict=True)]

    def _replace(self, index: int, vertex: Vertex, value: float) -> None:
        self.vertices[index] = list(vertex)
        self.values[index] = value

    def _expand(self, worst: int, centre: Vertex, reflected: Vertex, value: float) -> None:
        expanded = self._towards(centre, reflected, _EXPANSION)
        expanded_value = self._function(expanded)
        if expanded_value < value:
            self._replace(worst, expanded, expanded_value)
        else:
            self._replace(worst, reflected, value)

    def _contract(
        self, indexes: tuple[int, int, int], centre: Vertex, reflected: Vertex, value: float
    ) -> None:
        worst, second, best = indexes
        if self.values[second] <= value < self.values[worst]:
            contracted = self._towards(centre, reflected, _CONTRACTION)
        else:
            here = self.vertices[worst]
            contracted = [a - _CONTRACTION * (a - b) for a, b in zip(centre, here, strict=True)]
        contracted_value = self._function(contracted)
        if contracted_value < self.values[worst]:
            self._replace(worst, contracted, contracted_value)
        else:
            self._shrink(worst, second, best)

    def _shrink(self, worst: int, second: int, best: int) -> None:
        target = self.vertices[best]
        for index, vertex in enumerate(self.vertices):
            if index != best:
                self.vertices[index] = [
                    b + (a - b) / 2.0 for a, b in zip(vertex, target, strict=True)
                ]
        self.values[worst] = self._function(self.vertices[worst])
        self.values[second] = self._function(self.vertices[second])
