"""Splits text into tokens; the parser checks their order.

One compiled regular expression finds nearly all tokens. Whether a slash divides or opens a regular
expression depends on the tokens before it, so the scan stops at a slash, decides, and continues
after it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from influx_query._text.bind import bind_token
from influx_query._text.keywords import ADDED_AFTER_1_6, KEYWORDS

BLANKS: Final = " \t\n"
_GAP: Final = r"(?:[ \t\n]+|--[^\n]*|/\*(?s:.*?)\*/)*+"
FIRST_OF_GAP: Final = re.compile(r"([ \t\n]+)|--[^\n]*\n?|/\*(?s:.*?)\*/")
"""The first whitespace or comment between two tokens; Go reads each of these as one token."""

_TOKEN: Final = re.compile(
    _GAP
    + r"""(?:
      ([A-Za-z_][A-Za-z0-9_]*+)(?!")                # 1 a word
    | (::|[<>!]=|<>|=~|!~|[-+*%&|^=<>(),;:]|\.(?![0-9]))  # 2 a symbol
    | ("(?:[^"\\\n]|\\[n\\"'])*+")                  # 3 a quoted identifier
    | ('(?:[^'\\\n]|\\[n\\"'])*+')                  # 4 a string
    | ([0-9]+[A-Za-zµ][A-Za-z0-9µ]*+)               # 5 a duration
    | ([0-9]+\.[0-9]*+ | \.[0-9]++)                 # 6 a number
    | ([0-9]++)                                     # 7 an integer
    | (/)                                           # 8 a division, a regex, an unclosed comment
    | ((?s:.))                                      # 9 what needs a closer look
    | \Z
    )""",
    re.VERBOSE,
)
_WORD, _SYMBOL, _QUOTED, _STRING, _DURATION, _NUMBER, _INTEGER, _SLASH, _OTHER = range(1, 10)
_KINDS: Final = {
    _QUOTED: "IDENT",
    _STRING: "STRING",
    _DURATION: "DURATIONVAL",
    _NUMBER: "NUMBER",
    _INTEGER: "INTEGER",
}
_NAMED: Final = frozenset(
    [
        "IDENT",
        "STRING",
        "DURATIONVAL",
        "NUMBER",
        "INTEGER",
        "REGEX",
        "BOUNDPARAM",
        "ILLEGAL",
        "BADSTRING",
        "BADESCAPE",
        "BADREGEX",
    ]
)
"""The kinds of tokens that have a value; for all others, the kind is the text."""

Dialect: TypeAlias = Literal["latest", "1.6"]
"""The dialect of a text: that of the newest parser (``latest``) or of InfluxDB 1.6."""

_STRINGS: Final = frozenset(["STRING", "BADSTRING"])
_SECRETS: Final = frozenset(["STRING", "BADSTRING", "BADESCAPE"])
"""The kinds of tokens that can be a password; an invalid one extends to the end of the text."""
_REGEXES: Final = frozenset(["REGEX", "BADREGEX"])
_BEFORE_REGEX: Final = frozenset(["=~", "!~", ",", "SELECT", "FROM", "BY"])
_SOURCES: Final = frozenset(["FROM", "MEASUREMENT"])
REGEX: Final = re.compile(r"/((?:[^/\\\n]+|\\/?)*+)/")
"""A regular expression between slashes."""

_EXTENT: Final = re.compile(r"""\$?[A-Za-z0-9_]*+"(?:[^"\\\n]|\\[n\\"'])*+"|\$[A-Za-z0-9_]*+""")
_BARE_END: Final = re.compile(r"\$?[A-Za-z_]\w*+\Z", re.ASCII)
_PARAM: Final = re.compile(r"\$[A-Za-z0-9_]*+(?!\")")
_GLUED: Final = re.compile(r"\$?[A-Za-z0-9_]*+(?=\")")
_STRING_BODY: Final = re.compile(r"""(?:[^"'\\\n]|\\[n\\"'])*+""")
_ESCAPED: Final = re.compile(r"\\(.)")
_ESCAPES: Final = {"n": "\n", "\\": "\\", '"': '"', "'": "'"}

_WORDS: Final = {"latest": KEYWORDS, "1.6": KEYWORDS - ADDED_AFTER_1_6}
_SPELLINGS: Final = {
    dialect: {spelling: word for word in words for spelling in (word, word.lower())}
    for dialect, words in _WORDS.items()
}
"""The kind of each keyword in its two common spellings; the scan looks up others separately."""


class Tokens:
    r"""The tokens of a text, as parallel lists; the last one is the end of the text.

    Attributes:
        text: The text as Go reads it: line ends are ``\n``, and a NUL ends the text.
        kinds: The kind of each token: a keyword in upper case, a symbol, or one of ``IDENT``,
            ``STRING``, ``NUMBER``, ``INTEGER``, ``DURATIONVAL``, ``REGEX``, ``BOUNDPARAM``,
            ``EOF`` and the kinds of invalid tokens.
        values: The text of each token, unquoted.
        starts: The offset of each token in the text.
        has_slash: Whether there is a slash in the text: a division, a regex or a comment.
    """

    __slots__ = ("has_slash", "kinds", "starts", "text", "values")

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"InfluxQL is text, not {text!r}")
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.text = text.partition("\0")[0]
        self.has_slash = "/" in self.text
        self.kinds: list[str] = []
        self.values: list[str] = []
        self.starts: list[int] = []

    def found(self, index: int) -> str:
        """Return the text that error messages use for a token."""
        kind = self.kinds[index]
        if kind in _REGEXES and self.text[self.starts[index]] == "/":
            return "/"
        return (kind in _NAMED and self.values[index]) or kind

    def place(self, index: int) -> int:
        """Return the offset for errors about a token; as in Go, it is one less for a string."""
        start = self.starts[index]
        if self.kinds[index] in _STRINGS and self.text[start] != "$":
            return max(start - 1, 0)
        return start

    def spaced(self, index: int) -> bool:
        """Return whether whitespace or a comment precedes a token."""
        start = self.starts[index]
        return start > 0 and self.text[start - 1] in " \t\n/"

    def following(self, index: int) -> str:
        """Return the character after a token of one character; empty at the end of the text."""
        behind = self.starts[index] + 1
        return self.text[behind : behind + 1]

    def end(self, index: int) -> int:
        """Return the offset of the end of a token."""
        start = self.starts[index]
        if self.kinds[index] == "REGEX" and self.text[start] == "/":
            match = REGEX.match(self.text, start)
        else:
            match = _EXTENT.match(self.text, start) or _TOKEN.match(self.text, start)
        return match.end() if match else start

    def without_passwords(self) -> str:
        """Return the text with passwords replaced by stars; offsets do not change."""
        pieces: list[str] = []
        done, secret = 0, False
        for index, kind in enumerate(self.kinds):
            secret = kind == "PASSWORD" or (secret and kind != ";")
            if secret and kind in _SECRETS:
                start, end = self.starts[index], self.end(index)
                end = end if kind == "STRING" else len(self.text)
                pieces += (self.text[done:start], "*" * (end - start))
                done = end
        return "".join((*pieces, self.text[done:]))

    def read_past_end(self) -> None:
        """Move the EOF token by one character, as Go does after looking beyond the last token."""
        self.starts[-1] = len(self.text) + 1

    def add(self, kind: str, value: str, start: int) -> None:
        """Append a token."""
        self.kinds.append(kind)
        self.values.append(value)
        self.starts.append(start)


def tokenize(
    text: str, params: Mapping[str, object] | None = None, *, dialect: Dialect = "latest"
) -> Tokens:
    """Return the tokens of a text, with bound parameters replaced by their values.

    Invalid text is not an error here: it becomes a token of an invalid kind, which ends the scan.

    Raises:
        TypeError: The text is not a string, or the parameters are not a mapping.
        ValueError: The dialect is unknown.
    """
    if dialect not in _WORDS:
        raise ValueError(f"dialect={dialect!r} is unknown; there are {', '.join(_WORDS)}")
    if params is not None and not isinstance(params, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"params are a mapping of names to values, not {params!r}")
    tokens = Tokens(text)
    scanner = _TokenScanner(tokens, params or {}, dialect)
    position = 0
    while position >= 0:
        position = scanner.scan(position)
    return tokens


class _TokenScanner:
    """Adds the tokens of a text to a `Tokens`."""

    __slots__ = ("clauses", "params", "seen", "spellings", "tokens", "words")

    def __init__(self, tokens: Tokens, params: Mapping[str, object], dialect: str) -> None:
        self.tokens = tokens
        self.params = params
        self.clauses = [""]
        self.seen = 0
        self.words = _WORDS[dialect]
        self.spellings = _SPELLINGS[dialect]

    def scan(self, position: int) -> int:
        """Scan from a position; return the next one to scan from, or -1 at the end."""
        tokens = self.tokens
        kinds, values, starts = tokens.kinds, tokens.values, tokens.starts
        spellings = self.spellings
        for match in _TOKEN.finditer(tokens.text, position):
            group = match.lastindex
            if group is None:
                return self.end(match.end())
            value = match[group]
            if group == _WORD:
                kind = spellings.get(value) or self.word(value)
            elif group == _SYMBOL:
                kind = "!=" if value == "<>" else value
            elif group < _SLASH:
                kind = _KINDS[group]
                if group <= _STRING:
                    value = _unescape(value[1:-1])
                elif group == _NUMBER:
                    value = value.removesuffix(".")
            else:
                start = match.start(group)
                return self.slash(start) if group == _SLASH else self.other(start)
            kinds.append(kind)
            values.append(value)
            starts.append(match.start(group))
        raise AssertionError("the end of the text always matches")

    def word(self, value: str) -> str:
        """Return the kind of a word that is not a keyword in a common spelling."""
        upper = value.upper()
        return upper if upper in self.words else "IDENT"

    def slash(self, start: int) -> int:
        """Scan a token that begins with a slash."""
        tokens = self.tokens
        if self.regex_fits(start):
            match = REGEX.match(tokens.text, start)
            if match is None:
                return self.bad("BADREGEX", "", start)
            tokens.add("REGEX", match[1].replace("\\/", "/"), start)
            return match.end()
        if tokens.text.startswith("/*", start):
            return self.bad("ILLEGAL", "", start)
        tokens.add("/", "/", start)
        return start + 1

    def regex_fits(self, start: int) -> bool:
        """Return whether the next token may be a regex, by the tokens before it."""
        kinds = self.tokens.kinds
        last = kinds[-1] if kinds else ""
        if last == "(":
            return kinds[-2:-1] in (["IDENT"], ["DISTINCT"]) and not self.tokens.spaced(-1)
        if last == ".":
            return self.tokens.starts[-1] == start - 1 and self.last_keyword() in _SOURCES
        return last in _BEFORE_REGEX

    def last_keyword(self) -> str:
        """Return the last keyword of the current query; each call reads only the new tokens.

        Parentheses contain a query of their own, or no keywords.
        """
        for kind in self.tokens.kinds[self.seen :]:
            if kind == "(":
                self.clauses.append("")
            elif kind == ")" and len(self.clauses) > 1:
                self.clauses.pop()
            elif kind in self.words:
                self.clauses[-1] = kind
        self.seen = len(self.tokens.kinds)
        return self.clauses[-1]

    def other(self, start: int) -> int:
        """Scan a parameter, a word directly before a quoted name, or invalid text."""
        text = self.tokens.text
        if glued := _GLUED.match(text, start):
            return self.glued(start, glued.end())
        if param := _PARAM.match(text, start):
            self.param(param[0], start)
            return param.end()
        if text[start] in "\"'":
            return self.bad_string(start)
        return self.bad("ILLEGAL", text[start], start)

    def glued(self, start: int, quote: int) -> int:
        """Scan ``abc"def"``, which is the identifier ``def``, and ``$"a name"``."""
        match = _TOKEN.match(self.tokens.text, quote)
        if match is None or match.lastindex != _QUOTED:
            return self.bad_string(quote)
        name = _unescape(match[_QUOTED][1:-1])
        if self.tokens.text[start] == "$":
            self.param(f"${name}", start)
        else:
            self.tokens.add("IDENT", name, start)
        return match.end()

    def param(self, literal: str, start: int) -> None:
        """Add the value of a bound parameter or, without a value, the parameter itself."""
        name = literal[1:]
        if name and name in self.params:
            kind, value = bind_token(self.params[name])
            self.tokens.add(kind, value, start)
        else:
            self.tokens.add("BOUNDPARAM", literal, start)

    def bad_string(self, quote: int) -> int:
        """Scan a string that ends at a line end or at an invalid escape."""
        text = self.tokens.text
        position = quote + 1
        while body := _STRING_BODY.match(text, position):
            position = body.end()
            if text[position : position + 1] not in ("'", '"'):
                break
            position += 1
        if text[position : position + 1] == "\\" and position + 1 < len(text):
            return self.bad("BADESCAPE", text[position : position + 2], position + 1)
        return self.bad("BADSTRING", _unescape(text[quote + 1 : position]), quote)

    def bad(self, kind: str, value: str, start: int) -> int:
        """Add an invalid token, and end the scan, because the parser stops at this token."""
        self.tokens.add(kind, value, start)
        return self.end(len(self.tokens.text))

    def end(self, position: int) -> int:
        """Add the EOF token, one character later if Go's scanner has read past the end."""
        self.tokens.add("EOF", "", position + _is_read_past(self.tokens))
        return -1


def _is_read_past(tokens: Tokens) -> bool:
    """Return whether Go's scanner reads past the end: after whitespace, a word or a comment."""
    text = tokens.text
    if not tokens.kinds:
        return text[-1:] not in ("", "/")
    if tokens.end(-1) < len(text):
        return not text.endswith("*/")
    return _BARE_END.match(text, tokens.starts[-1]) is not None


def _unescape(body: str) -> str:
    """Replace the escapes of a string or a quoted identifier."""
    if "\\" not in body:
        return body
    return _ESCAPED.sub(lambda match: _ESCAPES[match[1]], body)
