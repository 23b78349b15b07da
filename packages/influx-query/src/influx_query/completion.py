"""Completion of InfluxQL, for editors and prompts: what may stand at the cursor.

`completion_context` says which kinds of names and which keywords fit; the caller fetches the names
from a server; `candidates` turns both into texts to insert.
"""

from influx_query._completion.completion_candidates import (
    MOST_CANDIDATES,
    Candidate,
    candidates,
    starting_with,
)
from influx_query._completion.completion_context import (
    CompletionContext,
    NameKind,
    completion_context,
)

__all__ = [
    "MOST_CANDIDATES",
    "Candidate",
    "CompletionContext",
    "NameKind",
    "candidates",
    "completion_context",
    "starting_with",
]
