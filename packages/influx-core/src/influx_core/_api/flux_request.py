"""The body of a Flux query: the text, its parameters as a syntax tree, and the dialect. No I/O.

Source: https://docs.influxdata.com/influxdb/v2/api/#operation/PostQuery
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

import msgspec

from influx_core._annotated_csv.dialect import Dialect
from influx_core.errors import ConfigError
from influx_core.timestamps import Naive

__all__ = ["extern_of", "flux_body", "only_reads"]

PROFILERS = ("query", "operator")
"""The profilers of Flux: https://docs.influxdata.com/flux/v0/stdlib/profiler/."""

_IMPORT = re.compile(r'\bimport\b[^"]*"([^"]*)"')
_TO = re.compile(r"\bto\b")
_PURE_PACKAGES = frozenset(
    {
        "array",
        "date",
        "dict",
        "influxdata/influxdb/schema",
        "influxdata/influxdb/v1",
        "join",
        "json",
        "math",
        "regexp",
        "strings",
        "timezone",
        "types",
    }
)
"""Packages without a function that writes or sends anything."""


def only_reads(text: str) -> bool:
    """Whether a Flux query is certain to have no side effects.

    In Flux, only `to()` and functions of imported packages write or send data.
    """
    return _TO.search(text) is None and _PURE_PACKAGES.issuperset(_IMPORT.findall(text))


def flux_body(text: str, dialect: Dialect, extern: Mapping[str, Any] | None) -> bytes:
    """The JSON body of a query."""
    body: dict[str, Any] = {"query": text, "type": "flux", "dialect": dialect.as_json()}
    if extern is not None:
        body["extern"] = extern
    return msgspec.json.encode(body)


def extern_of(
    params: Mapping[str, object] | None, profilers: Collection[str], naive: Naive
) -> Mapping[str, Any] | None:
    """The syntax tree of the parameters and options of a query; None if there are none.

    Args:
        params: the values by name, or the result of `influx_flux.extern`.
        profilers: the profilers to enable.
        naive: how datetimes without a time zone are read.

    Raises:
        ConfigError: Flux cannot represent a value, there is no such profiler, or influx-flux is
            not installed.
    """
    tree = _tree(params, naive) if params else None
    return tree if not profilers else _with_profilers(tree or _EMPTY, _checked(profilers))


_EMPTY: Mapping[str, Any] = {"type": "File", "package": None, "imports": [], "body": []}


def _tree(params: object, naive: Naive) -> Mapping[str, Any]:
    if not isinstance(params, Mapping):
        raise ConfigError(
            f"params takes a mapping of names and values, not {type(params).__name__}"
        )
    given = cast("Mapping[str, object]", params)
    if given.get("type") == "File" and "body" in given:
        return given
    try:
        from influx_flux import extern
    except ImportError:
        raise ConfigError(
            "params needs influx-flux, which writes values as Flux: pip install 'influx-core[flux]'"
        ) from None
    try:
        return extern({str(name): value for name, value in given.items()}, naive=naive)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"params: {error}") from None


def _checked(profilers: Collection[str]) -> Sequence[str]:
    names = (profilers,) if isinstance(profilers, str) else tuple(profilers)
    unknown = [name for name in names if name not in PROFILERS]
    if unknown:
        raise ConfigError(
            f"profilers: there is no {', '.join(map(repr, unknown))}; known: {', '.join(PROFILERS)}"
        )
    return names


def _with_profilers(tree: Mapping[str, Any], profilers: Sequence[str]) -> Mapping[str, Any]:
    """The tree with `option profiler.enabledProfilers = [...]`."""
    member = {
        "type": "MemberExpression",
        "object": {"type": "Identifier", "name": "profiler"},
        "property": {"type": "Identifier", "name": "enabledProfilers"},
    }
    names = [{"type": "StringLiteral", "value": name} for name in profilers]
    assignment = {
        "type": "MemberAssignment",
        "member": member,
        "init": {"type": "ArrayExpression", "elements": names},
    }
    path = {"type": "StringLiteral", "value": "profiler"}
    return {
        **tree,
        "imports": [{"type": "ImportDeclaration", "path": path}, *(tree.get("imports") or ())],
        "body": [{"type": "OptionStatement", "assignment": assignment}, *(tree.get("body") or ())],
    }
