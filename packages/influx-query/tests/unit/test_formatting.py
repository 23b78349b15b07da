import pytest

from influx_query import InfluxQLSyntaxError, explain_error, format, parse  # noqa: A004 - as in black


def test_each_clause_has_a_line_and_a_subquery_a_margin():
    text = (
        "select mean(x) from (select max(a) as x from b where c='d' and (e=1 or f=2) group by *)"
        " where time > now() - 1h group by time(5m), host fill(0) limit 5"
    )
    assert format(text).splitlines() == [
        "SELECT mean(x)",
        "FROM (",
        "  SELECT max(a) AS x",
        "  FROM b",
        "  WHERE c = 'd'",
        "    AND (e = 1 OR f = 2)",
        "  GROUP BY *",
        ")",
        "WHERE time > now() - 1h",
        "GROUP BY time(5m), host",
        "fill(0)",
        "LIMIT 5",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT f(/x/), a / b FROM /y/ WHERE c =~ /z/ AND (d !~ /e/ OR f = 1)",
        "CREATE CONTINUOUS QUERY a ON b BEGIN SELECT mean(c) INTO d FROM e GROUP BY time(1m) END",
        "SHOW TAG VALUES FROM cpu WITH KEY IN (a, b) WHERE c = 'd' LIMIT 1",
        "GRANT ALL TO a; REVOKE READ ON a FROM b; CREATE USER a WITH PASSWORD 'b'",
    ],
)
def test_formatted_text_means_the_same(text):
    assert parse(format(text)) == parse(text)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("SELECT group FROM a", 'write it in quotes: "group"'),
        ("SELECT a FROM b WHERE c == 5", "one equals sign"),
        ("SELECT a FROM b WHERE c IN (1)", "no IN for values"),
        ("SELECT a FROM b WHERE c =~ 'd'", "between slashes"),
        ("SELECT a FROM b WHERE c = 5i", "integers have no i"),
        ('CREATE USER a WITH PASSWORD "b"', "single quotes"),
        ("DROP DATABASE 'a'", "double quotes"),
    ],
)
def test_a_common_mistake_has_a_way_out(text, hint):
    with pytest.raises(InfluxQLSyntaxError) as caught:
        parse(text)
    assert hint in explain_error(caught.value)


def test_an_error_without_a_hint_is_told_as_it_is():
    with pytest.raises(InfluxQLSyntaxError) as caught:
        parse("SHOW")
    assert explain_error(caught.value) == str(caught.value)
