"""Escapes control characters, so that text of a server or a file cannot command a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TextIO

__all__ = ["PrintableStream", "printable", "printable_lines"]

_FORMAT = "\u2028\u2029\u202a-\u202e\u2066-\u2069"
_CONTROL = re.compile(rf"[\x00-\x1f\x7f-\x9f{_FORMAT}]")
_CONTROL_IN_LINES = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f{_FORMAT}]")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


class PrintableStream:
    """Writes text to a terminal, with control characters escaped; lines and tabs stay."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, text: str) -> int:
        """Write text."""
        return self._out.write(printable_lines(text))

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts."""
        self._out.writelines(map(printable_lines, lines))


def printable(text: str) -> str:
    """Return text on one line, with control characters escaped."""
    return _CONTROL.sub(_escaped, text)


def printable_lines(text: str) -> str:
    """Return text with control characters escaped, except line ends and tabs."""
    return _CONTROL_IN_LINES.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return _SHORT.get(match[0]) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")
