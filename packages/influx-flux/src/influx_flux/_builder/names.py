"""Names of functions and packages: those of Flux, those of Python, and those of imports."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache

from influx_flux.stdlib.library import UNIVERSE, packages

_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake_case(name: str) -> str:
    """Return a name of Flux as Python writes it: createEmpty is create_empty."""
    return _HUMPS.sub("_", name).lower().replace("u_int", "uint")


@cache
def _shared() -> frozenset[str]:
    """Return the last parts that several paths of packages have."""
    lasts = Counter(path.rpartition("/")[2] for path in packages())
    return frozenset(last for last, count in lasts.items() if count > 1)


def alias(path: str) -> str:
    """Return the name that a package is imported under: always the same for a path.

    It is the last part of the path, but for a path of several parts whose last is that of others,
    too: experimental/array is experimental_array.
    """
    last = path.rpartition("/")[2]
    return path.replace("/", "_").replace("-", "_") if "/" in path and last in _shared() else last


def resolve(name: str) -> tuple[str, str]:
    """Return package and name of a function that is written as `package/path.name`.

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
