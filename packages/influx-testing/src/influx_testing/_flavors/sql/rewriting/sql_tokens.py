"""Splits SQL text into tokens, and groups the tokens into a tree by brackets.

The joined tokens are the original text, so unchanged parts keep their form.
The dialect is DataFusion's: `''` inside strings, backslashes only in `E'...'`, `$$` strings,
nested comments, identifiers in double quotes or backticks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NamedTuple, TypeAlias

__all__ = [
    "BracketGroup",
    "Node",
    "Nodes",
    "SQLToken",
    "TokenKind",
    "code_of",
    "significant",
    "split_at_commas",
    "text_of",
    "tokenize",
    "tree",
    "words_of",
]


class TokenKind(Enum):
    """The kind of a token."""

    WORD = auto()
    QUOTED = auto()
    STRING = auto()
    NUMBER = auto()
    PLACEHOLDER = auto()
    SIGN = auto()
    BLANK = auto()
    """Spaces and comments."""


class SQLToken(NamedTuple):
    """A token of SQL text.

    Attributes:
        kind: its kind.
        text: its text as written.
        word: the text of a word in lower case; empty for other tokens.
    """

    kind: TokenKind
    text: str
    word: str = ""


@dataclass(frozen=True, slots=True)
class BracketGroup:
    """The nodes between round or square brackets; `closing` is empty if the text ends there.

    `word` is always empty, as for tokens that are not words.
    """

    opening: str
    nodes: tuple[Node, ...]
    closing: str
    word: str = field(default="", init=False)


Node: TypeAlias = SQLToken | BracketGroup
Nodes: TypeAlias = tuple[Node, ...]

_LEXER = re.compile(
    r"""
    (?P<BLANK>      \s+ | --[^\n]* )
  | (?P<COMMENT>    /\* )
  | (?P<STRING>     [eE]'(?:[^'\\]|''|\\.)*' | (?:[bBnNrRxX]|[uU]&)?'(?:[^']|'')*'
                  | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ )
  | (?P<QUOTED>     "(?:[^"]|"")*" | `(?:[^`]|``)*` )
  | (?P<NUMBER>     (?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)? )
  | (?P<PLACEHOLDER>\$\w+ )
  | (?P<WORD>       [^\W\d][\w$]* )
  | (?P<SIGN>       ::|<=|>=|<>|!=|\|\||=> | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_KINDS = {**TokenKind.__members__, "tag": TokenKind.STRING}
_BRACKETS = {"(": ")", "[": "]"}


def tokenize(sql: str) -> list[SQLToken]:
    """Split SQL text into tokens; an unclosed string or comment becomes signs or blanks."""
    tokens: list[SQLToken] = []
    position = 0
    while position < len(sql):
        for match in _LEXER.finditer(sql, position):
            name, text = match.lastgroup, match[0]
            if name == "COMMENT":
                position = _end_of_comment(sql, match.end())
                tokens.append(SQLToken(TokenKind.BLANK, sql[match.start() : position]))
                break
            if name == "WORD":
                tokens.append(SQLToken(TokenKind.WORD, text, text.lower()))
            else:
                tokens.append(SQLToken(_KINDS[name or ""], text))
        else:
            break
    return tokens


def _end_of_comment(sql: str, position: int) -> int:
    """The position after a comment; comments nest."""
    depth = 1
    for edge in _COMMENT_EDGE.finditer(sql, position):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return edge.end()
    return len(sql)


def tree(tokens: Iterable[SQLToken]) -> Nodes:
    """Group nodes between brackets; an unmatched closing bracket stays a sign."""
    return tuple(_nodes(iter(tokens), "")[0])


def _nodes(tokens: Iterator[SQLToken], closing: str) -> tuple[list[Node], str]:
    """Read up to a closing bracket and return it too; empty if the text ends first."""
    nodes: list[Node] = []
    for token in tokens:
        if token.text == closing:
            return nodes, closing
        if expected := _BRACKETS.get(token.text):
            inner, closed = _nodes(tokens, expected)
            nodes.append(BracketGroup(token.text, tuple(inner), closed))
        else:
            nodes.append(token)
    return nodes, ""


def text_of(nodes: Iterable[Node]) -> str:
    """The text of nodes as written."""
    return "".join(
        node.text
        if isinstance(node, SQLToken)
        else f"{node.opening}{text_of(node.nodes)}{node.closing}"
        for node in nodes
    )


def code_of(nodes: Iterable[Node]) -> str:
    """The text of nodes without comments, and without blanks around it.

    A comment to the end of the line would hide text that is added after it.
    """
    pieces = [
        f"{node.opening}{code_of(node.nodes)}{node.closing}"
        if isinstance(node, BracketGroup)
        else " "
        if node.kind is TokenKind.BLANK and not node.text.isspace()
        else node.text
        for node in nodes
    ]
    return "".join(pieces).strip()


def words_of(tokens: Iterable[SQLToken]) -> set[str]:
    """All words in lower case."""
    return {token.word for token in tokens if token.word}


def significant(nodes: Iterable[Node]) -> list[Node]:
    """The nodes without blanks."""
    return [
        node for node in nodes if not (isinstance(node, SQLToken) and node.kind is TokenKind.BLANK)
    ]


def split_at_commas(nodes: Sequence[Node]) -> list[Nodes]:
    """Split at the commas outside brackets; blanks alone are no part."""
    parts: list[list[Node]] = [[]]
    for node in nodes:
        if isinstance(node, SQLToken) and node.kind is TokenKind.SIGN and node.text == ",":
            parts.append([])
        else:
            parts[-1].append(node)
    return [tuple(part) for part in parts] if len(parts) > 1 or significant(nodes) else []
