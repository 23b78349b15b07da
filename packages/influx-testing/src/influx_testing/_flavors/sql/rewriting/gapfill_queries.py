"""Splits queries with date_bin_gapfill into steps that run before the gaps are filled.

A SELECT that is grouped by date_bin_gapfill becomes a SELECT over a table of filled rows. A step
makes that table: its query returns a row for each group and each bin that has points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from influx_testing._flavors.sql.rewriting.column_sources import (
    Scope,
    TimeBound,
    source_column,
    time_bounds,
    time_zone,
)
from influx_testing._flavors.sql.rewriting.filled_columns import (
    GAPFILL_FUNCTIONS,
    NOT_TOP_LEVEL,
    FilledColumn,
    FilledColumns,
)
from influx_testing._flavors.sql.rewriting.gapfill_sql import (
    bins_query,
    group_types,
    inner_query,
    over_table,
)
from influx_testing._flavors.sql.rewriting.select_clauses import (
    CommonTable,
    SelectClauses,
    clauses_of,
    column_name,
    common_tables,
    read_item,
    selects,
)
from influx_testing._flavors.sql.rewriting.sql_calls import SQLCall, call_at
from influx_testing._flavors.sql.rewriting.sql_tokens import (
    BracketGroup,
    Node,
    Nodes,
    SQLToken,
    TokenKind,
    code_of,
    significant,
    split_at_commas,
    words_of,
)

__all__ = ["GapFillError", "GapFillStep", "gapfill_steps"]


class GapFillError(Exception):
    """Gap filling is not possible for a query; the text has the reason."""


@dataclass(frozen=True, slots=True)
class GapFillStep:
    """How a table of filled rows is made.

    Attributes:
        table: the name of the table.
        query: returns the rows of bins with points; first the groups, then the aggregates.
        stride: the width of a bin, as SQL.
        bounds: the conditions on the time, as SQL.
        bins: returns the bins of the times in the table `table` + `_times`.
        groups: the number of columns that are groups.
        time: the index of the time among the groups.
        columns: the columns of the table after its groups.
        group_types: a query with a column `arrow_typeof(group)` for each group; the names of its
            columns contain the names of groups in expressions. Empty if no expression needs it.
    """

    table: str
    query: str
    stride: str
    bounds: tuple[TimeBound, ...]
    bins: str
    groups: int
    time: int
    columns: tuple[FilledColumn, ...]
    group_types: str = ""

    def column(self, index: int) -> str:
        """The name of a column of the table."""
        return f"{self.table}_{index}"


def gapfill_steps(sql: Nodes) -> tuple[list[GapFillStep], Nodes]:
    """Take the gap filling out of a query.

    Returns:
        The steps, in the order in which to run them, and the query over their tables.

    Raises:
        GapFillError: gap filling is not possible for the query.
    """
    planner = _Planner()
    return planner.steps, planner.query(sql, ())


def _mentions(nodes: Sequence[Node]) -> bool:
    """Whether the nodes contain a call of gap filling."""
    return any(
        _mentions(node.nodes) if isinstance(node, BracketGroup) else node.word in GAPFILL_FUNCTIONS
        for node in nodes
    )


class _Planner:
    def __init__(self) -> None:
        self.steps: list[GapFillStep] = []

    def query(self, nodes: Nodes, scope: Scope) -> Nodes:
        """Rewrite a query and its subqueries, the innermost first."""
        if not _mentions(nodes):
            return nodes
        tables, start = common_tables(nodes)
        head: list[Node] = []
        for node in nodes[:start]:
            if isinstance(node, BracketGroup) and (table := _defined(tables, node)):
                node = BracketGroup(node.opening, self.query(node.nodes, scope), node.closing)
                scope = (*scope, CommonTable(table.name, table.head, node.nodes))
            head.append(node)
        parts = [self._select(part, scope) for part in selects(nodes[start:])]
        return (*head, *(node for part in parts for node in part))

    def _select(self, nodes: Nodes, scope: Scope) -> Nodes:
        nodes = tuple(self._subqueries(nodes, scope))
        select = clauses_of(nodes)
        if select is None or not _mentions(nodes):
            return nodes
        if _mentions(select.clauses.get("from", ())) or _mentions(select.clauses.get("where", ())):
            raise GapFillError(NOT_TOP_LEVEL)
        return self._filled(select, scope)

    def _subqueries(self, nodes: Nodes, scope: Scope) -> Iterator[Node]:
        for node in nodes:
            if not isinstance(node, BracketGroup):
                yield node
                continue
            inner = significant(node.nodes)
            if inner and inner[0].word in {"select", "with"}:
                yield BracketGroup(node.opening, self.query(node.nodes, scope), node.closing)
            else:
                yield BracketGroup(
                    node.opening, tuple(self._subqueries(node.nodes, scope)), node.closing
                )

    def _filled(self, select: SelectClauses, scope: Scope) -> Nodes:
        """Rewrite a SELECT with gap filling to a SELECT over a table of filled rows."""
        groups = _groups(select)
        time, call = _gapfill_call(groups)
        table = f"__gapfill_{len(self.steps)}"
        columns = FilledColumns(table, groups)
        rest = over_table(select, table, columns)
        if _mentions(rest):
            raise GapFillError(NOT_TOP_LEVEL)
        self.steps.append(
            GapFillStep(
                table,
                inner_query(select, groups, time, call, columns.sources, scope),
                code_of(call.arguments[0]),
                _checked_bounds(time_bounds(source_column(call.arguments[1]), select, scope)),
                bins_query(call, table, time_zone(call.arguments[1], select, scope)),
                len(groups),
                time,
                tuple(columns.columns),
                group_types(select, groups, time, scope) if columns.has_unnamed_expressions else "",
            )
        )
        return rest


def _defined(tables: list[CommonTable], group: BracketGroup) -> CommonTable | None:
    return next((table for table in tables if table.body is group.nodes), None)


def _groups(select: SelectClauses) -> list[Nodes]:
    """The expressions of GROUP BY; numbers and aliases are replaced by their items."""
    items = [read_item(item) for item in select.items]
    grouped = select.clauses.get("group by", ())
    if words_of(node for node in grouped if isinstance(node, SQLToken)) == {"all"}:
        return [item.expression for item in items if _mentions_bin(item.expression)]
    aliases = {item.name: item.expression for item in items if item.alias}
    groups: list[Nodes] = []
    for nodes in split_at_commas(grouped):
        match significant(nodes):
            case [SQLToken(kind=TokenKind.NUMBER, text=text)] if text.isdecimal():
                if not 0 < int(text) <= len(items):
                    raise GapFillError(f"Error during planning: Cannot find column {text}")
                nodes = items[int(text) - 1].expression
            case [SQLToken() as token] if (name := column_name([token])) in aliases:
                nodes = _unless_column(aliases[name], name, nodes)
            case _:
                pass
        groups.append(nodes)
    return groups


def _mentions_bin(nodes: Nodes) -> bool:
    return not any(word in {"locf", "interpolate"} for word in _words(nodes)) and (
        _mentions(nodes) or bool(column_name(nodes))
    )


def _words(nodes: Sequence[Node]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, BracketGroup):
            yield from _words(node.nodes)
        else:
            yield node.word


def _unless_column(expression: Nodes, name: str, nodes: Nodes) -> Nodes:
    """The item of an alias in GROUP BY, unless a column has the name of the alias."""
    return nodes if name in set(_words(expression)) else expression


def _gapfill_call(groups: list[Nodes]) -> tuple[int, SQLCall]:
    """The only group that is a call of date_bin_gapfill or date_bin_wallclock_gapfill."""
    found = [
        (index, call)
        for index, nodes in enumerate(groups)
        if (call := _whole_call(nodes)) and call.name in GAPFILL_FUNCTIONS
    ]
    if len(found) != 1 or sum(map(_mentions, groups)) != 1:
        raise GapFillError(NOT_TOP_LEVEL)
    call = found[0][1]
    if len(call.arguments) not in {2, 3}:
        raise GapFillError(
            f"Error during planning: {call.name} takes 2 or 3 arguments, "
            f"an interval, a time and an origin; it has {len(call.arguments)}"
        )
    if not source_column(call.arguments[1]):
        raise GapFillError(
            f"Error during planning: the second argument of {call.name} must be a column of "
            f"times, not {code_of(call.arguments[1])}"
        )
    return found[0]


def _whole_call(nodes: Nodes) -> SQLCall | None:
    parts = significant(nodes)
    call = call_at(parts, 0) if parts else None
    return call if call is not None and call.end == len(parts) else None


def _checked_bounds(bounds: list[TimeBound]) -> tuple[TimeBound, ...]:
    missing = [
        name
        for name, is_lower in (("upper", False), ("lower", True))
        if not any(bound.is_lower is is_lower for bound in bounds)
    ]
    if missing:
        what = (
            "both upper and lower time bounds" if len(missing) == 2 else f"{missing[0]} time bound"
        )
        raise GapFillError(f"Error during planning: gap-filling query is missing {what}")
    return tuple(bounds)
