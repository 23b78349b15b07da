import pytest

from influx_query import parse
from influx_query.nodes import SelectStatement
from influx_testing._engine.select.plan.compile import compile_select
from influx_testing._engine.select.plan.select_plan import SelectPlan
from influx_testing.errors import StatementError


def compiled(fields: str, rest: str = "") -> SelectPlan:
    (statement,) = parse(f"SELECT {fields} FROM m {rest}", dialect="1.6")
    assert isinstance(statement, SelectStatement)
    return compile_select(statement, now=0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nosuch(v)", "undefined function nosuch()"),
        ("mean(v, 1)", "invalid number of arguments for mean, expected 1, got 2"),
        ("mean(1)", "expected field argument in mean()"),
        ("percentile(v, 'x')", "expected float argument in percentile()"),
        ("derivative(v, 10)", "must be a duration, got *influxql.IntegerLiteral"),
        ("derivative(v, 0s)", "duration argument must be positive, got 0s"),
        ("derivative(mean(v))", "derivative aggregate requires a GROUP BY interval"),
        ("moving_average(v, 1)", "moving_average window must be greater than 1, got 1"),
        ("top(v, 0)", "limit (0) in top function must be at least 1"),
        ("top(v, host)", "expected integer as last argument in top(), found host"),
        ("holt_winters(v, 1, 1)", "must use aggregate function with holt_winters"),
        ("mean(*) + 1", "unsupported expression with wildcard: mean()"),
        ("* + 1", "unable to use wildcard in a binary expression"),
        ("'x'", "field must contain at least one variable"),
        ("pow(v)", "invalid number of arguments for pow, expected 2, got 1"),
        ("sample(v, 0)", "sample window must be greater than 1, got 0"),
        ("distinct(*)", "expected field argument in distinct()"),
    ],
)
def test_wrong_arguments_are_refused_in_the_servers_words(text: str, message: str) -> None:
    with pytest.raises(StatementError) as caught:
        compiled(text)
    assert message in str(caught.value)


def test_a_limit_below_that_of_top_is_refused() -> None:
    with pytest.raises(StatementError, match=r"can not be larger than the LIMIT \(2\)"):
        compiled("top(v, 3)", "LIMIT 2")


def test_in_buckets_a_transformation_needs_an_aggregate() -> None:
    with pytest.raises(StatementError, match="aggregate function required inside the call"):
        compiled("difference(v)", "GROUP BY time(1s)")


@pytest.mark.parametrize("fields", ["max(v), host", "mean(v) + 1", "distinct(v)", "bottom(v, 2)"])
def test_fields_that_go_together_are_planned(fields: str) -> None:
    assert compiled(fields).fields


@pytest.mark.parametrize(
    ("fields", "rest", "message"),
    [
        ("mean(v), host", "", "mixing aggregate and non-aggregate queries is not supported"),
        ("distinct(v), v", "", "distinct() cannot be combined with other functions or fields"),
        ("bottom(v, 2), max(v)", "", "bottom() cannot be combined with other functions"),
        ("v + 1", "GROUP BY time(1s)", "GROUP BY requires at least one aggregate function"),
        ("v", "fill(none)", "fill(none) must be used with a function"),
        ("v", "WHERE mean(v) > 1", "invalid function call in condition: mean(v)"),
        ("mean(v)", "GROUP BY time(1s), time(2s)", "multiple time dimensions not allowed"),
        ("mean(v)", "GROUP BY time(1s, '2020-01-01')", "invalid time dimension offset: '2020-"),
        ("chande_momentum_oscillator(v, 0)", "", "period must be greater than or equal to 1"),
    ],
)
def test_fields_that_do_not_go_together_are_refused(fields: str, rest: str, message: str) -> None:
    with pytest.raises(StatementError) as caught:
        compiled(fields, rest)
    assert message in str(caught.value)
