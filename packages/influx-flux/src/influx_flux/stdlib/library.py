"""Reads the table of the standard library, at its first use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from influx_flux._parser.parser import parse
from influx_flux.nodes import (
    BuiltinStatement,
    FunctionType,
    MonoType,
    OptionalParameter,
    ParameterType,
    PipeParameter,
    StreamType,
)

UNIVERSE: Final = ""
"""The package whose names need no import."""


@dataclass(frozen=True, slots=True)
class FunctionParameter:
    """A parameter of a function: its name, its Flux type, whether it is required, or piped."""

    name: str
    type: str
    required: bool = True
    piped: bool = False


@dataclass(frozen=True, slots=True)
class FunctionSignature:
    """The parameters of a function, in the order of its Flux type, and the type of its result."""

    parameters: tuple[FunctionParameter, ...]
    result: str
    returns_tables: bool

    @property
    def takes_tables(self) -> bool:
        """Whether tables are piped into the function."""
        return any(item.piped and item.type.startswith("stream") for item in self.parameters)


@cache
def packages() -> Mapping[str, Mapping[str, str]]:
    """Return the types of all names, by package path and by name.

    The empty path is the package universe, whose names need no import.
    """
    found: dict[str, dict[str, str]] = {}
    names: dict[str, str] = {}
    table = files("influx_flux.stdlib").joinpath("signatures.txt").read_text("utf-8")
    for line in table.splitlines():
        if line.startswith("@"):
            names = found[line[1:]] = {}
        else:
            name, _, type_ = line.partition(" ")
            names[name] = type_
    return found


@cache
def function_type(type_: str) -> FunctionSignature | None:
    """Return the signature of a function type; None for other types."""
    if not type_.startswith("("):
        return None
    (statement,) = parse(f"builtin f : {type_}").body
    assert isinstance(statement, BuiltinStatement)
    monotype = statement.ty.monotype
    return _signature(monotype) if isinstance(monotype, FunctionType) else None


def signature(path: str, name: str) -> FunctionSignature | None:
    """Return the signature of a function; None if the name is unknown or not a function.

    Args:
        path: The path of the package, as in an import; empty for universe.
        name: The name in the package.
    """
    type_ = packages().get(path, {}).get(name)
    return None if type_ is None else function_type(type_)


def _signature(monotype: FunctionType) -> FunctionSignature:
    parameters = tuple(_parameter(item) for item in monotype.parameters)
    result = monotype.monotype
    return FunctionSignature(parameters, _text(result), isinstance(result, StreamType))


def _parameter(item: ParameterType) -> FunctionParameter:
    if isinstance(item, PipeParameter):
        name = item.name.name if item.name else "tables"
        return FunctionParameter(name, _text(item.monotype), required=False, piped=True)
    if isinstance(item, OptionalParameter):
        return FunctionParameter(item.name.name, _text(item.monotype), required=False)
    return FunctionParameter(item.name.name, _text(item.monotype))


def _text(monotype: MonoType) -> str:
    location = monotype.location
    return (location.source or "") if location else ""
