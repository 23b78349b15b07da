"""Which fields the measurements of a policy have, and of which types."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from influx_query.nodes import Source
from influx_testing._engine.engine import Engine
from influx_testing._engine.statements.schema_conditions import source_names
from influx_testing._engine.statements.source_names import Normalizer

__all__ = ["field_types"]


def field_types(
    engine: Engine, database: str, sources: Iterable[Source], normalizer: Normalizer
) -> dict[str, set[tuple[str, str]]]:
    """Fields and types by measurement; one field can have several types in different shards.

    Raises:
        StatementError: no database is named, or there is none of that name.
    """
    sources = tuple(sources)
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for place in normalizer.places(database, sources):
        holder = engine.databases.get(place.database)
        policy = holder.policy(place.retention_policy)
        for name in source_names(holder.index, [place] if sources else []):
            for shard in policy.shards:
                found[name].update(shard.fields.get(name, {}).items())
    return found
