"""statement_shape: the columns of a SELECT and their types, by its text and the schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast, get_args

from influx_core import ConfigError
from influx_core.columns import Kind
from influx_dask._read.frame_shape import FrameShape
from influx_query import nodes, render
from influx_query.functions import FUNCTIONS

__all__ = ["KnownColumns", "checked_types", "statement_shape"]

_FRAME_KINDS = ("float", "integer", "unsigned", "boolean", "string")


@dataclass(frozen=True, slots=True)
class KnownColumns:
    """What a measurement has.

    Attributes:
        tags: its tags.
        fields: its fields, each with the one kind that holds all of its values.
    """

    tags: frozenset[str]
    fields: Mapping[str, Kind]


def checked_types(types: Mapping[str, str] | None) -> dict[str, Kind]:
    """Kinds of columns as a call gives them.

    Raises:
        ConfigError: there is no such kind.
    """
    for name, kind in (types or {}).items():
        if kind not in _FRAME_KINDS:
            raise ConfigError(
                f"types: {name!r} cannot be {kind!r}; known: {', '.join(_FRAME_KINDS)}"
            )
    return cast(dict[str, Kind], dict(types or {}))


def statement_shape(
    statement: nodes.SelectStatement, schema: KnownColumns, types: Mapping[str, Kind]
) -> FrameShape:
    """The shape of the result: tags are categories, wherever the statement names them.

    Args:
        statement: a SELECT that names its columns.
        schema: the measurement that it reads.
        types: the kinds of columns that do not follow from the schema, or are to differ.

    Raises:
        ConfigError: the name or the kind of a column is not known.
    """
    grouped = [
        dimension.expr.name
        for dimension in statement.dimensions
        if isinstance(dimension.expr, nodes.VarRef)
    ]
    selected = {name: expr for name, expr in map(_named, statement.fields) if name != "time"}
    _check_names([*grouped, *(_named(field)[0] for field in statement.fields)], types)
    tags = [name for name, expr in selected.items() if _is_tag(expr, schema)]
    fields: tuple[tuple[str, Kind], ...] = tuple(
        (name, types.get(name) or _required_kind(name, expr, schema))
        for name, expr in selected.items()
        if name not in tags
    )
    return FrameShape((*grouped, *tags), fields)


def _named(field: nodes.Field) -> tuple[str, nodes.Expr]:
    """A selected expression with the name of its column."""
    expr = field.expr
    if field.alias or isinstance(expr, nodes.VarRef | nodes.Call):
        return field.alias or cast(nodes.VarRef | nodes.Call, expr).name, expr
    raise ConfigError(f"name the column of {render(expr)} in the query, with AS")


def _check_names(names: Iterable[str], types: Mapping[str, Kind]) -> None:
    known: set[str] = set()
    for name in names:
        if name in known:
            raise ConfigError(f"two columns of the query are called {name!r}: name one with AS")
        known.add(name)
    unknown = [name for name in types if name not in known]
    if unknown:
        raise ConfigError(
            f"types: the query has no column {unknown[0]!r}; it has {', '.join(sorted(known))}"
        )


def _is_tag(expr: nodes.Expr, schema: KnownColumns) -> bool:
    """Whether it selects a tag; a name without a type is a field if there is one."""
    return isinstance(expr, nodes.VarRef) and (
        expr.data_type == "tag"
        or (not expr.data_type and expr.name not in schema.fields and expr.name in schema.tags)
    )


def _required_kind(name: str, expr: nodes.Expr, schema: KnownColumns) -> Kind:
    kind = _kind(expr, schema)
    if kind is None:
        raise ConfigError(
            f"the type of {name!r} does not follow from the fields of the measurement, which has "
            f"{', '.join(sorted({*schema.fields, *schema.tags}))}: say types={{{name!r}: 'float'}}"
        )
    return kind


def _kind(expr: nodes.Expr, schema: KnownColumns) -> Kind | None:
    if isinstance(expr, nodes.VarRef):
        if expr.data_type in get_args(Kind):
            return cast(Kind, expr.data_type)
        return schema.fields.get(expr.name)
    if not isinstance(expr, nodes.Call) or expr.name not in FUNCTIONS:
        return None
    gives = FUNCTIONS[expr.name].gives
    return _kind(expr.args[0], schema) if gives == "same" and expr.args else cast(Kind, gives)
