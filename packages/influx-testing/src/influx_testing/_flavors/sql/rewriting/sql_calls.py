"""Finds function calls among the nodes of SQL, with their arguments and clauses.

A call is a word followed by round brackets; FILTER, IGNORE NULLS and OVER belong to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from influx_testing._flavors.sql.rewriting.sql_tokens import (
    BracketGroup,
    Node,
    SQLToken,
    TokenKind,
    code_of,
    split_at_commas,
)

__all__ = ["SQLCall", "call_at", "next_index"]

_NOT_FUNCTIONS = frozenset({"in", "and", "or", "not", "over", "filter", "values", "as", "on"})


@dataclass(frozen=True, slots=True)
class SQLCall:
    """A call and the clauses after it.

    Attributes:
        name: the name of the function in lower case.
        arguments: the arguments as written.
        filter: the condition of FILTER (WHERE ...); empty without it.
        over: the name or the brackets after OVER; empty without it.
        end: the index of the first node after the call and its clauses.
    """

    name: str
    arguments: tuple[tuple[Node, ...], ...]
    filter: tuple[Node, ...]
    over: tuple[Node, ...]
    end: int

    def texts(self) -> list[str]:
        """The arguments as text, without comments and blanks around them."""
        return [code_of(argument) for argument in self.arguments]


def next_index(nodes: Sequence[Node], index: int) -> int:
    """The index of the first node from `index` on that is not blank."""
    while index < len(nodes):
        node = nodes[index]
        if not (isinstance(node, SQLToken) and node.kind is TokenKind.BLANK):
            break
        index += 1
    return index


def call_at(nodes: Sequence[Node], index: int) -> SQLCall | None:
    """The call that begins at `index`; None if there is none."""
    name = nodes[index].word
    if not name or name in _NOT_FUNCTIONS:
        return None
    place = next_index(nodes, index + 1)
    if (group := _group_at(nodes, place)) is None:
        return None
    condition, end = _filter(nodes, place + 1)
    end = _nulls(nodes, end)
    over, end = _over(nodes, end)
    return SQLCall(name, tuple(split_at_commas(group.nodes)), condition, over, end)


def _group_at(nodes: Sequence[Node], index: int) -> BracketGroup | None:
    """The round brackets at an index."""
    node = nodes[index] if index < len(nodes) else None
    return node if isinstance(node, BracketGroup) and node.opening == "(" else None


def _word(nodes: Sequence[Node], index: int) -> tuple[str, int]:
    """The next word and the index after it."""
    place = next_index(nodes, index)
    return (nodes[place].word, place + 1) if place < len(nodes) else ("", place)


def _filter(nodes: Sequence[Node], index: int) -> tuple[tuple[Node, ...], int]:
    word, after = _word(nodes, index)
    if word != "filter":
        return (), index
    place = next_index(nodes, after)
    if (group := _group_at(nodes, place)) is None:
        return (), index
    where, start = _word(group.nodes, 0)
    return (group.nodes[start:], place + 1) if where == "where" else ((), index)


def _nulls(nodes: Sequence[Node], index: int) -> int:
    word, after = _word(nodes, index)
    if word in {"ignore", "respect"}:
        nulls, end = _word(nodes, after)
        if nulls == "nulls":
            return end
    return index


def _over(nodes: Sequence[Node], index: int) -> tuple[tuple[Node, ...], int]:
    word, after = _word(nodes, index)
    place = next_index(nodes, after)
    if word != "over" or place >= len(nodes):
        return (), index
    return (nodes[place],), place + 1
