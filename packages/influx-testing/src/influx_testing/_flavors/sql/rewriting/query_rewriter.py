"""Rewrites SQL of InfluxDB 3 to SQL of DataFusion.

Text that needs no rewriting is returned unchanged. Nothing here reads tables or runs queries.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from influx_testing._flavors.sql.rewriting.column_names import NamePattern, original_name
from influx_testing._flavors.sql.rewriting.column_sources import Scope, time_zone
from influx_testing._flavors.sql.rewriting.filled_columns import GAPFILL_FUNCTIONS
from influx_testing._flavors.sql.rewriting.gapfill_queries import (
    GapFillError,
    GapFillStep,
    gapfill_steps,
)
from influx_testing._flavors.sql.rewriting.native_functions import (
    NATIVE_FUNCTIONS,
    FunctionError,
    NativeCall,
    native_wallclock,
)
from influx_testing._flavors.sql.rewriting.select_clauses import (
    CommonTable,
    clauses_of,
    common_tables,
    selects,
)
from influx_testing._flavors.sql.rewriting.sql_calls import SQLCall, call_at
from influx_testing._flavors.sql.rewriting.sql_tokens import (
    BracketGroup,
    Node,
    Nodes,
    SQLToken,
    TokenKind,
    significant,
    text_of,
    tokenize,
    tree,
    words_of,
)

__all__ = ["RewriteError", "RewrittenQuery", "rewrite"]


_WALLCLOCK = "date_bin_wallclock"
_REWRITTEN = frozenset({*NATIVE_FUNCTIONS, _WALLCLOCK})


class RewriteError(Exception):
    """A query cannot be rewritten; the text has the reason."""


@dataclass(frozen=True, slots=True)
class RewrittenQuery:
    """A query for DataFusion, with the steps of gap filling that precede it.

    Attributes:
        sql: the text; it reads the tables that the steps make.
        steps: the steps of gap filling, in the order in which to run them.
        patterns: patterns that restore the names of columns.
    """

    sql: str
    steps: tuple[GapFillStep, ...] = ()
    patterns: tuple[NamePattern, ...] = ()

    def column_name(self, name: str) -> str:
        """The name that the real server gives to a column."""
        return original_name(name, self.patterns)


def rewrite(sql: str) -> RewrittenQuery:
    """Rewrite a query.

    Raises:
        RewriteError: a function of InfluxDB is called incorrectly, or gap filling is not possible.
    """
    tokens = tokenize(sql)
    words = words_of(tokens)
    if not words & _REWRITTEN:
        return RewrittenQuery(sql)
    rewriter = _Rewriter(words)
    try:
        steps, rest = _steps(tokens, words)
        done = tuple(_rewritten(step, rewriter) for step in steps)
        text = text_of(rewriter.query(rest, ()))
    except (FunctionError, GapFillError) as error:
        raise RewriteError(str(error)) from None
    return RewrittenQuery(text, done, tuple(rewriter.patterns))


def _steps(tokens: list[SQLToken], words: set[str]) -> tuple[list[GapFillStep], Nodes]:
    nodes = tree(tokens)
    return gapfill_steps(nodes) if words & GAPFILL_FUNCTIONS else ([], nodes)


def _rewritten(step: GapFillStep, rewriter: _Rewriter) -> GapFillStep:
    bounds = tuple(replace(bound, value=rewriter.text(bound.value)) for bound in step.bounds)
    return replace(
        step,
        query=rewriter.text(step.query),
        bins=rewriter.text(step.bins),
        group_types=rewriter.text(step.group_types),
        bounds=bounds,
    )


class _Rewriter:
    """Rewrites calls and collects the patterns that restore their names."""

    def __init__(self, words: set[str]) -> None:
        self.patterns: dict[NamePattern, None] = {}
        self._words = words

    def text(self, sql: str) -> str:
        """Rewrite the text of a query or an expression."""
        lowered = sql.lower()
        if not any(name in lowered for name in _REWRITTEN):
            return sql
        return text_of(self.query(tree(tokenize(sql)), ()))

    def query(self, nodes: Nodes, scope: Scope) -> Nodes:
        """Rewrite a query; its parts can read the common table expressions before them."""
        tables, start = common_tables(nodes)
        done: list[Node] = []
        for node in nodes[:start]:
            done += self._nodes((node,), (), scope)
            scope += tuple(table for table in tables if _defines(node, table))
        for part in selects(nodes[start:]):
            done += self._nodes(part, part, scope)
        return tuple(done)

    def _nodes(self, nodes: Nodes, part: Nodes, scope: Scope) -> list[Node]:
        done: list[Node] = []
        end = 0
        for index, node in enumerate(nodes):
            if index < end:
                continue
            if isinstance(node, BracketGroup):
                done.append(self._group(node, part, scope))
            elif node.word in _REWRITTEN and (call := call_at(nodes, index)):
                done.append(self._call(call, part, scope))
                end = call.end
            else:
                done.append(node)
        return done

    def _group(self, group: BracketGroup, part: Nodes, scope: Scope) -> BracketGroup:
        inner = significant(group.nodes)
        if inner and inner[0].word in {"select", "with"}:
            nodes = self.query(group.nodes, scope)
        else:
            nodes = tuple(self._nodes(group.nodes, part, scope))
        return BracketGroup(group.opening, nodes, group.closing)

    def _call(self, call: SQLCall, part: Nodes, scope: Scope) -> SQLToken:
        def inside(nodes: Nodes) -> Nodes:
            return tuple(self._nodes(nodes, part, scope))

        done = replace(
            call,
            arguments=tuple(map(inside, call.arguments)),
            filter=inside(call.filter),
            over=inside(call.over),
        )
        if call.name == _WALLCLOCK:
            native = native_wallclock(done, _zone(call, part, scope))
        else:
            native = NATIVE_FUNCTIONS[call.name](done)
        self._note(native)
        return SQLToken(TokenKind.SIGN, native.sql)

    def _note(self, native: NativeCall) -> None:
        """Add a pattern, unless the query itself contains the expression it is rewritten to."""
        name = native.pattern.rewritten
        if not name.endswith("(") or name.split()[-1][:-1] not in self._words:
            self.patterns[native.pattern] = None


def _zone(call: SQLCall, part: Nodes, scope: Scope) -> str:
    """The time zone for bins of local time, from the SELECT that contains them."""
    select = clauses_of(part)
    if select is None or len(call.arguments) < 2:
        return ""
    return time_zone(call.arguments[1], select, scope)


def _defines(node: Node, table: CommonTable) -> bool:
    return isinstance(node, BracketGroup) and node.nodes is table.body
