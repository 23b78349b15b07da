"""Regular expressions in Go's dialect, which is RE2's: google-re2 matches them.

RE2 takes time in proportion to the text, whatever the pattern. The library is imported with the
first pattern, so that test sessions without one start faster. Source:
https://github.com/google/re2/wiki/Syntax
"""

from __future__ import annotations

import functools
import importlib
import re
from typing import Any

from influx_testing.errors import FakeUnsupported

__all__ = ["Regex", "compile_regex"]

_NO_UTF8 = re.compile("[\ud800-\udfff]")
"""Matches a lone surrogate, which stands for a byte that is not valid UTF-8 (`surrogateescape`)."""


class Regex:
    """A compiled pattern.

    Args:
        pattern: a pattern as Go writes it.

    Raises:
        FakeUnsupported: RE2 cannot compile it, most often because it would be too large.
    """

    __slots__ = ("_search",)

    def __init__(self, pattern: str) -> None:
        re2: Any = importlib.import_module("re2")
        options = re2.Options()
        options.log_errors = False
        try:
            self._search = re2.compile(_as_utf8(pattern), options).search
        except re2.error as error:
            reason = error.args[0]
            text = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
            raise FakeUnsupported(f"the regular expression /{pattern}/: {text}") from None

    def matches(self, text: str) -> bool:
        """Whether the pattern matches anywhere in a text."""
        return self._search(_as_utf8(text)) is not None


@functools.lru_cache(maxsize=32)
def compile_regex(pattern: str) -> Regex:
    """Compile a pattern, or return it from the cache.

    Raises:
        FakeUnsupported: RE2 cannot compile it.
    """
    return Regex(pattern)


def _as_utf8(text: str) -> bytes:
    """Encode a text; as in Go, each byte that is not valid UTF-8 is read as U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _NO_UTF8.sub("\ufffd", text).encode()
