"""Package regexp."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.values.flux_regexp import FluxRegexp, compile_regexp

__all__: list[str] = []

_META = re.compile(r"[\\.+*?()|\[\]{}^$]")
_REFERENCE = re.compile(r"\$(?:(\$)|\{([A-Za-z0-9_]+)\}|([A-Za-z0-9_]+))")


@flux_function("regexp", "compile")
def compile_(v: str) -> FluxRegexp:
    """Compile a pattern.

    Raises:
        FluxError: the pattern is not valid.
    """
    return compile_regexp(v)


@flux_function("regexp", "quoteMeta")
def quote_meta(v: str) -> str:
    """Escape all signs with a meaning in patterns."""
    return _META.sub(r"\\\g<0>", v)


@flux_function("regexp", "getString")
def get_string(r: FluxRegexp) -> str:
    """Return the text of a pattern."""
    return r.pattern


@flux_function("regexp", "matchRegexpString")
def match_regexp_string(r: FluxRegexp, v: str) -> bool:
    """Whether a pattern matches anywhere in a text."""
    return r.matches(v)


@flux_function("regexp", "findString")
def find_string(r: FluxRegexp, v: str) -> str:
    """Return the first match, or an empty text."""
    found = r.search(v)
    return found.group(0) if found else ""


@flux_function("regexp", "findStringIndex")
def find_string_index(r: FluxRegexp, v: str) -> list[int]:
    """Return where the first match begins and ends, in bytes; an empty array without a match."""
    found = r.search(v)
    return [len(v[:at].encode()) for at in found.span()] if found else []


@flux_function("regexp", "replaceAllString")
def replace_all_string(context: QueryContext, r: FluxRegexp, v: str, t: str) -> str:
    """Replace all matches; `$1` and `${name}` in the new text stand for groups."""
    parts: list[str] = []
    end = 0
    for found in _matches(r, v):
        new = _expanded(t, found)
        context.budget.take(len(new))
        parts += (v[end : found.start()], new)
        end = found.end()
    return "".join(parts) + v[end:]


@flux_function("regexp", "splitRegexp")
def split_regexp(r: FluxRegexp, v: str, i: int) -> list[str]:
    """Divide a text at the matches into at most `i` parts; -1 for all, 0 for none."""
    if i == 0:
        return []
    if r.pattern and not v:
        return [""]
    parts: list[str] = []
    begin = end = 0
    for found in _matches(r, v):
        if i > 0 and len(parts) == i - 1:
            break
        end = found.start()
        if found.end() != 0:
            parts.append(v[begin:end])
        begin = found.end()
    return [*parts, v[begin:]] if end != len(v) else parts


def _matches(r: FluxRegexp, text: str) -> Iterator[Any]:
    """Yield the matches as Go does: none is empty right after the one before."""
    end = -1
    for found in r.compiled.finditer(text):
        if found.start() != found.end() or found.start() != end:
            yield found
        end = found.end()


def _expanded(template: str, found: Any) -> str:
    """Return a template with the groups of a match; groups that there are not are empty."""

    def group(reference: re.Match[str]) -> str:
        if reference[1]:
            return "$"
        name = reference[2] or reference[3]
        try:
            return found.group(int(name) if name.isdigit() else name) or ""
        except (IndexError, KeyError):
            return ""

    return _REFERENCE.sub(group, template)
