"""The functions in Python fit the types that Flux gives them."""

from __future__ import annotations

import pytest

from influx_testing._engine.flux.language.standard_library import prelude_names
from influx_testing._engine.flux.registry.function_registry import (
    builtin_names,
    builtin_of,
    flux_function,
)


def test_the_parameters_of_every_function_are_those_of_flux():
    for path, name in builtin_names():
        assert builtin_of(path, name) is not None, (path, name)


def test_a_name_is_defined_once_in_python_or_in_flux():
    twice = [(path, name) for path, name in builtin_names() if name in prelude_names(path)]
    assert twice == []


def test_a_function_that_flux_lacks_cannot_be_registered():
    with pytest.raises(TypeError, match="Flux has no nope in the package universe"):
        flux_function("universe", "nope")
