"""InfluxQL: its syntax tree, parser, canonical text, quoting, and a builder for queries."""

from influx_query.errors import InfluxQLSyntaxError
from influx_query.nodes import render
from influx_query.parser import parse, parse_expression
from influx_query.quoting import quote_ident, quote_string

__all__ = [
    "InfluxQLSyntaxError",
    "parse",
    "parse_expression",
    "quote_ident",
    "quote_string",
    "render",
]
