"""Reads a syntax tree from JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from influx_flux._json.shapes import BY_TYPE, SHAPES, Form, Slot
from influx_flux._trampoline import Step, run
from influx_flux.nodes import (
    Attribute,
    Base,
    Comments,
    DurationPart,
    File,
    Location,
    Node,
    Position,
)

Document = Mapping[str, Any]
N = TypeVar("N", bound=Node)


def from_json(document: Document) -> File:
    """Read a syntax tree from JSON, in the format of libflux and the HTTP API.

    A list may be null, which means empty; every optional value may be null.

    Raises:
        ValueError: The document is not the syntax tree of a file; the message names the problem and
            its place.
    """
    if document.get("type", "File") != "File":
        raise ValueError(f"a syntax tree of a file is asked for, not of {document['type']!r}")
    return run(_node(document, File, "File"))


def _node(document: Any, kind: type[N], path: str) -> Step[N]:
    """Read a node whose kind is determined by its place."""
    if not isinstance(document, Mapping):
        raise ValueError(f"{path} is {document!r}, not a node")
    found = cast(Document, document)
    shape = SHAPES[kind]
    values: dict[str, Any] = {}
    for slot in shape.slots:
        value = yield _value(slot, found, f"{path}.{slot.key}".rstrip("."))
        values[slot.name] = value
    if shape.type:
        values["base"] = yield _base(found, path)
    return kind(**values)


def _typed(document: Any, path: str) -> Step[Node]:
    """Read a node whose kind is given by its type."""
    if isinstance(document, Mapping):
        kind = BY_TYPE.get(str(cast(Document, document).get("type")))
        if kind is not None:
            return (yield _node(document, kind, path))
    shown = str(cast(object, document))
    raise ValueError(f"{path} has no node of a known type: {shown[:100]}")


def _value(slot: Slot, document: Document, path: str) -> Step[Any]:
    if slot.form is Form.FLAT:
        assert slot.kind is not None
        return (yield _node(document, slot.kind, path))
    if slot.form is Form.FLAT_TYPED:
        return (yield _typed(document, path))
    found = document.get(slot.key)
    if found is None:
        return _absent(slot, path)
    match slot.form:
        case Form.NODE:
            assert slot.kind is not None
            return (yield _node(found, slot.kind, path))
        case Form.TYPED:
            return (yield _typed(found, path))
        case Form.NODES | Form.TYPED_LIST:
            return (yield _list(slot, found, path))
        case _:
            return _plain(slot, found, path)


def _list(slot: Slot, found: Any, path: str) -> Step[tuple[Node, ...]]:
    nodes: list[Node] = []
    for index, item in enumerate(found):
        below = f"{path}[{index}]"
        node: Node = yield (_node(item, slot.kind, below) if slot.kind else _typed(item, below))
        nodes.append(node)
    return tuple(nodes)


def _absent(slot: Slot, path: str) -> Any:
    if slot.form in (Form.COMMENTS, Form.NODES, Form.TYPED_LIST):
        return ()
    if slot.form is Form.PLAIN_OR_LEFT_OUT:
        return ""
    if slot.absent == "never":
        raise ValueError(f"{path} is missing")
    return None


def _plain(slot: Slot, found: Any, path: str) -> Any:
    try:
        match slot.form:
            case Form.NUMERAL:
                return int(found)
            case Form.COMMENTS:
                return _comments(found)
            case Form.DURATION:
                return tuple(DurationPart(int(item["magnitude"]), item["unit"]) for item in found)
            case _:
                return found
    except (TypeError, KeyError, ValueError):
        raise ValueError(f"{path} is {found!r}, which cannot be read") from None


def _comments(found: Any) -> Comments:
    return tuple(item["text"] for item in found)


def _base(document: Document, path: str) -> Step[Base]:
    slot = Slot("attributes", "attributes", Form.NODES, Attribute)
    attributes: tuple[Attribute, ...] = yield _value(slot, document, f"{path}.attributes")
    return Base(
        _location(document.get("location")),
        _comments(document.get("comments") or ()),
        tuple(item["msg"] for item in document.get("errors") or ()),
        attributes,
    )


def _location(found: Any) -> Location | None:
    if not found or not found["start"]["line"]:
        return None
    start, end = found["start"], found["end"]
    return Location(
        Position(start["line"], start["column"]),
        Position(end["line"], end["column"]),
        found.get("source"),
    )
