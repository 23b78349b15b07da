"""The databases of 3.x that the names of 1.x mean: a database and a retention policy."""

from __future__ import annotations

__all__ = ["database_name"]

_DEFAULT_POLICIES = frozenset({"", "autogen", "default"})
"""Policies that are not part of a database's name."""


def database_name(database: str, policy: str) -> str:
    """The database of 3.x: `db`, or `db/policy` with another policy than the default one."""
    return database if policy in _DEFAULT_POLICIES else f"{database}/{policy}"
