"""Applies a condition to a series: the result is all of its points, none, or some.

Conditions on tags are evaluated once per series. A missing tag counts as empty.
"""

from __future__ import annotations

from collections.abc import Callable

from influx_query.nodes import (
    BinaryExpr,
    BooleanLiteral,
    Expr,
    ParenExpr,
    RegexLiteral,
    StringLiteral,
    VarRef,
)
from influx_testing._engine.select.plan.expressions import COMPARISONS, chain
from influx_testing._engine.storage.shards import StoredSeries
from influx_testing._go.regex import compile_regex

__all__ = ["SeriesFilter", "is_typed_field", "select_comparison", "series_filter", "tag_comparison"]

SeriesFilter = Callable[[StoredSeries], "Expr | bool"]
"""Returns True or False for a whole series, or the condition to evaluate for each of its points."""


def series_filter(
    condition: Expr | None, comparison: Callable[[BinaryExpr], SeriesFilter] | None = None
) -> SeriesFilter:
    """Return the filter of a condition.

    Args:
        condition: the condition; its names have types.
        comparison: returns the filter of one comparison; by default by the rules of SELECT.
    """
    comparison = comparison or select_comparison
    if condition is None:
        return lambda series: True
    if isinstance(condition, ParenExpr):
        return _parentheses(series_filter(condition.expr, comparison))
    if isinstance(condition, BooleanLiteral):
        value = condition.value
        return lambda series: value
    if isinstance(condition, BinaryExpr):
        if condition.op in {"AND", "OR"}:
            terms = [series_filter(term, comparison) for term in chain(condition)]
            return _logic(condition.op, terms)
        return comparison(condition)
    return lambda series: condition


def _parentheses(inner: SeriesFilter) -> SeriesFilter:
    def decide(series: StoredSeries) -> Expr | bool:
        result = inner(series)
        return result if isinstance(result, bool) else ParenExpr(result)

    return decide


def _logic(op: str, terms: list[SeriesFilter]) -> SeriesFilter:
    decisive = op == "OR"

    def decide(series: StoredSeries) -> Expr | bool:
        rest: Expr | None = None
        for term in terms:
            result = term(series)
            if result is decisive:
                return decisive
            if not isinstance(result, bool):
                rest = result if rest is None else BinaryExpr(op, rest, result)
        return (not decisive) if rest is None else rest

    return decide


def select_comparison(condition: BinaryExpr) -> SeriesFilter:
    """Return the filter of a comparison by the rules of SELECT, where `_tagKey` has no meaning.

    Arithmetic beside AND and OR, such as `n & 1`, counts as true: the server evaluates only
    comparisons for each point.
    """
    name = condition.lhs if isinstance(condition.lhs, VarRef) else condition.rhs
    if isinstance(name, VarRef) and name.name == "_tagKey":
        return lambda series: True
    decide = tag_comparison(condition)
    if condition.op in COMPARISONS:
        return decide
    return lambda series: decide(series) is not False


def tag_comparison(condition: BinaryExpr) -> SeriesFilter:
    """Return the filter of a comparison in which any name may be a tag."""
    name, value = condition.lhs, condition.rhs
    if not isinstance(name, VarRef):
        name, value = value, name
    if not isinstance(name, VarRef) or is_typed_field(name):
        return lambda series: condition
    if isinstance(value, VarRef):
        return _two_names(condition, name, value)
    if not isinstance(value, StringLiteral | RegexLiteral):
        return lambda series: condition
    return _tag(condition.op, name.name, value)


def is_typed_field(ref: VarRef) -> bool:
    """Whether a name has the type of a field."""
    return ref.name != "_name" and ref.data_type not in {"", "tag"}


def _two_names(condition: BinaryExpr, name: VarRef, other: VarRef) -> SeriesFilter:
    if is_typed_field(other):
        return lambda series: condition
    left, right = name.name, other.name
    if condition.op == "=":
        return lambda series: _text(series, left) == _text(series, right) != ""
    if condition.op == "!=":
        return lambda series: not _text(series, left) or _text(series, left) != _text(series, right)
    return lambda series: False


def _tag(op: str, key: str, value: StringLiteral | RegexLiteral) -> SeriesFilter:
    if isinstance(value, StringLiteral):
        text = value.value
        if op == "=":
            return lambda series: _text(series, key) == text
        if op == "!=":
            return lambda series: _text(series, key) != text
        return lambda series: False
    if op not in {"=~", "!~"}:
        return lambda series: False
    pattern = compile_regex(value.pattern)
    wanted = op == "=~"
    return lambda series: pattern.matches(_text(series, key)) == wanted


def _text(series: StoredSeries, key: str) -> str:
    return series.measurement if key == "_name" else series.tag(key)
