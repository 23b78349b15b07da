"""SQL in the editor: tokens, and the errors that tokens show. InfluxDB 3 parses the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from influx_explorer._language.text_report import TextIssue, TextReport, Utf16Offsets

__all__ = ["SQL_KEYWORDS", "report_sql", "writes_sql"]

SQL_KEYWORDS = frozenset(
    [
        "ALL",
        "ANALYZE",
        "AND",
        "ANY",
        "AS",
        "ASC",
        "BETWEEN",
        "BY",
        "CASE",
        "CAST",
        "CROSS",
        "DESC",
        "DESCRIBE",
        "DISTINCT",
        "ELSE",
        "END",
        "EXCEPT",
        "EXISTS",
        "EXPLAIN",
        "FALSE",
        "FILTER",
        "FIRST",
        "FROM",
        "FULL",
        "GROUP",
        "HAVING",
        "ILIKE",
        "IN",
        "INNER",
        "INTERSECT",
        "INTERVAL",
        "INTO",
        "IS",
        "JOIN",
        "LAST",
        "LEFT",
        "LIKE",
        "LIMIT",
        "NATURAL",
        "NOT",
        "NULL",
        "NULLS",
        "OFFSET",
        "ON",
        "OR",
        "ORDER",
        "OUTER",
        "OVER",
        "PARTITION",
        "RIGHT",
        "ROWS",
        "SELECT",
        "SHOW",
        "TABLE",
        "THEN",
        "TIMESTAMP",
        "TRUE",
        "UNION",
        "USING",
        "VALUES",
        "WHEN",
        "WHERE",
        "WINDOW",
        "WITH",
    ]
)

_READING = frozenset({"DESCRIBE", "EXPLAIN", "SELECT", "SHOW", "TABLE", "VALUES", "WITH"})
_WRITING = frozenset(
    [
        "ALTER",
        "COPY",
        "CREATE",
        "DELETE",
        "DROP",
        "GRANT",
        "INSERT",
        "INTO",
        "MERGE",
        "REVOKE",
        "SET",
        "TRUNCATE",
        "UPDATE",
    ]
)

_TOKEN = re.compile(
    r"""
    (?P<comment>--[^\n]*|/\*.*?(?:\*/|(?P<open_comment>\Z)))
    | (?P<string>'(?:[^']|'')*(?:'|(?P<open_string>\Z)))
    | (?P<name>"(?:[^"]|"")*(?:"|(?P<open_name>\Z)))
    | (?P<param>\$\w+)
    | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<word>[^\W\d]\w*)
    | (?P<operator>[^\s\w])
    """,
    re.VERBOSE | re.DOTALL,
)
_OPEN = {
    "open_comment": "the comment is not closed: */ is missing",
    "open_string": "the string is not closed: ' is missing",
    "open_name": 'the name is not closed: " is missing',
}
_OF_ONE_DIALECT = frozenset("`#$\\")
_CLOSING = {")": "(", "]": "["}


def report_sql(text: str) -> TextReport:
    """Tokens of SQL, and what is not closed."""
    offsets = Utf16Offsets(text)
    found = list(_TOKEN.finditer(text))
    classed = ((match.start(), match.end(), kind) for match, kind in _classes(found))
    issues = [
        TextIssue(offsets.units(start), offsets.units(end), message)
        for start, end, message in sorted([*_open_texts(found), *_brackets(found)])
    ]
    return TextReport(offsets.tokens(classed), issues, not writes_sql(text))


def writes_sql(text: str) -> str:
    """Why a text may change something on the server; empty if it only reads.

    Texts that dialects of SQL divide into tokens in different ways count as writing.
    """
    for match in _TOKEN.finditer(text):
        if match[0] in _OF_ONE_DIALECT or (match["string"] and "\\" in match[0]):
            return f"{match[0]} has another meaning in other dialects of SQL, and may hide a write"
    words = [
        match[0].upper() if match["word"] is not None else match[0]
        for match in _TOKEN.finditer(text)
        if match["comment"] is None
    ]
    begun = [word for before, word in pairwise([";", *words]) if before == ";" and word != ";"]
    for word in begun:
        if word not in _READING and word != "(":
            return f"{word} may write"
    for word in words:
        if word in _WRITING:
            return f"{word} may write"
    return ""


def _classes(found: list[re.Match[str]]) -> Iterator[tuple[re.Match[str], str]]:
    for index, match in enumerate(found):
        kind = _kind(match)
        if kind == "word":
            after = found[index + 1][0] if index + 1 < len(found) else ""
            is_keyword = match[0].upper() in SQL_KEYWORDS
            kind = "keyword" if is_keyword else "function" if after == "(" else "name"
        yield match, kind


def _kind(match: re.Match[str]) -> str:
    named = ("comment", "string", "name", "param", "number", "word", "operator")
    return next(kind for kind in named if match[kind] is not None)


def _open_texts(found: list[re.Match[str]]) -> Iterator[tuple[int, int, str]]:
    for match in found:
        for group, message in _OPEN.items():
            if match[group] is not None:
                yield match.start(), match.end(), message


def _brackets(found: list[re.Match[str]]) -> Iterator[tuple[int, int, str]]:
    opened: list[re.Match[str]] = []
    for match in found:
        if match[0] in _CLOSING.values():
            opened.append(match)
        elif match[0] in _CLOSING:
            if opened and opened[-1][0] == _CLOSING[match[0]]:
                opened.pop()
            else:
                yield match.start(), match.end(), f"{match[0]} closes nothing"
    for match in opened:
        yield match.start(), match.end(), f"{match[0]} is not closed"
