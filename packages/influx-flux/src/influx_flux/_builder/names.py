"""Converts and resolves the names of functions and packages: in Flux, in Python, and in imports."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache

from influx_flux.stdlib.library import UNIVERSE, packages

_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake_case(name: str) -> str:
    """Convert a Flux name to the style of Python: createEmpty becomes create_empty."""
    return _HUMPS.sub("_", name).lower().replace("u_int", "uint")


@cache
def _shared() -> frozenset[str]:
    """Return the last parts that occur in several package paths."""
    lasts = Counter(path.rpartition("/")[2] for path in packages())
    return frozenset(last for last, count in lasts.items() if count > 1)


def alias(path: str) -> str:
    """Return the name under which a package is imported; a path always has the same name.

    It is the last part of the path. If other paths end with the same part, a path of several parts
    gets all of them: experimental/array becomes experimental_array.
    """
    last = path.rpartition("/")[2]
    return path.replace("/", "_").replace("-", "_") if "/" in path and last in _shared() else last


def resolve(name: str) -> tuple[str, str]:
    """Return the package and the name of a function given as `package/path.name`.

    Raises:
        ValueError: The standard library has no such package, or no such name in it.
    """
    path, dot, member = name.rpartition(".")
    if not dot:
        path, member = UNIVERSE, name
    if path not in packages():
        raise ValueError(f"invalid import path {path}{_near(path, packages())}")
    names = packages()[path]
    if member not in names:
        what = f"{path}.{member}" if path else member
        raise ValueError(f"undefined identifier {what}{_near(member, names)}")
    return path, member


def _near(name: str, names: Iterable[str]) -> str:
    found = get_close_matches(name, list(names), n=3)
    return f"; near are {', '.join(found)}" if found else ""
