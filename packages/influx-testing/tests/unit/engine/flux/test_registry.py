"""The functions in Python fit the types that Flux gives them."""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

import pytest

from influx_testing._engine.flux.language.standard_library import prelude_names
from influx_testing._engine.flux.registry.function_registry import (
    builtin_names,
    builtin_of,
    builtin_value,
    flux_function,
    flux_value,
    import_functions,
)


def test_the_parameters_of_every_function_are_those_of_flux():
    for path, name in builtin_names():
        assert builtin_of(path, name) or builtin_value(path, name), (path, name)


def test_a_name_is_defined_once_in_python_or_in_flux():
    twice = [(path, name) for path, name in builtin_names() if name in prelude_names(path)]
    assert twice == []


def test_every_module_of_functions_is_listed():
    import_functions()
    folder = Path(str(files("influx_testing._engine.flux.functions")))
    modules = {
        f"influx_testing._engine.flux.functions.{path.relative_to(folder).with_suffix('')}".replace(
            "/", "."
        )
        for path in folder.rglob("*.py")
        if path.name != "__init__.py" and "flux_function(" in path.read_text("utf-8")
    }
    assert modules <= set(sys.modules)


def test_a_name_that_the_list_of_modules_lacks_cannot_be_registered():
    with pytest.raises(TypeError, match="lacks scrape"):
        flux_function("experimental/prometheus", "scrape")
    with pytest.raises(TypeError, match="lacks defaultURL"):
        flux_value("slack", "defaultURL", "")


def test_a_function_that_flux_lacks_cannot_be_registered():
    with pytest.raises(TypeError, match="Flux has no nope in the package universe"):
        flux_function("universe", "nope")
