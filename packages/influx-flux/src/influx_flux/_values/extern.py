"""Parameters that are sent beside a query, as a syntax tree."""

from __future__ import annotations

from typing import Any

from influx_flux._json.tree_writer import to_json
from influx_flux._text.quoting import check_name
from influx_flux._values.conversion import to_node
from influx_flux._values.times import Naive
from influx_flux.nodes import File, Identifier, OptionStatement, VariableAssignment


def extern(*, naive: Naive = "raise", **values: object) -> dict[str, Any]:
    """Return the syntax tree that gives values to a query: the `extern` of POST /api/v2/query.

    Each value is an option of its name, which the query uses as a variable. Dashboards use the
    record `v`: `extern(v={"timeRangeStart": timedelta(hours=-1)})`.

    Args:
        naive: What a datetime without offset is taken for.
        values: The values by name.

    Raises:
        ValueError: A name cannot be an identifier, or a value is not one of Flux.
        TypeError: A value cannot be written as Flux.
    """
    body = tuple(
        OptionStatement(
            VariableAssignment(Identifier(check_name(name, "a value")), to_node(value, naive))
        )
        for name, value in values.items()
    )
    return to_json(File(body, metadata=""))
