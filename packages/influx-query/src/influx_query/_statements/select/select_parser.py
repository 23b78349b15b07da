"""Parses SELECT, and its clauses that no other statement has."""

from __future__ import annotations

import zoneinfo
from typing import TYPE_CHECKING, Final, Literal, cast

from influx_query._clauses.clause_parser import condition, dimensions, order_by, sources
from influx_query._clauses.registry import reads
from influx_query._expressions.expression_nodes import (
    CONDITION_OPERATORS,
    BinaryExpr,
    Call,
    Expr,
    Field,
    ParenExpr,
)
from influx_query._expressions.expression_parser import expression, segments
from influx_query._expressions.literals import IntegerLiteral, NumberLiteral, StringLiteral
from influx_query._statements.select.select_nodes import (
    ExplainStatement,
    Fill,
    SelectStatement,
    SubQuery,
    Target,
)
from influx_query.errors import position

if TYPE_CHECKING:
    from influx_query._expressions.cursor import Cursor

_FILLS: Final = frozenset(["null", "none", "previous", "linear"])


@reads("SELECT")
def select(cursor: Cursor, *, needs_target: bool = False) -> SelectStatement:
    """Read a SELECT, behind its keyword."""
    cursor.enter()
    selected = fields(cursor)
    into = target(cursor, required=needs_target)
    cursor.expect("FROM")
    statement = SelectStatement(
        fields=selected,
        target=into,
        sources=sources(cursor, _subquery),
        condition=condition(cursor),
        dimensions=dimensions(cursor),
        fill=fill(cursor),
        sort_fields=order_by(cursor),
        limit=cursor.count("LIMIT"),
        offset=cursor.count("OFFSET"),
        slimit=cursor.count("SLIMIT"),
        soffset=cursor.count("SOFFSET"),
        location=location(cursor),
    )
    cursor.leave()
    return statement


def fields(cursor: Cursor) -> tuple[Field, ...]:
    """Read the fields of a SELECT."""
    found = [_field(cursor)]
    while cursor.accept(","):
        found.append(_field(cursor))
    return tuple(found)


def _field(cursor: Cursor) -> Field:
    expr: Expr | None = cursor.regex()
    if expr is None:
        place = cursor.place
        expr = expression(cursor)
        _refuse_condition(cursor, expr, place)
    return Field(expr, cursor.ident() if cursor.accept("AS") else "")


def _refuse_condition(cursor: Cursor, expr: Expr, place: int) -> None:
    """Refuse an operator of WHERE in a field; of several, Go names the last outermost one."""
    stack: list[Expr] = [expr]
    while stack:
        node = stack.pop()
        if isinstance(node, BinaryExpr):
            if node.op in CONDITION_OPERATORS:
                line, char = position(cursor.tokens.text, place)
                raise cursor.error(
                    f"invalid operator {node.op} in SELECT clause at line {line}, char {char}; "
                    "operator is intended for WHERE clause"
                )
            stack += (node.lhs, node.rhs)
        elif isinstance(node, Call):
            stack += node.args
        elif isinstance(node, ParenExpr):
            stack.append(node.expr)


def target(cursor: Cursor, *, required: bool) -> Target | None:
    """Read INTO."""
    if required:
        cursor.expect("INTO")
    elif not cursor.accept("INTO"):
        return None
    names = segments(cursor)
    if len(names) < 3 and cursor.character == ":":
        cursor.expect(":", "MEASUREMENT")
        names.append("")
    database, policy, name = ["", "", *names][-3:]
    return Target(name, database, policy)


def _subquery(cursor: Cursor) -> SubQuery:
    """Read a SELECT in parentheses, behind the first one."""
    cursor.expect("SELECT")
    statement = select(cursor)
    cursor.expect(")")
    return SubQuery(statement)


def fill(cursor: Cursor) -> Fill:
    """Read FILL, which is a name and no keyword."""
    if not cursor.is_word("fill"):
        return Fill()
    call = expression(cursor)
    if not isinstance(call, Call):
        raise cursor.error("fill must be a function call")
    if len(call.args) != 1:
        raise cursor.error("fill requires an argument, e.g.: 0, null, none, previous, linear")
    (argument,) = call.args
    if isinstance(argument, IntegerLiteral | NumberLiteral):
        return Fill("number", argument.value)
    kind = str(argument)
    if kind not in _FILLS:
        raise cursor.error("expected number argument in fill()")
    return Fill(cast("Literal['null', 'none', 'previous', 'linear']", kind))


def location(cursor: Cursor) -> str:
    """Read TZ, which is a name and no keyword; the time zone has to exist."""
    if not cursor.is_word("tz"):
        return ""
    call = expression(cursor)
    if not isinstance(call, Call):
        raise cursor.error("tz must be a function call")
    if len(call.args) != 1:
        raise cursor.error("tz requires exactly one argument")
    (argument,) = call.args
    if not isinstance(argument, StringLiteral):
        raise cursor.error("expected string argument in tz()")
    name = argument.value or "UTC"
    if not is_time_zone(name):
        raise cursor.error(f"unable to find time zone {name}")
    return name


def is_time_zone(name: str) -> bool:
    """Return whether a time zone with this name exists."""
    if name in ("UTC", "Local"):
        return True
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


@reads("EXPLAIN")
def _explain(cursor: Cursor) -> ExplainStatement:
    analyze = cursor.accept("ANALYZE")
    verbose = cursor.is_latest and cursor.accept("VERBOSE")
    cursor.expect("SELECT")
    return ExplainStatement(select(cursor), analyze, verbose)
