"""Writes a syntax tree as JSON."""

from __future__ import annotations

from typing import Any

from influx_flux._json.shapes import SHAPES, Form, Slot
from influx_flux.nodes import Base, File, Location, Node, Position

Document = dict[str, Any]
_Task = tuple[Node, Document, bool]


def to_json(file: File) -> Document:
    """Return a syntax tree as JSON objects, in the format of libflux.

    A node parsed from a text has its location and source; a node created by a program has neither.
    The HTTP API takes this tree as `extern` or, in a package, as `ast`.
    """
    return node_to_json(file, typed=True)


def node_to_json(node: Node, *, typed: bool = True) -> Document:
    """Return any node in the format of libflux, with or without its type."""
    result: Document = {}
    pending: list[_Task] = [(node, result, typed)]
    while pending:
        current, document, with_type = pending.pop()
        shape = SHAPES[type(current)]
        if shape.type and (with_type or shape.always_typed):
            document["type"] = shape.type
        if shape.type:
            _write_base(current.base, document, pending)
        for slot in shape.slots:
            _write(slot, getattr(current, slot.name), document, pending)
    return result


def _write_base(base: Base, document: Document, pending: list[_Task]) -> None:
    if base.location is not None:
        document["location"] = _location(base.location)
    elif base.comments or base.errors or base.attributes:
        document["location"] = _location(Location(Position(0, 0), Position(0, 0)))
    if base.attributes:
        document["attributes"] = [_below(item, pending, typed=False) for item in base.attributes]
    if base.comments:
        document["comments"] = _texts(base.comments)
    if base.errors:
        document["errors"] = [{"msg": error} for error in base.errors]


def _location(location: Location) -> Document:
    written: Document = {"start": location.start._asdict(), "end": location.end._asdict()}
    if location.source:
        written["source"] = location.source
    return written


def _texts(comments: tuple[str, ...]) -> list[Document]:
    return [{"text": comment} for comment in comments]


def _below(node: Node, pending: list[_Task], *, typed: bool) -> Document:
    document: Document = {}
    pending.append((node, document, typed))
    return document


def _write(slot: Slot, value: Any, document: Document, pending: list[_Task]) -> None:
    if value is None or (value == () and slot.absent != "never"):
        if slot.absent == "null":
            document[slot.key] = None
        return
    match slot.form:
        case Form.PLAIN:
            document[slot.key] = value
        case Form.PLAIN_OR_LEFT_OUT:
            if value:
                document[slot.key] = value
        case Form.NUMERAL:
            document[slot.key] = str(value)
        case Form.DURATION:
            document[slot.key] = [part._asdict() for part in value]
        case Form.COMMENTS:
            if value:
                document[slot.key] = _texts(value)
        case Form.NODE | Form.TYPED:
            document[slot.key] = _below(value, pending, typed=slot.form is Form.TYPED)
        case Form.NODES | Form.TYPED_LIST:
            typed = slot.form is Form.TYPED_LIST
            document[slot.key] = [_below(item, pending, typed=typed) for item in value]
        case Form.FLAT | Form.FLAT_TYPED:
            pending.append((value, document, slot.form is Form.FLAT_TYPED))
