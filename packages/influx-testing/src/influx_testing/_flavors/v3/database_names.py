"""Maps a database and a retention policy of 1.x to a database of 3.x."""

from __future__ import annotations

from influx_testing._engine.catalog.retention_policies import DAY

__all__ = ["INTERNAL", "INTERNAL_KEEPS", "database_name"]

INTERNAL = "_internal"
"""The server's own database, which is listed, but cannot be written or deleted."""

INTERNAL_KEEPS = 7 * DAY
"""Its retention period."""

_DEFAULT_POLICIES = frozenset({"", "autogen", "default"})
"""Policies that are not part of a database's name."""


def database_name(database: str, policy: str) -> str:
    """The database of 3.x: `db` for a default policy, otherwise `db/policy`."""
    return database if policy in _DEFAULT_POLICIES else f"{database}/{policy}"
