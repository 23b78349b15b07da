"""The clauses of a SELECT: its items and their aliases, conditions, common table expressions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from influx_testing._flavors.sql.rewriting.sql_calls import next_index
from influx_testing._flavors.sql.rewriting.sql_tokens import (
    BracketGroup,
    Node,
    Nodes,
    SQLToken,
    TokenKind,
    significant,
    split_at_commas,
    text_of,
    tokenize,
    tree,
)

__all__ = [
    "CommonTable",
    "SelectClauses",
    "SelectItem",
    "clauses_of",
    "column_name",
    "common_tables",
    "conjuncts",
    "identifier",
    "name_of",
    "read_item",
    "selects",
]


_CLAUSES = frozenset({"from", "where", "having", "window", "qualify", "limit", "offset", "fetch"})
_BY = frozenset({"group", "order"})
_SET_OPERATIONS = frozenset({"union", "intersect", "except"})
_NO_ALIASES = frozenset(
    {"null", "true", "false", "end", "unknown", "precision", "notnull", "isnull", "nulls"}
)

_NO_END_WORDS = """
and or not is interval over by then else when case like ilike in between zone
"""
_NO_ENDS = frozenset(_NO_END_WORDS.split())
"""Words that no alias can follow."""


@dataclass(frozen=True, slots=True)
class SelectClauses:
    """The clauses of a SELECT, each without its keyword.

    Attributes:
        before: the text before SELECT, such as EXPLAIN.
        quantifier: ALL, DISTINCT or DISTINCT ON (...).
        items: the selected items.
        clauses: by keyword in lower case (`from`, `group by` ...), in the order of the text.
    """

    before: Nodes
    quantifier: Nodes
    items: tuple[Nodes, ...]
    clauses: dict[str, Nodes] = field(default_factory=dict[str, Nodes])


@dataclass(frozen=True, slots=True)
class SelectItem:
    """A selected item: an expression, and its alias as written, empty without one."""

    expression: Nodes
    alias: str

    @property
    def name(self) -> str:
        """The alias as a name, or that of the column; empty for another expression."""
        return column_name(tree(tokenize(self.alias)) if self.alias else self.expression)


@dataclass(frozen=True, slots=True)
class CommonTable:
    """A common table expression: its name, the text before its query, and its query."""

    name: str
    head: str
    body: Nodes


def identifier(token: SQLToken) -> str:
    """The name of an identifier: in lower case unless it is quoted."""
    if token.kind is TokenKind.QUOTED:
        quote = token.text[0]
        return token.text[1:-1].replace(quote * 2, quote)
    return token.text.lower()


def is_identifier(node: Node) -> bool:
    """Whether a node is a name."""
    return isinstance(node, SQLToken) and node.kind in {TokenKind.WORD, TokenKind.QUOTED}


def name_of(nodes: Sequence[Node]) -> tuple[str, ...]:
    """The parts of a qualified name; empty if the nodes are something else."""
    parts = significant(nodes)
    names = [identifier(part) for part in parts[::2] if isinstance(part, SQLToken)]
    dots = parts[1::2]
    if not parts or len(parts) % 2 == 0 or not all(map(is_identifier, parts[::2])):
        return ()
    if not all(isinstance(dot, SQLToken) and dot.text == "." for dot in dots):
        return ()
    return tuple(names)


def column_name(nodes: Sequence[Node]) -> str:
    """The last part of a column's name; empty if the nodes are something else."""
    parts = name_of(nodes)
    return parts[-1] if parts else ""


def selects(nodes: Nodes) -> list[Nodes]:
    """Split a query after UNION, INTERSECT and EXCEPT."""
    parts: list[list[Node]] = [[]]
    for node in nodes:
        parts[-1].append(node)
        if node.word in _SET_OPERATIONS:
            parts.append([])
    return [tuple(part) for part in parts]


def clauses_of(nodes: Nodes) -> SelectClauses | None:
    """Split a SELECT into its clauses; None if there is no SELECT outside brackets."""
    start = next((i for i, node in enumerate(nodes) if node.word == "select"), None)
    if start is None:
        return None
    marks = list(_marks(nodes, start + 1))
    ends = [*(place for _, place, _ in marks), len(nodes)]
    pieces = {name: nodes[begin:end] for (name, _, begin), end in zip(marks, ends[1:], strict=True)}
    quantifier, items = _quantifier(nodes[start + 1 : ends[0]])
    return SelectClauses(nodes[:start], quantifier, tuple(split_at_commas(items)), pieces)


def _marks(nodes: Nodes, start: int) -> Iterator[tuple[str, int, int]]:
    """The clauses: name, the index of the keyword, the index after it."""
    previous = ""
    for index in range(start, len(nodes)):
        node = nodes[index]
        if isinstance(node, SQLToken) and node.kind is TokenKind.BLANK:
            continue
        word = node.word
        if word in _SET_OPERATIONS:
            yield "set operation", index, index
        elif word in _BY:
            after = next_index(nodes, index + 1)
            if after < len(nodes) and nodes[after].word == "by":
                yield f"{word} by", index, after + 1
        elif word in _CLAUSES and not (word == "from" and previous == "distinct"):
            yield word, index, index + 1
        previous = word


def _quantifier(nodes: Nodes) -> tuple[Nodes, Nodes]:
    """DISTINCT, DISTINCT ON (...) or ALL, and the rest."""
    place = next_index(nodes, 0)
    if place == len(nodes) or nodes[place].word not in {"distinct", "all"}:
        return (), nodes
    after = next_index(nodes, place + 1)
    if after < len(nodes) and nodes[after].word == "on":
        place = next_index(nodes, after + 1)
    return nodes[: place + 1], nodes[place + 1 :]


def read_item(nodes: Nodes) -> SelectItem:
    """Separate an item from its alias, with AS or without."""
    parts = significant(nodes)
    last = parts[-1] if parts else None
    if last is None or len(parts) < 2 or not is_identifier(last) or not _ends(parts[-2]):
        return SelectItem(nodes, "")
    if parts[-2].word != "as" and last.word in _NO_ALIASES:
        return SelectItem(nodes, "")
    end = max(i for i, node in enumerate(nodes) if node is last)
    if parts[-2].word == "as":
        end = max(i for i, node in enumerate(nodes) if node is parts[-2])
    return SelectItem(nodes[:end], text_of([last]))


def _ends(node: Node) -> bool:
    """Whether an alias may follow this node."""
    if isinstance(node, BracketGroup):
        return True
    return node.kind is not TokenKind.SIGN and node.word not in _NO_ENDS


def common_tables(nodes: Nodes) -> tuple[list[CommonTable], int]:
    """The common table expressions at the start of a query, and the index after them."""
    place = next((i for i, node in enumerate(nodes) if node.word in {"with", "select"}), None)
    if place is None or nodes[place].word == "select":
        return [], 0
    tables: list[CommonTable] = []
    begin = place + 1
    for index in range(place + 1, len(nodes)):
        node = nodes[index]
        if isinstance(node, BracketGroup) and _is_body(nodes, index):
            name = next(part for part in nodes[begin:index] if _names_table(part))
            assert isinstance(name, SQLToken)
            head = text_of(nodes[begin:index]).strip()
            tables.append(CommonTable(identifier(name), head, node.nodes))
        elif isinstance(node, SQLToken) and node.text == ",":
            begin = index + 1
        elif node.word in {"select", "values", "table"}:
            return tables, index
    return tables, len(nodes)


def _names_table(node: Node) -> bool:
    return is_identifier(node) and node.word != "recursive"


def _is_body(nodes: Nodes, index: int) -> bool:
    """Whether brackets follow AS, or AS [NOT] MATERIALIZED."""
    before = [node.word for node in significant(nodes[:index])[-3:]]
    return "as" in before and before[-1] in {"as", "materialized"}


def conjuncts(nodes: Nodes) -> list[Nodes]:
    """Split a condition at AND, except at the AND of BETWEEN."""
    parts: list[list[Node]] = [[]]
    between = False
    for node in nodes:
        if node.word == "or":
            return [nodes]
        if node.word == "and" and not between:
            parts.append([])
            continue
        between = node.word == "between" or (between and node.word != "and")
        parts[-1].append(node)
    return [inner for part in parts for inner in _unwrapped(tuple(part))]


def _unwrapped(nodes: Nodes) -> list[Nodes]:
    """Remove brackets around a whole condition."""
    match significant(nodes):
        case [BracketGroup(opening="(", nodes=inner)]:
            return conjuncts(inner)
        case _:
            return [nodes]
