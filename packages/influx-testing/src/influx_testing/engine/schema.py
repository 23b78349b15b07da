"""What the schema statements ask of storage: which measurements, series, keys and values there are.

Conditions here are about tags alone; what they say about fields counts as true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from influx_query.nodes import (
    BinaryExpr,
    Expr,
    ListLiteral,
    Measurement,
    ParenExpr,
    RegexLiteral,
    Source,
    StringLiteral,
    VarRef,
)
from influx_testing.engine.databases import Database
from influx_testing.engine.regexes import compile_regex
from influx_testing.engine.select.conditions import is_time, split_condition
from influx_testing.engine.select.filters import SeriesFilter, select_comparison, series_filter
from influx_testing.engine.select.literals import Folder
from influx_testing.engine.select.trees import rewrite, walk
from influx_testing.engine.storage import Index, Series
from influx_testing.errors import StatementError

__all__ = [
    "chosen_series",
    "key_filter",
    "measurement_names",
    "mentions_time",
    "page",
    "schema_comparison",
    "source_names",
    "tags_only",
]

_T = TypeVar("_T")


def mentions_time(condition: Expr | None) -> bool:
    """Whether time stands anywhere in a condition."""
    return condition is not None and any(
        is_time(node) for node in walk(condition) if isinstance(node, Expr)
    )


def page(items: list[_T], limit: int, offset: int) -> list[_T]:
    """Apply LIMIT and OFFSET."""
    return items[offset : offset + limit if limit else None]


def source_names(index: Index, sources: Iterable[Source]) -> list[str]:
    """The measurements that exist of those named; all without a name."""
    wanted = [source for source in sources if isinstance(source, Measurement)]
    names = index.measurements()
    if not wanted:
        return names
    return [name for name in names if any(_is_named(name, source) for source in wanted)]


def _is_named(name: str, source: Measurement) -> bool:
    if source.regex is not None:
        return compile_regex(source.regex.pattern).matches(name)
    return source.name == name


def tags_only(condition: Expr | None, now: int) -> Expr | None:
    """A condition without its bounds on time, its names read as tags."""
    rest, _ = split_condition(condition, Folder(now))
    return None if rest is None else rewrite(rest, _as_tag)


def _as_tag(expr: Expr) -> Expr:
    return VarRef(expr.name, "tag") if isinstance(expr, VarRef) else expr


def chosen_series(index: Index, names: Iterable[str], condition: Expr | None) -> Iterator[Series]:
    """The series of some measurements for which a condition holds; see `schema_comparison`."""
    holds = series_filter(condition, schema_comparison)
    for name in names:
        for series in index.series(name):
            if holds(series) is not False:
                yield series


def schema_comparison(condition: BinaryExpr) -> SeriesFilter:
    """Make the filter of one comparison as the index understands it.

    Two names are not compared by their values: `=` asks for series that have both tags, `!=` for
    those that have the first one alone.
    """
    if condition.op not in {"=", "!=", "=~", "!~"}:
        raise StatementError("invalid tag comparison operator")
    key, other = condition.lhs, condition.rhs
    if isinstance(key, VarRef) and isinstance(other, VarRef):
        both = condition.op == "="
        return lambda series: series.tag(key.name) != "" and (series.tag(other.name) != "") == both
    return select_comparison(condition)


def measurement_names(database: Database, condition: Expr | None) -> set[str]:
    """The measurements for which a condition holds.

    Unlike elsewhere, `!=` and `!~` mean that no series at all has such a value.
    """
    index = database.index
    if condition is None:
        return set(index.measurements())
    if isinstance(condition, ParenExpr):
        return measurement_names(database, condition.expr)
    if not isinstance(condition, BinaryExpr):
        raise StatementError(f"invalid condition expression: {condition}")
    if condition.op in {"AND", "OR"}:
        left = measurement_names(database, condition.lhs)
        right = measurement_names(database, condition.rhs)
        return left & right if condition.op == "AND" else left | right
    return {name for name in index.measurements() if _measurement_holds(index, name, condition)}


def _measurement_holds(index: Index, name: str, condition: BinaryExpr) -> bool:
    key, value = condition.lhs, condition.rhs
    if condition.op not in {"=", "!=", "=~", "!~"}:
        raise StatementError("invalid tag comparison operator")
    if not isinstance(key, VarRef):
        raise StatementError(f"left side of '{condition.op}' must be a tag key")
    values = {name} if key.name == "_name" else index.values(name, key.name)
    if not values:
        return False
    if condition.op in {"=~", "!~"}:
        if not isinstance(value, RegexLiteral):
            raise StatementError(f"right side of '{condition.op}' must be a regular expression")
        pattern = compile_regex(value.pattern)
        found = any(pattern.matches(text) for text in values)
    elif isinstance(value, StringLiteral):
        found = value.value in values
    else:
        raise StatementError(f"right side of '{condition.op}' must be a tag value string")
    return found == (condition.op in {"=", "=~"})


def key_filter(
    operator: str, key: StringLiteral | RegexLiteral | ListLiteral
) -> Callable[[str], bool]:
    """What WITH KEY asks of a tag key."""
    if isinstance(key, ListLiteral):
        return frozenset(key.values).__contains__
    if isinstance(key, RegexLiteral):
        pattern = compile_regex(key.pattern)
        return lambda name: pattern.matches(name) == (operator == "=~")
    text = key.value
    return lambda name: (name == text) == (operator == "=")
