"""What can be told of a text by its tokens alone: its statements, and whether they only read.

Nothing here fails, and nothing depends on a dialect: text that no parser knows gets an answer, too.
"""

from __future__ import annotations

from typing import Final

from influx_query.lexer import tokenize
from influx_query.nodes import Statement, render

_READING: Final = frozenset(["SELECT", "SHOW", "EXPLAIN"])
_BAD: Final = frozenset(["ILLEGAL", "BADSTRING", "BADESCAPE", "BADREGEX"])


def split_statements(text: str) -> tuple[str, ...]:
    """Cut a text at the semicolons between its statements, and leave empty ones out.

    A semicolon in a string, a name, a regex or a comment is none of these. Comments stay with the
    statement they stand before.
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
    """Tell whether a query leaves the server as it was, and so can be sent by GET.

    Every statement has to be SELECT, SHOW or EXPLAIN, without INTO. Text the scanner can't read to
    its end counts as writing.
    """
    kinds = tokenize(query if isinstance(query, str) else render(query)).kinds
    begins = True
    for kind in kinds:
        if kind == "INTO" or kind in _BAD or (begins and kind not in (*_READING, ";", "EOF")):
            return False
        begins = kind == ";"
    return True
