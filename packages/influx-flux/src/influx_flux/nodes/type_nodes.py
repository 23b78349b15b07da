"""The type expressions of Flux; builtin statements contain them."""

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
    """`?name: type`; a label parameter may have a default."""

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
    """The type of one label; it occurs only in trees sent as JSON."""

    value: str


@dataclass(frozen=True, slots=True, eq=False)
class TypeConstraint(Node):
    """The constraint of a type variable: `A: Addable + Divisible`."""

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
