import pytest

from influx_query import InfluxQLSyntaxError, parse, parse_expression, walk
from influx_query.nodes import (
    BinaryExpr,
    BooleanLiteral,
    Call,
    DurationLiteral,
    Field,
    IntegerLiteral,
    Measurement,
    NumberLiteral,
    ParenExpr,
    RegexLiteral,
    SelectStatement,
    ShowSeriesStatement,
    StringLiteral,
    Target,
    UnsignedLiteral,
    VarRef,
)


def error_of(text, **more):
    with pytest.raises(InfluxQLSyntaxError) as caught:
        parse(text, **more)
    return caught.value.message


def test_a_query_is_a_tree():
    (statement,) = parse("SELECT mean(value) AS load INTO :y FROM x".replace(":y", "y"))
    assert statement == SelectStatement(
        fields=(Field(Call("mean", (VarRef("value"),)), "load"),),
        sources=(Measurement("x"),),
        target=Target("y"),
    )


@pytest.mark.parametrize("text", ["cpu, /x/", "cpu ,/x/", "a.b.c,/x/", "cpu./x/,/y/", "/x/,/y/"])
def test_a_regex_may_follow_a_comma_and_a_blank(text):
    assert len(parse(f"SELECT a FROM {text}")[0].sources) == 2


@pytest.mark.parametrize("text", ["b.:MEASUREMENT", "b :MEASUREMENT", "a.b\n:MEASUREMENT", "b. c"])
def test_the_name_of_each_source_is_a_target(text):
    (statement,) = parse(f"SELECT a INTO {text} FROM d")
    assert statement.target.name in ("", "c")


def test_the_newest_dialect_reads_the_keys_of_show_tag_keys():
    text = "SHOW TAG KEYS FROM cpu WITH KEY IN (host, region) WHERE a = 'b'"
    (statement,) = parse(text)
    assert str(statement) == "SHOW TAG KEYS FROM cpu WHERE a = 'b'"
    assert statement.render() == text
    for key in ("= host", "!= host", "=~ /h/", "!~ /h/"):
        assert parse(f"SHOW TAG KEYS WITH KEY {key}")[0].render().endswith(key)
    assert "found WITH, expected ;" in error_of(text, dialect="1.6")


def test_a_dialect_that_is_unknown_is_refused_with_those_there_are():
    for function in (parse, parse_expression):
        with pytest.raises(ValueError, match=r"dialect='1.8' is unknown; there are latest, 1\.6"):
            function("a", dialect="1.8")


@pytest.mark.parametrize("text", [5, None, b"SHOW DATABASES"])
def test_what_is_no_text_is_refused(text):
    with pytest.raises(TypeError, match="InfluxQL is text"):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "CREATE USER a WITH PASSWORD 'secret' FOO",
        "SET PASSWORD FOR a = 'secret' FOO",
        "SHOW USERS; SET PASSWORD FOR a = 'secret'; FOO",
        "CREATE USER a WITH PASSWORD 'secret",
        "CREATE USER a WITH PASSWORD 'secr\\xet'",
        "CREATE USER a WITH PASSWORD\n'sec\\'ret secret' FOO",
    ],
)
def test_a_syntax_error_shows_no_password(text):
    with pytest.raises(InfluxQLSyntaxError) as caught:
        parse(text)
    shown = f"{caught.value!s} {caught.value.text} {caught.value.picture}"
    assert "secret" not in shown.replace(caught.value.message, "")
    assert caught.value.text.replace("*", "").startswith(text.partition("'")[0])


def test_semicolons_may_be_many_and_statements_none():
    assert parse(";; ;") == ()
    assert len(parse("SHOW DATABASES;;SHOW USERS;")) == 2


def test_two_statements_need_a_semicolon():
    assert error_of("SHOW DATABASES SHOW USERS") == "found SHOW, expected ; at line 1, char 16"


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("9223372036854775807", IntegerLiteral(2**63 - 1)),
        ("9223372036854775808", UnsignedLiteral(2**63)),
        ("-9223372036854775808", IntegerLiteral(-(2**63))),
        ("18446744073709551615", UnsignedLiteral(2**64 - 1)),
        ("1.", NumberLiteral(1.0)),
        ("-.5", NumberLiteral(-0.5)),
        ("1h30m", DurationLiteral(5400 * 10**9)),
        ("true", BooleanLiteral(True)),
        ("'a'", StringLiteral("a")),
        ("a.b", VarRef("a.b")),
        ("a::float", VarRef("a", "float")),
    ],
)
def test_a_literal_or_a_name_is_an_expression(text, node):
    assert parse_expression(text) == node


def test_operators_bind_as_tightly_as_they_should():
    assert parse_expression("a OR b AND c = d + e * f") == BinaryExpr(
        "OR",
        VarRef("a"),
        BinaryExpr(
            "AND",
            VarRef("b"),
            BinaryExpr(
                "=",
                VarRef("c"),
                BinaryExpr("+", VarRef("d"), BinaryExpr("*", VarRef("e"), VarRef("f"))),
            ),
        ),
    )


def test_operators_of_a_kind_group_from_the_left():
    assert parse_expression("a - b - c") == BinaryExpr(
        "-", BinaryExpr("-", VarRef("a"), VarRef("b")), VarRef("c")
    )


def test_a_sign_before_a_name_multiplies():
    assert str(parse_expression("-a")) == "-1 * a"
    assert parse_expression("-(-4)") == BinaryExpr(
        "*", IntegerLiteral(-1), ParenExpr(IntegerLiteral(-4))
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT a FROM b WHERE c = 18446744073709551616", "unable to parse integer"),
        ("SELECT a FROM b WHERE c = -9223372036854775809", "underflows int64"),
        ("SELECT a FROM b WHERE c = 106752d", "overflowed duration 106752d"),
        ("SELECT a FROM b WHERE c = 5i", "invalid duration"),
        ("SELECT (a > 1) + (b < 2) FROM c", "invalid operator < in SELECT clause"),
        ("SELECT a FROM b.c.d.e", 'too many segments in "b"."c"."d".e at line 1, char 1'),
        ("SELECT a FROM b fill(0) + 1", "fill must be a function call"),
        ("SELECT a FROM b tz('x')", "unable to find time zone x"),
        ("SELECT a FROM b ORDER BY time, time", "only ORDER BY time supported at this time"),
        ("SELECT a FROM b LIMIT 1.5", "found 1.5, expected integer at line 1, char 23"),
        ("SELECT count (a) FROM b", "found (, expected FROM at line 1, char 14"),
        ("SELECT a .b FROM c", "found ., expected FROM at line 1, char 10"),
        ("SELECT a:: float FROM c", "found  , expected float, integer, string, boolean"),
        ("SELECT a FROM cpu /x/", "found  , expected regex at line 1, char 18"),
        ("SELECT a FROM cpu,/x/", "found ,, expected regex at line 1, char 18"),
        ("SELECT a FROM a.b;/x/", "found ;, expected regex at line 1, char 18"),
        ("SELECT a FROM cpu=~/x/", "found =~, expected regex at line 1, char 18"),
        ("SELECT a FROM cpu//x/", "found /, expected regex at line 1, char 18"),
        ("SELECT a FROM cpu--c\n/x/", "found , expected regex at line 1, char 18"),
        ("SELECT a FROM cpu/* c *//x/", "found , expected regex at line 1, char 18"),
        ("SELECT a FROM cpu'x'/b/", "found x, expected regex at line 1, char 17"),
        ("SHOW SERIES FROM cpu,/x/", "found ,, expected regex at line 1, char 21"),
        ("SELECT *:: field FROM cpu", "found  , expected field, tag at line 1, char 11"),
        ("SELECT a INTO b:MEASUREMENT FROM c", "found :, expected FROM at line 1, char 16"),
        ("SELECT a INTO b ::MEASUREMENT FROM c", "found ::, expected : at line 1, char 17"),
        (
            "CREATE CONTINUOUS QUERY a ON b BEGIN SELECT mean(c) INTO d FROM /e/ END",
            "found e, expected GROUP BY time(...) at line 1, char 64",
        ),
        ("SELECT a FROM b GROUP BY /c/ , d", "found ,, expected ; at line 1, char 30"),
        ("SELECT a./c/ FROM b", "found FROM, expected identifier, string, number, bool"),
        ("SELECT /* c */ a FROM b", "missing argument to repetition operator: `*`"),
        ("SELECT a FROM b WHERE c =~ /[/", "missing closing ]: `[` at line 1, char 27"),
        ("SELECT a FROM b WHERE c =~ /x", "bad regex:  at line 1, char 27"),
        ("SELECT a FROM b WHERE 'x", "found x, expected identifier, string, number, bool"),
        ("SELECT a FROM b WHERE c ! d", "found !, expected ; at line 1, char 25"),
        ("CREATE SUBSCRIPTION s ON a b DESTINATIONS ALL 'x'", "found  , expected . at line 1"),
        ("ALTER RETENTION POLICY r ON d DURATION 1h DURATION 1h", "found duplicate DURATION"),
        ("DELETE FROM a.b, c..d", "database not supported at line 1, char 1"),
        ("KILL QUERY 99999999999999999999", "value out of range at line 1, char 12"),
        ("SHOW MEASUREMENTS WITH MEASUREMENT > a", "found >, expected =, =~ at line 1"),
    ],
)
def test_what_is_not_influxql_is_refused_in_gos_words(text, message):
    assert message in error_of(text)


@pytest.mark.parametrize(
    ("text", "char"),
    [
        ("SELECT", 8),
        ('SELECT "a"', 11),
        ("SELECT a ", 11),
        ("SELECT a -- c", 15),
        ('SELECT a FROM "b".', 20),
        ("SELECT a FROM b WHERE c =", 26),
        ("SELECT a FROM b WHERE c =~", 28),
    ],
)
def test_the_end_of_the_text_is_where_go_sees_it(text, char):
    assert error_of(text).endswith(f"at line 1, char {char}")


def test_exact_alone_changes_nothing():
    assert parse("SHOW SERIES EXACT LIMIT 1") == (ShowSeriesStatement(limit=1),)


def test_the_old_dialect_prints_three_decimals_and_knows_no_later_clauses():
    (statement,) = parse("SELECT a FROM b WHERE c > 0.123456", dialect="1.6")
    assert str(statement).endswith("c > 0.123")
    assert statement.render().endswith("c > 0.123456")
    assert "found *" in error_of("SHOW MEASUREMENTS ON *", dialect="1.6")


def test_parameters_are_values():
    text = "SELECT $f FROM b WHERE c = $v AND d =~ $r AND time > $t"
    params = {
        "f": {"identifier": "my field"},
        "v": "it's",
        "r": {"regex": "a/b"},
        "t": {"duration": "1h"},
    }
    (statement,) = parse(text, params)
    assert statement.fields[0].expr == VarRef("my field")
    assert RegexLiteral("a/b") in list(walk(statement))
    assert StringLiteral("it's") in list(walk(statement))


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "missing parameter: p"),
        ({"p": None}, "missing parameter: unable to bind parameter with type <nil>"),
        ({"p": {"x": 1}}, "missing parameter: unknown bind object type: x"),
        ({"p": {"integer": "1"}}, "integer literal must be an integer value"),
        ({"p": {"duration": "x"}}, "invalid duration"),
    ],
)
def test_a_parameter_that_cannot_be_bound_is_an_error(params, message):
    assert message in error_of("SELECT a FROM b WHERE c = $p", params=params)


def test_an_expression_ends_with_the_text():
    with pytest.raises(InfluxQLSyntaxError, match="found b, expected EOF"):
        parse_expression("a b")


@pytest.mark.slow
def test_a_long_chain_is_no_problem_anywhere():
    text = " AND ".join(f"a{index} = {index}" for index in range(20_000))
    first, second = parse_expression(text), parse_expression(text)
    assert str(first) == text
    assert first == second
    assert hash(first) == hash(second)
    assert repr(first).startswith("BinaryExpr(op='AND'")
    assert sum(1 for _ in walk(first)) == 79_999


@pytest.mark.parametrize(
    "text",
    ["(" * 5000 + "a" + ")" * 5000, "f(" * 5000 + "a" + ")" * 5000],
)
def test_deep_nesting_is_refused_and_not_a_stack_overflow(text):
    with pytest.raises(InfluxQLSyntaxError, match="nested more than 100 levels deep"):
        parse_expression(text)


def test_a_hundred_levels_are_fine():
    text = "(" * 99 + "a" + ")" * 99
    assert str(parse_expression(text)) == text


def test_deep_subqueries_are_refused():
    text = "SELECT a FROM (" * 500 + "SELECT a FROM b" + ")" * 500
    assert "nested more than 100 levels deep" in error_of(text)
    (statement,) = parse("SELECT a FROM (" * 90 + "SELECT a FROM b" + ")" * 90)
    assert str(statement).count("SELECT") == 91
