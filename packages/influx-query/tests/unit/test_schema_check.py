import pytest

from influx_query import MeasurementSchema, check, parse

SCHEMA = {
    "cpu": MeasurementSchema(
        {"usage": "float", "count": "integer", "state": "string", "on": "boolean"},
        {"host", "region"},
    )
}


def problems(text):
    return [problem.message for problem in check(parse(text)[0], SCHEMA)]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT mean(usage), max(count) FROM cpu WHERE host = 'a' GROUP BY host, time(5m)",
        'SELECT usage + count FROM cpu WHERE state =~ /x/ AND "on" = true AND usage > 1',
        "SELECT mean(load) FROM (SELECT usage * 2 AS load FROM cpu GROUP BY host) GROUP BY host",
        "SELECT max(max) FROM (SELECT max(usage) FROM cpu)",
        "SELECT * FROM /x/",
        "SHOW MEASUREMENTS",
    ],
)
def test_a_query_that_fits_has_no_problems(text):
    assert problems(text) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT usage FROM cpus", "there is no measurement cpus; did you mean cpu?"),
        ("SELECT usge FROM cpu", "there is no field or tag usge; did you mean usage?"),
        (
            "SELECT usage FROM cpu WHERE hots = 'a'",
            "there is no field or tag hots; did you mean host?",
        ),
        ("SELECT mean(state) FROM cpu", "mean() can't take state, which is string"),
        ("SELECT mean(host) FROM cpu", "mean() takes a field, and host is a tag"),
        ("SELECT usage FROM cpu WHERE host = 5", "comparing tag with integer finds nothing"),
        ("SELECT usage FROM cpu WHERE usage = 'a'", "comparing float with string finds nothing"),
        ("SELECT usage FROM cpu WHERE usage =~ /a/", "comparing float with regex finds nothing"),
        ("SELECT usage + state FROM cpu", "+ can't calculate with string"),
        ("SELECT mean(usage) FROM cpu GROUP BY state", "GROUP BY takes tags, and state is a field"),
        (
            "SELECT mean(usage), count FROM cpu",
            "mixing aggregate and non-aggregate queries is not supported",
        ),
        (
            "SELECT mean(x) FROM (SELECT state AS x FROM cpu)",
            "mean() can't take x, which is string",
        ),
    ],
)
def test_what_does_not_fit_is_told(text, message):
    assert problems(text) == [message]


def test_a_problem_knows_its_place():
    (problem,) = check(parse("EXPLAIN SELECT usge FROM cpu")[0], SCHEMA)
    assert str(problem.node) == "usge"
    assert str(problem).endswith("(usge)")
