"""Writes the SQL of gap filling: queries that aggregate, bin times and read the filled rows."""

from __future__ import annotations

from collections.abc import Mapping

from influx_testing._flavors.sql.rewriting.column_sources import Scope
from influx_testing._flavors.sql.rewriting.filled_columns import FilledColumns
from influx_testing._flavors.sql.rewriting.select_clauses import (
    SelectClauses,
    column_name,
    read_item,
)
from influx_testing._flavors.sql.rewriting.sql_calls import SQLCall, call_at
from influx_testing._flavors.sql.rewriting.sql_tokens import (
    BracketGroup,
    Node,
    Nodes,
    code_of,
    tokenize,
    tree,
)

__all__ = ["bins_query", "group_types", "inner_query", "over_table"]


TIME = '"__time"'
"""The column of times from which `GapFillStep.bins` makes bins."""


def over_table(select: SelectClauses, table: str, columns: FilledColumns) -> Nodes:
    """The SELECT with columns of the table instead of its groups and aggregates."""
    items = ", ".join(columns.item(read_item(nodes)) for nodes in select.items)
    pieces = [code_of(select.before), "SELECT", code_of(select.quantifier), items]
    pieces.append(f'FROM "{table}"')
    aliases = _aliases(select, columns)
    for name, nodes in select.clauses.items():
        if name in {"from", "where", "group by"}:
            continue
        keyword = {"having": "WHERE", "set operation": ""}.get(name, name.upper())
        replaced = columns.replaced(nodes)
        if name == "having":
            replaced = _with_aliases(replaced, aliases)
        pieces.append(f"{keyword} {code_of(replaced)}")
    return tree(tokenize(" ".join(piece for piece in pieces if piece)))


def _aliases(select: SelectClauses, columns: FilledColumns) -> dict[str, Nodes]:
    """The expressions of aliases, over the table."""
    items = [read_item(nodes) for nodes in select.items]
    return {item.name: columns.replaced(item.expression) for item in items if item.alias}


def _with_aliases(nodes: Nodes, aliases: Mapping[str, Nodes]) -> Nodes:
    """Replace aliases in a condition by their expressions: HAVING allows them, WHERE does not."""
    return tuple(_without_alias(nodes, index, aliases) for index in range(len(nodes)))


def _without_alias(nodes: Nodes, index: int, aliases: Mapping[str, Nodes]) -> Node:
    node = nodes[index]
    if isinstance(node, BracketGroup):
        return BracketGroup(node.opening, _with_aliases(node.nodes, aliases), node.closing)
    beside = {code_of(nodes[place : place + 1]) for place in (index - 1, index + 1) if place >= 0}
    found = aliases.get(column_name([node]))
    if found is None or "." in beside or call_at(nodes, index):
        return node
    return BracketGroup("(", found, ")")


def inner_query(
    select: SelectClauses,
    groups: list[Nodes],
    time: int,
    call: SQLCall,
    sources: list[str],
    scope: Scope,
) -> str:
    """The query that aggregates by the groups, with date_bin instead of date_bin_gapfill."""
    shown = [code_of(nodes) for nodes in groups]
    shown[time] = _binning(call, code_of(call.arguments[1]))
    pieces = [_with(scope), "SELECT", ", ".join([*shown, *sources])]
    pieces += [
        f"{name.upper()} {code_of(select.clauses[name])}"
        for name in ("from", "where")
        if name in select.clauses
    ]
    numbers = [str(index + 1) for index in range(len(groups))]
    keys = [number for index, number in enumerate(numbers) if index != time]
    order = [f"{key} ASC NULLS FIRST" for key in [*keys, numbers[time]]]
    pieces.append(f"GROUP BY {', '.join(numbers)} ORDER BY {', '.join(order)}")
    return " ".join(piece for piece in pieces if piece)


def group_types(select: SelectClauses, groups: list[Nodes], time: int, scope: Scope) -> str:
    """The query for the types of the groups; it has the time only for its name."""
    shown = [
        f"arrow_typeof({'NULL' if index == time else code_of(nodes)})"
        for index, nodes in enumerate(groups)
    ]
    tables = code_of(select.clauses.get("from", ()))
    return " ".join([_with(scope), "SELECT", ", ".join(shown), f"FROM {tables}"]).strip()


def _binning(call: SQLCall, time: str) -> str:
    """The call that bins a time, without gap filling."""
    width, _, *origin = call.texts()
    return f"{call.name.removesuffix('_gapfill')}({', '.join([width, time.strip(), *origin])})"


def bins_query(call: SQLCall, table: str, zone: str) -> str:
    """The query for the bins of times."""
    time = f"tz({TIME}, {zone})" if zone else TIME
    binned = f"DISTINCT {_binning(call, time)} AS bin"
    return " ".join(["SELECT", binned, "FROM", f"{table}_times", "ORDER BY bin"])


def _with(scope: Scope) -> str:
    if not scope:
        return ""
    heads = [(table.head.split(maxsplit=1), code_of(table.body)) for table in scope]
    recursive = any(head[0].lower() == "recursive" for head, _ in heads)
    tables = [
        f"{head[1] if head[0].lower() == 'recursive' else ' '.join(head)} ({body})"
        for head, body in heads
    ]
    return f"WITH {'RECURSIVE ' if recursive else ''}{', '.join(tables)}"
