"""Which fields the measurements of a policy have, and of which types."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from influx_query.nodes import Measurement, Source
from influx_testing.engine.databases import Database
from influx_testing.engine.engine import Engine
from influx_testing.engine.normalize import Normalizer
from influx_testing.engine.schema import source_names
from influx_testing.engine.select.trees import replace

__all__ = ["field_types"]


def field_types(
    engine: Engine, database: Database, sources: Iterable[Source], normalizer: Normalizer
) -> dict[str, set[tuple[str, str]]]:
    """Fields and types by measurement; one field can have several types in different shards."""
    inner = replace(normalizer, database=database.name)
    named = [inner.source(source) for source in sources]
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for source in named or [inner.source(Measurement())]:
        assert isinstance(source, Measurement)
        policy = engine.databases.get(source.database).policy(source.retention_policy)
        for name in source_names(database.index, [source] if named else []):
            for shard in policy.shards:
                found[name].update(shard.fields.get(name, {}).items())
    return found
