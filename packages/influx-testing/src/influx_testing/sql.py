"""Rewrites SQL as the fake of InfluxDB 3 does before DataFusion plans it.

Rewriting a query needs no other library; running it needs DataFusion.
"""

from __future__ import annotations

from influx_testing._flavors.sql.rewriting import (
    FilledColumn,
    GapFillStep,
    RewriteError,
    RewrittenQuery,
    TimeBound,
    rewrite,
)

__all__ = [
    "FilledColumn",
    "GapFillStep",
    "RewriteError",
    "RewrittenQuery",
    "TimeBound",
    "rewrite",
]
