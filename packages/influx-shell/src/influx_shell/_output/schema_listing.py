"""A measurement with its tags and fields, as a server lists it and as people read it."""

from __future__ import annotations

from dataclasses import dataclass

from influx_core import InfluxDBClient, QueryParams
from influx_shell._cli.control_characters import printable

__all__ = ["ListedMeasurement", "listed", "tree"]


@dataclass(frozen=True, slots=True)
class ListedMeasurement:
    """A measurement with its tag keys and its fields with their types."""

    name: str
    tags: list[str]
    fields: dict[str, str]


async def listed(client: InfluxDBClient, name: str, db: str | None) -> ListedMeasurement:
    """Return a measurement with its tags and fields."""
    params: QueryParams = {} if db is None else {"db": db}
    tags = await client.schema.tag_keys(name, **params)
    return ListedMeasurement(name, tags, await client.schema.field_keys(name, **params))


def tree(measurement: ListedMeasurement) -> str:
    """Return a measurement, its tags and its fields, each on a line."""
    lines = [printable(measurement.name)]
    lines += [f"  {printable(tag)}  tag" for tag in measurement.tags]
    lines += [f"  {printable(name)}  {kind}" for name, kind in measurement.fields.items()]
    return "".join(f"{line}\n" for line in lines)
