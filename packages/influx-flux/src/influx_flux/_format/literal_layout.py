"""Writes literals and names."""

from __future__ import annotations

from influx_flux._format.dispatch import writes_leaf
from influx_flux._format.documents import STRING_LINE, Doc, Text, concat, join
from influx_flux._format.lists import comments
from influx_flux._text.quoting import float_text, quote, time_text
from influx_flux.nodes import (
    BooleanLiteral,
    DateTimeLiteral,
    DurationLiteral,
    FloatLiteral,
    Identifier,
    IntegerLiteral,
    LabelLiteral,
    LabelType,
    Node,
    PipeLiteral,
    PropertyKey,
    RegexpLiteral,
    StringLiteral,
    UnsignedIntegerLiteral,
)


def source_of(node: Node) -> str:
    """Return the original text of a node; empty if it was not parsed."""
    location = node.base.location
    return (location.source or "") if location is not None else ""


@writes_leaf(Identifier)
def identifier(node: Identifier) -> Doc:
    """Return a name with the comments before it."""
    return concat(comments(node.comments), node.name)


@writes_leaf(StringLiteral)
def string(node: StringLiteral) -> Doc:
    """Return the original text of a string; quoted and escaped if it was not parsed."""
    return concat(comments(node.comments), source_of(node) or quote(node.value))


def property_key(node: PropertyKey) -> Doc:
    """Return the key of a record."""
    return identifier(node) if isinstance(node, Identifier) else string(node)


def text_lines(lines: list[str]) -> Doc:
    """Return the lines of a string without indentation, which would change the string."""
    return join(map(Text, lines), STRING_LINE)


@writes_leaf(IntegerLiteral, UnsignedIntegerLiteral)
def _integer(node: IntegerLiteral | UnsignedIntegerLiteral) -> Doc:
    return concat(comments(node.comments), str(node.value))


@writes_leaf(FloatLiteral)
def _float(node: FloatLiteral) -> Doc:
    return concat(comments(node.comments), source_of(node) or float_text(node.value))


@writes_leaf(BooleanLiteral)
def _boolean(node: BooleanLiteral) -> Doc:
    return Text("true" if node.value else "false")


@writes_leaf(DurationLiteral)
def _duration(node: DurationLiteral) -> Doc:
    text = "".join(f"{part.magnitude}{part.unit}" for part in node.values)
    return concat(comments(node.comments), text)


@writes_leaf(DateTimeLiteral)
def _time(node: DateTimeLiteral) -> Doc:
    return concat(comments(node.comments), time_text(node.value))


@writes_leaf(RegexpLiteral)
def _regexp(node: RegexpLiteral) -> Doc:
    pattern = node.value.replace("/", "\\/")
    return concat(comments(node.comments), f"/{pattern}/")


@writes_leaf(PipeLiteral)
def _pipe(node: PipeLiteral) -> Doc:
    return concat(comments(node.comments), "<-")


@writes_leaf(LabelLiteral, LabelType)
def _label(node: LabelLiteral | LabelType) -> Doc:
    return Text(f".{node.value}")  # libflux drops its comments
