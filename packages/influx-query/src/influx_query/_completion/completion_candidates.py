"""Turns what may stand at the cursor into texts to insert."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from influx_query._completion.completion_context import CompletionContext, NameKind
from influx_query._text.keywords import KEYWORDS
from influx_query._text.quoting import quote_ident, quote_string
from influx_query.functions import FUNCTIONS

__all__ = ["MOST_CANDIDATES", "Candidate", "candidates", "starting_with"]

MOST_CANDIDATES = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text to insert in place of the word at the cursor.

    Attributes:
        text: the text, quoted where it has to be.
        shown: what the menu shows.
        kind: what the text stands for.
    """

    text: str
    shown: str
    kind: str


def candidates(
    context: CompletionContext, names: Mapping[NameKind, Sequence[str]]
) -> list[Candidate]:
    """Return the texts that begin with the word at the cursor, names before keywords.

    Args:
        context: what may stand at the cursor.
        names: the names of each kind, sorted.
    """
    found = (
        Candidate(_written(kind, name), name, kind.value)
        for kind in context.kinds
        for name in starting_with(_names(kind, names), context.prefix)
    )
    prefix = context.prefix.lower()
    words = (
        Candidate(word, word, "keyword")
        for word in context.keywords
        if word.lower().startswith(prefix)
    )
    return list(islice(_chained(found, words), MOST_CANDIDATES))


def starting_with(names: Sequence[str], prefix: str) -> Iterator[str]:
    """Yield the names that begin with a prefix, from a sorted sequence."""
    for index in range(bisect_left(names, prefix), len(names)):
        if not names[index].startswith(prefix):
            return
        yield names[index]


def _names(kind: NameKind, names: Mapping[NameKind, Sequence[str]]) -> Sequence[str]:
    return _FUNCTION_NAMES if kind is NameKind.FUNCTION else names.get(kind, ())


def _written(kind: NameKind, name: str) -> str:
    if kind is NameKind.FUNCTION:
        return f"{name}("
    if kind is NameKind.TAG_VALUE:
        return quote_string(name)
    is_bare = _BARE.fullmatch(name) is not None and name.upper() not in KEYWORDS
    return name if is_bare else quote_ident(name)


def _chained(*several: Iterable[Candidate]) -> Iterator[Candidate]:
    for each in several:
        yield from each


_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

_FUNCTION_NAMES = sorted(FUNCTIONS)
