"""Reads the tickets of `DoGet`, which hold queries.

The official clients send JSON; a ticket of Flight SQL is a message that the server has made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from influx_testing._flavors.v3.serde_json import read_json
from influx_testing._flight.grpc_status import GRPCCode, GRPCError

__all__ = ["FlightQuery", "is_json_ticket", "read_json_ticket"]

_DATABASE_NAMES = ("database", "namespace_name", "bucket", "bucket-name")


@dataclass(frozen=True, slots=True)
class FlightQuery:
    """A query in a ticket.

    Attributes:
        database: the name of its database.
        text: SQL or InfluxQL.
        language: which one.
        params: the values of its parameters.
    """

    database: str
    text: str
    language: Literal["sql", "influxql"] = "sql"
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])


def is_json_ticket(ticket: bytes) -> bool:
    """Whether a ticket can be a JSON object."""
    return ticket.lstrip()[:1] == b"{"


def read_json_ticket(ticket: bytes) -> FlightQuery:
    """Read a ticket in JSON.

    Raises:
        GRPCError: it is not JSON, or has not the members of a query.
    """
    try:
        given = read_json(ticket.decode())
    except ValueError as error:  # also text that is not valid UTF-8
        raise _invalid(f"JSON parse error: {error}") from None
    if not isinstance(given, dict):
        raise _invalid("JSON parse error: invalid type, expected a JSON object")
    members = cast(dict[str, Any], given)
    language = _text(members, ("query_type",), "sql")
    if language not in {"sql", "influxql"}:
        raise _invalid(f"unknown query type. Expected 'sql' or 'influxql', got '{language}'")
    return FlightQuery(
        _text(members, _DATABASE_NAMES),
        _text(members, ("sql_query",)),
        cast(Literal["sql", "influxql"], language),
        _params(members),
    )


def _text(members: Mapping[str, Any], names: tuple[str, ...], default: str | None = None) -> str:
    """The text under one of some names."""
    found = [members[name] for name in names if members.get(name) is not None]
    if len(found) > 1:
        raise _invalid(f"JSON parse error: duplicate field `{names[0]}`")
    if not found:
        if default is None:
            raise _invalid(f"JSON parse error: missing field `{names[0]}`")
        return default
    if not isinstance(found[0], str):
        raise _invalid(f"JSON parse error: {names[0]}: invalid type, expected a string")
    return found[0]


def _params(members: Mapping[str, Any]) -> Mapping[str, Any]:
    params = members.get("params")
    if params is None:
        return {}
    if not isinstance(params, dict):
        raise _invalid("JSON parse error: params: invalid type, expected a map")
    return cast(dict[str, Any], params)


def _invalid(reason: str) -> GRPCError:
    return GRPCError(GRPCCode.INVALID_ARGUMENT, f"Invalid ticket. Error: {reason}")
