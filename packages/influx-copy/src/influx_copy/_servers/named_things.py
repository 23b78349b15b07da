"""Refuses names that a server does not have, so that a mistyped name is not an empty copy."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from influx_copy.errors import SelectionNotFound

__all__ = ["require_names"]

_SHOWN = 20
"""The most names that an error lists."""


def require_names(kind: str, named: Iterable[str], known: Collection[str]) -> None:
    """Check that a source has everything that was named.

    Args:
        kind: what the names are of.
        named: the names that were chosen.
        known: the names that there are.

    Raises:
        SelectionNotFound: a name is not known.
    """
    missing = [name for name in dict.fromkeys(named) if name not in known]
    if missing:
        found = sorted(known)
        more = f" and {len(found) - _SHOWN:,} more" if len(found) > _SHOWN else ""
        shown = ", ".join(map(repr, found[:_SHOWN])) + more
        raise SelectionNotFound(
            f"the source has no {kind} {', '.join(map(repr, missing))}; there are {shown or 'none'}"
        )
