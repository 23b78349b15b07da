"""Counts how long rows have been in a state: in rows and in time.

Source: https://docs.influxdata.com/flux/v0/stdlib/universe/statetracking/
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["state_counts", "state_durations"]

OUTSIDE = -1


def state_counts(states: Sequence[bool | None]) -> list[int]:
    """Return for each row how many rows in a row are in the state, or -1 outside of it."""
    result: list[int] = []
    count = 0
    for state in states:
        count = count + 1 if state else 0
        result.append(count or OUTSIDE)
    return result


def state_durations(states: Sequence[bool | None], times: Sequence[int], unit: int) -> list[int]:
    """Return for each row how many units of time the state has lasted, or -1 outside of it."""
    result: list[int] = []
    since: int | None = None
    for state, time in zip(states, times, strict=True):
        if not state:
            since = None
            result.append(OUTSIDE)
            continue
        since = time if since is None else since
        result.append((time - since) // unit)
    return result
