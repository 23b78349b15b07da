"""Checks the arguments of a call against the signature of its function."""

from __future__ import annotations

from collections.abc import Iterator

from influx_flux.errors import FluxIssue
from influx_flux.nodes import CallExpression, Identifier, ObjectExpression, Property
from influx_flux.stdlib.library import FunctionSignature


def call_issues(
    call: CallExpression, found: FunctionSignature, *, piped: bool
) -> Iterator[FluxIssue]:
    """Yield the issues with the arguments of a call, with libflux's messages."""
    given = _given(call)
    has_pipe = any(item.piped for item in found.parameters)
    for name, item in given.items():
        if all(name != parameter.name for parameter in found.parameters):
            place = item.value or item.key
            yield FluxIssue(_unexpected(name, found, given), place.location)
    for parameter in found.parameters:
        missing = parameter.name not in given
        if missing and (parameter.required or (parameter.piped and not piped)):
            yield FluxIssue(f"missing required argument {parameter.name}", call.location)
    if piped and not has_pipe:
        yield FluxIssue("missing pipe argument", call.location)


def _given(call: CallExpression) -> dict[str, Property]:
    """Return the arguments by name, without those for which the parser reported errors."""
    return {
        item.key.name if isinstance(item.key, Identifier) else item.key.value: item
        for record in call.arguments
        if isinstance(record, ObjectExpression)
        for item in record.properties
        if not item.base.errors
    }


def _unexpected(name: str, found: FunctionSignature, given: dict[str, Property]) -> str:
    left = [
        f"`{item.name}`" for item in found.parameters if not item.piped and item.name not in given
    ]
    message = f"found unexpected argument {name}"
    if not left:
        return message
    if len(left) == 1:
        return f"{message} (Expected {left[0]})"
    return f"{message} (Expected one of {', '.join(left[:-1])} or {left[-1]})"
