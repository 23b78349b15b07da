"""Finds the measurements, series, keys and values that a schema statement selects.

Only conditions on tags apply; conditions on fields count as true.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

from influx_query import transform, walk
from influx_query.nodes import (
    BinaryExpr,
    BooleanLiteral,
    Expr,
    ListLiteral,
    Measurement,
    Node,
    ParenExpr,
    RegexLiteral,
    Source,
    StringLiteral,
    VarRef,
)
from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.select.plan.constant_folding import Folder
from influx_testing._engine.select.plan.expressions import chain, logical_terms
from influx_testing._engine.select.plan.time_conditions import (
    MAX_TIME,
    MIN_TIME,
    is_time,
    split_condition,
)
from influx_testing._engine.select.run.arithmetic import wrap
from influx_testing._engine.select.run.series_filters import (
    SeriesFilter,
    select_comparison,
    series_filter,
)
from influx_testing._engine.statements.go_syntax import go_syntax
from influx_testing._engine.storage.series_index import Index
from influx_testing._engine.storage.shards import StoredSeries
from influx_testing._go.regex import compile_regex
from influx_testing.errors import ReportedError, StatementError

__all__ = [
    "SchemaCondition",
    "check_operators",
    "chosen_series",
    "comparisons_of",
    "condition_on_keys",
    "is_name",
    "is_plain",
    "key_filter",
    "measurement_names",
    "mentions_time",
    "page",
    "reporting",
    "schema_comparison",
    "source_names",
]

_T = TypeVar("_T")
IsField = Callable[[str, VarRef], bool]
"""Returns whether a name is a field of a measurement."""


def mentions_time(condition: Expr | None) -> bool:
    """Whether a condition compares time; the server sees it only on the left side."""
    return any(
        isinstance(term, BinaryExpr) and is_time(term.lhs) for term in logical_terms(condition)
    )


@contextmanager
def reporting() -> Generator[None]:
    """Convert StatementError to ReportedError, after which the next statement still runs."""
    try:
        yield
    except StatementError as error:
        raise ReportedError(str(error)) from error


def page(items: list[_T], limit: int, offset: int) -> list[_T]:
    """Apply LIMIT and OFFSET."""
    return items[offset : offset + limit if limit else None]


def source_names(index: Index, sources: Iterable[Source]) -> list[str]:
    """The existing measurements that sources select; all of them without sources."""
    wanted = [source for source in sources if isinstance(source, Measurement)]
    names = index.measurements()
    if not wanted:
        return names
    return [name for name in names if any(_is_named(name, source) for source in wanted)]


def _is_named(name: str, source: Measurement) -> bool:
    if source.regex is not None:
        return compile_regex(source.regex.pattern).matches(name)
    return source.name == name


@dataclass(frozen=True, slots=True)
class SchemaCondition:
    """The condition of a statement about the schema, split into time range and rest.

    Attributes:
        tags: the condition without bounds on time; its names are tags. None for no condition.
        start: the first nanosecond of the time range.
        end: the last nanosecond of the time range.
        has_time: whether the original condition contains time.
    """

    tags: Expr | None
    start: int
    end: int
    has_time: bool

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last nanosecond of the time range, as they overflow at 64 bits."""
        return wrap(self.start), wrap(self.end)

    @classmethod
    def resolve(cls, condition: Expr | None, now: int) -> SchemaCondition:
        """Split a condition into time range and rest.

        Args:
            condition: the condition of WHERE.
            now: the value of now(), in ns since 1970.

        Raises:
            StatementError: the condition is invalid.
        """
        rest, span = split_condition(condition, Folder(now))
        return cls(
            tags=None if rest is None else transform(rest, _as_tag),
            start=MIN_TIME if span.min is None else span.min,
            end=MAX_TIME if span.max is None else span.max,
            has_time=mentions_time(condition),
        )


def _as_tag(node: Node) -> Node:
    return VarRef(node.name, "tag") if isinstance(node, VarRef) else node


def chosen_series(
    database: Database, names: Iterable[str], condition: Expr | None, is_field: IsField
) -> Iterator[StoredSeries]:
    """The series of some measurements that meet a condition; see `schema_comparison`."""
    holds = series_filter(condition, schema_comparison(is_field))
    for name in names:
        for series in database.index.series(name):
            if holds(series) is not False:
                yield series


def schema_comparison(
    is_field: IsField, of_tag: Callable[[BinaryExpr], SeriesFilter] = select_comparison
) -> Callable[[BinaryExpr], SeriesFilter]:
    """Return a function that makes the filter of a comparison by the rules of the index.

    The filter returns the comparison itself, which counts as true, if a name in it is a field of
    the measurement, or if a tag is compared with a value that is neither text nor a pattern. Two
    tags are not compared by their values: `=` selects series that have both, `!=` series that have
    only the first. Any other operator means `!=`, or `!~` with a pattern; with `_name` it selects
    nothing.

    Args:
        is_field: returns whether a name is a field of a measurement.
        of_tag: makes the filter of a comparison of a tag with a value.
    """

    def comparison(condition: BinaryExpr) -> SeriesFilter:
        names = [side for side in (condition.lhs, condition.rhs) if isinstance(side, VarRef)]
        values = [side for side in (condition.lhs, condition.rhs) if not isinstance(side, VarRef)]
        if len(values) == 2 or not all(isinstance(value, _TEXTS) for value in values):
            return lambda series: condition
        decide = _two_tags(condition.op, *names) if not values else of_tag(_by_index(condition))

        def of_series(series: StoredSeries) -> Expr | bool:
            if any(is_field(series.measurement, name) for name in names if not is_name(name)):
                return condition
            return decide(series)

        return of_series

    return comparison


def _by_index(condition: BinaryExpr) -> BinaryExpr:
    """Return a comparison of a name with text or a pattern as the index reads it."""
    sides = condition.lhs, condition.rhs
    if any(map(is_name, sides)):
        return condition
    if any(isinstance(side, RegexLiteral) for side in sides):
        return replace(condition, op="=~" if condition.op == "=~" else "!~")
    return condition if condition.op in _EQUALITY else replace(condition, op="!=")


def check_operators(condition: Expr | None) -> None:
    """Refuse all operators but `=`, `!=`, `=~`, `!~`, AND and OR, also in arithmetic.

    Raises:
        StatementError: the condition has another operator.
    """
    nodes = () if condition is None else walk(condition)
    for node in nodes:
        if isinstance(node, BinaryExpr) and node.op not in {"AND", "OR"}:
            _check_operator(node)


def _check_operator(comparison: BinaryExpr) -> None:
    if comparison.op not in _EQUALITY:
        raise StatementError("invalid tag comparison operator")


_TEXTS = (StringLiteral, RegexLiteral)
_EQUALITY = frozenset({"=", "!=", "=~", "!~"})


def _two_tags(op: str, key: VarRef, other: VarRef) -> SeriesFilter:
    both = op == "="
    return lambda series: series.tag(key.name) != "" and (series.tag(other.name) != "") == both


def comparisons_of(condition: Expr | None, wanted: Callable[[Expr], bool]) -> Expr | None:
    """Remove comparisons whose left side is not wanted; return None if nothing is left."""
    if condition is None:
        return None
    if isinstance(condition, ParenExpr):
        return comparisons_of(condition.expr, wanted)
    if not isinstance(condition, BinaryExpr):
        return condition
    if condition.op not in {"AND", "OR"}:
        return None if condition.op in _EQUALITY and not wanted(condition.lhs) else condition
    terms = [comparisons_of(term, wanted) for term in chain(condition)]
    left: Expr | None = None
    for term in terms:
        if term is not None:
            left = term if left is None else BinaryExpr(condition.op, left, term)
    return left


def is_name(expr: Expr) -> bool:
    """Whether an expression is `_name`, the name of the measurement."""
    return isinstance(expr, VarRef) and expr.name == "_name"


def is_plain(expr: Expr) -> bool:
    """Whether an expression is a name without a special meaning for the server."""
    return isinstance(expr, VarRef) and expr.name not in _SYSTEM_NAMES


_SYSTEM_NAMES = frozenset(
    {"_fieldKeys", "_measurements", "_name", "_series", "_tagKey", "_tagKeys", "_tags"}
)


def condition_on_keys(condition: Expr | None, *, there: bool) -> Callable[[str], bool]:
    """Return the filter of tag keys for a condition on `_tagKey`.

    Args:
        condition: the condition; its names are tags.
        there: whether there is any measurement; only then the server checks the operands of
            comparisons.

    Raises:
        StatementError: the condition contains anything but comparisons of a name with text or a
            pattern.
    """
    if condition is None or condition == BooleanLiteral(value=True):
        return lambda key: True
    if isinstance(condition, ParenExpr):
        return condition_on_keys(condition.expr, there=there)
    if isinstance(condition, BinaryExpr) and condition.op in {"AND", "OR"}:
        every = all if condition.op == "AND" else any
        terms = [condition_on_keys(term, there=there) for term in chain(condition)]
        return lambda key: every(term(key) for term in terms)
    if not isinstance(condition, BinaryExpr):
        raise _no_comparison(condition)
    _check_operator(condition)
    if not there:
        return lambda key: False
    test = _measurement_test(condition)
    return lambda key: test({key})


def measurement_names(database: Database, condition: Expr | None) -> set[str]:
    """The measurements that meet a condition.

    Here, unlike elsewhere, `!=` and `!~` mean that no series of the measurement has such a value.
    """
    index = database.index
    if condition is None:
        return set(index.measurements())
    if isinstance(condition, ParenExpr):
        return measurement_names(database, condition.expr)
    if not isinstance(condition, BinaryExpr):
        raise _no_comparison(condition)
    if condition.op in {"AND", "OR"}:
        left = measurement_names(database, condition.lhs)
        right = measurement_names(database, condition.rhs)
        return left & right if condition.op == "AND" else left | right
    return _measurements_where(index, condition)


def _no_comparison(condition: Expr) -> StatementError:
    shown = go_syntax(condition)
    return StatementError(shown or f"invalid condition expression: {condition}")


def _measurement_test(condition: BinaryExpr) -> Callable[[set[str]], bool]:
    """Return a function that tests the values of a tag, or a single name, by a comparison.

    Raises:
        StatementError: the operator or an operand of the comparison is invalid.
    """
    _check_operator(condition)
    if not isinstance(condition.lhs, VarRef):
        raise StatementError(f"left side of '{condition.op}' must be a tag key")
    value, wanted = condition.rhs, condition.op in {"=", "=~"}
    if condition.op in {"=~", "!~"}:
        if not isinstance(value, RegexLiteral):
            raise StatementError(f"right side of '{condition.op}' must be a regular expression")
        pattern = compile_regex(value.pattern)
        return lambda values: any(map(pattern.matches, values)) == wanted
    if not isinstance(value, StringLiteral):
        raise StatementError(f"right side of '{condition.op}' must be a tag value string")
    text = value.value
    return lambda values: (text in values) == wanted


def _measurements_where(index: Index, condition: BinaryExpr) -> set[str]:
    test = _measurement_test(condition)
    assert isinstance(condition.lhs, VarRef)
    key, found = condition.lhs, set[str]()
    for name in index.measurements():
        values = {name} if is_name(key) else index.values(name, key.name)
        if values and test(values):
            found.add(name)
    return found


def key_filter(
    operator: str, key: StringLiteral | RegexLiteral | ListLiteral
) -> Callable[[str], bool]:
    """Return the filter of tag keys for WITH KEY."""
    if isinstance(key, ListLiteral):
        return frozenset(key.values).__contains__
    if isinstance(key, RegexLiteral):
        pattern = compile_regex(key.pattern)
        return lambda name: pattern.matches(name) == (operator == "=~")
    text = key.value
    return lambda name: (name == text) == (operator == "=")
