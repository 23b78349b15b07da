"""What holds for every tree and for every text, tried with generated ones."""

import json
import string
import urllib.error
import urllib.parse
import urllib.request

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from influx_query import (
    InfluxQLSyntaxError,
    format,  # noqa: A004 - as in black
    is_read_only,
    parse,
    parse_expression,
    split_statements,
)
from influx_query import nodes as n
from influx_query._text.lexer import tokenize

CHARACTERS = st.characters(exclude_characters="\0\r", exclude_categories=["Cs"])
TEXTS = st.text(CHARACTERS, max_size=8)
NAMES = st.one_of(TEXTS.filter(bool), st.text(string.ascii_letters + "_", min_size=1, max_size=5))
BARE_NAMES = st.text(string.ascii_lowercase, min_size=1, max_size=5).filter(
    lambda name: name not in ("distinct", "fill", "tz") and tokenize(name).kinds[0] == "IDENT"
)
COUNTS = st.integers(0, 2**40)
DURATIONS = st.integers(0, 2**62)
PATTERNS = st.sampled_from(["a", "^a/b$", r"[/\\x]\.", r"\/", "(a|b)*", r"\d+", ""])
TYPES = st.sampled_from(["", "float", "integer", "unsigned", "string", "boolean", "tag", "field"])

variables = st.builds(n.VarRef, NAMES.filter(lambda name: name != "*"), TYPES)
regexes = st.builds(n.RegexLiteral, PATTERNS)
numbers = st.one_of(
    st.builds(n.IntegerLiteral, st.integers(-(2**63), 2**63 - 1)),
    st.builds(n.UnsignedLiteral, st.integers(2**63, 2**64 - 1)),
    st.builds(n.NumberLiteral, st.floats(allow_nan=False, allow_infinity=False)),
    st.builds(n.DurationLiteral, st.integers(-(2**62), 2**62)),
)
leaves = st.one_of(
    variables,
    numbers,
    st.builds(n.StringLiteral, TEXTS),
    st.builds(n.BooleanLiteral, st.booleans()),
)


def grow(operators):
    """Make expressions whose operands stand in parentheses, so that printing adds none."""

    def more(inner):
        wrapped = st.one_of(leaves, st.builds(n.ParenExpr, inner))
        return st.one_of(
            st.builds(n.BinaryExpr, st.sampled_from(operators), wrapped, wrapped),
            st.builds(
                n.Call, BARE_NAMES, st.lists(st.one_of(inner, regexes), max_size=3).map(tuple)
            ),
            st.builds(n.BinaryExpr, st.sampled_from(["=~", "!~"]), variables, regexes)
            if "=" in operators
            else wrapped,
        )

    return st.recursive(leaves, more, max_leaves=8)


ARITHMETIC = ["+", "-", "*", "/", "%", "&", "|", "^"]
conditions = grow([*ARITHMETIC, "=", "!=", "<", "<=", ">", ">=", "AND", "OR"])
fields = st.builds(
    n.Field,
    st.one_of(grow(ARITHMETIC), regexes, st.builds(n.Wildcard)),
    st.one_of(st.just(""), NAMES),
)
measurements = st.one_of(
    st.builds(n.Measurement, NAMES),
    st.builds(n.Measurement, NAMES, NAMES, st.one_of(st.just(""), NAMES)),
    st.builds(n.Measurement, st.just(""), st.just(""), NAMES, regexes),
)
dimensions = st.one_of(
    st.builds(n.VarRef, NAMES),
    regexes,
    st.builds(n.Wildcard),
    st.builds(n.Call, st.just("time"), st.tuples(st.builds(n.DurationLiteral, DURATIONS))),
).map(n.Dimension)
fills = st.one_of(
    st.sampled_from(["null", "none", "previous", "linear"]).map(n.Fill),
    st.builds(n.Fill, st.just("number"), st.integers(-(2**63), 2**63 - 1)),
)


def selects(sources):
    return st.builds(
        n.SelectStatement,
        fields=st.lists(fields, min_size=1, max_size=3).map(tuple),
        sources=st.lists(sources, min_size=1, max_size=2).map(tuple),
        target=st.one_of(st.none(), st.builds(n.Target, TEXTS, NAMES, NAMES)),
        condition=st.one_of(st.none(), conditions),
        dimensions=st.lists(dimensions, max_size=3).map(tuple),
        fill=fills,
        sort_fields=st.sampled_from([(), (n.SortField("time", False),), (n.SortField(),)]),
        limit=COUNTS,
        offset=COUNTS,
        slimit=COUNTS,
        soffset=COUNTS,
        location=st.sampled_from(["", "UTC"]),
    )


MAYBE_NAMES = st.one_of(st.just(""), NAMES)
MAYBE_CONDITIONS = st.one_of(st.none(), conditions)
MEASUREMENTS = st.lists(measurements, max_size=2).map(tuple)
LOCAL = st.lists(st.builds(n.Measurement, NAMES), min_size=1, max_size=2).map(tuple)
SORTED = st.sampled_from([(), (n.SortField("time", False),), (n.SortField(),)])
PRIVILEGES = st.sampled_from(["READ", "WRITE", "ALL PRIVILEGES"])
IDS = st.integers(0, 2**64 - 1)
OPTIONAL_DURATIONS = st.one_of(st.none(), DURATIONS)
WITH_KEY = st.one_of(
    st.tuples(st.sampled_from(["=", "!="]), st.builds(n.StringLiteral, TEXTS)),
    st.tuples(st.sampled_from(["=~", "!~"]), regexes),
    st.tuples(
        st.just("IN"), st.builds(n.ListLiteral, st.lists(TEXTS, min_size=1, max_size=3).map(tuple))
    ),
)
CLAUSES = {
    "sources": MEASUREMENTS,
    "condition": MAYBE_CONDITIONS,
    "sort_fields": SORTED,
    "limit": COUNTS,
    "offset": COUNTS,
}
COUNTED = {
    "exact": st.booleans(),
    "database": MAYBE_NAMES,
    "sources": MEASUREMENTS,
    "condition": MAYBE_CONDITIONS,
    "dimensions": st.lists(dimensions, max_size=1).map(tuple),
    "limit": COUNTS,
    "offset": COUNTS,
}


def with_key(kind, **attributes):
    return WITH_KEY.flatmap(
        lambda key: st.builds(kind, operator=st.just(key[0]), tag_key=st.just(key[1]), **attributes)
    )


FAMILIES = {
    n.SelectStatement: selects(
        st.one_of(measurements, st.builds(n.SubQuery, selects(measurements)))
    ),
    n.ExplainStatement: st.builds(
        n.ExplainStatement, selects(measurements), st.booleans(), st.booleans()
    ),
    n.CreateDatabaseStatement: st.builds(
        n.CreateDatabaseStatement,
        *(TEXTS, DURATIONS, st.integers(1, 9), DURATIONS, DURATIONS, DURATIONS, TEXTS),
    ),
    n.DropDatabaseStatement: st.builds(n.DropDatabaseStatement, TEXTS),
    n.ShowDatabasesStatement: st.just(n.ShowDatabasesStatement()),
    n.CreateRetentionPolicyStatement: st.builds(
        n.CreateRetentionPolicyStatement,
        *(TEXTS, TEXTS, DURATIONS, st.integers(1, 9), DURATIONS, DURATIONS, DURATIONS),
        st.booleans(),
    ),
    n.AlterRetentionPolicyStatement: st.builds(
        n.AlterRetentionPolicyStatement,
        *(TEXTS, TEXTS, DURATIONS, st.one_of(st.none(), st.integers(1, 9))),
        *(OPTIONAL_DURATIONS, OPTIONAL_DURATIONS, OPTIONAL_DURATIONS, st.booleans()),
    ),
    n.DropRetentionPolicyStatement: st.builds(n.DropRetentionPolicyStatement, TEXTS, TEXTS),
    n.ShowRetentionPoliciesStatement: st.builds(n.ShowRetentionPoliciesStatement, MAYBE_NAMES),
    n.CreateContinuousQueryStatement: st.builds(
        n.CreateContinuousQueryStatement,
        *(TEXTS, TEXTS),
        st.builds(
            n.SelectStatement,
            fields=st.tuples(st.builds(n.Field, variables)),
            sources=st.tuples(measurements),
            target=st.builds(n.Target, TEXTS, NAMES, NAMES),
            condition=MAYBE_CONDITIONS,
        ),
    ),
    n.DropContinuousQueryStatement: st.builds(n.DropContinuousQueryStatement, TEXTS, TEXTS),
    n.ShowContinuousQueriesStatement: st.just(n.ShowContinuousQueriesStatement()),
    n.CreateSubscriptionStatement: st.builds(
        n.CreateSubscriptionStatement,
        *(TEXTS, TEXTS, TEXTS, st.sampled_from(["ALL", "ANY"])),
        st.lists(TEXTS, min_size=1).map(tuple),
    ),
    n.DropSubscriptionStatement: st.builds(n.DropSubscriptionStatement, TEXTS, TEXTS, TEXTS),
    n.ShowSubscriptionsStatement: st.just(n.ShowSubscriptionsStatement()),
    n.CreateUserStatement: st.builds(n.CreateUserStatement, TEXTS, TEXTS, st.booleans()),
    n.SetPasswordUserStatement: st.builds(n.SetPasswordUserStatement, TEXTS, TEXTS),
    n.DropUserStatement: st.builds(n.DropUserStatement, TEXTS),
    n.ShowUsersStatement: st.just(n.ShowUsersStatement()),
    n.ShowGrantsForUserStatement: st.builds(n.ShowGrantsForUserStatement, TEXTS),
    n.GrantStatement: st.builds(n.GrantStatement, PRIVILEGES, TEXTS, TEXTS),
    n.GrantAdminStatement: st.builds(n.GrantAdminStatement, TEXTS),
    n.RevokeStatement: st.builds(n.RevokeStatement, PRIVILEGES, TEXTS, TEXTS),
    n.RevokeAdminStatement: st.builds(n.RevokeAdminStatement, TEXTS),
    n.ShowShardsStatement: st.just(n.ShowShardsStatement()),
    n.ShowShardGroupsStatement: st.just(n.ShowShardGroupsStatement()),
    n.DropShardStatement: st.builds(n.DropShardStatement, IDS),
    n.ShowQueriesStatement: st.just(n.ShowQueriesStatement()),
    n.KillQueryStatement: st.builds(n.KillQueryStatement, IDS, MAYBE_NAMES),
    n.ShowDiagnosticsStatement: st.builds(n.ShowDiagnosticsStatement, TEXTS),
    n.ShowStatsStatement: st.builds(n.ShowStatsStatement, TEXTS),
    n.ShowMeasurementsStatement: st.one_of(
        st.builds(
            n.ShowMeasurementsStatement,
            database=st.one_of(st.just("*"), NAMES),
            retention_policy=st.one_of(st.just("*"), MAYBE_NAMES),
            condition=MAYBE_CONDITIONS,
        ),
        measurements.flatmap(
            lambda source: st.builds(
                n.ShowMeasurementsStatement,
                operator=st.just("=~" if source.regex else "="),
                source=st.just(source),
                condition=MAYBE_CONDITIONS,
                sort_fields=SORTED,
                limit=COUNTS,
                offset=COUNTS,
            )
        ),
    ),
    n.ShowMeasurementCardinalityStatement: st.builds(
        n.ShowMeasurementCardinalityStatement, **COUNTED
    ),
    n.DropMeasurementStatement: st.builds(n.DropMeasurementStatement, TEXTS),
    n.ShowSeriesStatement: st.builds(n.ShowSeriesStatement, MAYBE_NAMES, **CLAUSES),
    n.ShowSeriesCardinalityStatement: st.builds(n.ShowSeriesCardinalityStatement, **COUNTED),
    n.DropSeriesStatement: st.builds(n.DropSeriesStatement, LOCAL, MAYBE_CONDITIONS),
    n.DeleteSeriesStatement: st.builds(n.DeleteSeriesStatement, LOCAL, MAYBE_CONDITIONS),
    n.ShowFieldKeysStatement: st.builds(
        n.ShowFieldKeysStatement, MAYBE_NAMES, MEASUREMENTS, SORTED, COUNTS, COUNTS
    ),
    n.ShowFieldKeyCardinalityStatement: st.builds(n.ShowFieldKeyCardinalityStatement, **COUNTED),
    n.ShowTagKeysStatement: st.one_of(
        st.builds(n.ShowTagKeysStatement, MAYBE_NAMES, **CLAUSES, slimit=COUNTS, soffset=COUNTS),
        with_key(n.ShowTagKeysStatement, database=MAYBE_NAMES, **CLAUSES),
    ),
    n.ShowTagKeyCardinalityStatement: st.builds(n.ShowTagKeyCardinalityStatement, **COUNTED),
    n.ShowTagValuesStatement: with_key(n.ShowTagValuesStatement, database=MAYBE_NAMES, **CLAUSES),
    n.ShowTagValuesCardinalityStatement: with_key(n.ShowTagValuesCardinalityStatement, **COUNTED),
}
statements = st.one_of(*FAMILIES.values())


def test_every_statement_is_generated():
    classes = (getattr(n, name) for name in n.__all__ if name.endswith("Statement"))
    assert set(FAMILIES) == {kind for kind in classes if kind is not n.Statement}


@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("kind", FAMILIES, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_each_statement_parses_to_itself_and_again_in_pieces(kind, data):
    statement = data.draw(FAMILIES[kind])
    assert type(statement) is kind
    text = statement.render()
    assert parse(text) == (statement,)
    assert len(split_statements(text)) == 1
    assert parse(format(text)) == (statement,)


@settings(max_examples=300, deadline=None)
@given(statements)
def test_the_text_for_the_wire_parses_to_the_same_tree(statement):
    assert parse(statement.render()) == (statement,)


@settings(max_examples=200, deadline=None)
@given(selects(measurements))
def test_canonical_text_parses_to_the_same_tree(statement):
    assert parse(str(statement)) == (statement,)


@settings(max_examples=200, deadline=None)
@given(conditions)
def test_an_expression_parses_to_itself(expression):
    assert parse_expression(str(expression)) == expression


@settings(max_examples=100, deadline=None)
@given(selects(measurements))
def test_formatting_keeps_the_meaning(statement):
    assert parse(format(statement.render())) == (statement,)


WORDS = "SELECT FROM WHERE AND OR GROUP BY INTO SHOW TAG VALUES WITH KEY IN CREATE DATABASE DELETE"
SYMBOLS = "* , ; ( ) = =~ :: -- /* */ \\ ' \" /"
OPERANDS = "time(5m) fill(0) /x/ 'a' \"b\" a.b 5 5.5 1h $p é"
SNIPPETS = st.sampled_from([*f"{WORDS} {SYMBOLS} {OPERANDS}".split(), "\n", "\0"])
WILD = st.one_of(st.text(max_size=40), st.lists(SNIPPETS, max_size=12).map(" ".join))


@settings(max_examples=1000, deadline=None)
@given(WILD)
def test_any_text_is_parsed_or_refused_with_our_own_error(text):
    try:
        parsed = parse(text, {"p": 1})
    except InfluxQLSyntaxError:
        return
    assert parse(";".join(each.render() for each in parsed)) == parsed


@settings(max_examples=300, deadline=None)
@given(WILD)
def test_any_text_can_be_split_and_judged(text):
    assert isinstance(is_read_only(text), bool)
    assert all(
        piece in text.replace("\r\n", "\n").replace("\r", "\n") for piece in split_statements(text)
    )


class Server:
    """The parser of a real server: what it is asked ends in an error, so that nothing runs."""

    def __init__(self, url):
        self.url = f"{url}/query"

    def error(self, text):
        """Give the error of parsing a text, `UNPARSABLE` behind it."""
        form = urllib.parse.urlencode({"q": text + UNPARSABLE, "db": "x"}).encode()
        try:
            with urllib.request.urlopen(self.url, form) as response:
                return response.read().decode()
        except urllib.error.HTTPError as error:
            return json.load(error)["error"].removeprefix("error parsing query: ")


UNPARSABLE = "\n; XXX"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(selects(st.one_of(measurements, st.builds(n.SubQuery, selects(measurements)))))
def test_the_server_accepts_what_is_rendered(influxd_url, statement):
    assert Server(influxd_url).error(statement.render()).startswith("found XXX, expected SELECT")


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.parametrize("kind", FAMILIES, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_the_server_accepts_every_statement_that_is_rendered(influxd_url, kind, data):
    text = data.draw(FAMILIES[kind]).render()
    try:
        parse(text, dialect="1.6")
        expected = "found XXX, expected SELECT"
    except InfluxQLSyntaxError as error:  # a clause that came after 1.6
        expected = error.message
    assert Server(influxd_url).error(text).startswith(expected), text


@settings(max_examples=400, deadline=None)
@given(WILD.map(";{}".format).filter(lambda text: "\0" not in text))
def test_the_server_says_the_same_of_any_text(influxd_url, text):
    with pytest.raises(InfluxQLSyntaxError) as caught:
        parse(text + UNPARSABLE, dialect="1.6")
    assert Server(influxd_url).error(text) == caught.value.message


@pytest.mark.slow
def test_a_megabyte_is_parsed():
    text = "SELECT a FROM b WHERE " + " AND ".join(f"c = 'value {i}'" for i in range(50_000))
    assert len(text) > 10**6
    (statement,) = parse(text)
    assert str(statement) == text
