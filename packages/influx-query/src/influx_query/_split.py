"""Splits a text into statements, and detects writing statements, from its tokens alone.

Both functions accept any text, even one with syntax errors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from influx_query._text.lexer import tokenize

if TYPE_CHECKING:
    from influx_query._clauses.clause_nodes import Statement

_READING: Final = frozenset(["SELECT", "SHOW", "EXPLAIN"])
_BAD: Final = frozenset(["ILLEGAL", "BADSTRING", "BADESCAPE", "BADREGEX"])


def split_statements(text: str) -> tuple[str, ...]:
    """Split a text at its semicolons into statements, without empty ones.

    A semicolon in a string, a name, a regex or a comment does not split. A comment stays with the
    statement after it.
    """
    tokens = tokenize(text)
    body = tokens.text
    cuts = [start for kind, start in zip(tokens.kinds, tokens.starts, strict=True) if kind == ";"]
    pieces = (
        body[begin:end].strip()
        for begin, end in zip([0, *(cut + 1 for cut in cuts)], [*cuts, len(body)], strict=True)
    )
    return tuple(piece for piece in pieces if tokenize(piece).kinds != ["EOF"])


def is_read_only(query: str | Statement) -> bool:
    """Return whether a query only reads, so that it can be sent with GET.

    True if every statement is SELECT, SHOW or EXPLAIN, without INTO. A text that can't be split
    into tokens counts as writing.
    """
    kinds = tokenize(query if isinstance(query, str) else _rendered(query)).kinds
    begins = True
    for kind in kinds:
        if kind == "INTO" or kind in _BAD or (begins and kind not in (*_READING, ";", "EOF")):
            return False
        begins = kind == ";"
    return True


def _rendered(statement: Statement) -> str:
    """The text of a statement; its module is imported for statements alone."""
    from influx_query._tree.node import render

    return render(statement)
