"""The literals of Flux: values written in the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from influx_flux.nodes.node import Node


@dataclass(frozen=True, slots=True, eq=False)
class IntegerLiteral(Node):
    """A signed 64-bit integer; in text, a minus sign is a separate operator."""

    value: int


@dataclass(frozen=True, slots=True, eq=False)
class UnsignedIntegerLiteral(Node):
    """An unsigned 64-bit integer; it occurs only in trees sent as JSON."""

    value: int


@dataclass(frozen=True, slots=True, eq=False)
class FloatLiteral(Node):
    """A 64-bit float; Flux has no literals with an exponent, NaN or infinity."""

    value: float


@dataclass(frozen=True, slots=True, eq=False)
class StringLiteral(Node):
    """A string without interpolation; `value` is the text after unescaping."""

    value: str


@dataclass(frozen=True, slots=True, eq=False)
class BooleanLiteral(Node):
    """A boolean; only in trees sent as JSON, since in text `true` and `false` are identifiers."""

    value: bool


class DurationPart(NamedTuple):
    """A magnitude with its unit: y, mo, w, d, h, m, s, ms, us or ns."""

    magnitude: int
    unit: str


@dataclass(frozen=True, slots=True, eq=False)
class DurationLiteral(Node):
    """A duration as a list of parts: `1mo2d` is one calendar month and two days."""

    values: tuple[DurationPart, ...]


@dataclass(frozen=True, slots=True, eq=False)
class DateTimeLiteral(Node):
    """A time in RFC 3339, with an offset and up to nine digits of a second."""

    value: str


@dataclass(frozen=True, slots=True, eq=False)
class RegexpLiteral(Node):
    """An RE2 regular expression; `value` is the pattern without slashes and escapes of slashes."""

    value: str


@dataclass(frozen=True, slots=True, eq=False)
class PipeLiteral(Node):
    """`<-` as the default of a parameter: the argument comes from the pipe."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelLiteral(Node):
    """The name of a column as a label: `.name`."""

    value: str


Literal: TypeAlias = (
    IntegerLiteral
    | UnsignedIntegerLiteral
    | FloatLiteral
    | StringLiteral
    | BooleanLiteral
    | DurationLiteral
    | DateTimeLiteral
    | RegexpLiteral
    | PipeLiteral
    | LabelLiteral
)
