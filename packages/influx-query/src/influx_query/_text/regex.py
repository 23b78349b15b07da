"""Checks the syntax of regular expressions by the rules of Go's RE2, with the messages of Go.

This module does not match patterns.

Source: https://github.com/google/re2/wiki/Syntax
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from typing import Final

from influx_query._text.unicode_classes import UNICODE_CLASSES

_MAX_REPEAT: Final = 1000
_GROUP: Final = re.compile(r"\(\?(?:P<[A-Za-z0-9_]+>|[imsU]*(?:-[imsU]+)?[:)])")
_NAMED: Final = re.compile(r"\(\?P<[^>]*>?")
_REPEAT: Final = re.compile(r"\{([0-9]+)(?:(,)([0-9]*))?\}")
_POSIX: Final = re.compile(r"\[:\^?([a-z]+):\]")
_LETTERS: Final = ("alnum", "alpha", "ascii", "lower", "upper", "word")
_OTHERS: Final = ("blank", "cntrl", "digit", "graph", "print", "punct", "space", "xdigit")
_ESCAPE_OR_BREAK: Final = re.compile(r"\\.|\n", re.DOTALL)
_ESCAPE: Final = re.compile(
    r"\\(?:[AbBzdDsSwWaftnrv]|[0-7]{2,3}|0|x[0-9A-Fa-f]{2}|x\{[0-9A-Fa-f]+\}"
    r"|[pP](?:[A-Za-z]|\{\^?[A-Za-z_]+\})|[^A-Za-z0-9\x80-\U0010ffff])"
)
_UNICODE: Final = re.compile(r"\\[pP](?:\{\^?([^}]*)\}?|(.?))", re.DOTALL)
_HEX_DIGITS: Final = re.compile(r"[0-9A-Fa-f]*")
_BROKEN_HEX: Final = re.compile(r"\\x(?:\{[0-9A-Fa-f]*.?|.{0,2})", re.DOTALL)
_NOT_IN_CLASS: Final = frozenset("AbBzQE")


class _SyntaxIssue(Exception):
    """A pattern is invalid; the text is the error of Go."""


@lru_cache(maxsize=512)
def regex_issue(pattern: str) -> str:
    """Return the error of Go's compiler for a pattern; empty if the pattern is valid."""
    try:
        _PatternReader(pattern).check()
    except _SyntaxIssue as error:
        return str(error)
    return ""


def regex_text(value: str | re.Pattern[str]) -> str:
    """Return the text of a pattern for use between slashes, including its flags.

    Args:
        value: A pattern in RE2's syntax, or a compiled pattern of Python. The two syntaxes are
            nearly the same; RE2 has no look-around and no back-references.

    Raises:
        TypeError: The value is neither, or is a pattern for bytes.
        ValueError: The server would refuse the pattern, or RE2 has no equivalent for a flag.
    """
    pattern = value if isinstance(value, str) else _pattern_of(value)
    if issue := regex_issue(pattern):
        raise ValueError(
            f"InfluxDB can't use the regular expression {pattern!r}: {issue}; it takes "
            "https://github.com/google/re2/wiki/Syntax"
        )
    return _writable(pattern)


def _pattern_of(value: re.Pattern[str]) -> str:
    if not isinstance(getattr(value, "pattern", None), str):
        raise TypeError(f"a regular expression is text or a compiled pattern, not {value!r}")
    return _flags(value) + value.pattern


def _flags(pattern: re.Pattern[str]) -> str:
    """Return the flags of a compiled pattern in RE2's syntax, such as ``(?im)``."""
    known = {re.IGNORECASE: "i", re.MULTILINE: "m", re.DOTALL: "s"}
    flags = re.RegexFlag(pattern.flags) & ~(re.UNICODE | re.ASCII)
    unknown = [flag.name for flag in flags if flag not in known]
    if unknown:
        raise ValueError(
            f"InfluxDB's regular expressions have no flag {', '.join(map(str, unknown))}"
        )
    letters = "".join(letter for flag, letter in known.items() if flag in flags)
    return f"(?{letters})" if letters else ""


def _writable(pattern: str) -> str:
    r"""Rewrite text that is not possible between slashes: a line break, a ``\\`` at the end."""
    pattern = _ESCAPE_OR_BREAK.sub(
        lambda match: r"\n" if match[0].endswith("\n") else match[0], pattern
    )
    if pattern.endswith("\\\\"):
        pattern = pattern[:-2] + r"\x5c"
    return pattern


class _PatternReader:
    """Checks a pattern in one pass from left to right.

    The methods below `check` skip one element at the current position, or raise `_SyntaxIssue`.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0
        self.depth = 0
        self.repeatable = False
        self.last_repeat = ""

    def check(self) -> None:
        """Check the whole pattern.

        Raises:
            _SyntaxIssue: The pattern is invalid.
        """
        while self.position < len(self.pattern):
            char = self.pattern[self.position]
            step = _STEPS.get(char)
            if step is None:
                self.literal(1)
            else:
                step(self)
        if self.depth:
            raise _SyntaxIssue(f"missing closing ): `{self.pattern}`")

    def literal(self, width: int) -> None:
        """Skip characters that can be repeated."""
        self.position += width
        self.repeatable, self.last_repeat = True, ""

    def alternative(self) -> None:
        """Skip a bar; a repetition cannot follow it."""
        self.position += 1
        self.repeatable, self.last_repeat = False, ""

    def open(self) -> None:
        """Skip an opening parenthesis with its flags or name."""
        if self.pattern.startswith("(?", self.position):
            self._open_special()
        else:
            self.enter(1)

    def enter(self, width: int) -> None:
        """Skip the beginning of a group."""
        self.position += width
        self.depth += 1
        self.repeatable, self.last_repeat = False, ""

    def _open_special(self) -> None:
        match = _GROUP.match(self.pattern, self.position)
        if match is None or match[0] in ("(?-:", "(?-)"):
            raise _SyntaxIssue(self._unknown_group())
        if match[0].endswith(")"):
            self.position = match.end()
            self.last_repeat = ""  # a repetition after flags applies to the element before them
        else:
            self.enter(len(match[0]))

    def _unknown_group(self) -> str:
        named = _NAMED.match(self.pattern, self.position)
        if named:
            what = named[0] if named[0].endswith(">") else self.pattern[self.position :]
            return f"invalid named capture: `{what}`"
        flags = re.compile(r"\(\?[imsU-]*").match(self.pattern, self.position)
        end = flags.end() if flags else self.position + 2
        return f"invalid or unsupported Perl syntax: `{self.pattern[self.position : end + 1]}`"

    def close(self) -> None:
        """Skip the end of a group."""
        if not self.depth:
            raise _SyntaxIssue(f"unexpected ): `{self.pattern}`")
        self.depth -= 1
        self.literal(1)

    def repeat(self) -> None:
        """Skip a repetition; it must follow an element that can be repeated."""
        start = self.position
        match = _REPEAT.match(self.pattern, start)
        if self.pattern[start] == "{" and match is None:
            self.literal(1)
            return
        text = match[0] if match else self.pattern[start]
        if match:
            _check_counts(match)
        if self.pattern.startswith("?", start + len(text)):
            text += "?"
        if self.last_repeat:
            raise _SyntaxIssue(f"invalid nested repetition operator: `{self.last_repeat}{text}`")
        if not self.repeatable:
            raise _SyntaxIssue(f"missing argument to repetition operator: `{text}`")
        self.position += len(text)
        self.last_repeat = text

    def escape(self) -> None:
        """Skip an escape."""
        if self.pattern.startswith("\\Q", self.position):
            end = self.pattern.find("\\E", self.position)
            body = self.pattern[self.position + 2 : end if end >= 0 else None]
            self.position = len(self.pattern) if end < 0 else end + 2
            self.repeatable, self.last_repeat = self.repeatable or bool(body), ""
            return
        self.literal(len(self._escape_at(self.position)))

    def _escape_at(self, start: int) -> str:
        """Return the escape at an offset.

        Raises:
            _SyntaxIssue: The escape is invalid.
        """
        rest = self.pattern[start:]
        if unicode := _UNICODE.match(rest):
            is_open = unicode[0][2:3] == "{" and not unicode[0].endswith("}")
            if is_open or (unicode[1] or unicode[2]) not in UNICODE_CLASSES:
                raise _SyntaxIssue(f"invalid character class range: `{unicode[0]}`")
            return unicode[0]
        if rest.startswith("\\x{") and (too_large := _too_large(rest)):
            raise _SyntaxIssue(f"invalid escape sequence: `{too_large}`")
        match = _ESCAPE.match(rest)
        if match is not None:
            return match[0]
        if rest == "\\":
            raise _SyntaxIssue("trailing backslash at end of expression: ``")
        hexadecimal = _BROKEN_HEX.match(rest)
        text = hexadecimal[0] if hexadecimal else rest[:2]
        raise _SyntaxIssue(f"invalid escape sequence: `{text}`")

    def bracket(self) -> None:
        """Skip a character class."""
        start = self.position
        position = start + 1 + self.pattern.startswith("^", start + 1)
        first = True
        while first or not self.pattern.startswith("]", position):
            if position >= len(self.pattern):
                raise _SyntaxIssue(f"missing closing ]: `{self.pattern[start:]}`")
            position = self._class_item(start, position)
            first = False
        self.literal(position + 1 - start)

    def _class_item(self, start: int, position: int) -> int:
        """Check one character, range or named class; return the offset of the next one."""
        posix = _POSIX.match(self.pattern, position)
        if posix:
            if posix[1] not in _LETTERS + _OTHERS:
                raise _SyntaxIssue(f"invalid character class range: `{posix[0]}`")
            return posix.end()
        low, after = self._class_char(position)
        is_range = self.pattern.startswith("-", after) and after + 1 < len(self.pattern)
        if not low or not is_range or self.pattern[after + 1] == "]":
            return after
        high, end = self._class_char(after + 1)
        if not high:
            raise _SyntaxIssue(f"invalid escape sequence: `{self.pattern[after + 1 : end]}`")
        if low > high:
            raise _SyntaxIssue(f"invalid character class range: `{self.pattern[position:end]}`")
        return end

    def _class_char(self, position: int) -> tuple[str, int]:
        """Return a character of a class, empty for a set of characters, and the next offset."""
        if self.pattern[position] != "\\":
            return self.pattern[position], position + 1
        escape = self._escape_at(position)
        if escape[1] in _NOT_IN_CLASS:
            raise _SyntaxIssue(f"invalid escape sequence: `{escape}`")
        end = position + len(escape)
        if escape[1] in "dDsSwWpP":
            return "", end
        return _escaped_char(escape), end


def _too_large(text: str) -> str:
    """Return the text up to the digit that makes a code point too large; empty if it is not."""
    digits = _HEX_DIGITS.match(text, 3)
    assert digits is not None
    value = 0
    for count, digit in enumerate(digits[0], 1):
        value = value * 16 + int(digit, 16)
        if value > sys.maxunicode:
            return text[: 3 + count]
    return ""


def _check_counts(match: re.Match[str]) -> None:
    least = int(match[1])
    most = int(match[3]) if match[3] else least
    if max(least, most) > _MAX_REPEAT or most < least:
        raise _SyntaxIssue(f"invalid repeat count: `{match[0]}`")


def _escaped_char(escape: str) -> str:
    body = escape[1:]
    if body[0] == "x":
        return chr(min(int(body[1:].strip("{}"), 16), 0x10FFFF))
    if body[0].isdigit():
        return chr(int(body, 8))
    return {"a": "\a", "f": "\f", "t": "\t", "n": "\n", "r": "\r", "v": "\v"}.get(body, body)


_STEPS: Final = {
    "(": _PatternReader.open,
    ")": _PatternReader.close,
    "[": _PatternReader.bracket,
    "\\": _PatternReader.escape,
    "|": _PatternReader.alternative,
    "*": _PatternReader.repeat,
    "+": _PatternReader.repeat,
    "?": _PatternReader.repeat,
    "{": _PatternReader.repeat,
}
