"""Flux in the editor: tokens and errors by `influx_flux`."""

from __future__ import annotations

import influx_flux
from influx_explorer._language.text_report import TextIssue, TextReport, Utf16Offsets
from influx_flux import FluxIssue, FluxSyntaxError
from influx_flux.nodes import Identifier, MemberExpression, StringLiteral, walk
from influx_flux.tokenizer import KEYWORDS, TextToken, tokenize

__all__ = ["canonical_flux", "report_flux", "writes_flux"]

_CLASSES = {
    **dict.fromkeys(KEYWORDS.values(), "keyword"),
    **dict.fromkeys(("STRING", "QUOTE", "TEXT"), "string"),
    **dict.fromkeys(("INT", "FLOAT", "TIME", "DURATION"), "number"),
    "COMMENT": "comment",
    "IDENT": "name",
    "PIPE_FORWARD": "keyword",
    "REGEX": "regex",
}

_READING_PACKAGES = frozenset(
    {
        "array",
        "date",
        "date/boundaries",
        "dict",
        "experimental/aggregate",
        "experimental/array",
        "experimental/bitwise",
        "experimental/date/boundaries",
        "experimental/geo",
        "experimental/query",
        "experimental/record",
        "generate",
        "influxdata/influxdb/sample",
        "influxdata/influxdb/schema",
        "influxdata/influxdb/v1",
        "interpolate",
        "join",
        "json",
        "math",
        "profiler",
        "regexp",
        "sampledata",
        "strings",
        "system",
        "timezone",
        "types",
    }
)
"""Packages whose functions neither write nor send anything, and read no secrets."""

_WRITING_NAMES = frozenset({"to", "wideTo"})


def report_flux(text: str) -> TextReport:
    """Tokens and errors of Flux; an empty text has no errors."""
    offsets = Utf16Offsets(text)
    issues = _issues(text, offsets) if text.strip() else []
    tokens = tokenize(text)
    classed = ((each.start, each.end, _class(tokens, i)) for i, each in enumerate(tokens))
    return TextReport(offsets.tokens(classed), issues, not writes_flux(text))


def canonical_flux(text: str) -> str:
    """The text as libflux formats it.

    Raises:
        FluxSyntaxError: it is not Flux.
    """
    return influx_flux.format(text)


def writes_flux(text: str) -> str:
    """Why a text may write or send something; empty if it only reads."""
    try:
        file = influx_flux.parse(text)
    except FluxSyntaxError:
        return "the text does not parse, so it may write"
    for item in file.imports:
        if item.path.value not in _READING_PACKAGES:
            return f'the package "{item.path.value}" may write, send data or read secrets'
    for node in walk(file):
        if isinstance(node, Identifier) and node.name in _WRITING_NAMES:
            return f"{node.name}() writes points"
        if isinstance(node, MemberExpression):
            key = node.property
            if isinstance(key, StringLiteral) and key.value in _WRITING_NAMES:
                return f"{key.value}() writes points"
    return ""


def _issues(text: str, offsets: Utf16Offsets) -> list[TextIssue]:
    lines = _line_starts(text)
    found = influx_flux.check(text, variables=("v",))
    return [_issue(each, text, lines, offsets) for each in found]


def _issue(issue: FluxIssue, text: str, lines: list[int], offsets: Utf16Offsets) -> TextIssue:
    location = issue.location
    if location is None:
        return TextIssue(0, offsets.units(len(text)), issue.message)
    start = _offset(text, lines, location.start.line, location.start.column)
    end = _offset(text, lines, location.end.line, location.end.column)
    return TextIssue(offsets.units(start), offsets.units(max(start, end)), issue.message)


def _line_starts(text: str) -> list[int]:
    return [0, *(index + 1 for index, character in enumerate(text) if character == "\n")]


def _offset(text: str, lines: list[int], line: int, column: int) -> int:
    """The offset of a line and a column in bytes of UTF-8, both from 1."""
    start = lines[min(line, len(lines)) - 1]
    rest = text[start:].partition("\n")[0]
    return start + len(rest.encode()[: max(column - 1, 0)].decode(errors="ignore"))


def _class(tokens: list[TextToken], index: int) -> str:
    token = tokens[index]
    if token.kind == "IDENT":
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        if after is not None and after.kind == "LPAREN":
            return "function"
    return _CLASSES.get(token.kind, "operator")
