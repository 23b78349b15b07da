"""Determines the result columns and kinds of a plain SELECT from its text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from influx_core.columns import Kind
from influx_query import InfluxQLSyntaxError, SelectQuery, parse
from influx_query.functions import FUNCTIONS
from influx_query.nodes import Call, Expr, Measurement, Node, SelectStatement, VarRef, Wildcard

__all__ = ["PlainSelect", "common_types", "plain_select"]


@dataclass(frozen=True, slots=True)
class PlainSelect:
    """A SELECT of fields, or of functions of one field each, from one measurement.

    Attributes:
        source: the measurement.
        columns: what the answer has besides `time` and tags, by name.
        everything: whether all fields and tags are selected, so that only the server knows them.
        tags: what it groups by.
    """

    source: Measurement
    columns: Mapping[str, Expr]
    everything: bool
    tags: tuple[str, ...]

    def kinds(self, fields: Mapping[str, Kind]) -> dict[str, Kind]:
        """The kinds of columns, as far as they follow from those of the fields."""
        known = dict(fields) if self.everything else {}
        for name, expr in self.columns.items():
            kind = _kind(expr, fields)
            if kind is not None:
                known[name] = kind
        return known


def plain_select(
    query: str | Node | SelectQuery, bind_params: Mapping[str, object] | None
) -> PlainSelect | None:
    """Read a query; None if it is anything but one plain SELECT."""
    statement = _select(query, bind_params)
    if statement is None or len(statement.sources) != 1:
        return None
    source = statement.sources[0]
    if not isinstance(source, Measurement) or source.regex is not None:
        return None
    tags = [d.expr for d in statement.dimensions if not isinstance(d.expr, Call)]
    everything = any(isinstance(field.expr, Wildcard) for field in statement.fields)
    fields = [field for field in statement.fields if not isinstance(field.expr, Wildcard)]
    if not all(isinstance(tag, VarRef) for tag in tags) or not all(
        _plain(field.expr) for field in fields
    ):
        return None
    named = [(field.alias or cast(Call | VarRef, field.expr).name, field.expr) for field in fields]
    columns = {name: expr for name, expr in named if name != "time"}
    if len({name for name, _ in named}) != len(named):
        return None
    return PlainSelect(source, columns, everything, tuple(cast(VarRef, tag).name for tag in tags))


def _select(
    query: str | Node | SelectQuery, bind_params: Mapping[str, object] | None
) -> SelectStatement | None:
    try:
        if isinstance(query, SelectQuery):
            query = query.statement()
        if isinstance(query, str):
            statements = parse(query, bind_params)
            query = statements[0] if len(statements) == 1 else ""
    except InfluxQLSyntaxError:
        return None  # the server has to judge it
    return query if isinstance(query, SelectStatement) else None


def _plain(expr: Expr) -> bool:
    if isinstance(expr, Call):
        several = any(isinstance(arg, VarRef | Wildcard) for arg in expr.args[1:])
        return bool(expr.args) and isinstance(expr.args[0], VarRef) and not several
    return isinstance(expr, VarRef)


def _kind(expr: Expr, fields: Mapping[str, Kind]) -> Kind | None:
    if isinstance(expr, VarRef):
        return fields.get(expr.name)
    function = FUNCTIONS.get(cast(Call, expr).name)
    if function is None:
        return None
    if function.gives == "same":
        return _kind(cast(Call, expr).args[0], fields)
    return function.gives


def common_types(found: Iterable[tuple[str, str]]) -> dict[str, Kind]:
    """The kinds of fields by what the server says of them, shard by shard.

    Where shards disagree on a number it is a float, as the server answers then; where they disagree
    on more, nothing is known.
    """
    kinds: dict[str, set[str]] = {}
    for name, kind in found:
        kinds.setdefault(name, set()).add(kind)
    known: dict[str, Kind] = {}
    for name, several in kinds.items():
        if len(several) == 1:
            known[name] = cast(Kind, several.pop())
        elif several <= {"float", "integer", "unsigned"}:
            known[name] = "float"
    return known
