"""Regular expressions: Go's RE2 syntax, run by Python's `re` where that takes no longer than RE2.

What could take long goes to the `automaton`: patterns with more than one choice, long texts.
"""

from __future__ import annotations

import functools
import re
import sys

from influx_testing._go.automaton import Automaton, choices
from influx_testing.errors import FakeUnsupported

__all__ = ["Regex", "compile_regex"]

LONG = 1_000
"""Characters from which on a single repetition is too much for `re`, which tries it everywhere."""

_POSIX_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": r"\x00-\x7F",
    "blank": r"\t ",
    "cntrl": r"\x00-\x1F\x7F",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t\n\v\f\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}

_PIECE = re.compile(r"\[:(\w+):\]|\\Q(.*?)(?:\\E|$)|\\.|\(\?([a-zA-Z]+)\)|\$|\[\^?\]?|.", re.DOTALL)


class Regex:
    """A pattern, run by whichever matcher is the faster one in the worst case."""

    def __init__(self, pattern: str) -> None:
        self._search = re.compile(pattern, re.ASCII).search
        choice = choices(pattern)
        self._longest = LONG if choice else sys.maxsize
        if choice > 1:
            self._longest = -1
        self._automaton = functools.cache(lambda: Automaton(pattern, re.ASCII))

    def matches(self, text: str) -> bool:
        """Tell whether the pattern matches anywhere in a text.

        Raises:
            FakeUnsupported: it is too large, or takes too long.
        """
        if len(text) > self._longest:
            return self._automaton().matches(text)
        return self._search(text) is not None


@functools.lru_cache(maxsize=32)
def compile_regex(pattern: str) -> Regex:
    """Compile a pattern of InfluxQL.

    Raises:
        FakeUnsupported: Python has no counterpart for something in it.
    """
    try:
        return Regex(_translate(pattern))
    except (OverflowError, re.error) as error:
        raise FakeUnsupported(
            f"the regular expression /{pattern}/ has no counterpart in Python: {error}"
        ) from error


def _translate(pattern: str) -> str:
    out: list[str] = []
    in_class = False
    multiline = False
    for match in _PIECE.finditer(pattern):
        piece = match[0]
        if match[1] is not None and in_class:
            out.append(_POSIX_CLASSES.get(match[1], piece))
        elif match[2] is not None:
            out.append(re.escape(match[2]))
        elif match[3] is not None:
            multiline = multiline or "m" in match[3]
            out.append(piece)
        elif piece == r"\z":
            out.append(r"\Z")
        elif in_class:
            in_class = piece != "]"
            out.append(piece)
        elif piece[0] == "[":
            in_class = True
            out.append(piece)
        elif piece == "$" and not multiline:
            out.append(r"\Z")
        else:
            out.append(piece)
    return "".join(out)
