"""InfluxQL in the editor: tokens and errors by `influx_query`."""

from __future__ import annotations

from collections.abc import Iterator

from influx_explorer._language.text_report import TextIssue, TextReport, Utf16Offsets
from influx_query import (
    InfluxQLSyntaxError,
    ValidationError,
    check_select,
    explain_error,
    format,  # noqa: A004 - as in influx_query
    is_read_only,
    parse,
    walk,
)
from influx_query.functions import FUNCTIONS
from influx_query.nodes import SelectStatement, Statement
from influx_query.tokens import KEYWORDS, Tokens, tokenize

__all__ = ["canonical_influxql", "report_influxql", "writes_influxql"]

_CLASSES = {
    "STRING": "string",
    "BADSTRING": "string",
    "NUMBER": "number",
    "INTEGER": "number",
    "DURATIONVAL": "number",
    "REGEX": "regex",
    "BOUNDPARAM": "param",
}


def report_influxql(text: str) -> TextReport:
    """Tokens and errors of InfluxQL; a text without a statement has no errors."""
    offsets = Utf16Offsets(text)
    issues = [] if not text.strip() else [_issue(each, offsets) for each in _problems(text)]
    return TextReport(offsets.tokens(_tokens(tokenize(text))), issues, not writes_influxql(text))


def canonical_influxql(text: str) -> str:
    """The text with one clause a line.

    Raises:
        InfluxQLSyntaxError: it is not InfluxQL.
    """
    return format(text)


def writes_influxql(text: str) -> str:
    """Why a text may change something on the server; empty if it only reads."""
    try:
        statements = _parsed(text)
    except InfluxQLSyntaxError:
        return "" if is_read_only(text) else "the text does not parse, so it may write"
    for statement in statements:
        if not is_read_only(statement):
            kind = type(statement).__name__.removesuffix("Statement")
            return "SELECT ... INTO writes points" if kind == "Select" else f"{kind} writes"
    return ""


def _parsed(text: str) -> tuple[Statement, ...]:
    """Parse a text whose placeholders get their values later: times as text, or numbers.

    Raises:
        InfluxQLSyntaxError: it is not InfluxQL.
    """
    found = tokenize(text)
    pairs = zip(found.kinds, found.values, strict=True)
    names = [value.lstrip("$") for kind, value in pairs if kind == "BOUNDPARAM"]
    try:
        return parse(text, dict.fromkeys(names, "1970-01-01T00:00:00Z"))
    except InfluxQLSyntaxError:
        if not names:
            raise
        return parse(text, dict.fromkeys(names, 1))


def _problems(text: str) -> Iterator[tuple[int, int, str]]:
    try:
        statements = _parsed(text)
    except InfluxQLSyntaxError as error:
        start = len(text) if error.offset is None else error.offset
        yield start, _end_of_token(text, start), _reason(error)
        return
    for statement in statements:
        for node in walk(statement):
            if isinstance(node, SelectStatement):
                try:
                    check_select(node)
                except ValidationError as error:
                    yield 0, len(text), str(error)
                    return


def _reason(error: InfluxQLSyntaxError) -> str:
    """The message and the hint, without the picture of the place."""
    hint = explain_error(error).removeprefix(str(error)).strip()
    return f"{error.message}\n{hint}" if hint else error.message


def _end_of_token(text: str, start: int) -> int:
    found = tokenize(text)
    ends = (found.end(i) for i, each in enumerate(found.starts[:-1]) if each == start)
    return next(ends, min(start + 1, len(text)))


def _issue(problem: tuple[int, int, str], offsets: Utf16Offsets) -> TextIssue:
    start, end, message = problem
    return TextIssue(offsets.units(start), offsets.units(end), message)


def _tokens(found: Tokens) -> Iterator[tuple[int, int, str]]:
    for index in range(len(found.kinds) - 1):
        yield found.starts[index], found.end(index), _class(found, index)


def _class(found: Tokens, index: int) -> str:
    kind = found.kinds[index]
    if kind == "IDENT":
        is_call = found.kinds[index + 1] == "(" and found.values[index].lower() in FUNCTIONS
        return "function" if is_call else "name"
    return "keyword" if kind in KEYWORDS else _CLASSES.get(kind, "operator")
