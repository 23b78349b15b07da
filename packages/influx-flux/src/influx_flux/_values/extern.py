"""Parameters that are sent beside a query, as a syntax tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from influx_flux._json.tree_writer import to_json
from influx_flux._text.quoting import check_name
from influx_flux._values.conversion import to_node
from influx_flux._values.times import Naive
from influx_flux.nodes import File, Identifier, OptionStatement, VariableAssignment


def extern(
    params: Mapping[str, object] | None = None, /, *, naive: Naive = "raise", **values: object
) -> dict[str, Any]:
    """Return values for a query as a syntax tree: the `extern` of POST /api/v2/query.

    Each value becomes an option, which the query uses as a variable. Dashboards use the record
    `v`: `extern(v={"timeRangeStart": timedelta(hours=-1)})`.

    Args:
        params: Values by name, for names that cannot be keywords.
        naive: The meaning of a datetime without offset: `utc`, `local`, or an error (`raise`).
        values: The values by name.

    Raises:
        ValueError: A name is not a valid identifier, or Flux has no literal for a value.
        TypeError: Flux has no literal for the type of a value.
    """
    body = tuple(
        OptionStatement(
            VariableAssignment(Identifier(check_name(name, "a value")), to_node(value, naive))
        )
        for name, value in {**(params or {}), **values}.items()
    )
    return to_json(File(body, metadata=""))
