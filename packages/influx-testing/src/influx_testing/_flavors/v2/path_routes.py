"""PathRoutes: finds the endpoints of a path with IDs in it: `/api/v2/buckets/{bucketID}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar
from urllib.parse import unquote

__all__ = ["PathRoutes", "ids_in"]

E = TypeVar("E")

_ANY = "{}"
"""The key of the branch for segments that are IDs."""


class _Node(Generic[E]):
    """What follows the beginning of a path."""

    def __init__(self) -> None:
        self.branches: dict[str, _Node[E]] = {}
        self.methods: dict[str, E] = {}


class PathRoutes(Generic[E]):
    """Endpoints by pattern and method; a fixed segment comes before an ID.

    Args:
        routes: endpoints by pattern and method; `{name}` stands for one segment of a path.
    """

    def __init__(self, routes: Mapping[str, Mapping[str, E]]) -> None:
        self._root: _Node[E] = _Node()
        for pattern, methods in routes.items():
            node = self._root
            for segment in _segments(pattern):
                key = _ANY if segment.startswith("{") else segment
                node = node.branches.setdefault(key, _Node())
            node.methods.update(methods)

    def find(self, path: str) -> Mapping[str, E] | None:
        """Return the endpoints of a path by method; None if no pattern matches."""
        node = self._root
        for segment in _segments(path):
            fixed = node.branches.get(segment) if segment != _ANY else None
            following = fixed or (node.branches.get(_ANY) if segment else None)
            if following is None:
                return None
            node = following
        return node.methods or None


def ids_in(path: str, pattern: str) -> dict[str, str]:
    """The segments of a path that stand in the places of IDs, by the names in its pattern."""
    pairs = zip(_segments(pattern), _segments(path), strict=True)
    return {name[1:-1]: unquote(text) for name, text in pairs if name.startswith("{")}


def _segments(path: str) -> list[str]:
    return path.strip("/").split("/")
