"""The functions that a Flux text defines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from influx_flux.nodes import Expression, Location
from influx_flux.stdlib import FunctionParameter
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.language.frames import CONTEXT, Code, Frame, FrameSize
from influx_testing._engine.flux.values.flux_functions import (
    NOT_PIPED,
    ColumnTypes,
    Comparison,
    FluxFunction,
    RecordParts,
    RowPart,
)
from influx_testing._engine.flux.values.flux_types import Value

__all__ = ["CompiledFunction", "CompiledPart", "FluxClosure", "PartsFinder"]


@dataclass(frozen=True, slots=True)
class CompiledPart:
    """An expression over the row that a function takes; `value` is the right side of `operator`."""

    code: Code
    columns: frozenset[str] | None
    type_of: Callable[[ColumnTypes], str | None]
    label: str = ""
    operator: str = ""
    value: Code | None = None


@dataclass(frozen=True, slots=True)
class PartsFinder:
    """Compiles parts of the body of a function, when they are first needed."""

    conjuncts: Callable[[], Sequence[CompiledPart]]
    properties: Callable[[], tuple[bool, Mapping[str, CompiledPart]] | None]
    types: Callable[[], Callable[[ColumnTypes], Mapping[str, str | None]] | None]


@dataclass(slots=True)
class CompiledFunction:
    """The code of a function expression.

    Attributes:
        parameters: its parameters.
        defaults: the code of the defaults, by parameter.
        body: the code of its body.
        size: the size of its frame.
        finder: compiles parts of its body.
        is_library: whether it belongs to the standard library.
        location: where it stands in the text.
        expression: what it returns, if it does nothing else.
    """

    parameters: tuple[FunctionParameter, ...]
    defaults: Mapping[str, Code]
    body: Code
    size: FrameSize
    finder: PartsFinder
    is_library: bool = False
    location: Location | None = None
    expression: Expression | None = None
    conjuncts: Sequence[CompiledPart] | None = None
    properties: tuple[bool, Mapping[str, CompiledPart]] | None = None
    has_properties: bool = field(default=True)

    def found_conjuncts(self) -> Sequence[CompiledPart]:
        """Compile the operands of `and` once."""
        if self.conjuncts is None:
            self.conjuncts = self.finder.conjuncts()
        return self.conjuncts

    def found_properties(self) -> tuple[bool, Mapping[str, CompiledPart]] | None:
        """Compile the properties of a record once."""
        if self.properties is None and self.has_properties:
            self.properties = self.finder.properties()
            self.has_properties = self.properties is not None
        return self.properties


class FluxClosure(FluxFunction):
    """A function of a text with the frame in which it was made."""

    __slots__ = ("_defaults", "_frame", "code", "name")

    def __init__(self, code: CompiledFunction, frame: Frame, name: str = "anonymous") -> None:
        self.code = code
        self.name = name
        self._frame = frame
        self._defaults = {key: default(frame) for key, default in code.defaults.items()}

    @property
    def parameters(self) -> tuple[FunctionParameter, ...]:
        return self.code.parameters

    @property
    def is_library(self) -> bool:
        return self.code.is_library

    @property
    def expression(self) -> Expression | None:
        return self.code.expression

    def call(self, arguments: Mapping[str, Value], piped: Value = NOT_PIPED) -> Value:
        code = self.code
        frame = [self._frame, self._frame[CONTEXT]]
        used = 0
        for item in code.parameters:
            name = item.name
            if name in arguments:
                frame.append(arguments[name])
                used += 1
            elif item.piped and piped is not NOT_PIPED:
                frame.append(piped)
                piped = NOT_PIPED
            elif name in self._defaults:
                frame.append(self._defaults[name])
            else:
                raise FluxError(f"missing required argument {name}")
        if used < len(arguments):
            known = {item.name for item in code.parameters}
            extra = next(name for name in arguments if name not in known)
            raise FluxError(f"found unexpected argument {extra}")
        if piped is not NOT_PIPED:
            raise FluxError("missing pipe argument")
        rest = code.size.count - len(frame)
        if rest:
            frame += [None] * rest
        return code.body(frame)

    def of_one(self, name: str) -> Callable[[Value], Value]:
        code = self.code
        if [item.name for item in code.parameters] != [name]:
            return super().of_one(name)
        body, around, context = code.body, self._frame, self._frame[CONTEXT]
        rest = [None] * (code.size.count - 3)
        if rest:
            return lambda value: body([around, context, value, *rest])
        return lambda value: body([around, context, value])

    def row_parts(self, name: str) -> tuple[RowPart, ...]:
        if [item.name for item in self.code.parameters] != [name]:
            return super().row_parts(name)
        return tuple(self._bound(part) for part in self.code.found_conjuncts())

    def record_parts(self, name: str) -> RecordParts | None:
        if [item.name for item in self.code.parameters] != [name]:
            return None
        found = self.code.found_properties()
        if found is None:
            return None
        extends, parts = found
        return RecordParts(extends, {label: self._bound(part) for label, part in parts.items()})

    def record_types(self, name: str) -> Callable[[ColumnTypes], Mapping[str, str | None]] | None:
        if [item.name for item in self.code.parameters] != [name]:
            return None
        return self.code.finder.types()

    def _bound(self, part: CompiledPart) -> RowPart:
        code, around, context = part.code, self._frame, self._frame[CONTEXT]
        rest = [None] * (self.code.size.count - 3)

        def call(row: dict[str, Value]) -> Value:
            return code([around, context, row, *rest])

        if part.value is None:
            return RowPart(call, part.columns, member=part.label or None, type_of=part.type_of)
        value = part.value
        comparison = Comparison(
            part.label, part.operator, lambda: value([around, context, None, *rest])
        )
        return RowPart(call, part.columns, comparison, type_of=part.type_of)
