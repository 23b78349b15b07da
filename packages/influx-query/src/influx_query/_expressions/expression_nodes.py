"""The nodes of expressions: names, calls and operators; literals are in `literals`.

Classes and attributes are named as in the syntax tree of the Go implementation.

Source: https://docs.influxdata.com/influxdb/v1/query_language/spec/#expressions
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from influx_query._text.quoting import quote_if_needed
from influx_query._tree.node import Node, Pieces, joined, node

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
"""The precedence of each binary operator; all are left-associative."""

CONDITION_OPERATORS: Final = frozenset(op for op, level in PRECEDENCE.items() if level <= 3)
"""Operators with a boolean result; they are allowed in WHERE but not in SELECT."""

DataType: TypeAlias = Literal[
    "", "float", "integer", "unsigned", "string", "boolean", "time", "duration", "tag", "field"
]
"""The types that can follow ``::``; an empty string means no cast."""


@node
class Expr(Node):
    """The base class of expressions: conditions, fields and arguments of functions."""

    def _unary_sign(self) -> str:
        """Return the sign before an operand that the parser turns into this factor, if any."""
        return ""


@node
class VarRef(Expr):
    """A field, a tag or ``time``: ``usage``, ``"my field"``, ``usage::float``."""

    name: str
    data_type: DataType = ""

    def _pieces(self, wire: bool) -> Pieces:
        yield quote_if_needed(self.name)
        if self.data_type:
            yield f"::{self.data_type}"


@node
class Call(Expr):
    """A function call: ``mean(usage)``. The parser lower-cases the name."""

    name: str
    args: tuple[Expr, ...] = ()

    def _pieces(self, wire: bool) -> Pieces:
        yield quote_if_needed(self.name) if wire and self.name != "distinct" else self.name
        yield "("
        yield from joined(self.args)
        yield ")"


@node
class Distinct(Expr):
    """``DISTINCT usage``, the form without parentheses; ``distinct(usage)`` is a Call."""

    name: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"DISTINCT {quote_if_needed(self.name)}"


@node
class Wildcard(Expr):
    """``*``, ``*::field`` or ``*::tag``."""

    data_type: Literal["", "field", "tag"] = ""

    def _pieces(self, wire: bool) -> Pieces:
        yield f"*::{self.data_type}" if self.data_type else "*"


@node
class BinaryExpr(Expr):
    """Two operands and an operator, one of the keys of `PRECEDENCE`.

    Formatting adds no parentheses: the tree must contain a `ParenExpr` where they are necessary.
    As in Go, ``a / -b`` is parsed to a product of -1 within a quotient, and its canonical text is
    ``a / -1 * b``, which means something else; the text for a server keeps the sign.
    """

    op: str
    lhs: Expr
    rhs: Expr

    def _pieces(self, wire: bool) -> Pieces:
        yield self.lhs
        yield f" {self.op} "
        yield from self._signed_operand() if wire else (self.rhs,)

    def _signed_operand(self) -> Pieces:
        """Yield the right operand, with a sign if it would be read as two factors without."""
        rhs, level = self.rhs, PRECEDENCE["*"]
        sign = ""
        if isinstance(rhs, BinaryExpr) and rhs.op == "*" and PRECEDENCE[self.op] == level:
            sign = rhs.lhs._unary_sign()  # noqa: SLF001 - a method of the class this one extends
            rhs = rhs.rhs if sign else rhs
        yield sign
        yield rhs


@node
class ParenExpr(Expr):
    """An expression in parentheses."""

    expr: Expr

    def _pieces(self, wire: bool) -> Pieces:
        yield "("
        yield self.expr
        yield ")"


@node
class BoundParameter(Expr):
    """``$name``: a parameter whose value is sent with the statement.

    The builder creates these; the parser replaces them with their values.
    """

    name: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"${quote_if_needed(self.name)}"


@node
class Field(Node):
    """One expression of the SELECT clause, with its alias; empty means no alias."""

    expr: Expr
    alias: str = ""

    def _pieces(self, wire: bool) -> Pieces:
        yield self.expr
        if self.alias:
            yield f" AS {quote_if_needed(self.alias)}"
