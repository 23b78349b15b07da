"""Dictionaries: values by keys of one type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from influx_testing._engine.flux.values.flux_types import Value

__all__ = ["FluxDictionary"]


class FluxDictionary:
    """An immutable dictionary of Flux.

    Args:
        items: keys and values; of equal keys the last one counts.
    """

    __slots__ = ("_values",)

    flux_type: ClassVar[str] = "dict"

    def __init__(self, items: Iterable[tuple[Value, Value]] = ()) -> None:
        self._values: dict[Value, Value] = dict(items)

    def __len__(self) -> int:
        return len(self._values)

    def items(self) -> Iterator[tuple[Value, Value]]:
        """The keys and values, in order of the keys."""
        return iter(sorted(self._values.items(), key=lambda item: item[0]))

    def any_item(self) -> tuple[Value, Value] | None:
        """A key and its value, which have the types of all others; None if there is none."""
        return next(iter(self._values.items()), None)

    def get(self, key: Value, default: Value = None) -> Value:
        """Return the value of a key, or the default."""
        return self._values.get(key, default)

    def with_item(self, key: Value, value: Value) -> FluxDictionary:
        """Return a dictionary with one more value, or another value for its key."""
        return FluxDictionary({**self._values, key: value}.items())

    def without(self, key: Value) -> FluxDictionary:
        """Return a dictionary without a key."""
        return FluxDictionary(item for item in self._values.items() if item[0] != key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FluxDictionary) and other._values == self._values

    def __hash__(self) -> int:
        return hash(tuple(self._values))
