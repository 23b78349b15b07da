"""Makes a public module import each of its names when the name is first used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

__all__ = ["lazy_names"]


def lazy_names(
    namespace: dict[str, Any], names: Mapping[str, tuple[str, ...]]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return the `__getattr__` and `__dir__` of a module.

    Args:
        namespace: the `globals()` of the module, which gets each name that was used.
        names: the names of each module that has them.
    """
    module_of = {name: module for module, found in names.items() for name in found}

    def get(name: str) -> object:
        if name not in module_of:
            raise AttributeError(f"module {namespace['__name__']!r} has no attribute {name!r}")
        value = getattr(import_module(module_of[name]), name)
        namespace[name] = value
        return value

    def listed() -> list[str]:
        return sorted({*namespace, *module_of})

    return get, listed
