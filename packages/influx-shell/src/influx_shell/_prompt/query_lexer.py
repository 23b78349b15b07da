"""Colours for queries at the prompt."""

from __future__ import annotations

import re
from collections.abc import Callable

from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.styles import Style

from influx_query.functions import FUNCTIONS
from influx_query.tokens import KEYWORDS

__all__ = ["STYLE", "QueryLexer", "styled"]

STYLE = Style.from_dict(
    {
        "keyword": "ansiblue bold",
        "function": "ansicyan",
        "string": "ansigreen",
        "name": "ansiyellow",
        "number": "ansimagenta",
        "comment": "ansibrightblack",
        "completion-menu.completion.current": "reverse",
    }
)

_TOKEN = re.compile(
    r"""
      (?P<comment>--[^\n]*|//[^\n]*|/\*.*?\*/)
    | (?P<string>'(?:[^'\\]|\\.)*'?|=~\s*/(?:[^/\\\n]|\\.)*/?)
    | (?P<name>"(?:[^"\\]|\\.)*"?)
    | (?P<number>\b[0-9][0-9a-zµ.]*)
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    """,
    re.VERBOSE | re.DOTALL,
)
_FLUX_WORDS = frozenset(
    ["and", "builtin", "else", "exists", "if", "import", "not", "option", "or", "return", "then"]
)


class QueryLexer(Lexer):
    """Colours InfluxQL, SQL and Flux; commands of the shell are one colour."""

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        """Return the function that gives the coloured pieces of a line."""
        lines = document.lines
        return lambda number: styled(lines[number]) if number < len(lines) else []


def styled(line: str) -> StyleAndTextTuples:
    """Return the pieces of a line with their styles."""
    if line.startswith("\\"):
        return [("class:keyword", line)]
    pieces: StyleAndTextTuples = []
    end = 0
    for match in _TOKEN.finditer(line):
        pieces.append(("", line[end : match.start()]))
        pieces.append((_style(match), match[0]))
        end = match.end()
    pieces.append(("", line[end:]))
    return [piece for piece in pieces if piece[1]]


def _style(match: re.Match[str]) -> str:
    kind = match.lastgroup
    if kind != "word":
        return f"class:{kind}"
    word = match[0]
    if word.upper() in KEYWORDS or word in _FLUX_WORDS:
        return "class:keyword"
    called = match.string[match.end() : match.end() + 1] == "("
    return "class:function" if called or word.lower() in FUNCTIONS else ""
