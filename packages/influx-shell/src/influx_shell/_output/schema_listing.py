"""A measurement with its tags and fields, as a server lists it and as people read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from influx_core import InfluxDBClient, QueryParams
from influx_query import quote_ident
from influx_shell._cli.control_characters import printable

__all__ = ["ListedMeasurement", "listed", "policies_of", "tree"]


@dataclass(frozen=True, slots=True)
class ListedMeasurement:
    """A measurement with its tag keys and its fields with their types.

    A field that has several types, in several shards or policies, has them separated by commas.
    """

    name: str
    tags: list[str]
    fields: dict[str, str]


async def policies_of(client: InfluxDBClient, db: str | None, chosen: str | None) -> Sequence[str]:
    """The retention policies in which measurements are looked for; none but on InfluxDB 1.x."""
    if await client.api_name() != "v1":
        return ()
    if chosen:
        return (chosen,)
    return [policy.name for policy in await client.admin.retention_policies(db)]


async def listed(
    client: InfluxDBClient, name: str, db: str | None, policies: Sequence[str]
) -> ListedMeasurement:
    """Return a measurement with its tags and fields.

    Args:
        client: a client of the server.
        name: the measurement.
        db: the database.
        policies: see `policies_of`; without them, fields of other policies would be missing.
    """
    params: QueryParams = {} if db is None else {"db": db}
    tags = await client.schema.tag_keys(name, **params)
    if not policies:
        return ListedMeasurement(name, tags, await client.schema.field_keys(name, **params))
    sources = ", ".join(f"{quote_ident(policy)}.{quote_ident(name)}" for policy in policies)
    result = await client.execute(f"SHOW FIELD KEYS FROM {sources}", **params)
    types: dict[str, list[str]] = {}
    for row in result.rows():
        types.setdefault(row["fieldKey"], []).append(row["fieldType"])
    return ListedMeasurement(name, tags, {field: ", ".join(types[field]) for field in types})


def tree(measurement: ListedMeasurement) -> str:
    """Return a measurement, its tags and its fields, each on a line."""
    lines = [printable(measurement.name)]
    lines += [f"  {printable(tag)}  tag" for tag in measurement.tags]
    lines += [f"  {printable(name)}  {kind}" for name, kind in measurement.fields.items()]
    return "".join(f"{line}\n" for line in lines)
