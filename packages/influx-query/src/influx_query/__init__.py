"""InfluxQL: its syntax tree, parser, canonical text, quoting, and a builder for queries.

The nodes of the syntax tree are in `influx_query.nodes`, the table of functions is in
`influx_query.functions`. `influx_query.show` and `influx_query.manage` build statements other than
SELECT.

Names are imported on first use, so that a program which needs few of them starts fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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

_NAMES = {
    "influx_query._builder.select_query": (
        "SelectQuery",
        "query",
    ),
    "influx_query._clauses.builder_arguments": ("measurement",),
    "influx_query._expressions.conditions": ("Condition",),
    "influx_query._expressions.expression_parser": ("parse_expression",),
    "influx_query._expressions.function_calls": ("func",),
    "influx_query._expressions.literals": (
        "duration_ns",
        "literal",
    ),
    "influx_query._expressions.operands": (
        "Operand",
        "duration",
        "field",
        "now",
        "param",
        "regex",
        "tag",
        "time",
    ),
    "influx_query._formatting": (
        "explain_error",
        "format",
    ),
    "influx_query._split": (
        "is_read_only",
        "split_statements",
    ),
    "influx_query._statements.parser": ("parse",),
    "influx_query._text.bind": ("params_json",),
    "influx_query._text.durations": (
        "DurationError",
        "format_duration",
        "format_go_duration",
        "parse_duration",
    ),
    "influx_query._text.lexer": ("Dialect",),
    "influx_query._text.quoting": (
        "quote_ident",
        "quote_regex",
        "quote_string",
    ),
    "influx_query._text.timestamps": (
        "format_time",
        "looks_like_time",
        "parse_time",
    ),
    "influx_query._tree.node": ("render",),
    "influx_query._tree.traversal": (
        "transform",
        "walk",
    ),
    "influx_query._validate.schema_check": (
        "Issue",
        "MeasurementSchema",
        "check",
    ),
    "influx_query._validate.time_ranges": (
        "TimeRange",
        "time_range",
    ),
    "influx_query._validate.validation": (
        "check_condition",
        "check_dimensions",
        "check_fields",
        "check_select",
    ),
    "influx_query.errors": (
        "InfluxQLSyntaxError",
        "ValidationError",
    ),
}
"""The public names of each module."""

_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names}

_SUBMODULES = frozenset({"functions", "manage", "nodes", "show"})


def __getattr__(name: str) -> object:
    if name in _MODULE_OF:
        value = getattr(import_module(_MODULE_OF[name]), name)
        globals()[name] = value
        return value
    if name in _SUBMODULES:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
