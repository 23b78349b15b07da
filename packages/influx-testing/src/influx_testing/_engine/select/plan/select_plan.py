"""The plan of a SELECT: everything that the statement determines without data."""

from __future__ import annotations

from dataclasses import dataclass

from influx_query import walk
from influx_query.functions import FUNCTIONS, MATH
from influx_query.nodes import Call, Expr, Field, Fill, Measurement, Node, SelectStatement, VarRef
from influx_testing._engine.select.plan.time_conditions import TimeBounds
from influx_testing._engine.select.plan.time_windows import Interval

__all__ = [
    "SelectPlan",
    "binary_name",
    "column_names",
    "field_name",
    "is_aggregate",
    "result_fields",
    "tag_columns",
]


@dataclass(frozen=True, slots=True)
class SelectPlan:
    """The plan of a checked statement.

    Attributes:
        statement: the statement without the time column, with constants folded.
        sources: the measurements, and the plans of subqueries.
        condition: the condition of WHERE without its bounds on time.
        span: the bounds on time in WHERE.
        interval: the buckets of GROUP BY time(); false without it.
        time_name: the name of the time column.
        ascending: whether rows are in ascending order of time.
    """

    statement: SelectStatement
    sources: tuple[Measurement | SelectPlan, ...]
    condition: Expr | None
    span: TimeBounds
    interval: Interval
    time_name: str
    ascending: bool

    @property
    def fields(self) -> tuple[Field, ...]:
        """The expressions of the SELECT clause."""
        return self.statement.fields

    @property
    def fill(self) -> Fill:
        """The content of empty buckets."""
        return self.statement.fill

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The names of GROUP BY, without time()."""
        return tuple(
            dimension.expr.name
            for dimension in self.statement.dimensions
            if isinstance(dimension.expr, VarRef)
        )

    @property
    def is_raw(self) -> bool:
        """Whether the query calls no function."""
        return not any(isinstance(node, Call) for field in self.fields for node in walk(field))

    @property
    def may_have_nan(self) -> bool:
        """Whether a result can be NaN, which stored values never are."""
        stored = all(isinstance(field.expr, VarRef) for field in self.fields)
        return not stored or any(isinstance(source, SelectPlan) for source in self.sources)


def is_aggregate(node: Node) -> bool:
    """Whether a node calls a function over points, not a mathematical one."""
    return isinstance(node, Call) and node.name not in MATH


def result_fields(statement: SelectStatement) -> list[Field]:
    """The columns of the result, including the tags in the arguments of top() and bottom()."""
    return [column for field in statement.fields for column in (field, *_tags_beside(field))]


def tag_columns(statement: SelectStatement) -> frozenset[int]:
    """The positions of columns that are tags of top() and bottom(), which INTO does not write."""
    beside = [
        flag for field in statement.fields for flag in (False, *map(bool, _tags_beside(field)))
    ]
    return frozenset(index for index, flag in enumerate(beside) if flag)


def _tags_beside(field: Field) -> list[Field]:
    call = field.expr
    if (
        not isinstance(call, Call)
        or call.name not in FUNCTIONS
        or not FUNCTIONS[call.name].is_ranking
    ):
        return []
    return [Field(arg) for arg in call.args[1:] if isinstance(arg, VarRef)]


def field_name(field: Field) -> str:
    """The name of a column, before names are made unique."""
    return field.alias or _expression_name(field.expr)


def _expression_name(expr: Expr) -> str:
    inner = getattr(expr, "expr", None)
    if inner is not None:
        return _expression_name(inner)
    if isinstance(expr, Call | VarRef):
        return expr.name
    return binary_name(expr) if hasattr(expr, "lhs") else ""


def binary_name(expr: Node) -> str:
    """`a` and `mean` joined by an underscore, for `a + mean(b)`."""
    names: list[str] = []
    stack: list[Node] = [expr]
    while stack:
        node = stack.pop()
        if isinstance(node, Call | VarRef):
            names.append(node.name)
        else:
            stack.extend(reversed(list(node.children())))
    return "_".join(names)


def column_names(columns: list[Field]) -> list[str]:
    """Return unique names of columns: aliases stay, other names get a number if necessary."""
    taken = {column.alias: 1 for column in columns if column.alias}
    names: list[str] = []
    for column in columns:
        name = column.alias or _free_name(field_name(column), taken)
        if not column.alias:
            taken[name] = taken.get(name, 0) + 1
        names.append(name)
    return names


def _free_name(name: str, taken: dict[str, int]) -> str:
    if name not in taken:
        return name
    count = taken[name]
    while f"{name}_{count}" in taken:
        count += 1
    taken[name] = count + 1
    return f"{name}_{count}"
