"""The registry of functions that are written in Python.

A module registers a function with a decorator:

    @flux_function("universe", "limit")
    def limit(tables: TableStream, n: int, offset: int = 0) -> TableStream: ...

`functions/modules.txt` lists the names of each module, so that a query imports only what it uses.
"""

from __future__ import annotations

import importlib
import inspect
import keyword
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, TypeVar

from influx_flux.stdlib import FunctionSignature, packages, signature
from influx_testing._engine.flux.registry.argument_checks import Check, check_of
from influx_testing._engine.flux.values.flux_types import Value

__all__ = [
    "UNIVERSE",
    "Builtin",
    "builtin_names",
    "builtin_of",
    "builtin_value",
    "flux_function",
    "flux_value",
    "import_functions",
    "package_path",
]

_Run = TypeVar("_Run", bound=Callable[..., Value])

UNIVERSE: Final = ""
"""The path of the package whose names need no import."""
_FUNCTIONS: Final = "influx_testing._engine.flux.functions"


@dataclass(frozen=True, slots=True)
class Builtin:
    """A function that is written in Python.

    Attributes:
        path: the path of its package; empty for universe.
        name: its name in Flux.
        signature: its parameters and the type of its result.
        run: the Python function.
        names: the names of its Python parameters by those in Flux.
        checks: the checks of arguments by their names in Flux.
        piped: the name of the parameter that takes the piped argument; empty if there is none.
        needs_context: whether the first parameter of the Python function is the query's context.
    """

    path: str
    name: str
    signature: FunctionSignature
    run: Callable[..., Value]
    names: Mapping[str, str]
    checks: Mapping[str, Check]
    piped: str
    needs_context: bool


@dataclass(frozen=True, slots=True)
class _Registration:
    """A Python function, before it is compared with its signature."""

    run: Callable[..., Value]
    nulls: bool


_REGISTERED: dict[tuple[str, str], _Registration] = {}
_VALUES: dict[tuple[str, str], Value] = {}


def flux_function(package: str, name: str, *, nulls: bool = False) -> Callable[[_Run], _Run]:
    """Register a Python function as a function of Flux.

    Its parameters have the names of Flux in snake case, with an underscore after keywords and names
    of Python's builtins where that reads better (`as_`, `set_`); optional ones have defaults. If
    the first one is called `context`, it gets the `QueryContext`. Arguments have been checked
    against the type in `influx_flux.stdlib`; that is read when the function is first used.

    Args:
        package: the path of the package, as in an import; `universe` or empty for universe.
        name: the name in Flux.
        nulls: whether the function takes null for parameters of plain types; if not, a null is an
            error.

    Raises:
        TypeError: Flux has no such name, `modules.txt` does not list it, or it is registered
            already.
    """
    path = package_path(package)
    _require_name(path, name)

    def register(run: _Run) -> _Run:
        if (path, name) in _REGISTERED:
            raise TypeError(f"the function {name} of the package {package} is registered twice")
        _REGISTERED[path, name] = _Registration(run, nulls)
        return run

    return register


def flux_value(package: str, name: str, value: Value) -> None:
    """Register a constant of a package.

    Raises:
        TypeError: Flux has no such name, or `modules.txt` does not list it.
    """
    path = package_path(package)
    _require_name(path, name)
    _VALUES[path, name] = value


def _require_name(path: str, name: str) -> None:
    if name not in packages().get(path, {}):
        raise TypeError(f"Flux has no {name} in the package {path or 'universe'}")
    if (path, name) not in _modules():
        raise TypeError(f"functions/modules.txt lacks {name} of the package {path or 'universe'}")


def package_path(package: str) -> str:
    """Return the path of a package; `universe` can be imported, and is the empty path."""
    return UNIVERSE if package == "universe" else package


@cache
def builtin_of(path: str, name: str) -> Builtin | None:
    """Return a function in Python; None if there is none.

    Args:
        path: the path of its package; empty for universe.
        name: its name in Flux.

    Raises:
        TypeError: the parameters of the Python function differ from those in Flux.
    """
    if not _import_module_of(path, name):
        return None
    registered, found = _REGISTERED.get((path, name)), signature(path, name)
    if registered is None or found is None:
        return None
    return _builtin(path, name, found, registered.run, nulls=registered.nulls)


def _builtin(
    path: str, name: str, found: FunctionSignature, run: Callable[..., Value], *, nulls: bool
) -> Builtin:
    parameters = list(inspect.signature(run).parameters.values())
    needs_context = bool(parameters) and parameters[0].name == "context"
    own = {item.name: item for item in parameters[needs_context:]}
    names: dict[str, str] = {}
    piped = ""
    for item in found.parameters:
        python_name = _python_name(item.name, own)
        if python_name is None:
            raise TypeError(f"{run.__qualname__}: the parameter {item.name} of {name} is missing")
        if item.required and own[python_name].default is not inspect.Parameter.empty:
            raise TypeError(f"{run.__qualname__}: {item.name} of {name} is required")
        names[item.name] = python_name
        piped = item.name if item.piped else piped
    extra = set(own) - set(names.values())
    if extra:
        raise TypeError(f"{run.__qualname__}: {name} has no parameter {', '.join(sorted(extra))}")
    checks = {item.name: check_of(item.type, nulls=nulls) for item in found.parameters}
    return Builtin(path, name, found, run, names, checks, piped, needs_context)


def _python_name(name: str, own: Mapping[str, Any]) -> str | None:
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().lstrip("_")
    if keyword.iskeyword(snake):
        snake += "_"
    return next((found for found in (snake, f"{snake}_") if found in own), None)


def builtin_value(path: str, name: str) -> tuple[Value] | None:
    """Return a constant, alone in a tuple because it may be null; None if there is none."""
    known = _import_module_of(path, name) and (path, name) in _VALUES
    return (_VALUES[path, name],) if known else None


def builtin_names() -> Iterable[tuple[str, str]]:
    """Return the package path and the name of each function and constant in Python."""
    return _modules().keys()


def import_functions() -> None:
    """Import all modules of functions."""
    for module in dict.fromkeys(_modules().values()):
        importlib.import_module(module)


def _import_module_of(path: str, name: str) -> bool:
    """Import the module that registers a name; returns whether there is one."""
    module = _modules().get((path, name))
    if module is None:
        return False
    importlib.import_module(module)
    return True


@cache
def _modules() -> Mapping[tuple[str, str], str]:
    """The modules by package path and name, as `functions/modules.txt` lists them."""
    found: dict[tuple[str, str], str] = {}
    module = ""
    for line in files(_FUNCTIONS).joinpath("modules.txt").read_text("utf-8").splitlines():
        if line.startswith("  "):
            package, *names = line.split()
            found.update(((package_path(package), name), module) for name in names)
        elif not line.startswith("#"):
            module = f"{_FUNCTIONS}.{line}"
    return found
