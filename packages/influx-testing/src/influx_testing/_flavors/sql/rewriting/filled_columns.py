"""The columns of a table of filled rows, and expressions that read them instead of aggregates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from influx_testing._flavors.sql.rewriting.select_clauses import SelectItem, identifier, name_of
from influx_testing._flavors.sql.rewriting.sql_calls import SQLCall, call_at
from influx_testing._flavors.sql.rewriting.sql_tokens import (
    BracketGroup,
    Node,
    Nodes,
    SQLToken,
    TokenKind,
    code_of,
    significant,
)

__all__ = ["GAPFILL_FUNCTIONS", "NOT_TOP_LEVEL", "FilledColumn", "FilledColumns", "same"]


GAPFILL_FUNCTIONS = frozenset({"date_bin_gapfill", "date_bin_wallclock_gapfill"})
FILL_FUNCTIONS = frozenset({"locf", "interpolate"})
NOT_TOP_LEVEL = (
    "Error during planning: DATE_BIN_GAPFILL must be a top-level expression in the GROUP BY "
    "clause when gap filling. It cannot be part of another expression or cast"
)
"""The error of the real server for a call at another place."""

_AGGREGATE_NAMES = """
any_value approx_distinct approx_median approx_percentile_cont approx_percentile_cont_with_weight
array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar covar_pop covar_samp
first_value grouping last_value max mean median min nth_value percentile_cont quantile_cont
regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy
selector_first selector_last selector_max selector_min stddev stddev_pop stddev_samp string_agg
sum var var_pop var_population var_samp var_sample
"""
AGGREGATES = frozenset(_AGGREGATE_NAMES.split())
"""The aggregates in DataFusion's information_schema.routines, and the selectors."""


@dataclass(frozen=True, slots=True)
class FilledColumn:
    """A column after the groups: its source, and how its nulls are filled.

    Attributes:
        source: the index of its aggregate.
        fill: `locf` or `interpolate`; empty to keep nulls.
    """

    source: int
    fill: str


class FilledColumns:
    """Collects the columns that expressions need, each once.

    Attributes:
        columns: the columns of the table after its groups.
        has_unnamed_expressions: whether an item without an alias is not a plain column.
    """

    def __init__(self, table: str, groups: list[Nodes]) -> None:
        self.columns: list[FilledColumn] = []
        self.has_unnamed_expressions = False
        self._table = table
        self._groups = groups
        self._sources: list[Nodes] = []

    @property
    def sources(self) -> list[str]:
        """The aggregates, as SQL."""
        return [code_of(source) for source in self._sources]

    def item(self, item: SelectItem) -> str:
        """Return an item over the table; without an alias it is named after its column."""
        text = code_of(self.replaced(item.expression))
        if item.alias:
            return f"{text} AS {item.alias}"
        whole = text.startswith(f'"{self._table}_') and text.count('"') == 2 and text[-1] == '"'
        if whole:
            return f'{text} AS "{text[1:-1]}:name"'
        self.has_unnamed_expressions = True
        return text

    def replaced(self, nodes: Nodes) -> Nodes:
        """Replace groups and aggregates in an expression by columns of the table."""
        return tuple(self._replaced(nodes))

    def _replaced(self, nodes: Nodes) -> Iterator[Node]:
        index = 0
        while index < len(nodes):
            node = nodes[index]
            if found := self._group(nodes, index):
                place, index = found
                yield self._column(place)
                continue
            call = call_at(nodes, index)
            if call is not None and (column := self._call(call, nodes[index : call.end])):
                yield column
                index = call.end
                continue
            if isinstance(node, BracketGroup):
                node = BracketGroup(node.opening, self.replaced(node.nodes), node.closing)
            yield node
            index += 1

    def _call(self, call: SQLCall, nodes: Nodes) -> SQLToken | None:
        """The column of a call; None if the call runs over the filled table."""
        if call.name in FILL_FUNCTIONS and len(call.arguments) == 1:
            return self._filled(call.arguments[0], call.name)
        if call.name in AGGREGATES and not call.over:
            return self._filled(nodes, "")
        return None

    def _filled(self, source: Nodes, fill: str) -> SQLToken:
        column = FilledColumn(self._source(source), fill)
        if column not in self.columns:
            self.columns.append(column)
        return self._column(len(self._groups) + self.columns.index(column))

    def _source(self, nodes: Nodes) -> int:
        """The index of an expression among the sources, to which it is added if it is new."""
        for place, source in enumerate(self._sources):
            if same(source, nodes):
                return place
        self._sources.append(nodes)
        return len(self._sources) - 1

    def _column(self, index: int) -> SQLToken:
        return SQLToken(TokenKind.QUOTED, f'"{self._table}_{index}"')

    def _group(self, nodes: Nodes, index: int) -> tuple[int, int] | None:
        """Return the group that begins here, and the index after it."""
        for place, group in enumerate(self._groups):
            if end := _matches(group, nodes, index):
                return place, end
        return None


def _matches(group: Nodes, nodes: Nodes, index: int) -> int | None:
    """The end of an expression that equals a group, if one begins here."""
    name = name_of(group)
    if name:
        return _matches_name(name, nodes, index)
    call = call_at(nodes, index)
    if call is not None:
        return call.end if same(nodes[index : call.end], group) else None
    whole = index == 0 and len(significant(group)) > 1 and same(nodes, group)
    return len(nodes) if whole else None


def _matches_name(name: tuple[str, ...], nodes: Nodes, index: int) -> int | None:
    """The end of a column's name that equals a group; either may be qualified with the table."""
    if not isinstance(nodes[index], SQLToken) or not _is_name(nodes[index]):
        return None
    if index and _is_dot(nodes[index - 1]):
        return None
    end = index + 1
    while end + 1 < len(nodes) and _is_dot(nodes[end]) and _is_name(nodes[end + 1]):
        end += 2
    if call_at(nodes, end - 1):
        return None
    found = name_of(nodes[index:end])
    shorter = min(len(found), len(name))
    return end if found[-shorter:] == name[-shorter:] else None


def _is_name(node: Node) -> bool:
    return isinstance(node, SQLToken) and node.kind in {TokenKind.WORD, TokenKind.QUOTED}


def _is_dot(node: Node) -> bool:
    return isinstance(node, SQLToken) and node.text == "."


def same(left: Sequence[Node], right: Sequence[Node]) -> bool:
    """Whether two expressions are equal, except for blanks and the case of unquoted words."""
    first, second = significant(left), significant(right)
    return len(first) == len(second) and all(map(_same, first, second))


def _same(left: Node, right: Node) -> bool:
    if isinstance(left, BracketGroup) or isinstance(right, BracketGroup):
        return (
            isinstance(left, BracketGroup)
            and isinstance(right, BracketGroup)
            and left.opening == right.opening
            and same(left.nodes, right.nodes)
        )
    if _is_name(left) and _is_name(right):
        return identifier(left) == identifier(right)
    return left == right
