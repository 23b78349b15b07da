import pytest

from influx_query import is_read_only, parse, split_statements


def test_statements_end_at_semicolons():
    text = "SELECT ';' FROM \"a;b\"; /* ; */ ;SHOW USERS -- ;\n; "
    assert split_statements(text) == ("SELECT ';' FROM \"a;b\"", "SHOW USERS -- ;")


def test_a_regex_can_hold_a_semicolon():
    assert len(split_statements("SELECT a FROM /b;c/ WHERE d =~ /;/")) == 1


def test_what_cannot_be_read_is_one_statement():
    assert split_statements("SHOW USERS; SELECT 'a; b") == ("SHOW USERS", "SELECT 'a; b")


@pytest.mark.parametrize(
    "text",
    ["SELECT a FROM b", "show users;", "EXPLAIN SELECT a FROM b", 'SELECT a FROM "INTO"', ""],
)
def test_reading_is_select_show_and_explain(text):
    assert is_read_only(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT a INTO b FROM c",
        "EXPLAIN ANALYZE SELECT a INTO b FROM c",
        "SHOW USERS; DROP DATABASE a",
        "DELETE FROM a",
        "SELECT 'open",
        "anything",
    ],
)
def test_everything_else_counts_as_writing(text):
    assert not is_read_only(text)


def test_a_node_is_judged_like_its_text():
    assert is_read_only(parse("SELECT a FROM b")[0])
    assert not is_read_only(parse("CREATE USER a WITH PASSWORD 'b'")[0])
