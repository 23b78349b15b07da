"""Packages array, experimental/array, dict and experimental/record, and arrays in universe."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.functions.scalars.conversions import CONVERSIONS
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import flux_function, flux_value
from influx_testing._engine.flux.values.flux_dictionary import FluxDictionary
from influx_testing._engine.flux.values.flux_functions import FluxFunction
from influx_testing._engine.flux.values.flux_types import Value, type_name
from influx_testing._go.exponentials import power

__all__: list[str] = []

_ELEMENT_COST: Final = 4
"""What an element of a new array counts in the budget, compared with a row that is passed on."""
_ARRAY_PACKAGES: Final = ("array", "experimental/array")


def _register_array(package: str) -> None:
    @flux_function(package, "concat")
    def concat(context: QueryContext, arr: list[Value], v: list[Value]) -> list[Value]:
        context.budget.take(_ELEMENT_COST * (len(arr) + len(v)))
        return [*arr, *v]

    @flux_function(package, "filter")
    def filter_(arr: list[Value], fn: FluxFunction) -> list[Value]:
        test = fn.of_one("x")
        return [item for item in arr if test(item) is True]

    @flux_function(package, "map")
    def map_(arr: list[Value], fn: FluxFunction) -> list[Value]:
        return list(map(fn.of_one("x"), arr))


for _package in _ARRAY_PACKAGES:
    _register_array(_package)


def _register_conversion(name: str, convert: Callable[[Value], Value]) -> None:
    @flux_function("experimental/array", f"to{name}")
    def convert_all(arr: list[Value]) -> list[Value]:
        return list(map(convert, arr))


for _name in ("Bool", "Duration", "Float", "Int", "String", "Time"):
    _register_conversion(_name, CONVERSIONS[_name.lower()])
_register_conversion("UInt", CONVERSIONS["uint"])


@flux_function("universe", "length")
def length(arr: Value) -> int:
    """Return the number of elements.

    Raises:
        FluxError: the argument is not an array.
    """
    if type_name(arr) != "array":
        raise FluxError(f"arr must be an array, got {type_name(arr)}")
    return len(arr)


@flux_function("universe", "contains")
def contains(value: Value, set_: list[Value]) -> bool:
    """Whether an array has a value; null is in no array."""
    return value is not None and value in set_


@flux_function("universe", "linearBins")
def linear_bins(
    context: QueryContext, start: float, width: float, count: int, infinity: bool = True
) -> list[float]:
    """Return bounds with equal distances, followed by infinity."""
    context.budget.take(_ELEMENT_COST * max(count, 0))
    return [start + width * number for number in range(count)] + [math.inf] * infinity


@flux_function("universe", "logarithmicBins")
def logarithmic_bins(
    context: QueryContext, start: float, factor: float, count: int, infinity: bool = True
) -> list[float]:
    """Return bounds that grow by a factor, followed by infinity."""
    context.budget.take(_ELEMENT_COST * max(count, 0))
    bins = [start * power(factor, float(number)) for number in range(count)]
    return bins + [math.inf] * infinity


@flux_function("dict", "fromList")
def from_list(pairs: list[dict[str, Value]]) -> FluxDictionary:
    """Return the dictionary of records with `key` and `value`.

    Raises:
        FluxError: a record lacks one of them, or keys or values have different types.
    """
    for pair in pairs:
        for label in ("key", "value"):
            if label not in pair:
                raise FluxError(f"record is missing label {label} (argument pairs)")
            _require_type(pairs[0][label], pair[label], "pairs")
    return FluxDictionary((pair["key"], pair["value"]) for pair in pairs)


def _require_type(known: Value, found: Value, argument: str) -> None:
    """Require of a value the type of another one, if neither is null."""
    wanted, actual = type_name(known), type_name(found)
    if wanted != actual and known is not None and found is not None:
        raise FluxError(f"expected {wanted} but found {actual} (argument {argument})")


def _check_item(dict_: FluxDictionary, key: Value, argument: str, value: Value) -> None:
    """Check that a key and a value have the types of those in a dictionary."""
    item = dict_.any_item()
    if item is not None:
        _require_type(item[0], key, "key")
        _require_type(item[1], value, argument)


@flux_function("dict", "get")
def get(dict_: FluxDictionary, key: Value, default: Value) -> Value:
    """Return the value of a key, or the default.

    Raises:
        FluxError: the key or the default is of another type than those in the dictionary.
    """
    _check_item(dict_, key, "default", default)
    return dict_.get(key, default)


@flux_function("dict", "insert")
def insert(dict_: FluxDictionary, key: Value, value: Value) -> FluxDictionary:
    """Return the dictionary with another value for a key.

    Raises:
        FluxError: the key or the value is of another type than those in the dictionary.
    """
    _check_item(dict_, key, "value", value)
    return dict_.with_item(key, value)


@flux_function("dict", "remove")
def remove(dict_: FluxDictionary, key: Value) -> FluxDictionary:
    """Return the dictionary without a key.

    Raises:
        FluxError: the key is of another type than those in the dictionary.
    """
    _check_item(dict_, key, "value", None)
    return dict_.without(key)


flux_value("experimental/record", "any", {})


@flux_function("experimental/record", "get")
def get_property(r: dict[str, Any], key: str, default: Value) -> Value:
    """Return a property of a record, or the default."""
    return r.get(key, default)


@flux_function("experimental", "objectKeys")
def object_keys(o: dict[str, Any]) -> list[str]:
    """Return the names of the properties of a record, in order."""
    return list(o)
