"""Compiles and runs the statements of a file: a query, or a part of the standard library."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

from influx_flux.nodes import (
    ExpressionStatement,
    File,
    Identifier,
    MemberAssignment,
    OptionStatement,
    Statement,
    TestCaseStatement,
    VariableAssignment,
)
from influx_testing._engine.flux.flux_errors import CompileError
from influx_testing._engine.flux.language.expression_compiler import compile_expression
from influx_testing._engine.flux.language.flux_closures import FluxClosure
from influx_testing._engine.flux.language.frames import CONTEXT, Code, Frame, FrameScope
from influx_testing._engine.flux.language.row_analysis import key_text
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import package_path
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_types import Value

__all__ = ["MAIN_PACKAGE", "FluxScript"]

MAIN_PACKAGE = "main"
"""The path of the package of a query, for its own options such as `task`."""

OnExpression = Callable[[QueryContext, Value], None]


class FluxScript:
    """The compiled statements of one or several files that share their names.

    Args:
        files: the files, in order; all but the last are those of `extern`.
        package: the path of the package that they belong to; None for a query.
        on_expression: called with the value of each expression statement.
    """

    def __init__(
        self,
        files: Iterable[File],
        package: str | None = None,
        on_expression: OnExpression | None = None,
    ) -> None:
        self._scope = FrameScope(own_package=package)
        self._package = MAIN_PACKAGE if package is None else package
        self._on_expression = on_expression
        self._steps: list[Code] = []
        for file in files:
            for item in file.imports:
                path = item.path.value
                name = item.alias.name if item.alias else path.rpartition("/")[2]
                self._scope.packages[name] = package_path(path)
            self._steps += [step for item in file.body if (step := self._step(item))]

    def run(self, context: QueryContext) -> dict[str, Value]:
        """Run the statements, and return the variables by name."""
        frame: Frame = [None, context]
        frame += [None] * (self._scope.size.count - len(frame))
        for step in self._steps:
            step(frame)
        return {name: frame[slot] for name, slot in self._scope.slots.items()}

    def _step(self, node: Statement) -> Code | None:
        match node:
            case VariableAssignment():
                return self._assignment(node)
            case OptionStatement():
                return self._option(node)
            case ExpressionStatement():
                return self._expression(node)
            case TestCaseStatement():
                return None
            case _:
                raise CompileError("invalid statement", node.location)

    def _assignment(self, node: VariableAssignment) -> Code:
        code = compile_expression(node.init, self._scope)
        slot, name = self._scope.declare(node.id.name, node.init), node.id.name

        def assign(frame: Frame) -> Value:
            value = frame[slot] = code(frame)
            if isinstance(value, FluxClosure) and value.name == "anonymous":
                value.name = name

        return assign

    def _option(self, node: OptionStatement) -> Code:
        assignment = node.assignment
        code = compile_expression(assignment.init, self._scope)
        if isinstance(assignment, MemberAssignment):
            return self._member_option(assignment, code)
        name = assignment.id.name
        if self._package != MAIN_PACKAGE:
            return self._default_option(name, code)
        slot = self._scope.declare(name)

        def assign(frame: Frame) -> Value:
            value = frame[slot] = code(frame)
            frame[CONTEXT].set_option("", name, value)
            frame[CONTEXT].set_option(MAIN_PACKAGE, name, value)

        return assign

    def _member_option(self, node: MemberAssignment, code: Code) -> Code:
        package, label = node.member.object, key_text(node.member.property)
        path = self._scope.find(package.name) if isinstance(package, Identifier) else None
        if not isinstance(path, str):
            raise CompileError("an option is assigned to what is no package", node.location)
        found = path

        def assign(frame: Frame) -> Value:
            frame[CONTEXT].set_option(found, label, code(frame))

        return assign

    def _default_option(self, name: str, code: Code) -> Code:
        """Set an option of the standard library, unless the query has set it."""
        key = (self._package, name)

        def assign(frame: Frame) -> Value:
            members = cast(QueryContext, frame[CONTEXT]).members
            if key not in members:
                members[key] = code(frame)

        return assign

    def _expression(self, node: ExpressionStatement) -> Code:
        code, notify = compile_expression(node.expression, self._scope), self._on_expression

        def run(frame: Frame) -> Value:
            value = code(frame)
            if notify is not None and isinstance(value, TableStream):
                notify(frame[CONTEXT], value)

        return run
