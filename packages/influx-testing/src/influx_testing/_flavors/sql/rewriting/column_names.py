"""Restores the column names of the real server from the names of rewritten expressions.

DataFusion names a column without an alias after its expression. A rewritten expression gives
another name; a `NamePattern` finds it in a name, and has the original to replace it with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["NamePattern", "original_name"]

_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class NamePattern:
    """The name of a rewritten expression, and the name of its original.

    Attributes:
        rewritten: the name that DataFusion gives; `{0}`, `{1}` ... are the names of arguments.
        original: the name that the real server gives, with the same fields.
    """

    rewritten: str
    original: str


def original_name(name: str, patterns: Iterable[NamePattern]) -> str:
    """Replace patterns in a name by their originals; a match may contain other matches."""
    for pattern in sorted(patterns, key=lambda each: -len(each.rewritten)):
        pieces = _FIELD.split(pattern.rewritten)
        start = name.find(pieces[0])
        while start >= 0:
            found = _match(pieces, name, start, {})
            if found is not None:
                end, fields = found
                name = name[:start] + _with_fields(pattern.original, fields) + name[end:]
            start = name.find(pieces[0], start + 1)
    return name


def _with_fields(text: str, fields: Mapping[str, str]) -> str:
    return _FIELD.sub(lambda field: fields[field[1]], text)


def _match(
    pieces: Sequence[str], name: str, position: int, fields: Mapping[str, str]
) -> tuple[int, dict[str, str]] | None:
    """Match text, field, text ... from a position; return the end and the fields."""
    text, *rest = pieces
    if not name.startswith(text, position):
        return None
    position += len(text)
    if not rest:
        return position, dict(fields)
    field, *after = rest
    if field in fields:
        return _match([fields[field] + after[0], *after[1:]], name, position, fields)
    for end in _ends(name, position, after[0]):
        value = name[position:end]
        found = _match(after, name, end, {**fields, field: value})
        if found is not None:
            return found
    return None


def _ends(name: str, position: int, text: str) -> Iterable[int]:
    """Positions where a field may end: before the next text, with all brackets closed."""
    if not text:
        yield from (end for end in (len(name),) if _is_balanced(name[position:end]))
        return
    end = name.find(text, position + 1)
    while end >= 0:
        if _is_balanced(name[position:end]):
            yield end
        end = name.find(text, end + 1)


def _is_balanced(text: str) -> bool:
    return all(text.count(left) == text.count(right) for left, right in ("()", "[]", "{}"))
