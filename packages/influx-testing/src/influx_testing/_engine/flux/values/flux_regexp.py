"""Regular expressions as values: google-re2 has the dialect of Flux."""

from __future__ import annotations

import functools
import importlib
from typing import Any, ClassVar

from influx_testing._engine.flux.flux_errors import FluxError

__all__ = ["FluxRegexp", "compile_regexp"]


class FluxRegexp:
    """A regular expression.

    Attributes:
        pattern: the pattern.
        compiled: the compiled pattern of google-re2, which has the methods of `re.Pattern`.

    Raises:
        FluxError: the pattern is not valid.
    """

    __slots__ = ("compiled", "pattern", "search")

    flux_type: ClassVar[str] = "regexp"

    def __init__(self, pattern: str) -> None:
        re2: Any = importlib.import_module("re2")
        options = re2.Options()
        options.log_errors = False
        self.pattern = pattern
        try:
            self.compiled = re2.compile(pattern, options)
        except re2.error as error:
            reason = error.args[0]
            text = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
            raise FluxError(f"error parsing regexp: {text}") from None
        self.search = self.compiled.search

    def matches(self, text: str) -> bool:
        """Whether the pattern matches anywhere in a text."""
        return self.search(text) is not None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FluxRegexp) and other.pattern == self.pattern

    def __hash__(self) -> int:
        return hash(self.pattern)

    def __repr__(self) -> str:
        return f"FluxRegexp({self.pattern!r})"


@functools.lru_cache(maxsize=256)
def compile_regexp(pattern: str) -> FluxRegexp:
    """Compile a pattern, or return it from the cache.

    Raises:
        FluxError: the pattern is not valid.
    """
    return FluxRegexp(pattern)
