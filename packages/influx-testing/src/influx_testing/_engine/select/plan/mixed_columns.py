"""Refuses queries in which a name is a tag in one source and a field in another, as 3.x does."""

from __future__ import annotations

from influx_query.nodes import VarRef
from influx_testing._engine.select.plan.select_plan import SelectPlan, field_name, result_fields
from influx_testing.errors import StatementError

__all__ = ["refuse_mixed_columns"]


def refuse_mixed_columns(plan: SelectPlan) -> None:
    """Compare the columns of all subqueries.

    Raises:
        StatementError: a name is a tag in one subquery and a field in another.
    """
    kinds: dict[str, bool] = {}
    for source in plan.sources:
        if not isinstance(source, SelectPlan):
            continue
        refuse_mixed_columns(source)
        for name, is_tag in _columns(source).items():
            if kinds.setdefault(name, is_tag) != is_tag:
                raise StatementError(
                    "This feature is not implemented: "
                    f"cannot mix tag and field columns with the same name: {name}"
                )


def _columns(plan: SelectPlan) -> dict[str, bool]:
    """Return the columns of a subquery, each with whether it is a tag."""
    columns = dict.fromkeys(plan.dimensions, True)
    for column in result_fields(plan.statement):
        expr = column.expr
        columns[field_name(column)] = isinstance(expr, VarRef) and expr.data_type == "tag"
    return columns
