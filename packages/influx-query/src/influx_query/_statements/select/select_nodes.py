"""The nodes of SELECT.

Source: https://docs.influxdata.com/influxdb/v1/query_language/spec/#select
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from influx_query._clauses.clause_nodes import (
    Dimension,
    SortField,
    Source,
    Statement,
    print_list,
    print_paging,
    print_where,
    qualifier,
)
from influx_query._text.numbers import format_go_float, format_integer, format_number
from influx_query._text.quoting import quote_ident, quote_if_needed, quote_string
from influx_query._tree.node import Node, Pieces, joined, node

if TYPE_CHECKING:
    from influx_query._expressions.expression_nodes import Expr, Field


@node
class Fill(Node):
    """The fill() clause: the value of empty buckets.

    ``null`` is the server's default, and the canonical text omits it. With ``number``, `value` is
    the number; otherwise it is None.
    """

    kind: Literal["null", "none", "previous", "linear", "number"] = "null"
    value: float | int | None = None

    def _pieces(self, wire: bool) -> Pieces:
        value = self.value
        if value is None:
            yield f"fill({self.kind})"
        elif isinstance(value, int):
            yield f"fill({format_integer(value)})"
        else:
            write = format_number if wire else format_go_float
            yield f"fill({write(value)})"


@node
class SubQuery(Source):
    """A SELECT in parentheses, as a source of another SELECT."""

    statement: SelectStatement

    def _pieces(self, wire: bool) -> Pieces:
        yield "("
        yield self.statement
        yield ")"


@node
class Target(Node):
    """The INTO clause. An empty name is ``:MEASUREMENT``, the measurement of each source."""

    name: str = ""
    database: str = ""
    retention_policy: str = ""

    def _pieces(self, wire: bool) -> Pieces:
        before = qualifier(self.database, self.retention_policy)
        yield before
        # A server reads :MEASUREMENT behind a dot alone; Go's text has it anywhere.
        without = ":MEASUREMENT" if before or not wire else quote_ident("")
        yield quote_if_needed(self.name) if self.name else without


@node
class SelectStatement(Statement):
    """A query. A limit or an offset of 0 means none; `location` is the time zone of tz().

    Example:
        SELECT mean(usage) AS load FROM week.cpu WHERE host = 'a' AND time > now() - 1h
        GROUP BY time(5m), region fill(previous) ORDER BY time DESC LIMIT 10
    """

    fields: tuple[Field, ...]
    sources: tuple[Source, ...]
    target: Target | None = None
    condition: Expr | None = None
    dimensions: tuple[Dimension, ...] = ()
    fill: Fill = Fill()
    sort_fields: tuple[SortField, ...] = ()
    limit: int = 0
    offset: int = 0
    slimit: int = 0
    soffset: int = 0
    location: str = ""

    def _pieces(self, wire: bool) -> Pieces:
        yield "SELECT "
        yield from joined(self.fields)
        if self.target is not None:
            yield " INTO "
            yield self.target
        yield from print_list("FROM", self.sources)
        yield from print_where(self.condition)
        yield from print_list("GROUP BY", self.dimensions)
        if self.fill.kind != "null":
            yield " "
            yield self.fill
        yield from print_list("ORDER BY", self.sort_fields)
        yield from print_paging(
            LIMIT=self.limit, OFFSET=self.offset, SLIMIT=self.slimit, SOFFSET=self.soffset
        )
        if self.location:
            yield f" TZ({quote_string(self.location)})"


@node
class ExplainStatement(Statement):
    """Shows the plan of a query; with `analyze` it runs the query. Only ``latest`` has `verbose`.

    Example:
        EXPLAIN ANALYZE SELECT mean(usage) FROM cpu
    """

    statement: SelectStatement
    analyze: bool = False
    verbose: bool = False

    def _pieces(self, wire: bool) -> Pieces:
        yield f"EXPLAIN {'ANALYZE ' if self.analyze else ''}{'VERBOSE ' if self.verbose else ''}"
        yield self.statement
