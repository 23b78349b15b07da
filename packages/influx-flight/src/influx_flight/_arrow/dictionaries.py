"""Finds out whether the batches of a schema need dictionaries, which are messages of their own."""

from __future__ import annotations

from typing import Any

from influx_flight._pyarrow import pa

__all__ = ["needs_dictionaries"]


def needs_dictionaries(schema: Any) -> bool:
    """Whether a column of a `pyarrow.Schema`, or a part of one, has a dictionary."""
    return any(map(_has_dictionary, schema.types))


def _has_dictionary(kind: Any) -> bool:
    if isinstance(kind, pa.DictionaryType):
        return True
    return any(_has_dictionary(kind.field(at).type) for at in range(kind.num_fields))
