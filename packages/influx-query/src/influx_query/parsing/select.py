"""SELECT, its clauses, and the clauses other statements share with it.

Each function reads one clause, or gives what stands for none if the clause isn't there.
"""

from __future__ import annotations

import zoneinfo
from typing import TYPE_CHECKING, Final, Literal, cast

from influx_query.errors import position
from influx_query.nodes import (
    CONDITION_OPERATORS,
    BinaryExpr,
    Call,
    Dimension,
    Expr,
    Field,
    Fill,
    IntegerLiteral,
    Measurement,
    NumberLiteral,
    ParenExpr,
    RegexLiteral,
    SelectStatement,
    SortField,
    Source,
    StringLiteral,
    SubQuery,
    Target,
)
from influx_query.parsing.expressions import expression, segments

if TYPE_CHECKING:
    from influx_query.parsing.cursor import Cursor

_FILLS: Final = frozenset(["null", "none", "previous", "linear"])
_ONLY_TIME: Final = "only ORDER BY time supported at this time"


def select(cursor: Cursor, *, needs_target: bool = False) -> SelectStatement:
    """Read a SELECT, behind its keyword."""
    cursor.enter()
    selected = fields(cursor)
    into = target(cursor, required=needs_target)
    cursor.expect("FROM")
    statement = SelectStatement(
        fields=selected,
        target=into,
        sources=sources(cursor, subqueries=True),
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
    if len(names) < 3 and cursor.adjacent(":"):
        cursor.expect(":", "MEASUREMENT")
        names.append("")
    database, policy, name = ["", "", *names][-3:]
    return Target(name, database, policy)


def sources(cursor: Cursor, *, subqueries: bool = False) -> tuple[Source, ...]:
    """Read what FROM names, behind the keyword."""
    found = [source(cursor, subqueries=subqueries)]
    while cursor.accept(","):
        found.append(source(cursor, subqueries=subqueries))
    return tuple(found)


def source(cursor: Cursor, *, subqueries: bool = False) -> Source:
    """Read a measurement, a regex over measurements, or a subquery if these are allowed."""
    if regex := cursor.regex():
        return Measurement(regex=regex)
    if subqueries and cursor.accept("("):
        cursor.expect("SELECT")
        statement = select(cursor)
        cursor.expect(")")
        return SubQuery(statement)
    return _measurement(cursor)


def _measurement(cursor: Cursor) -> Measurement:
    names = segments(cursor)
    if len(names) == 3:
        return Measurement(names[2], names[0], names[1])
    cursor.refuse_spaced_slash()
    regex = cursor.regex() if cursor.kind in ("REGEX", "BADREGEX") else None
    database, policy, name = ["", "", *names, ""][-3:] if regex else ["", "", *names][-3:]
    return Measurement(name, database, policy, regex)


def condition(cursor: Cursor) -> Expr | None:
    """Read WHERE."""
    return expression(cursor) if cursor.accept("WHERE") else None


def dimensions(cursor: Cursor) -> tuple[Dimension, ...]:
    """Read GROUP BY."""
    if not cursor.accept("GROUP"):
        return ()
    cursor.expect("BY")
    found = [_dimension(cursor)]
    while _has_more(cursor, found[-1]):
        cursor.index += 1
        found.append(_dimension(cursor))
    return tuple(found)


def _has_more(cursor: Cursor, last: Dimension) -> bool:
    """Tell whether a comma follows; behind a regex, Go sees it only without a blank."""
    if cursor.kind != ",":
        return False
    return not isinstance(last.expr, RegexLiteral) or not cursor.gap()[0]


def _dimension(cursor: Cursor) -> Dimension:
    return Dimension(cursor.regex() or expression(cursor))


def fill(cursor: Cursor) -> Fill:
    """Read the call of fill, which is a name and not a keyword."""
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


def order_by(cursor: Cursor) -> tuple[SortField, ...]:
    """Read ORDER BY; the server sorts by time alone."""
    if not cursor.accept("ORDER"):
        return ()
    cursor.expect("BY")
    if cursor.kind in ("ASC", "DESC"):
        first = SortField(ascending=_ascending(cursor))
    elif cursor.kind == "IDENT":
        first = _sort_field(cursor)
        if first.name != "time":
            raise cursor.error(_ONLY_TIME)
    else:
        cursor.fail("identifier", "ASC", "DESC")
    others = 0
    while cursor.accept(","):
        _sort_field(cursor)
        others += 1
    if others:
        raise cursor.error(_ONLY_TIME)
    return (first,)


def _sort_field(cursor: Cursor) -> SortField:
    return SortField(cursor.ident(), _ascending(cursor))


def _ascending(cursor: Cursor) -> bool:
    if cursor.accept("DESC"):
        return False
    cursor.accept("ASC")
    return True


def location(cursor: Cursor) -> str:
    """Read the call of tz, which is a name and not a keyword; the time zone has to exist."""
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
    if not _is_time_zone(name):
        raise cursor.error(f"unable to find time zone {name}")
    return name


def _is_time_zone(name: str) -> bool:
    if name in ("UTC", "Local"):
        return True
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
