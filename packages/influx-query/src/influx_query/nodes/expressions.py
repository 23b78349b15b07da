"""The nodes an expression is made of: names, calls, operators, literals.

Class and attribute names follow the Go implementation's syntax tree where that has a name for the
same thing. Source: https://docs.influxdata.com/influxdb/v1/query_language/spec/#expressions
"""

from __future__ import annotations

from dataclasses import field
from typing import Final, Literal, TypeAlias

from influx_query import quoting
from influx_query.nodes.base import Node, Pieces, joined, node

PRECEDENCE: Final = {
    "OR": 1,
    "AND": 2,
    "=": 3,
    "!=": 3,
    "=~": 3,
    "!~": 3,
    "<": 3,
    "<=": 3,
    ">": 3,
    ">=": 3,
    "+": 4,
    "-": 4,
    "|": 4,
    "^": 4,
    "*": 5,
    "/": 5,
    "%": 5,
    "&": 5,
}
"""Every binary operator and how tightly it binds; all of them group from the left."""

CONDITION_OPERATORS: Final = frozenset(op for op, level in PRECEDENCE.items() if level <= 3)
"""Operators that give a boolean, and so belong in WHERE and not in SELECT."""

DataType: TypeAlias = Literal[
    "", "float", "integer", "unsigned", "string", "boolean", "time", "duration", "tag", "field"
]
"""What can follow ``::``; the empty string is no cast."""


@node
class Expr(Node):
    """Anything that can stand in a condition, a field or a function's argument."""


@node
class VarRef(Expr):
    """A field, a tag or ``time``: ``usage``, ``"my field"``, ``usage::float``."""

    name: str
    data_type: DataType = ""

    def _pieces(self, wire: bool) -> Pieces:
        yield quoting.quote_if_needed(self.name)
        if self.data_type:
            yield f"::{self.data_type}"


@node
class Call(Expr):
    """A function call: ``mean(usage)``. The parser lower-cases the name."""

    name: str
    args: tuple[Expr, ...] = ()

    def _pieces(self, wire: bool) -> Pieces:
        yield quoting.quote_if_needed(self.name) if wire and self.name != "distinct" else self.name
        yield "("
        yield from joined(self.args)
        yield ")"


@node
class Distinct(Expr):
    """``DISTINCT usage``, the form without parentheses; ``distinct(usage)`` is a Call."""

    name: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"DISTINCT {quoting.quote_if_needed(self.name)}"


@node
class Wildcard(Expr):
    """``*``, ``*::field`` or ``*::tag``."""

    data_type: Literal["", "field", "tag"] = ""

    def _pieces(self, wire: bool) -> Pieces:
        yield f"*::{self.data_type}" if self.data_type else "*"


@node
class BinaryExpr(Expr):
    """Two operands and an operator: one of the keys of `PRECEDENCE`, `AND` and `OR` in capitals.

    Printing adds no parentheses: where the tree needs them it has a `ParenExpr`.
    """

    op: str
    lhs: Expr
    rhs: Expr

    def _pieces(self, wire: bool) -> Pieces:
        yield self.lhs
        yield f" {self.op} "
        yield self.rhs


@node
class ParenExpr(Expr):
    """An expression in parentheses."""

    expr: Expr

    def _pieces(self, wire: bool) -> Pieces:
        yield "("
        yield self.expr
        yield ")"


@node
class IntegerLiteral(Expr):
    """An integer within int64."""

    value: int

    def _pieces(self, wire: bool) -> Pieces:
        yield quoting.format_integer(self.value)


@node
class UnsignedLiteral(Expr):
    """An integer above int64, within uint64."""

    value: int

    def _pieces(self, wire: bool) -> Pieces:
        yield quoting.format_integer(self.value)


@node
class NumberLiteral(Expr):
    """A float.

    `decimals` is how many digits canonical text has after the dot: None is as many as the value
    needs; the parser of the 1.6 dialect says three. The text for the wire always has them all.
    """

    value: float
    decimals: int | None = field(default=None, compare=False)

    def _pieces(self, wire: bool) -> Pieces:
        if wire or self.decimals is None:
            yield quoting.format_number(self.value)
        else:
            yield f"{self.value:.{self.decimals}f}"


@node
class BooleanLiteral(Expr):
    """``true`` or ``false``."""

    value: bool

    def _pieces(self, wire: bool) -> Pieces:
        yield "true" if self.value else "false"


@node
class StringLiteral(Expr):
    """Text in single quotes. Where it is compared with ``time`` it is a moment."""

    value: str

    def _pieces(self, wire: bool) -> Pieces:
        yield quoting.quote_string(self.value)


@node
class DurationLiteral(Expr):
    """A span of time, in nanoseconds: ``10m``."""

    value: int

    def _pieces(self, wire: bool) -> Pieces:
        yield quoting.format_duration(self.value)


@node
class TimeLiteral(Expr):
    """A moment, in nanoseconds since 1970 UTC. The parser leaves these as `StringLiteral`."""

    value: int

    def _pieces(self, wire: bool) -> Pieces:
        yield quoting.format_time(self.value)


@node
class RegexLiteral(Expr):
    """A regular expression in Go's RE2 syntax, without its slashes."""

    pattern: str

    def _pieces(self, wire: bool) -> Pieces:
        yield quoting.quote_regex(self.pattern)


@node
class ListLiteral(Expr):
    """The names of ``WITH KEY IN (host, region)``."""

    values: tuple[str, ...]

    def _pieces(self, wire: bool) -> Pieces:
        yield f"({', '.join(map(quoting.quote_if_needed, self.values))})"


@node
class BoundParameter(Expr):
    """``$name``: a value that travels beside the statement.

    The builder makes these; the parser puts the value in their place.
    """

    name: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"${quoting.quote_if_needed(self.name)}"
