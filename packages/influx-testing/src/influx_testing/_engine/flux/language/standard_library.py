"""Finds the values of packages: functions in Python, constants, and definitions in Flux.

The definitions in Flux are the files of `prelude`, one a package: `prelude/universe.flux`,
`prelude/influxdata/influxdb/v1.flux`.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from influx_flux import parse
from influx_flux.nodes import File, OptionStatement, VariableAssignment
from influx_flux.stdlib import packages
from influx_testing._engine.flux.language.builtin_calls import BoundBuiltin
from influx_testing._engine.flux.language.flux_script import FluxScript
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import (
    UNIVERSE,
    builtin_names,
    builtin_of,
    builtin_value,
    import_functions,
)
from influx_testing._engine.flux.values.flux_types import Value
from influx_testing.errors import FakeUnsupported

__all__ = ["find_member", "preload", "prelude_names", "supported_names"]


def find_member(context: QueryContext, path: str, name: str) -> Value:
    """Return a value of a package for a query; the argument of `QueryContext`.

    Raises:
        FakeUnsupported: the fake does not have it.
    """
    key = (path, name)
    builtin = builtin_of(path, name)
    if builtin is not None:
        return BoundBuiltin(builtin, context)
    constant = builtin_value(path, name)
    if constant is not None:
        return constant[0]
    script = _script(path)
    if name in prelude_names(path) and script is not None:
        for defined, value in script.run(context).items():
            context.members.setdefault((path, defined), value)
        return context.members[key]
    package = f" of the package {path}" if path else ""
    raise FakeUnsupported(f"the Flux function {name}{package}")


def preload() -> None:
    """Import all functions and compile those of universe, so that the first query is fast."""
    import_functions()
    _script(UNIVERSE)


def supported_names(path: str) -> frozenset[str]:
    """Return the names of a package that the fake has."""
    found = {name for package, name in builtin_names() if package == path}
    return (prelude_names(path) | found) & packages().get(path, {}).keys()


@cache
def prelude_names(path: str) -> frozenset[str]:
    """Return the names that a package defines in Flux."""
    file = _prelude(path)
    return frozenset(_defined(file)) if file else frozenset()


def _defined(file: File) -> list[str]:
    names: list[str] = []
    for statement in file.body:
        inner = statement.assignment if isinstance(statement, OptionStatement) else statement
        if isinstance(inner, VariableAssignment):
            names.append(inner.id.name)
    return names


@cache
def _script(path: str) -> FluxScript | None:
    file = _prelude(path)
    return None if file is None else FluxScript([file], path)


@cache
def _prelude(path: str) -> File | None:
    folder = files("influx_testing._engine.flux").joinpath("prelude")
    found = folder.joinpath(f"{path or 'universe'}.flux")
    return parse(found.read_text("utf-8")) if found.is_file() else None
