"""What the fake of InfluxDB 3 makes of SQL before DataFusion plans it.

No library beyond this distribution is needed to rewrite a query; to run it DataFusion is.
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
