"""The key by which PagerDuty recognizes events of one table: `dedupKey` of the package pagerduty.

Computed as the documentation of `pagerduty.dedupKey()` says; nothing is sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

from influx_testing._engine.flux.registry.function_registry import flux_function, flux_value
from influx_testing._engine.flux.table.group_key import GroupKey
from influx_testing._engine.flux.table.keyed_table import KeyedTable, Repeated
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_text import text_of
from influx_testing._engine.flux.values.flux_types import reader_of

__all__ = ["dedup_key"]

_COLUMN: Final = "_pagerdutyDedupKey"
_EXCLUDED: Final = ("_start", "_stop", "_level")

flux_value("pagerduty", "defaultURL", "https://events.pagerduty.com/v2/enqueue")


@flux_function("pagerduty", "dedupKey")
def dedup_key(tables: TableStream, exclude: list[str] | None = None) -> TableStream:
    """Add a column with a hash of each table's group key, without some of its columns."""
    excluded = frozenset(_EXCLUDED if exclude is None else exclude)

    def with_hash(table: KeyedTable) -> KeyedTable:
        lines = "".join(f"{item}\n" for item in _items(table.key, excluded))
        value = hashlib.sha256(lines.encode()).hexdigest()
        return table.with_column(_COLUMN, "string", Repeated(value, len(table)))

    return tables.each(with_hash)


def _items(key: GroupKey, excluded: frozenset[str]) -> Iterator[str]:
    """Each label and its value as text, in order of the labels; null is the empty text."""
    for label, type_, value in key.identity:
        if label not in excluded:
            read = reader_of(type_)
            yield label
            yield "" if value is None else text_of(value if read is None else read(value))
