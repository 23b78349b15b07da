"""The registry of statements: which keywords begin a statement, and the function that reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

if TYPE_CHECKING:
    from influx_query._clauses.clause_nodes import Statement
    from influx_query._expressions.cursor import Cursor

Reader: TypeAlias = "Callable[[Cursor], Statement]"
ReaderT = TypeVar("ReaderT", bound="Callable[..., Statement]")


@dataclass(frozen=True, slots=True)
class _Keywords:
    """The keywords that can come next; each leads to a reader of the rest, or to more keywords."""

    readers: dict[str, Reader] = field(default_factory=dict[str, Reader])
    following: dict[str, _Keywords] = field(default_factory=dict[str, "_Keywords"])


_FIRST: Final = _Keywords()

_GO_ORDER: Final = {
    "": "SELECT DELETE SHOW CREATE DROP EXPLAIN GRANT REVOKE ALTER SET KILL",
    "CREATE": "CONTINUOUS DATABASE USER RETENTION SUBSCRIPTION",
}
"""The lists of keywords that Go's errors do not sort alphabetically."""


def reads(keywords: str) -> Callable[[ReaderT], ReaderT]:
    """Register the function that reads the rest of a statement, after its first keywords.

    Args:
        keywords: The words that begin the statement, such as ``SHOW TAG KEYS``. No statement can
            begin with all the words of another.
    """

    def register(reader: ReaderT) -> ReaderT:
        *leading, last = keywords.split()
        table = _FIRST
        for word in leading:
            table = table.following.setdefault(word, _Keywords())
        assert last not in table.readers, f"{keywords} has a reader already"
        table.readers[last] = reader
        return reader

    return register


def read_statement(cursor: Cursor) -> Statement:
    """Read one statement of any kind."""
    passed = ""
    table = _FIRST
    while True:
        kind = cursor.kind
        reader = table.readers.get(kind)
        if reader is None and kind not in table.following:
            cursor.fail(*_expected(passed, table))
        cursor.index += 1
        if reader is not None:
            return reader(cursor)
        passed = f"{passed} {kind}".lstrip()
        table = table.following[kind]


def _expected(passed: str, table: _Keywords) -> list[str]:
    """Return the keywords of a table in the order of Go's errors."""
    ranks = {word: rank for rank, word in enumerate(_GO_ORDER.get(passed, "").split())}
    words = [*table.readers, *table.following]
    return sorted(words, key=lambda word: (ranks.get(word, len(ranks)), word))
