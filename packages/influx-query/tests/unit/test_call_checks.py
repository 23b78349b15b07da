import pytest

from influx_query import ValidationError, parse_expression
from influx_query._validate.call_checks import CallValidator
from influx_query.functions import available_functions


def check(text, *, has_interval=False, limit=0, version="1.6"):
    checker = CallValidator(
        available_functions(version), has_interval=has_interval, limit=limit, inherited=False
    )
    checker.check_field(parse_expression(text))
    return checker


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nosuch(v)", "undefined function nosuch()"),
        (
            "relative_strength_index(v, 3, -2)",
            "relative_strength_index hold period must be greater than or equal to 0",
        ),
        (
            "relative_strength_index(v, 3, -1, 'none')",
            "relative_strength_index warmup type must be one of: 'exponential' 'simple'",
        ),
        (
            "relative_strength_index(v, 3, 1, 5)",
            "relative_strength_index warmup type must be a string",
        ),
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
def test_wrong_arguments_are_refused_in_the_servers_words(text, message):
    with pytest.raises(ValidationError) as caught:
        check(text)
    assert message in str(caught.value)


def test_a_limit_below_that_of_top_is_refused():
    with pytest.raises(ValidationError, match=r"can not be larger than the LIMIT \(2\)"):
        check("top(v, 3)", limit=2)


def test_in_buckets_a_transformation_needs_an_aggregate():
    with pytest.raises(ValidationError, match="aggregate function required inside the call"):
        check("difference(v)", has_interval=True)


def test_it_knows_what_a_field_means_for_the_statement():
    assert check("max(v)").only_selectors
    assert not check("mean(v)").only_selectors
    assert check("v + 1").has_columns
    assert check("distinct(v)").has_distinct
    assert check("bottom(v, 2)").ranking == "bottom"


def test_a_version_has_no_functions_of_later_ones():
    with pytest.raises(ValidationError, match="undefined function relative_strength_index"):
        check("relative_strength_index(v, 3)", version="1.5")
    check("relative_strength_index(v, 3)")
