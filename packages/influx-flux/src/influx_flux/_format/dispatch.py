"""Finds the function that writes a kind of node; the functions register themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from influx_flux._format.documents import Doc, Group
from influx_flux._format.hanging import Hanging
from influx_flux._trampoline import Step
from influx_flux.nodes import Node

_Writer = Callable[[Any], Step[Doc]]
_Leaf = Callable[[Any], Doc]
_Hanger = Callable[[Any], Step[Hanging]]
W = TypeVar("W", bound=_Writer)
L = TypeVar("L", bound=_Leaf)
H = TypeVar("H", bound=_Hanger)

_WRITERS: dict[type[Node], _Writer] = {}
_LEAVES: dict[type[Node], _Leaf] = {}
_HANGERS: dict[type[Node], _Hanger] = {}


def writes(*kinds: type[Node]) -> Callable[[W], W]:
    """Register a function that makes the document of some kinds of nodes."""

    def register(function: W) -> W:
        _WRITERS.update(dict.fromkeys(kinds, function))
        return function

    return register


def writes_leaf(*kinds: type[Node]) -> Callable[[L], L]:
    """Register a function that makes the document of some kinds of nodes without child nodes."""

    def register(function: L) -> L:
        _LEAVES.update(dict.fromkeys(kinds, function))
        return function

    return register


def hangs(kind: type[Node]) -> Callable[[H], H]:
    """Register a function that makes the hanging document of a kind of node."""

    def register(function: H) -> H:
        _HANGERS[kind] = function
        return function

    return register


def document(node: Node) -> Step[Doc]:
    """Return the document of a node, as a group."""
    hanger = _HANGERS.get(type(node))
    if hanger is not None:
        hanging: Hanging = yield hanger(node)
        return Group(hanging.document())
    leaf = _LEAVES.get(type(node))
    return Group(leaf(node) if leaf is not None else (yield _WRITERS[type(node)](node)))


def documents(nodes: Sequence[Node]) -> Step[list[Doc]]:
    """Return the documents of nodes."""
    docs: list[Doc] = []
    for node in nodes:
        doc: Doc = yield document(node)
        docs.append(doc)
    return docs


def bare_document(node: Node) -> Step[Doc]:
    """Return the document of a node without a group, so that its lines break with its parent's."""
    return (yield _WRITERS[type(node)](node))


def hanging(node: Node) -> Step[Hanging]:
    """Return the hanging document of a node; for most kinds of nodes, it has no affixes."""
    hanger = _HANGERS.get(type(node))
    if hanger is not None:
        return (yield hanger(node))
    return Hanging([], (yield document(node)))
