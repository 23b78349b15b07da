"""Formats queries with one clause a line, and explains syntax errors."""

from __future__ import annotations

from typing import Final

from influx_query._clauses.clause_nodes import Statement
from influx_query._statements.continuous_queries import CreateContinuousQueryStatement
from influx_query._statements.parser import parse
from influx_query._statements.select.select_nodes import ExplainStatement, SelectStatement
from influx_query._statements.series import DeleteSeriesStatement, DropSeriesStatement
from influx_query._text.durations import NANOSECONDS
from influx_query._text.keywords import KEYWORDS
from influx_query._text.lexer import Tokens, tokenize
from influx_query._tree.node import render
from influx_query.errors import InfluxQLSyntaxError

_CLAUSES: Final = frozenset(
    ["INTO", "FROM", "WITH", "WHERE", "GROUP", "ORDER", "LIMIT", "OFFSET", "SLIMIT", "SOFFSET"]
)
_JOINS: Final = frozenset(["AND", "OR"])
_CALLS: Final = frozenset(["fill", "TZ"])
_BROKEN: Final = (
    CreateContinuousQueryStatement,
    DeleteSeriesStatement,
    DropSeriesStatement,
    ExplainStatement,
    SelectStatement,
)
_STEP: Final = "  "


def format(text: str) -> str:  # noqa: A001 - the name says what it does, as in black and ruff
    """Return the statements with one clause per line, indented subqueries, and semicolons between.

    Comments are removed. The result parses to the same statements.

    Raises:
        InfluxQLSyntaxError: The text is not InfluxQL.
    """
    return ";\n\n".join(map(_format, parse(text)))


def _format(statement: Statement) -> str:
    text = render(statement)
    if isinstance(statement, _BROKEN) or type(statement).__name__.startswith("Show"):
        return _break_lines(tokenize(text))
    return text


def _break_lines(tokens: Tokens) -> str:
    """Return text with a line for each clause; subqueries are indented by two blanks."""
    out: list[str] = []
    open_queries: list[bool] = []
    for index, kind in enumerate(tokens.kinds[:-1]):
        depth = sum(open_queries)
        if kind == ")" and open_queries and open_queries.pop():
            out.append("\n" + _STEP * (depth - 1))
        elif index and not _in_call(open_queries) and _begins_line(tokens, index):
            out.append("\n" + _STEP * (depth + (kind in _JOINS)))
        elif tokens.text[tokens.starts[index] - 1] == " ":
            out.append(" ")
        out.append(tokens.text[tokens.starts[index] : tokens.end(index)])
        if kind == "(":
            is_query = tokens.kinds[index + 1] == "SELECT"
            open_queries.append(is_query)
            if is_query:
                out.append("\n" + _STEP * (depth + 1))
    return "".join(out)


def _in_call(open_queries: list[bool]) -> bool:
    """Return whether the innermost parenthesis is not that of a subquery."""
    return bool(open_queries) and not open_queries[-1]


def _begins_line(tokens: Tokens, index: int) -> bool:
    kind = tokens.kinds[index]
    if kind == "IDENT":
        return tokens.values[index] in _CALLS and tokens.kinds[index + 1] == "("
    before = tokens.kinds[index - 1]
    return kind in _CLAUSES or kind in _JOINS or kind == "END" or before == "BEGIN"


def explain_error(error: InfluxQLSyntaxError) -> str:
    """Return the message of a syntax error with its position and, if available, a hint."""
    hint = _hint(error)
    return f"{error}\n{hint}" if hint else str(error)


def _hint(error: InfluxQLSyntaxError) -> str:
    found, expected = error.found, error.expected
    if "identifier" in expected and found in KEYWORDS:
        return f'{found} is a keyword; to name something so, write it in quotes: "{found.lower()}"'
    if found == "=" and error.text[: error.offset].rstrip().endswith("="):
        return "InfluxQL compares with one equals sign"
    if expected == (";",) and found.upper() == "IN":
        return "InfluxQL has no IN for values; write host = 'a' OR host = 'b', or host =~ /^(a|b)$/"
    if "regex" in expected:
        return "=~ and !~ take a regular expression between slashes: host =~ /web/"
    if expected == ("string",):
        return "a string stands in single quotes; double quotes are for names"
    if expected == ("identifier",):
        return "a name stands bare or in double quotes; single quotes are for strings"
    if error.message == "invalid duration":
        units = ", ".join(reversed(NANOSECONDS))
        return f"a duration is a whole number and one of {units}; integers have no i"
    return ""
