"""The nodes of SELECT and its clauses.

Source: https://docs.influxdata.com/influxdb/v1/query_language/spec/#select
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from influx_query import quoting
from influx_query.nodes.base import Node, Pieces, joined, node

if TYPE_CHECKING:
    from collections.abc import Iterable

    from influx_query.nodes.expressions import Expr, RegexLiteral


@node
class Statement(Node):
    """Anything that can be sent to a server."""


@node
class Field(Node):
    """One expression of the SELECT clause; an empty alias is none."""

    expr: Expr
    alias: str = ""

    def _pieces(self, wire: bool) -> Pieces:
        yield self.expr
        if self.alias:
            yield f" AS {quoting.quote_if_needed(self.alias)}"


@node
class Dimension(Node):
    """One expression of GROUP BY.

    The expression is a `VarRef` (a tag), a `Call` of time(), a `RegexLiteral` or a `Wildcard`.
    """

    expr: Expr

    def _pieces(self, wire: bool) -> Pieces:
        yield self.expr


@node
class Fill(Node):
    """What an empty bucket gets.

    ``null`` is the server's default and canonical text leaves it out. With ``number``, `value` is
    the number; otherwise it is None.
    """

    kind: Literal["null", "none", "previous", "linear", "number"] = "null"
    value: float | int | None = None

    def _pieces(self, wire: bool) -> Pieces:
        value = self.value
        if value is None:
            yield f"fill({self.kind})"
        elif isinstance(value, int):
            yield f"fill({quoting.format_integer(value)})"
        else:
            write = quoting.format_number if wire else quoting.format_go_float
            yield f"fill({write(value)})"


@node
class SortField(Node):
    """One column of ORDER BY. The server orders by time alone; an empty name means time."""

    name: str = ""
    ascending: bool = True

    def _pieces(self, wire: bool) -> Pieces:
        direction = "ASC" if self.ascending else "DESC"
        yield f"{quoting.quote_if_needed(self.name)} {direction}" if self.name else direction


@node
class Source(Node):
    """What a statement reads from: a `Measurement` or a `SubQuery`."""


@node
class Measurement(Source):
    """Where points are: a name, or a regex over names, in a database and a retention policy.

    Empty strings are parts not given. With a regex, the name is empty.
    """

    name: str = ""
    database: str = ""
    retention_policy: str = ""
    regex: RegexLiteral | None = None

    def _pieces(self, wire: bool) -> Pieces:
        yield _qualifier(self.database, self.retention_policy)
        yield quoting.quote_if_needed(self.name) if self.regex is None else self.regex


@node
class SubQuery(Source):
    """A SELECT in parentheses to read from."""

    statement: SelectStatement

    def _pieces(self, wire: bool) -> Pieces:
        yield "("
        yield self.statement
        yield ")"


@node
class Target(Node):
    """Where INTO writes. An empty name is ``:MEASUREMENT``, the name of each source."""

    name: str = ""
    database: str = ""
    retention_policy: str = ""

    def _pieces(self, wire: bool) -> Pieces:
        yield _qualifier(self.database, self.retention_policy)
        yield quoting.quote_if_needed(self.name) if self.name else ":MEASUREMENT"


@node
class SelectStatement(Statement):
    """A query for points. A limit or an offset of 0 is none; `location` is tz()'s time zone."""

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
        yield from clause("FROM", self.sources)
        yield from where(self.condition)
        yield from clause("GROUP BY", self.dimensions)
        if self.fill.kind != "null":
            yield " "
            yield self.fill
        yield from clause("ORDER BY", self.sort_fields)
        yield from paging(
            LIMIT=self.limit, OFFSET=self.offset, SLIMIT=self.slimit, SOFFSET=self.soffset
        )
        if self.location:
            yield f" TZ({quoting.quote_string(self.location)})"


def clause(keyword: str, items: Iterable[Node]) -> Pieces:
    """Yield a keyword and a list, or nothing for an empty list."""
    items = tuple(items)
    if items:
        yield f" {keyword} "
        yield from joined(items)


def where(condition: Expr | None) -> Pieces:
    """Yield a WHERE clause, or nothing without a condition."""
    if condition is not None:
        yield " WHERE "
        yield condition


def paging(**counts: int) -> Pieces:
    """Yield the clauses LIMIT, OFFSET and so on which have a number above 0."""
    for keyword, count in counts.items():
        if count > 0:
            yield f" {keyword} {count}"


def _qualifier(database: str, retention_policy: str) -> str:
    """Write what stands before a measurement's name: nothing, ``rp.``, ``db.rp.`` or ``db..``."""
    policy = quoting.quote_if_needed(retention_policy) if retention_policy else ""
    if database:
        return f"{quoting.quote_if_needed(database)}.{policy}."
    return f"{policy}." if policy else ""
