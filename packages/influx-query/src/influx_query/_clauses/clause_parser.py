"""Parses the clauses that several statements share.

Each function reads one clause. If an optional clause is missing, it returns an empty value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from influx_query._clauses.clause_nodes import Dimension, Measurement, SortField, Source
from influx_query._expressions.expression_parser import expression, segments
from influx_query._expressions.literals import RegexLiteral

if TYPE_CHECKING:
    from influx_query._expressions.cursor import Cursor
    from influx_query._expressions.expression_nodes import Expr

SubqueryReader: TypeAlias = "Callable[[Cursor], Source]"
"""Reads a subquery, after its opening parenthesis."""

_ONLY_TIME: Final = "only ORDER BY time supported at this time"


def read_on(cursor: Cursor) -> str:
    """Read ON and a database, both optional."""
    return cursor.ident() if cursor.accept("ON") else ""


def read_on_database(cursor: Cursor) -> str:
    """Read ON and a database, both required."""
    cursor.expect("ON")
    return cursor.ident()


def read_from(cursor: Cursor) -> tuple[Source, ...]:
    """Read FROM and its measurements, if there is a FROM."""
    return sources(cursor) if cursor.accept("FROM") else ()


def sources(cursor: Cursor, subquery: SubqueryReader | None = None) -> tuple[Source, ...]:
    """Read the sources of FROM, after the keyword."""
    found = [source(cursor, subquery)]
    while cursor.accept(","):
        found.append(source(cursor, subquery))
    return tuple(found)


def source(cursor: Cursor, subquery: SubqueryReader | None = None) -> Source:
    """Read a measurement or a regex over measurements; with `subquery`, also a subquery."""
    if regex := cursor.regex():
        return Measurement(regex=regex)
    if subquery is not None and cursor.accept("("):
        return subquery(cursor)
    return _measurement(cursor)


def _measurement(cursor: Cursor) -> Measurement:
    names = segments(cursor)
    if len(names) == 3:
        return Measurement(names[2], names[0], names[1])
    if cursor.kinds[cursor.index - 1] != ".":
        cursor.refuse_slash_after_next()
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
    """Return whether a comma follows; after a regex, Go accepts it only without whitespace."""
    if cursor.kind != ",":
        return False
    return not isinstance(last.expr, RegexLiteral) or not cursor.gap()[0]


def _dimension(cursor: Cursor) -> Dimension:
    return Dimension(cursor.regex() or expression(cursor))


def order_by(cursor: Cursor) -> tuple[SortField, ...]:
    """Read ORDER BY; the server sorts only by time."""
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
