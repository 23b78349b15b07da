"""Splits Flux text into tokens like libflux's scanner, which takes the longest match."""

from __future__ import annotations

import re

from influx_flux._text import tokens
from influx_flux._text.letters import letters
from influx_flux._text.tokens import KEYWORDS, SYMBOLS, Token

# Whitespace, and the digits in names, are ASCII only.
_SPACE = re.compile(r"[ \t\n\v\f\r]*+")
_NUMBER = re.compile(
    r"""
    (?P<TIME>[0-9]{4}-[0-9]{2}-[0-9]{2}
        (?:T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?)
    | (?P<DURATION>(?:[0-9]++(?:mo|ms|m|us|µs|ns|y|w|d|h|s))+)
    | (?P<FLOAT>[0-9]++\.[0-9]*+|\.[0-9]++)
    | (?P<INT>[0-9]++)
    """,
    re.VERBOSE,
)
_LETTER = f"A-Za-z_{letters()}"
_NAME = re.compile(f"[{_LETTER}][0-9{_LETTER}]*+")
_ATTRIBUTE = re.compile(f"@[{_LETTER}][0-9{_LETTER}]*+")
_STRING_CHARACTERS = r"""[^"\\$]++|\\[nrt\\"]|\\\$\{|\\x[0-9A-Fa-f]{2}|\$[^{"]"""
_STRING = re.compile(rf'"(?:{_STRING_CHARACTERS})*+\$?"')
_TEXT = re.compile(rf"(?:{_STRING_CHARACTERS})++")
_SYMBOL = re.compile(r"==|=~|=>|<=|<-|>=|!=|!~|\|>|[-+*/%^<>=()\[\]{}:,.\"?]")
_COMMENT = re.compile(r"//[^\n]*+\n?")
# A slash in a pattern follows a backslash; no other rule of escaping applies to the longest match.
_REGEX = re.compile(r"/(?:[^/]++|(?<=\\)/)+/")

# At the end of the text, libflux ignores these characters, which begin a token.
_LOST_AT_END = "|!@"


class Lexer:
    """Reads tokens one by one; the parser decides where a regular expression is possible."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.offset = 0
        self._before_last = 0

    def scan(self, *, regex: bool = False) -> Token:
        """Return the next token with the comments before it."""
        comments: tuple[str, ...] = ()
        while True:
            token = self._scan(regex)
            if token.kind is not tokens.COMMENT:
                token.comments = comments
                return token
            comments += (token.text,)

    def unread(self) -> None:
        """Go back to the start of the last token; the comments before it are not read again."""
        self.offset = self._before_last

    def scan_string(self) -> Token:
        """Return the next token within a string that has interpolations."""
        self._before_last = start = self.offset
        text = self.text
        if start == len(text) or (text.startswith("$", start) and start + 1 == len(text)):
            return self._end()
        if match := _TEXT.match(text, start):
            return self._token(tokens.TEXT, start, match.end())
        if text.startswith("${", start):
            return self._token(tokens.STRINGEXPR, start, start + 2)
        if text[start] == '"':
            return self._token(tokens.QUOTE, start, start + 1)
        if text.startswith('$"', start):
            return self._token(tokens.TEXT, start, start + 1)
        return self._token(tokens.ILLEGAL, start, start + 1)

    def _scan(self, regex: bool) -> Token:
        self._before_last = self.offset
        text = self.text
        match = _SPACE.match(text, self.offset)
        start = match.end() if match else self.offset
        if start == len(text) or (start + 1 == len(text) and text[start] in _LOST_AT_END):
            return self._end()
        character = text[start]
        if match := _NAME.match(text, start):
            return self._token(KEYWORDS.get(match[0], tokens.IDENT), start, match.end())
        if character in "0123456789." and (match := _NUMBER.match(text, start)):
            assert match.lastgroup is not None
            return self._token(match.lastgroup, start, match.end())
        if character == '"' and (match := _STRING.match(text, start)):
            return self._token(tokens.STRING, start, match.end())
        if character == "/":
            if regex and (match := _REGEX.match(text, start)):
                return self._token(tokens.REGEX, start, match.end())
            if match := _COMMENT.match(text, start):
                return self._token(tokens.COMMENT, start, match.end())
        if character == "@" and (match := _ATTRIBUTE.match(text, start)):
            return self._token(tokens.ATTRIBUTE, start, match.end())
        if match := _SYMBOL.match(text, start):
            return self._token(SYMBOLS[match[0]], start, match.end())
        return self._token(tokens.ILLEGAL, start, start + 1)

    def _end(self) -> Token:
        self.offset = end = len(self.text)
        return Token(tokens.EOF, "", end, end)

    def _token(self, kind: str, start: int, end: int) -> Token:
        self.offset = end
        return Token(kind, self.text[start:end], start, end)


def is_name(text: str) -> bool:
    """Return whether a text is one identifier and not a keyword."""
    return _NAME.fullmatch(text) is not None and text not in KEYWORDS
