"""SelectDialect: how InfluxQL of 1.x and of 3.x differ when a SELECT is executed.

The source of what 3.x does is its own planner, which turns InfluxQL into relational plans.
"""

from __future__ import annotations

from dataclasses import dataclass

from influx_testing._engine.select.functions.mathematics import V3_MATH_FUNCTIONS
from influx_testing._engine.select.run.evaluate import ExpressionRules

__all__ = ["V1_DIALECT", "V3_DIALECT", "SelectDialect"]


@dataclass(frozen=True, slots=True)
class SelectDialect:
    """The settings of one dialect.

    Attributes:
        in_select: how the expressions after SELECT are evaluated.
        in_where: how conditions are evaluated.
        sorts_rows: whether rows are sorted, after they are made, by measurement, tags of GROUP BY,
            time, and the selected tags, and are limited then; otherwise points are merged as the
            iterators of 1.x do.
        reads_ends: whether first() and last() over all of a span see only what LIMIT 1 reads.
        fills_unknown_fields: whether fill() with a number also fills the columns of fields that a
            measurement does not have.
        sees_shards: whether an answer shows which shards a query touches: columns are those of
            these shards, and the start of a span that has none wraps around; otherwise tables have
            a schema.
        refuses_mixed_columns: whether the sources of a query must agree which names are tags.
    """

    in_select: ExpressionRules
    in_where: ExpressionRules
    sorts_rows: bool
    reads_ends: bool
    fills_unknown_fields: bool
    sees_shards: bool
    refuses_mixed_columns: bool


V1_DIALECT = SelectDialect(
    in_select=ExpressionRules(float_division=True),
    in_where=ExpressionRules(float_division=False),
    sorts_rows=False,
    reads_ends=True,
    fills_unknown_fields=True,
    sees_shards=True,
    refuses_mixed_columns=False,
)
"""InfluxQL of 1.x."""

V3_DIALECT = SelectDialect(
    in_select=ExpressionRules(
        float_division=True,
        missing_quotient=0.0,
        truncates_in_bitwise=True,
        has_unsigned=True,
        functions=V3_MATH_FUNCTIONS,
    ),
    in_where=ExpressionRules(
        float_division=False,
        truncates_in_bitwise=True,
        has_unsigned=True,
        functions=V3_MATH_FUNCTIONS,
    ),
    sorts_rows=True,
    reads_ends=False,
    fills_unknown_fields=False,
    sees_shards=False,
    refuses_mixed_columns=True,
)
"""InfluxQL of 3.x."""
