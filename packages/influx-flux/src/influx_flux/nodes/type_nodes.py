"""The type expressions of Flux, which stand in builtin statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from influx_flux.nodes.expression_nodes import Identifier, PropertyKey
from influx_flux.nodes.literal_nodes import LabelLiteral
from influx_flux.nodes.node import Node


@dataclass(frozen=True, slots=True, eq=False)
class NamedType(Node):
    """A type with a name: `int`, `time`, ..."""

    name: Identifier


@dataclass(frozen=True, slots=True, eq=False)
class TvarType(Node):
    """A type variable: one letter."""

    name: Identifier


@dataclass(frozen=True, slots=True, eq=False)
class ArrayType(Node):
    """`[element]`."""

    element: MonoType


@dataclass(frozen=True, slots=True, eq=False)
class StreamType(Node):
    """`stream[element]`: tables."""

    element: MonoType


@dataclass(frozen=True, slots=True, eq=False)
class VectorType(Node):
    """`vector[element]`: a column."""

    element: MonoType


@dataclass(frozen=True, slots=True, eq=False)
class DynamicType(Node):
    """`dynamic`: a type known only when the query runs."""


@dataclass(frozen=True, slots=True, eq=False)
class DictType(Node):
    """`[key: val]`."""

    key: MonoType
    val: MonoType


@dataclass(frozen=True, slots=True, eq=False)
class PropertyType(Node):
    """A key of a record with its type."""

    name: PropertyKey
    monotype: MonoType


@dataclass(frozen=True, slots=True, eq=False)
class RecordType(Node):
    """`{tvar with name: type}`."""

    properties: tuple[PropertyType, ...]
    tvar: Identifier | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RequiredParameter(Node):
    """`name: type`."""

    name: Identifier
    monotype: MonoType


@dataclass(frozen=True, slots=True, eq=False)
class OptionalParameter(Node):
    """`?name: type`, with the default of a label."""

    name: Identifier
    monotype: MonoType
    default: LabelLiteral | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PipeParameter(Node):
    """`<-name: type`, or without a name."""

    monotype: MonoType
    name: Identifier | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FunctionType(Node):
    """`(parameters) => type`."""

    parameters: tuple[ParameterType, ...]
    monotype: MonoType


@dataclass(frozen=True, slots=True, eq=False)
class LabelType(Node):
    """The type of one label; a tree sent as JSON may have it, the text has not."""

    value: str


@dataclass(frozen=True, slots=True, eq=False)
class TypeConstraint(Node):
    """What a type variable has to be: `A: Addable + Divisible`."""

    tvar: Identifier
    kinds: tuple[Identifier, ...]


@dataclass(frozen=True, slots=True, eq=False)
class TypeExpression(Node):
    """A type with the constraints of its variables."""

    monotype: MonoType
    constraints: tuple[TypeConstraint, ...] = ()


ParameterType: TypeAlias = RequiredParameter | OptionalParameter | PipeParameter

MonoType: TypeAlias = (
    NamedType
    | TvarType
    | ArrayType
    | StreamType
    | VectorType
    | DynamicType
    | DictType
    | RecordType
    | FunctionType
    | LabelType
)
