import json
import urllib.parse
import urllib.request
import uuid

import pytest

from influx_query import ValidationError, check_select, parse

MIXED = "mixing aggregate and non-aggregate queries is not supported"
ACCEPTED = [
    "SELECT mean(a) FROM m",
    "SELECT count(distinct(a)) FROM m",
    "SELECT count(distinct a) FROM m",
    "SELECT percentile(a, 90), b FROM m",
    "SELECT percentile(a, 90), mean(b) FROM m",
    "SELECT max(a), b FROM m",
    "SELECT max(a), * FROM m",
    "SELECT top(a, 2), b FROM m",
    "SELECT top(a, host, 2) FROM m",
    "SELECT sample(a, 2), max(b) FROM m",
    "SELECT derivative(mean(a), 1s) FROM m GROUP BY time(5m)",
    "SELECT abs(mean(a)) FROM m",
    "SELECT pow(2, a) FROM m",
    "SELECT pow(mean(a), /b/) FROM m",
    "SELECT max(a) + b FROM m",
    'SELECT "time", a FROM m',
    "SELECT a FROM m WHERE abs(a) > 5",
    "SELECT mean(a) FROM m GROUP BY time(5m, now()), host, /x/, *",
]
REFUSED = [
    ("SELECT mean() FROM m", "invalid number of arguments for mean, expected 1, got 0"),
    ("SELECT mean(a + b) FROM m", "expected field argument in mean()"),
    ("SELECT mean(abs(a)) FROM m", "expected field argument in mean()"),
    (
        "SELECT distinct(a), b FROM m",
        "aggregate function distinct() cannot be combined with other functions or fields",
    ),
    ("SELECT percentile(a, b) FROM m", "expected float argument in percentile()"),
    ("SELECT mean(a), b FROM m", "mixing aggregate and non-aggregate queries is not supported"),
    ("SELECT max(*), b FROM m", "mixing aggregate and non-aggregate queries is not supported"),
    (
        "SELECT derivative(a), b FROM m",
        "mixing aggregate and non-aggregate queries is not supported",
    ),
    (
        "SELECT max(a), min(b), c FROM m",
        "mixing multiple selector functions with tags or fields is not supported",
    ),
    ("SELECT a FROM m GROUP BY time(5m)", "GROUP BY requires at least one aggregate function"),
    ("SELECT top(a, b) FROM m", "expected integer as last argument in top(), found b"),
    ("SELECT top(a, 0) FROM m", "limit (0) in top function must be at least 1"),
    ("SELECT bottom(a, 5, 3) FROM m", "only fields or tags are allowed in bottom(), found 5"),
    (
        "SELECT top(a, 2), mean(b) FROM m",
        "selector function top() cannot be combined with other functions",
    ),
    ("SELECT derivative(a, 0s) FROM m", "duration argument must be positive, got 0s"),
    ("SELECT derivative(mean(a)) FROM m", "derivative aggregate requires a GROUP BY interval"),
    (
        "SELECT derivative(a) FROM m GROUP BY time(5m)",
        "aggregate function required inside the call to derivative",
    ),
    ("SELECT holt_winters(a, 1, 1) FROM m", "must use aggregate function with holt_winters"),
    ("SELECT abs('x') FROM m", "field must contain at least one variable"),
    ("SELECT abs(/a/) FROM m", "field must contain at least one variable"),
    ("SELECT abs((round(true))) FROM m", "field must contain at least one variable"),
    ("SELECT abs(2) FROM m", "field must contain at least one variable"),
    ("SELECT 2 + abs('x') FROM m", "field must contain at least one variable"),
    ("SELECT abs('x') + 2 FROM m", "cannot perform a binary expression on two literals"),
    ("SELECT pow(2) FROM m", "invalid number of arguments for pow, expected 2, got 1"),
    ("SELECT difference(distinct a) FROM m", "expected field argument in difference()"),
    (
        "SELECT difference(distinct a) FROM m GROUP BY time(5m)",
        "aggregate function required inside the call to difference",
    ),
    ("SELECT pow(a) FROM m", "invalid number of arguments for pow, expected 2, got 1"),
    ("SELECT nosuch(a) FROM m", "undefined function nosuch()"),
    ("SELECT time FROM m", "at least 1 non-time field must be queried"),
    ("SELECT mean(a) FROM m GROUP BY time(5)", "time dimension must have duration argument"),
    ("SELECT mean(a) FROM m GROUP BY time(1m), time(2m)", "multiple time dimensions not allowed"),
    ("SELECT mean(a) FROM m GROUP BY mean(a)", "only time() calls allowed in dimensions"),
    ("SELECT mean(a) FROM m GROUP BY 'x'", "only time and tag dimensions allowed"),
    ("SELECT a FROM m fill(linear)", "fill(linear) must be used with a function"),
    ("SELECT a FROM m WHERE time != 5", "invalid time comparison operator: !="),
    ("SELECT a FROM m WHERE mean(a) > 5", "invalid function call in condition: mean(a)"),
]


class Server:
    """A real server with a database of its own."""

    def __init__(self, url):
        self.url, self.database = url, f"semantics_{uuid.uuid4().hex}"

    def ask(self, text):
        """Give the error of a statement, or nothing."""
        form = urllib.parse.urlencode({"q": text, "db": self.database}).encode()
        with urllib.request.urlopen(f"{self.url}/query", form) as response:
            return json.load(response)["results"][0].get("error", "")


@pytest.fixture(scope="module")
def server(influxd_url):
    made = Server(influxd_url)
    made.ask(f'CREATE DATABASE "{made.database}"')
    yield made
    made.ask(f'DROP DATABASE "{made.database}"')


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_the_server_runs_is_accepted(text):
    check_select(parse(text)[0])


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_what_the_server_refuses_is_refused_in_its_words(text, reason):
    with pytest.raises(ValidationError) as caught:
        check_select(parse(text)[0])
    assert str(caught.value) == reason


@pytest.mark.parametrize("text", ACCEPTED)
def test_the_server_agrees_to_run_it(server, text):
    assert server.ask(text) == ""


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_the_server_gives_the_same_reason(server, text, reason):
    assert server.ask(text) == reason
