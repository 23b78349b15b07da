"""Determines the types of a plan's names and expressions from the data."""

from __future__ import annotations

from typing import Any, cast

from influx_query.functions import FUNCTIONS, MATH
from influx_query.nodes import (
    BinaryExpr,
    BooleanLiteral,
    Call,
    DataType,
    Expr,
    IntegerLiteral,
    Node,
    NumberLiteral,
    ParenExpr,
    StringLiteral,
    UnsignedLiteral,
    VarRef,
)
from influx_testing._engine.select.plan.expressions import spine
from influx_testing._engine.select.plan.measurement_views import MeasurementViews, stronger
from influx_testing._engine.select.plan.select_plan import SelectPlan, field_name, result_fields
from influx_testing._engine.select.run.arithmetic import binary_function
from influx_testing._engine.storage.columns import NUMBER_TYPES
from influx_testing.errors import StatementError

__all__ = ["TypeFinder"]

_ZERO: dict[str, Any] = {
    "boolean": False,
    "float": 0.0,
    "integer": 0,
    "string": "",
    "tag": "",
    "unsigned": 0,
}
_LITERALS: dict[type, str] = {
    BooleanLiteral: "boolean",
    IntegerLiteral: "integer",
    StringLiteral: "string",
    UnsignedLiteral: "unsigned",
}


class TypeFinder:
    """Finds the types of expressions over the sources of one plan.

    Types are `float`, `integer`, `unsigned`, `string`, `boolean`, `tag`, and empty for unknown.

    Args:
        plan: the plan.
        views: finds measurements.
        checks_fields: whether types are those by which the server checks the outermost fields
            and chooses the functions to execute. There, a tag as a field has no type, and
            mathematical functions of a first argument without a type have their own.
    """

    def __init__(
        self, plan: SelectPlan, views: MeasurementViews, *, checks_fields: bool = False
    ) -> None:
        self._plan = plan
        self._views = views
        self._checks_fields = checks_fields
        self._known: dict[VarRef, str] = {}

    def of(self, expr: Expr) -> str:
        """Find the type of an expression whose names are `typed`.

        Raises:
            StatementError: operands have incompatible types.
        """
        if isinstance(expr, VarRef):
            if self._checks_fields and expr.data_type == "field":
                return ""
            return self._of_name(expr)
        if isinstance(expr, BinaryExpr):
            return self._of_operations(expr)
        if isinstance(expr, ParenExpr):
            return self.of(expr.expr)
        if isinstance(expr, Call):
            return self._of_call(expr)
        if isinstance(expr, NumberLiteral):
            return "float"
        return _LITERALS.get(type(expr), "")

    def of_subquery(self, expr: Expr) -> str:
        """Find the type of an expression; unknown if operands have incompatible types."""
        try:
            return self.of(expr)
        except StatementError:
            return ""

    def typed(self, node: Node) -> Node:
        """Add its type to a name, unless the query gives one; a tag as a field gets none."""
        if not isinstance(node, VarRef) or node.data_type not in {"", "field"}:
            return node
        found = self._of_name(node)
        if found == "tag" and node.data_type == "field":
            return node
        return VarRef(node.name, cast(DataType, found))

    def _of_name(self, ref: VarRef) -> str:
        if ref.data_type not in {"", "field"}:
            return ref.data_type
        if ref not in self._known:
            self._known[ref] = self._in_sources(ref.name)
        return self._known[ref]

    def _in_sources(self, name: str) -> str:
        """The strongest type that a name has in any source; unknown if one source has an error."""
        found = ""
        for source in self._plan.sources:
            try:
                found = stronger(found, self._in_source(source, name))
            except StatementError:
                return ""
        return found

    def _in_source(self, source: Any, name: str) -> str:
        if isinstance(source, SelectPlan):
            return _in_subquery(source, name, self._views)
        found = ""
        for view in self._views.of(source):
            found = stronger(found, view.field_types().get(name, ""))
            if not found and name in view.tag_keys():
                found = "tag"
        return found

    def _of_operations(self, expr: BinaryExpr) -> str:
        left, operations = spine(expr)
        type_ = self.of(left)
        for operation in operations:
            of_operand = self.of(operation.rhs)
            if not self._views.by_schema and {type_, of_operand} == {"integer", "unsigned"}:
                _refuse_mixed_signs(operation, type_)
            type_ = _combined(operation, type_, of_operand)
        return type_

    def _of_call(self, call: Call) -> str:
        types = [self.of(arg) for arg in call.args]
        gives = FUNCTIONS[call.name].gives
        if call.name not in MATH:
            return types[0] if gives == "same" else gives
        if types[0] or not self._checks_fields:
            return types[0]
        if call.name in {"atan2", "pow"} and types[1] not in {"", *NUMBER_TYPES}:
            argument = f"the second argument in {call.name}(): {types[1]}"
            raise StatementError(f"invalid argument type for {argument}")
        return "" if gives == "same" else gives


def _in_subquery(plan: SelectPlan, name: str, views: MeasurementViews) -> str:
    for field in result_fields(plan.statement):
        if field_name(field) == name:
            return TypeFinder(plan, views).of(field.expr)
    return "tag" if name in plan.dimensions else ""


def _combined(operation: BinaryExpr, lhs: str, rhs: str) -> str:
    if not lhs or not rhs:
        return lhs or rhs
    function = binary_function(operation.op, float_division=False)
    result = function(_ZERO[lhs], _ZERO[rhs])
    if result is None:
        raise StatementError(f"type error: {operation}: incompatible types: {lhs} and {rhs}")
    if "unsigned" in {lhs, rhs} and type(result) is int:
        return "unsigned"
    return _TYPE_OF[type(result)]


def _refuse_mixed_signs(operation: BinaryExpr, lhs: str) -> None:
    """Refuse an operation of an integer and an unsigned one, unless the integer is a constant.

    Raises:
        StatementError: it is not.
    """
    signed, unsigned = operation.lhs, operation.rhs
    if lhs == "unsigned":
        signed, unsigned = unsigned, signed
    if isinstance(signed, IntegerLiteral):
        return
    if isinstance(unsigned, UnsignedLiteral):
        problem = f"cannot use {operation.op} with an integer and unsigned literal"
    else:
        problem = (
            f"cannot use {operation.op} between an integer and unsigned, "
            "an explicit cast is required"
        )
    raise StatementError(f"type error: {operation}: {problem}")


_TYPE_OF: dict[type, str] = {bool: "boolean", float: "float", int: "integer", str: "string"}
