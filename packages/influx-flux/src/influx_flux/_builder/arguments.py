"""Converts the arguments of a call to expressions, by the types of its parameters."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from influx_flux._builder.names import alias, resolve
from influx_flux._builder.row_expressions import FluxExpression, expression
from influx_flux._text.quoting import check_name
from influx_flux._text.values import rfc3339
from influx_flux._values.durations import FluxDuration, duration
from influx_flux.nodes import (
    CallExpression,
    DateTimeLiteral,
    Expression,
    FunctionExpression,
    Identifier,
    MemberExpression,
    ObjectExpression,
    PipeLiteral,
    Property,
)
from influx_flux.stdlib.library import (
    FunctionParameter,
    FunctionSignature,
    function_type,
    signature,
)

DurationLike: TypeAlias = timedelta | FluxDuration | str | FluxExpression
"""A duration; a string uses the Flux syntax, such as `1mo` or `-1h`."""

TimeLike: TypeAlias = datetime | timedelta | FluxDuration | str | FluxExpression
"""A time, or a duration relative to now; a string is RFC 3339, or a duration in the Flux syntax."""

FunctionLike: TypeAlias = FluxExpression | Callable[..., FluxExpression] | str
"""A function: an expression over its parameters, a Python function that returns one, or a name."""

_TIMES: Final = frozenset({("range", "start"), ("range", "stop")})
_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T.*)?", re.DOTALL)


def reference(name: str) -> FluxExpression:
    """Return a name of the standard library, written as `package/path.name`.

    Raises:
        ValueError: There is no such name.
    """
    path, member = resolve(name)
    if not path:
        return FluxExpression(Identifier(member))
    tree = MemberExpression(Identifier(alias(path)), Identifier(member))
    return FluxExpression(tree, frozenset({path}))


def signature_of(name: str) -> FunctionSignature:
    """Return the signature of a function of the standard library.

    Raises:
        ValueError: There is no such name, or it is not a function.
    """
    path, member = resolve(name)
    found = signature(path, member)
    if found is None:
        raise ValueError(f"{name} is no function")
    return found


def call(
    name: str, arguments: Mapping[str, object], tables: Callable[[Expression], object]
) -> FluxExpression:
    """Return the call of a function; arguments that are None are left out.

    Args:
        name: The function, with the path of its package.
        arguments: The arguments by their names in Flux.
        tables: Makes a query of a variable, for Python functions that take tables.

    Raises:
        ValueError: An argument is missing or unexpected, or Flux has no literal for a value.
        TypeError: Flux has no literal for the type of a value.
    """
    function = reference(name)
    given = {key: value for key, value in arguments.items() if value is not None}
    parameters = _check(name, signature_of(name), given)
    imports = function.imports
    properties: list[Property] = []
    for key, value in given.items():
        made = _argument(_ArgumentPlace(name, parameters[key], tables), value)
        imports |= made.imports
        properties.append(Property(Identifier(key), made.tree))
    record = (ObjectExpression(tuple(properties)),) if properties else ()
    return FluxExpression(CallExpression(function.tree, record), imports)


def _check(
    name: str, found: FunctionSignature, given: Mapping[str, object]
) -> dict[str, FunctionParameter]:
    parameters = {item.name: item for item in found.parameters}
    for item in found.parameters:
        if item.required and item.name not in given:
            raise ValueError(f"{name}: missing required argument {item.name}")
    for key in given:
        if key not in parameters:
            expected = ", ".join(item.name for item in found.parameters if not item.piped)
            raise ValueError(f"{name}: found unexpected argument {key}; it takes {expected}")
    return parameters


@dataclass(frozen=True, slots=True)
class _ArgumentPlace:
    """The function and the parameter to which an argument belongs."""

    function: str
    parameter: FunctionParameter
    tables: Callable[[Expression], object]

    def refusal(self, why: str) -> str:
        return f"{self.function}: {self.parameter.name} {why}"


def _argument(place: _ArgumentPlace, value: object) -> FluxExpression:
    wanted = function_type(place.parameter.type)
    if wanted is not None:
        return _function(place, wanted, value)
    is_time = (place.function, place.parameter.name) in _TIMES
    if isinstance(value, str) and is_time and _DATE.fullmatch(value):
        return _time(place, value)
    if isinstance(value, str) and (is_time or place.parameter.type == "duration"):
        return expression(duration(value))
    return expression(value)


def _time(place: _ArgumentPlace, text: str) -> FluxExpression:
    try:
        return FluxExpression(DateTimeLiteral(rfc3339(text)))
    except ValueError as error:
        why = f"takes a time as in 2026-01-31T12:00:00Z, not {text!r}: {error}"
        raise ValueError(place.refusal(why)) from None


def _function(place: _ArgumentPlace, wanted: FunctionSignature, value: object) -> FluxExpression:
    """Return a function from a name, from an expression as its body, or from a Python function."""
    if isinstance(value, str):
        return reference(value)
    names = [item.name for item in wanted.parameters]
    if isinstance(value, FluxExpression):
        is_function = isinstance(value.tree, FunctionExpression) or wanted.takes_tables
        return value if is_function else _arrow(wanted, names, value)
    if not callable(value):
        raise TypeError(place.refusal(f"takes a function, not {value!r}"))
    own = list(inspect.signature(value).parameters)
    if not wanted.takes_tables and set(own) != set(names):
        raise ValueError(
            place.refusal(f"is a function of {', '.join(names)}, not of {', '.join(own)}")
        )
    if len(own) != len(names):
        raise ValueError(place.refusal(f"is a function of {', '.join(names)}"))
    variables = [FluxExpression(Identifier(check_name(name, "a parameter"))) for name in own]
    made = [
        place.tables(variable.tree) if item.piped else variable
        for item, variable in zip(wanted.parameters, variables, strict=True)
    ]
    return _arrow(wanted, own, expression(value(*made)))


def _arrow(wanted: FunctionSignature, names: list[str], body: FluxExpression) -> FluxExpression:
    params = tuple(
        Property(Identifier(name), PipeLiteral() if item.piped else None)
        for item, name in zip(wanted.parameters, names, strict=True)
    )
    return FluxExpression(FunctionExpression(params, body.tree), body.imports)
