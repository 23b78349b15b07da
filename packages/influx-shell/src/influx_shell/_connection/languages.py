"""Tells InfluxQL, SQL and Flux apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, get_args

import influx_query

if TYPE_CHECKING:
    from influx_query.nodes import SelectStatement, Statement

__all__ = ["LANGUAGES", "Language", "language_of"]

Language = Literal["influxql", "sql", "flux"]

LANGUAGES: tuple[Language, ...] = get_args(Language)

_FLUX = re.compile(
    r"(?:\s|//[^\n]*\n)*(?:import\s+\"|option\s+\w|package\s+\w|\w+\s*=[^=~]|\w[\w.]*\s*\()",
    re.ASCII,
)
"""How a Flux program begins: an import, an option, an assignment, or a call such as `from(`."""

_CALLS_OF_INFLUXQL = frozenset({"fill", "time", "distinct", "elapsed", "spread", "holt_winters"})


def language_of(text: str, api: str) -> Language:
    """Return the language of a query.

    Flux is known by its first words. On InfluxDB 3, whose language is SQL, other text is InfluxQL
    if it uses what SQL does not have: a SHOW statement of InfluxQL, a regular expression,
    `GROUP BY time()`, `fill()`, SLIMIT. Elsewhere it is InfluxQL.

    Args:
        text: the query.
        api: the API of the server: `v1`, `v2`, `v3` or `victoriametrics`.
    """
    if _FLUX.match(text):
        return "flux"
    if api != "v3":
        return "influxql"
    try:
        statements = influx_query.parse(text)
    except influx_query.InfluxQLSyntaxError:
        return "sql"
    return "influxql" if any(map(_is_influxql_only, statements)) else "sql"


def _is_influxql_only(statement: Statement) -> bool:
    nodes = influx_query.nodes
    if not isinstance(statement, nodes.SelectStatement):
        return not type(statement).__name__.startswith("Explain")
    return any(
        isinstance(node, nodes.RegexLiteral)
        or (isinstance(node, nodes.Call) and node.name.lower() in _CALLS_OF_INFLUXQL)
        or (isinstance(node, nodes.SelectStatement) and _has_own_clause(node))
        for node in influx_query.walk(statement)
    )


def _has_own_clause(select: SelectStatement) -> bool:
    """Whether a SELECT has a clause that SQL has not."""
    has_fill = select.fill.kind != "null"
    return bool(select.slimit or select.soffset or select.location or select.target or has_fill)
