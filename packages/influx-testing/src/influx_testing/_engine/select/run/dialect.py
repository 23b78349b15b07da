"""SelectDialect: how the execution of a SELECT differs between 1.x and 3.x.

The behaviour of 3.x follows its planner, which converts InfluxQL into relational plans.
"""

from __future__ import annotations

from dataclasses import dataclass

from influx_testing._engine.select.functions.v3_mathematics import V3_MATH_FUNCTIONS
from influx_testing._engine.select.run.evaluate import ExpressionRules

__all__ = ["V1_DIALECT", "V3_DIALECT", "SelectDialect"]


@dataclass(frozen=True, slots=True)
class SelectDialect:
    """The settings of one dialect.

    Attributes:
        in_select: how the expressions after SELECT are evaluated.
        in_where: how conditions are evaluated for stored points.
        in_outer_where: how conditions are evaluated for the rows of a subquery.
        sorts_rows: whether complete rows are sorted by measurement, tags of GROUP BY, time and
            selected tags, and then limited. If false, points are merged in the order of the
            iterators of 1.x.
        reads_ends: whether first() and last() without buckets read only what LIMIT 1 reads.
        fills_unknown_fields: whether fill() with a number also fills the columns of fields that a
            measurement does not have.
        sees_shards: whether a result depends on the shards that a query reads: its columns are
            those of these shards, and the start of a time range without shards overflows. If false,
            the schema of the table determines the columns.
        refuses_mixed_columns: whether a query is refused if a name is a tag in one of its sources
            and a field in another.
        panics_without_pattern: whether the server fails at `=~` without a pattern alone behind it.
        has_distinct_everywhere: whether `DISTINCT a` means `distinct(a)` in subqueries and
            calculations too.
        keeps_times: whether `time` names a field in subqueries, and behind the time column.
        has_indicators: whether there are the functions of technical analysis.
        averages_as_floats: whether mean() and fill(linear) calculate with integers as floats; if
            false, sums and differences have 64 bits.
        has_pauses: whether a bucket without a result of its function can end the results.
    """

    in_select: ExpressionRules
    in_where: ExpressionRules
    in_outer_where: ExpressionRules
    sorts_rows: bool
    reads_ends: bool
    fills_unknown_fields: bool
    sees_shards: bool
    refuses_mixed_columns: bool
    panics_without_pattern: bool
    has_distinct_everywhere: bool
    keeps_times: bool
    has_indicators: bool
    averages_as_floats: bool
    has_pauses: bool


V1_DIALECT = SelectDialect(
    in_select=ExpressionRules(float_division=True, missing_is_false="all"),
    in_where=ExpressionRules(
        float_division=False, missing_is_false="operations", reads_name_once=True
    ),
    in_outer_where=ExpressionRules(
        float_division=False, missing_is_false="all", reads_name_once=True
    ),
    sorts_rows=False,
    reads_ends=True,
    fills_unknown_fields=True,
    sees_shards=True,
    refuses_mixed_columns=False,
    panics_without_pattern=True,
    has_distinct_everywhere=False,
    keeps_times=True,
    has_indicators=True,
    averages_as_floats=False,
    has_pauses=True,
)
"""InfluxQL of 1.x."""

_V3_CONDITIONS = ExpressionRules(
    float_division=False,
    truncates_in_bitwise=True,
    unsigned_by_value=True,
    functions=V3_MATH_FUNCTIONS,
)

V3_DIALECT = SelectDialect(
    in_select=ExpressionRules(
        float_division=True,
        missing_quotient=0.0,
        truncates_in_bitwise=True,
        unsigned_by_value=True,
        functions=V3_MATH_FUNCTIONS,
    ),
    in_where=_V3_CONDITIONS,
    in_outer_where=_V3_CONDITIONS,
    sorts_rows=True,
    reads_ends=False,
    fills_unknown_fields=False,
    sees_shards=False,
    refuses_mixed_columns=True,
    panics_without_pattern=False,
    has_distinct_everywhere=True,
    keeps_times=False,
    has_indicators=False,
    averages_as_floats=True,
    has_pauses=False,
)
"""InfluxQL of 3.x."""
