"""Formats Flux texts and syntax trees."""

from __future__ import annotations

from influx_flux._collection import paused_collection
from influx_flux._format import (
    container_layout,
    expression_layout,
    literal_layout,
    statement_layout,
    type_layout,
)
from influx_flux._format.dispatch import document
from influx_flux._format.printer import render
from influx_flux._parser.issues import issues_of
from influx_flux._parser.parser import parse
from influx_flux._trampoline import run
from influx_flux.errors import FluxSyntaxError
from influx_flux.nodes import File, Node

LAYOUTS = (container_layout, expression_layout, literal_layout, statement_layout, type_layout)
"""The modules whose functions register themselves when they are imported."""


def format(text: str) -> str:  # noqa: A001 - as in black
    """Return a Flux text in canonical format: the same bytes as libflux.

    Lines break at 100 characters. Like libflux, the formatter removes spaces at the end of a line,
    even within a string, and comments at a few places, such as before a string with interpolations.

    Raises:
        FluxSyntaxError: The text has errors. (libflux formats some of these texts, but drops the
            parts that it could not parse.)
    """
    with paused_collection(len(text)):
        return format_tree(parse(text, strict=False))


def format_tree(file: File) -> str:
    """Return the canonical text of a syntax tree.

    A string that was not parsed from a text is quoted and escaped.

    Raises:
        FluxSyntaxError: A node of the tree cannot be written.
    """
    if issues := issues_of(file, operators=True):
        raise FluxSyntaxError(issues)
    return write(file) + "\n"


def write(node: Node) -> str:
    """Return the canonical text of any node."""
    lines = render(run(document(node))).split("\n")
    return "\n".join(line.rstrip() for line in lines)
