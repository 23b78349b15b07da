"""Splits Flux into tokens, for editors: highlighting, completion. It accepts any text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from influx_flux._text import tokens
from influx_flux._text.lexer import Lexer
from influx_flux._text.tokens import KEYWORDS, Token

__all__ = ["KEYWORDS", "TextToken", "tokenize"]

_ENDS_VALUE: Final = frozenset(
    {
        tokens.IDENT,
        tokens.INT,
        tokens.FLOAT,
        tokens.STRING,
        tokens.TIME,
        tokens.DURATION,
        tokens.REGEX,
        tokens.QUOTE,
        tokens.RPAREN,
        tokens.RBRACK,
        tokens.RBRACE,
    }
)
"""The kinds of tokens after which a slash divides; after others it begins a regular expression."""


@dataclass(frozen=True, slots=True)
class TextToken:
    """A part of a text.

    Attributes:
        kind: its name in libflux's messages: `IDENT`, `STRING`, `COMMENT`, `PIPE_FORWARD`; that of
            a keyword in upper case.
        start: the offset of its first character.
        end: the offset after its last character.
    """

    kind: str
    start: int
    end: int


def tokenize(text: str) -> list[TextToken]:
    """Return the tokens of a text, comments included, without the end of the text."""
    return list(_tokens(Lexer(text)))


def _tokens(lexer: Lexer) -> Iterator[TextToken]:
    """Yield tokens; braces of interpolations return to the string around them."""
    braces: list[bool] = []
    in_string = False
    last = ""
    while True:
        before = lexer.offset
        token = lexer.scan_string() if in_string else lexer.scan(regex=last not in _ENDS_VALUE)
        yield from _comments(lexer.text, before, token)
        if token.kind is tokens.EOF:
            return
        yield TextToken(token.kind, token.start, token.end)
        last = token.kind
        if last is tokens.QUOTE:
            in_string = not in_string
        elif last is tokens.STRINGEXPR:
            braces.append(True)
            in_string = False
        elif last is tokens.LBRACE:
            braces.append(False)
        elif last is tokens.RBRACE and braces:
            in_string = braces.pop()


def _comments(text: str, before: int, token: Token) -> Iterator[TextToken]:
    """The comments between the previous token and this one."""
    for comment in token.comments:
        start = text.index(comment, before)
        before = start + len(comment)
        yield TextToken(tokens.COMMENT, start, before - comment.endswith("\n"))
