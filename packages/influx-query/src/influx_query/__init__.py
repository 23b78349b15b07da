"""InfluxQL: its syntax tree, parser, canonical text, quoting, and a builder for queries.

The nodes of the syntax tree are in `influx_query.nodes`, the table of functions is in
`influx_query.functions`. `influx_query.show` and `influx_query.manage` build statements other than
SELECT.
"""

from influx_query import functions, manage, nodes, show
from influx_query._builder.select_query import SelectQuery, query
from influx_query._clauses.builder_arguments import measurement
from influx_query._expressions.conditions import Condition
from influx_query._expressions.expression_parser import parse_expression
from influx_query._expressions.function_calls import func
from influx_query._expressions.literals import duration_ns, literal
from influx_query._expressions.operands import (
    Operand,
    duration,
    field,
    now,
    param,
    regex,
    tag,
    time,
)
from influx_query._formatting import explain_error, format  # noqa: A004 - as in black
from influx_query._split import is_read_only, split_statements
from influx_query._statements.parser import parse
from influx_query._text.bind import params_json
from influx_query._text.durations import (
    DurationError,
    format_duration,
    format_go_duration,
    parse_duration,
)
from influx_query._text.lexer import Dialect
from influx_query._text.quoting import quote_ident, quote_regex, quote_string
from influx_query._text.timestamps import format_time, looks_like_time, parse_time
from influx_query._tree.node import render
from influx_query._tree.traversal import transform, walk
from influx_query._validate.schema_check import Issue, MeasurementSchema, check
from influx_query._validate.time_ranges import TimeRange, time_range
from influx_query._validate.validation import (
    check_condition,
    check_dimensions,
    check_fields,
    check_select,
)
from influx_query.errors import InfluxQLSyntaxError, ValidationError

__all__ = [
    "Condition",
    "Dialect",
    "DurationError",
    "InfluxQLSyntaxError",
    "Issue",
    "MeasurementSchema",
    "Operand",
    "SelectQuery",
    "TimeRange",
    "ValidationError",
    "check",
    "check_condition",
    "check_dimensions",
    "check_fields",
    "check_select",
    "duration",
    "duration_ns",
    "explain_error",
    "field",
    "format",
    "format_duration",
    "format_go_duration",
    "format_time",
    "func",
    "functions",
    "is_read_only",
    "literal",
    "looks_like_time",
    "manage",
    "measurement",
    "nodes",
    "now",
    "param",
    "params_json",
    "parse",
    "parse_duration",
    "parse_expression",
    "parse_time",
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
