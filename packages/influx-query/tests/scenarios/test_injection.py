"""Whatever a user passes as a name or a value stays one token, on the real server too."""

import json
import re
import urllib.error
import urllib.parse
import urllib.request
import uuid

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from influx_query import field, measurement, param, parse, query, regex, tag
from influx_query import nodes as n

NASTY = st.one_of(
    st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=12),
    st.lists(
        st.sampled_from(["'", '"', "\\", "/", ";", "--", "/*", "*/", "\n", " OR ", "a", "$p", ")"]),
        max_size=8,
    ).map("".join),
)
QUICK = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def ask(url, text, params=None):
    form = {"q": text, "db": "injection", "params": json.dumps(params or {})}
    try:
        with urllib.request.urlopen(
            f"{url}/query", urllib.parse.urlencode(form).encode()
        ) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return json.load(error)


def assert_one_statement(url, text, params=None):
    """Send a statement and one that can't parse: that one's error must be the first."""
    error = ask(url, f"{text}; XXX", params)["error"]
    assert error.startswith("error parsing query: found XXX, expected SELECT"), (text, error)


@QUICK
@given(NASTY, NASTY, NASTY)
def test_names_and_values_come_out_as_they_went_in(name, key, value):
    statement = query(field(name)).from_(measurement(name)).where(**{key: value}).statement()
    assert statement.fields == (n.Field(n.VarRef(name)),)
    assert statement.sources == (n.Measurement(name),)
    assert statement.condition == n.BinaryExpr("=", n.VarRef(key), n.StringLiteral(value))


@QUICK
@given(NASTY)
def test_an_escaped_text_is_a_regex_for_itself(text):
    statement = query("a").from_("b").where(tag("c") == re.compile(re.escape(text))).statement()
    pattern = statement.condition.rhs.pattern
    assert re.compile(pattern.replace(r"\z", r"\Z")).fullmatch(text)


@QUICK
@given(NASTY, NASTY)
def test_the_server_reads_one_statement(influxd_url, name, value):
    made = (
        query(field(name).as_(name or "x"))
        .from_(measurement(name, database="db", retention_policy="rp"))
        .where(tag(name) == value, **{name: value})
        .where(tag("c") == regex(re.escape(value)))
        .group_by(name)
    )
    assert_one_statement(influxd_url, str(made))
    assert_one_statement(influxd_url, *made.bound())


@QUICK
@given(NASTY.filter(bool))
def test_the_name_of_a_parameter_is_quoted(influxd_url, name):
    made = query("a").from_("b").where(tag("c") == param(name))
    assert_one_statement(influxd_url, str(made), {name: "x"})


@QUICK
@given(NASTY, st.integers(-(2**63), 2**64 - 1), st.floats(allow_nan=False, allow_infinity=False))
def test_the_server_reads_every_number(influxd_url, name, integer, number):
    made = query("a").from_("b").where(field("c") != integer, **{name: number})
    assert_one_statement(influxd_url, str(made))


@QUICK
@given(NASTY, NASTY)
def test_statements_that_manage_are_as_safe(influxd_url, name, password):
    for statement in (
        n.CreateUserStatement(name, password),
        n.GrantStatement("READ", name, name),
        n.DropDatabaseStatement(name),
        n.CreateSubscriptionStatement(name, name, name, "ALL", (password,)),
    ):
        assert_one_statement(influxd_url, statement.render())


def test_a_quoted_value_finds_its_point(influxd_url):
    database = f"injection_{uuid.uuid4().hex}"
    ask(influxd_url, f"CREATE DATABASE {database}")
    value = r"it's \ \" OR 1=1; DROP DATABASE x --"
    text = value.replace("\\", "\\\\").replace('"', '\\"')
    write = f"{influxd_url}/write?db={database}"
    urllib.request.urlopen(write, f'm f="{text}" 1'.encode()).close()
    made = query("f").from_(measurement("m", database=database, retention_policy="autogen"))
    (result,) = ask(influxd_url, str(made.where(f=value)))["results"]
    assert result["series"][0]["values"][0][1] == value
    ask(influxd_url, f"DROP DATABASE {database}")


def test_raw_text_is_the_only_way_in():
    assert len(parse(str(query("a").from_('b"; DROP DATABASE c; --').where(d="e'; DROP --")))) == 1
