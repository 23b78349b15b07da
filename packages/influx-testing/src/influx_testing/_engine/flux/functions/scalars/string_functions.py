"""Package strings; characters of texts that grow count in the budget of the query."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.values.flux_types import Value
from influx_testing._go import strings

__all__: list[str] = []


def _register_text(name: str, change: Callable[[str], str]) -> None:
    @flux_function("strings", name)
    def run(v: str) -> str:
        return change(v)


_CHANGES: Mapping[str, Callable[[str], str]] = {
    "title": strings.title,
    "toLower": strings.lower,
    "toTitle": strings.title_case,
    "toUpper": strings.upper,
    "trimSpace": lambda text: text.strip(strings.SPACES),
}

for _name, _change in _CHANGES.items():
    _register_text(_name, _change)


def _register_test(name: str, test: Callable[[str], bool]) -> None:
    @flux_function("strings", name)
    def run(v: str) -> bool:
        if len(v.encode()) != 1:
            raise FluxError('"v" is not a valid argument: argument length is not equal to 1')
        return test(v)


_TESTS: Mapping[str, Callable[[str], bool]] = {
    "isDigit": lambda sign: unicodedata.category(sign) == "Nd",
    "isLetter": str.isalpha,
    "isLower": str.islower,
    "isUpper": str.isupper,
}

for _name, _test in _TESTS.items():
    _register_test(_name, _test)


@flux_function("strings", "trim")
def trim(v: str, cutset: str) -> str:
    """Remove characters from both ends."""
    return v.strip(cutset)


@flux_function("strings", "trimLeft")
def trim_left(v: str, cutset: str) -> str:
    """Remove characters from the start."""
    return v.lstrip(cutset)


@flux_function("strings", "trimRight")
def trim_right(v: str, cutset: str) -> str:
    """Remove characters from the end."""
    return v.rstrip(cutset)


@flux_function("strings", "trimPrefix")
def trim_prefix(v: str, prefix: str) -> str:
    """Remove a text from the start."""
    return v.removeprefix(prefix)


@flux_function("strings", "trimSuffix")
def trim_suffix(v: str, suffix: str) -> str:
    """Remove a text from the end."""
    return v.removesuffix(suffix)


@flux_function("strings", "hasPrefix")
def has_prefix(v: str, prefix: str) -> bool:
    """Whether a text begins with another."""
    return v.startswith(prefix)


@flux_function("strings", "hasSuffix")
def has_suffix(v: str, suffix: str) -> bool:
    """Whether a text ends with another."""
    return v.endswith(suffix)


@flux_function("strings", "containsStr")
def contains_str(v: str, substr: str) -> bool:
    """Whether a text has another in it."""
    return substr in v


@flux_function("strings", "containsAny")
def contains_any(v: str, chars: str) -> bool:
    """Whether a text has one of some characters."""
    return not frozenset(v).isdisjoint(chars)


@flux_function("strings", "equalFold")
def equal_fold(v: str, t: str) -> bool:
    """Whether two texts are equal but for their case."""
    return strings.equal_fold(v, t)


@flux_function("strings", "compare")
def compare(v: str, t: str) -> int:
    """Return -1, 0 or 1."""
    return strings.compare(v, t)


@flux_function("strings", "countStr")
def count_str(v: str, substr: str) -> int:
    """Return how often a text is in another, without overlaps."""
    return v.count(substr)


@flux_function("strings", "index")
def index(v: str, substr: str) -> int:
    """Return the position in bytes of the first occurrence, or -1."""
    return strings.index(v, substr)


@flux_function("strings", "indexAny")
def index_any(v: str, chars: str) -> int:
    """Return the position in bytes of the first of some characters, or -1."""
    return strings.index_any(v, chars)


@flux_function("strings", "lastIndex")
def last_index(v: str, substr: str) -> int:
    """Return the position in bytes of the last occurrence, or -1."""
    return strings.last_index(v, substr)


@flux_function("strings", "lastIndexAny")
def last_index_any(v: str, chars: str) -> int:
    """Return the position in bytes of the last of some characters, or -1."""
    return strings.last_index_any(v, chars)


@flux_function("strings", "repeat")
def repeat(context: QueryContext, v: str, i: int) -> str:
    """Repeat a text.

    Raises:
        FluxError: the number is negative, or the text would be too long.
    """
    if i < 0:
        raise FluxError("strings: negative Repeat count")
    context.budget.take(len(v) * i)
    return v * i


@flux_function("strings", "replace")
def replace(context: QueryContext, v: str, t: str, u: str, i: int) -> str:
    """Replace a text, at most `i` times; -1 is always."""
    return _replaced(context, v, t, u, i)


def _replaced(context: QueryContext, text: str, old: str, new: str, limit: int) -> str:
    times = text.count(old) if limit < 0 else min(limit, text.count(old))
    context.budget.take(len(new) * times)
    return text.replace(old, new, limit)


@flux_function("strings", "replaceAll")
def replace_all(context: QueryContext, v: str, t: str, u: str) -> str:
    """Replace a text wherever it is."""
    return _replaced(context, v, t, u, -1)


@flux_function("strings", "split")
def split(v: str, t: str) -> list[str]:
    """Divide a text at a separator; without one, into its characters."""
    return strings.split(v, t)


@flux_function("strings", "splitN")
def split_n(v: str, t: str, i: int) -> list[str]:
    """Divide a text at a separator into at most `i` parts."""
    return strings.split(v, t, i)


@flux_function("strings", "splitAfter")
def split_after(v: str, t: str) -> list[str]:
    """Divide a text after each separator."""
    return strings.split_after(v, t)


@flux_function("strings", "splitAfterN")
def split_after_n(v: str, t: str, i: int) -> list[str]:
    """Divide a text after each separator into at most `i` parts."""
    return strings.split_after(v, t, i)


@flux_function("strings", "joinStr")
def join_str(context: QueryContext, arr: list[Value], v: str) -> str:
    """Join texts with a separator.

    Raises:
        FluxError: an element is null.
    """
    if None in arr:
        raise FluxError('expected elements of argument "arr" to be of type string, got type null')
    context.budget.take(len(v) * len(arr))
    return v.join(arr)


@flux_function("strings", "strlen")
def strlen(v: str) -> int:
    """Return the number of characters."""
    return len(v)


@flux_function("strings", "substring")
def substring(v: str, start: int, end: int) -> str:
    """Return the characters from `start` to before `end`; positions outside are cut."""
    start = max(start, 0)
    return v[start : max(start, end)]
