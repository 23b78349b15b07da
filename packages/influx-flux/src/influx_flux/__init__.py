"""Flux: its syntax tree, parser, canonical text, literals, a checker, and a builder."""

from influx_flux._format.formatter import format, format_tree  # noqa: A004 - as in black
from influx_flux._json.tree_reader import from_json
from influx_flux._json.tree_writer import to_json
from influx_flux._parser.issues import issues_of as syntax_issues
from influx_flux._parser.parser import parse
from influx_flux.errors import FluxIssue, FluxSyntaxError
from influx_flux.nodes import File

__all__ = [
    "File",
    "FluxIssue",
    "FluxSyntaxError",
    "format",
    "format_tree",
    "from_json",
    "parse",
    "syntax_issues",
    "to_json",
]
