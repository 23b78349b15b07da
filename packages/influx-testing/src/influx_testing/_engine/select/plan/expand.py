"""Resolves a plan against the data: wildcards become names, names get types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import cast

from influx_query import transform, walk
from influx_query.functions import FUNCTIONS
from influx_query.nodes import (
    BinaryExpr,
    Call,
    DataType,
    Dimension,
    Expr,
    Field,
    Measurement,
    RegexLiteral,
    VarRef,
    Wildcard,
)
from influx_testing._engine.select.plan.expression_types import TypeFinder
from influx_testing._engine.select.plan.measurement_views import MeasurementViews, stronger
from influx_testing._engine.select.plan.select_plan import SelectPlan, field_name
from influx_testing._go.regex import Regex, compile_regex
from influx_testing.errors import StatementError

__all__ = ["expand"]

_TYPE_ORDER = ("float", "integer", "unsigned", "string", "boolean", "tag", "")


def expand(plan: SelectPlan, views: MeasurementViews) -> SelectPlan:
    """Resolve a plan and its subqueries; as on the server, types in subqueries are not checked.

    Raises:
        StatementError: types do not fit an operator or a function, or a wildcard is not allowed in
            its place.
    """
    plan = _expanded(plan, views)
    finder = TypeFinder(plan, views, checks_fields=True)
    for field in plan.fields:
        finder.of(field.expr)
    return plan


def _expanded(plan: SelectPlan, views: MeasurementViews) -> SelectPlan:
    sources = tuple(
        _expanded(source, views) if isinstance(source, SelectPlan) else source
        for source in plan.sources
    )
    plan = replace(plan, sources=sources)
    finder = TypeFinder(plan, views)
    fields = tuple(Field(transform(field.expr, finder.typed), field.alias) for field in plan.fields)
    statement = replace(plan.statement, fields=fields)
    condition = None if plan.condition is None else transform(plan.condition, finder.typed)
    plan = replace(plan, statement=statement, condition=condition)
    return _without_wildcards(plan, views)


def _without_wildcards(plan: SelectPlan, views: MeasurementViews) -> SelectPlan:
    in_fields = any(
        isinstance(node, Wildcard | RegexLiteral) for field in plan.fields for node in walk(field)
    )
    in_dimensions = any(
        isinstance(dimension.expr, Wildcard | RegexLiteral)
        for dimension in plan.statement.dimensions
    )
    if not in_fields and not in_dimensions:
        return plan
    types, tags = _names(plan, views)
    fields, dimensions = plan.fields, plan.statement.dimensions
    if in_fields:
        shown_tags = set[str]() if in_dimensions else tags - set(plan.dimensions)
        refs = _references(types, shown_tags)
        fields = tuple(new for field in fields for new in _expand_field(field, refs))
    if in_dimensions:
        dimensions = tuple(
            new for dimension in dimensions for new in _expand_dimension(dimension, sorted(tags))
        )
    return replace(plan, statement=replace(plan.statement, fields=fields, dimensions=dimensions))


def _names(plan: SelectPlan, views: MeasurementViews) -> tuple[dict[str, str], set[str]]:
    """The fields with their types, and the tags, of all sources."""
    types: dict[str, str] = {}
    tags: set[str] = set()
    for source in plan.sources:
        for new_types, new_tags in _source_names(source, views):
            tags |= new_tags
            for name, type_ in new_types.items():
                types[name] = stronger(type_, types.get(name, ""))
    return types, tags


def _source_names(
    source: Measurement | SelectPlan, views: MeasurementViews
) -> Iterator[tuple[dict[str, str], set[str]]]:
    if isinstance(source, SelectPlan):
        finder = TypeFinder(source, views)
        types: dict[str, str] = {}
        for column in source.fields:
            name = field_name(column)
            types[name] = stronger(finder.of_subquery(column.expr), types.get(name, ""))
        yield types, set(source.dimensions)
        return
    for view in views.of(source):
        yield dict(view.field_types()), view.tag_keys()


def _references(types: dict[str, str], tags: set[str]) -> list[VarRef]:
    if not types:
        return []
    refs = [VarRef(name, cast(DataType, type_)) for name, type_ in types.items()]
    refs += [VarRef(name, "tag") for name in tags]
    return sorted(refs, key=lambda ref: (ref.name, _TYPE_ORDER.index(ref.data_type)))


def _expand_field(field: Field, refs: list[VarRef]) -> Iterable[Field]:
    expr = field.expr
    if isinstance(expr, Wildcard):
        return [Field(ref) for ref in refs if _wanted(expr, ref)]
    if isinstance(expr, RegexLiteral):
        pattern = compile_regex(expr.pattern)
        return [Field(ref) for ref in refs if pattern.matches(ref.name)]
    if isinstance(expr, Call):
        return _expand_call(field, expr, refs)
    if isinstance(expr, BinaryExpr):
        _refuse_wildcards(expr)
    return [field]


def _wanted(wildcard: Wildcard, ref: VarRef) -> bool:
    if not wildcard.data_type:
        return True
    return (ref.data_type == "tag") == (wildcard.data_type == "tag")


def _refuse_wildcards(expr: BinaryExpr) -> None:
    nodes = list(walk(expr))
    if any(isinstance(node, Wildcard) for node in nodes):
        raise StatementError(f"unsupported expression with wildcard: {expr}")
    if any(isinstance(node, RegexLiteral) for node in nodes):
        raise StatementError(f"unsupported expression with regex field: {expr}")


def _expand_call(field: Field, call: Call, refs: list[VarRef]) -> Iterable[Field]:
    innermost = call
    while innermost.args and isinstance(innermost.args[0], Call):
        innermost = innermost.args[0]
    star = innermost.args[0] if innermost.args else None
    if not isinstance(star, Wildcard | RegexLiteral):
        return [field]
    if isinstance(star, Wildcard) and star.data_type == "tag":
        raise StatementError(f"unable to use tag wildcard in {innermost.name}()")
    return [
        Field(_filled(call, ref), f"{field_name(field)}_{ref.name}")
        for ref in refs
        if ref.data_type in _supported(innermost.name) and _pattern(star).matches(ref.name)
    ]


def _pattern(star: Expr) -> Regex:
    return compile_regex(star.pattern if isinstance(star, RegexLiteral) else "")


def _filled(call: Call, ref: VarRef) -> Call:
    """Replace the wildcard in the innermost call by a name."""
    first = call.args[0]
    new = _filled(first, ref) if isinstance(first, Call) else ref
    return Call(call.name, (new, *call.args[1:]))


def _supported(name: str) -> frozenset[str]:
    """The types of fields that a wildcard selects in a call of a function."""
    types = FUNCTIONS[name].types or ("float", "integer", "string", "boolean")
    return frozenset((*types, "unsigned") if "integer" in types else types)


def _expand_dimension(dimension: Dimension, tags: list[str]) -> Iterable[Dimension]:
    expr = dimension.expr
    if isinstance(expr, Wildcard):
        return [Dimension(VarRef(tag)) for tag in tags]
    if isinstance(expr, RegexLiteral):
        pattern = compile_regex(expr.pattern)
        return [Dimension(VarRef(tag)) for tag in tags if pattern.matches(tag)]
    return [dimension]
