"""Rewrites SQL of InfluxDB 3 to SQL of DataFusion: pure functions of text, without tables."""

from __future__ import annotations

from influx_testing._flavors.sql.rewriting.column_sources import TimeBound
from influx_testing._flavors.sql.rewriting.filled_columns import FilledColumn
from influx_testing._flavors.sql.rewriting.gapfill_queries import GapFillStep
from influx_testing._flavors.sql.rewriting.query_rewriter import (
    RewriteError,
    RewrittenQuery,
    rewrite,
)

__all__ = ["FilledColumn", "GapFillStep", "RewriteError", "RewrittenQuery", "TimeBound", "rewrite"]
