"""Finds the source of a column of a SELECT in subqueries and common table expressions.

Gap filling needs the bounds of its time column, and bins of local time need a time zone. Both may
be in a subquery.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from influx_testing._flavors.sql.rewriting.select_clauses import (
    CommonTable,
    SelectClauses,
    clauses_of,
    column_name,
    conjuncts,
    name_of,
    read_item,
    selects,
)
from influx_testing._flavors.sql.rewriting.sql_calls import call_at, next_index
from influx_testing._flavors.sql.rewriting.sql_tokens import (
    BracketGroup,
    Node,
    Nodes,
    SQLToken,
    TokenKind,
    code_of,
    significant,
    text_of,
)

__all__ = ["Scope", "TimeBound", "source_column", "time_bounds", "time_zone"]

Scope = tuple[CommonTable, ...]
"""The common table expressions that a SELECT can name."""

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}


@dataclass(frozen=True, slots=True)
class TimeBound:
    """A bound on a time: `is_lower` for a start, `excluded` if the value itself is outside."""

    value: str
    is_lower: bool
    excluded: bool


def source_column(nodes: Sequence[Node]) -> str:
    """The time column of an expression: the column itself, a cast of it, or in a time zone."""
    parts = significant(nodes)
    place = next((i for i, part in enumerate(parts) if _begins_cast(part)), len(parts))
    parts = parts[:place]
    match parts:
        case [BracketGroup(opening="(", nodes=inner)]:
            return source_column(inner)
        case [SQLToken(kind=TokenKind.WORD), BracketGroup()] if call := call_at(parts, 0):
            return source_column(call.arguments[0]) if call.name == "tz" and call.arguments else ""
        case _:
            return column_name(parts)


def _begins_cast(node: Node) -> bool:
    return isinstance(node, SQLToken) and (node.text == "::" or node.word == "at")


def time_bounds(column: str, select: SelectClauses, scope: Scope) -> list[TimeBound]:
    """The bounds of a column in WHERE, of the query and of the subquery that has the column."""
    bounds = [
        bound
        for condition in conjuncts(select.clauses.get("where", ()))
        for bound in _bounds(column, condition)
    ]
    source = _source(column, select, scope)
    if source is None:
        return bounds
    expression, inner = source
    return bounds + time_bounds(source_column(expression), inner, scope)


def _bounds(column: str, condition: Nodes) -> Iterator[TimeBound]:
    words = [node.word for node in condition]
    if "between" in words and "not" not in words:
        start, end = words.index("between"), len(words) - 1 - words[::-1].index("and")
        if source_column(condition[:start]) == column:
            yield TimeBound(code_of(condition[start + 1 : end]), True, False)
            yield TimeBound(code_of(condition[end + 1 :]), False, False)
        return
    operators = [i for i, node in enumerate(condition) if _sign(node) in _FLIPPED]
    if len(operators) != 1:
        return
    operator, left, right = _compared(condition, operators[0])
    if source_column(right) == column:
        operator, left, right = _FLIPPED[operator], right, left
    if source_column(left) == column:
        value = code_of(right)
        if operator in {">", ">=", "="}:
            yield TimeBound(value, True, operator == ">")
        if operator in {"<", "<=", "="}:
            yield TimeBound(value, False, operator == "<")


def _compared(condition: Nodes, place: int) -> tuple[str, Nodes, Nodes]:
    return _sign(condition[place]), condition[:place], condition[place + 1 :]


def _sign(node: Node) -> str:
    return node.text if isinstance(node, SQLToken) and node.kind is TokenKind.SIGN else ""


def time_zone(expression: Sequence[Node], select: SelectClauses, scope: Scope) -> str:
    """The time zone of an expression as a SQL string; empty if it has none.

    The zone is that of `tz()` or AT TIME ZONE, in the query or in a subquery.
    """
    parts = significant(expression)
    words = [part.word for part in parts]
    if words[-4:-1] == ["at", "time", "zone"]:
        return text_of(parts[-1:])
    if len(parts) == 1 and isinstance(parts[0], BracketGroup):
        return time_zone(parts[0].nodes, select, scope)
    call = call_at(parts, 0) if parts else None
    if call is not None and call.name == "tz" and call.end == len(parts):
        return call.texts()[1] if len(call.arguments) > 1 else "'UTC'"
    source = _source(column_name(parts), select, scope)
    return time_zone(*source, scope) if source else ""


def _source(
    column: str, select: SelectClauses, scope: Scope
) -> tuple[Sequence[Node], SelectClauses] | None:
    """The expression of a column and the SELECT that contains it; None for a table."""
    body = _body(select.clauses.get("from", ()), scope)
    parts = selects(body) if column else []
    inner = clauses_of(parts[0]) if len(parts) == 1 else None
    if inner is None:
        return None
    for nodes in inner.items:
        item = read_item(nodes)
        if item.name == column:
            return item.expression, inner
        if text_of(significant(nodes)[-1:]) == "*":
            return (SQLToken(TokenKind.QUOTED, f'"{column}"'),), inner
    return None


def _body(tables: Nodes, scope: Scope) -> Nodes:
    """The query that FROM reads, if it reads one subquery or common table expression."""
    place = next_index(tables, 0)
    parts = significant(tables)
    if not parts or len(parts) > 3 or any(_sign(part) == "," for part in parts):
        return ()
    first = tables[place]
    if isinstance(first, BracketGroup):
        return first.nodes
    named = [table for table in reversed(scope) if (table.name,) == name_of(parts[:1])]
    return named[0].body if named else ()
