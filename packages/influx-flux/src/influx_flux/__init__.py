"""Flux: its syntax tree, parser, canonical text, literals, a checker, and a builder."""

from influx_flux._builder.flux_query import (
    FluxQuery,
    function,
    if_,
    join,
    query,
    script,
    source,
    tables,
    union,
)
from influx_flux._builder.row_expressions import (
    FluxExpression,
    column,
    expression,
    field,
    measurement,
    record,
    row,
    tag,
    time,
    value,
    variable,
)
from influx_flux._check.checker import check
from influx_flux._format.formatter import format, format_tree  # noqa: A004 - as in black
from influx_flux._json.tree_reader import from_json
from influx_flux._json.tree_writer import to_json
from influx_flux._parser.issues import issues_of as syntax_issues
from influx_flux._parser.parser import parse
from influx_flux._values.durations import FluxDuration, duration
from influx_flux._values.extern import extern
from influx_flux._values.literal import literal
from influx_flux._values.template import template
from influx_flux.errors import FluxIssue, FluxSyntaxError
from influx_flux.nodes import File

__all__ = [
    "File",
    "FluxDuration",
    "FluxExpression",
    "FluxIssue",
    "FluxQuery",
    "FluxSyntaxError",
    "check",
    "column",
    "duration",
    "expression",
    "extern",
    "field",
    "format",
    "format_tree",
    "from_json",
    "function",
    "if_",
    "join",
    "literal",
    "measurement",
    "parse",
    "query",
    "record",
    "row",
    "script",
    "source",
    "syntax_issues",
    "tables",
    "tag",
    "template",
    "time",
    "to_json",
    "union",
    "value",
    "variable",
]
