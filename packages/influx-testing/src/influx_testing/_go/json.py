"""Finds the first error in a JSON text, with the message of Go's decoder."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NoReturn

__all__ = ["GoJsonError", "first_value"]

_BLANKS = " \t\r\n"
_DIGITS = frozenset("0123456789")
_HEX = frozenset("0123456789abcdefABCDEF")
_LITERALS = {"f": "false", "n": "null", "t": "true"}


class GoJsonError(ValueError):
    """A text is not valid JSON; the message is that of Go's decoder."""


def first_value(text: str) -> str:
    """Return the first JSON value of a text. As in Go, the rest of the text is not checked.

    Raises:
        GoJsonError: the text does not begin with a JSON value.
        RecursionError: it is nested too deeply.
    """
    scanner = _JsonScanner(text)
    scanner.value()
    return text[: scanner.at]


class _JsonScanner:
    """Scans a text character by character.

    Attributes:
        at: the index of the next character.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self.at = 0

    def value(self) -> None:
        """Skip a value of any type."""
        sign = self._after_blanks()
        if sign in "{[":
            self._members("}" if sign == "{" else "]", self._member if sign == "{" else self.value)
        elif sign == '"':
            self._string()
        elif sign in _LITERALS:
            self._literal(_LITERALS[sign])
        elif sign == "-" or sign in _DIGITS:
            self._number()
        else:
            self._bad("looking for beginning of value")

    def _sign(self) -> str:
        if self.at == len(self._text):
            raise GoJsonError("unexpected EOF" if self.at else "EOF")
        return self._text[self.at]

    def _after_blanks(self) -> str:
        while self._sign() in _BLANKS:
            self.at += 1
        return self._sign()

    def _bad(self, where: str) -> NoReturn:
        sign = self._sign()
        shown = {"'": r"'\''", '"': "'\"'"}.get(sign) or f"'{_go_sign(sign)}'"
        raise GoJsonError(f"invalid character {shown} {where}")

    def _members(self, end: str, member: Callable[[], None]) -> None:
        """Skip an object or an array."""
        self.at += 1
        after = "after object key:value pair" if end == "}" else "after array element"
        if self._after_blanks() != end:
            member()
            while self._after_blanks() == ",":
                self.at += 1
                member()
            if self._sign() != end:
                self._bad(after)
        self.at += 1

    def _member(self) -> None:
        if self._after_blanks() != '"':
            self._bad("looking for beginning of object key string")
        self._string()
        if self._after_blanks() != ":":
            self._bad("after object key")
        self.at += 1
        self.value()

    def _string(self) -> None:
        self.at += 1
        while (sign := self._sign()) != '"':
            if sign < " ":
                self._bad("in string literal")
            self.at += 1
            if sign == "\\":
                self._escape()
        self.at += 1

    def _escape(self) -> None:
        sign = self._sign()
        if sign not in 'bfnrtu\\/"':
            self._bad("in string escape code")
        self.at += 1
        for _ in range(4 if sign == "u" else 0):
            if self._sign() not in _HEX:
                self._bad("in \\u hexadecimal character escape")
            self.at += 1

    def _literal(self, word: str) -> None:
        for expected in word:
            if self._sign() != expected:
                self._bad(f"in literal {word} (expecting '{expected}')")
            self.at += 1

    def _number(self) -> None:
        if self._sign() == "-":
            self.at += 1
        if not self._take("0"):
            self._digits("in numeric literal")
        if self._take("."):
            self._digits("after decimal point in numeric literal")
        if self._take("eE"):
            self._take("+-")
            self._digits("in exponent of numeric literal")

    def _take(self, signs: str) -> bool:
        """Skip the next character if it is one of `signs`; returns whether it was."""
        there = self._text[self.at : self.at + 1]
        self.at += bool(there) and there in signs
        return bool(there) and there in signs

    def _digits(self, where: str) -> None:
        if self._sign() not in _DIGITS:
            self._bad(where)
        while self._text[self.at : self.at + 1] in _DIGITS:
            self.at += 1


def _go_sign(sign: str) -> str:
    """Quote a character as Go does."""
    if sign < " " and sign not in "\b\f\n\r\t":
        return f"\\x{ord(sign):02x}"
    return json.dumps(sign)[1:-1]
