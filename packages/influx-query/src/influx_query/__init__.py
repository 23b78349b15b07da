"""InfluxQL: its syntax tree, parser, canonical text, quoting, and a builder for queries."""

from influx_query import manage, show
from influx_query.builder import SelectQuery, query
from influx_query.calls import func
from influx_query.checking import MeasurementSchema, Problem, check
from influx_query.errors import InfluxQLSyntaxError
from influx_query.expressions import (
    duration,
    field,
    measurement,
    now,
    param,
    regex,
    tag,
    time,
)
from influx_query.formatting import explain_error, format  # noqa: A004 - as in black
from influx_query.nodes import render
from influx_query.parser import parse, parse_expression
from influx_query.quoting import quote_ident, quote_regex, quote_string
from influx_query.ranges import TimeRange, time_range
from influx_query.semantics import Refusal, check_select
from influx_query.splitting import is_read_only, split_statements
from influx_query.walking import transform, walk

__all__ = [
    "InfluxQLSyntaxError",
    "MeasurementSchema",
    "Problem",
    "Refusal",
    "SelectQuery",
    "TimeRange",
    "check",
    "check_select",
    "duration",
    "explain_error",
    "field",
    "format",
    "func",
    "is_read_only",
    "manage",
    "measurement",
    "now",
    "param",
    "parse",
    "parse_expression",
    "query",
    "quote_ident",
    "quote_regex",
    "quote_string",
    "regex",
    "render",
    "show",
    "split_statements",
    "tag",
    "time",
    "time_range",
    "transform",
    "walk",
]
