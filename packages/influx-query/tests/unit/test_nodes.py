import copy
import pickle

import pytest

from influx_query import (
    DurationError,
    field,
    format,  # noqa: A004 - as in black
    func,
    nodes,
    parse,
    parse_duration,
    parse_expression,
    query,
    render,
    tag,
    time,
)
from influx_query.nodes import (
    BinaryExpr,
    CreateUserStatement,
    IntegerLiteral,
    NumberLiteral,
    SetPasswordUserStatement,
    StringLiteral,
    VarRef,
)

STATEMENTS = [
    "EXPLAIN ANALYZE SELECT a FROM b",
    "SHOW DIAGNOSTICS FOR 'runtime'",
    "SHOW STATS FOR 'indexes'",
    (
        'SHOW TAG VALUES EXACT CARDINALITY ON db FROM cpu WITH KEY IN (host, "a b") '
        "WHERE a = 'b' GROUP BY c LIMIT 2 OFFSET 1"
    ),
    "SHOW MEASUREMENTS ON *.* WITH MEASUREMENT =~ /a/ ORDER BY time ASC LIMIT 1",
    "SHOW SERIES ON db FROM cpu WHERE host = 'a' ORDER BY time DESC LIMIT 1 OFFSET 2",
    "SHOW FIELD KEYS ON db FROM cpu ORDER BY ASC LIMIT 1 OFFSET 2",
    "CREATE DATABASE db WITH DURATION 1h0m0s REPLICATION 2 SHARD DURATION 1h0m0s NAME rp",
    (
        "CREATE RETENTION POLICY a ON b DURATION 1d REPLICATION 1 SHARD DURATION 1h "
        "FUTURE LIMIT 1h PAST LIMIT 2h DEFAULT"
    ),
    "ALTER RETENTION POLICY a ON b DURATION 1d REPLICATION 1 SHARD DURATION 1h DEFAULT",
    (
        "CREATE CONTINUOUS QUERY a ON b RESAMPLE EVERY 1m FOR 1h BEGIN SELECT mean(c) INTO "
        "d.e.:MEASUREMENT FROM /f/ GROUP BY time(1m) END"
    ),
    "CREATE SUBSCRIPTION a ON b.c DESTINATIONS ANY 'd', 'e'",
    "DROP SHARD 3",
    "DROP USER a",
    "DROP SERIES FROM a WHERE b = 'c'",
    "DELETE FROM a.b WHERE time < '2020-01-01'",
    "GRANT READ ON a TO b",
    "REVOKE ALL PRIVILEGES FROM b",
    "KILL QUERY 4 ON host",
    (
        "SELECT *::field, a::tag FROM db..m, rp./x/ GROUP BY *, /y/, time(5m, 1m) fill(3) "
        "ORDER BY time DESC LIMIT 1 OFFSET 2 SLIMIT 3 SOFFSET 4 TZ('UTC')"
    ),
]


@pytest.mark.parametrize("text", STATEMENTS)
def test_canonical_text_of_a_statement_is_its_text(text):
    (statement,) = parse(text)
    assert str(statement) == text


@pytest.mark.parametrize("text", STATEMENTS)
def test_a_repr_makes_the_node_again(text):
    (statement,) = parse(text)
    assert eval(repr(statement), vars(nodes)) == statement


def test_nodes_are_equal_by_type_and_value():
    assert VarRef("a") == VarRef("a")
    assert IntegerLiteral(1) != NumberLiteral(1.0)
    assert VarRef("a") != "a"
    assert BinaryExpr("+", VarRef("a"), VarRef("b")) != BinaryExpr("+", VarRef("b"), VarRef("a"))


def test_equal_nodes_are_one_key():
    assert len({VarRef("a"), VarRef("a"), StringLiteral("a")}) == 2


def test_a_node_cannot_be_changed():
    with pytest.raises(AttributeError):
        VarRef("a").name = "b"


@pytest.mark.parametrize(
    "statement", [CreateUserStatement("u", "s3cret"), SetPasswordUserStatement("u", "s3cret")]
)
def test_only_the_text_for_the_wire_shows_a_password(statement):
    assert "[REDACTED]" in str(statement)
    assert "s3cret" not in str(statement) + repr(statement)
    assert "'s3cret'" in render(statement)
    assert parse(render(statement)) == (statement,)


def test_the_wire_has_durations_that_parse():
    (statement,) = parse("CREATE DATABASE a WITH DURATION 1500ms")
    assert str(statement) == "CREATE DATABASE a WITH DURATION 1.5s"
    assert parse(render(statement)) == (statement,)


@pytest.mark.parametrize("operand", ["-b", "+b", "-f(b)", "-(b + 1)", "-b % -c"])
def test_the_wire_keeps_the_sign_of_a_factor(operand):
    (statement,) = tree = parse(f"SELECT a / {operand} FROM m")
    assert parse(statement.render()) == tree
    assert parse(format(statement.render())) == tree


@pytest.mark.parametrize("target", ['""', 'a.""', 'a..""', 'a.b.""', "a.:MEASUREMENT"])
def test_the_wire_keeps_a_target_without_a_name(target):
    (statement,) = tree = parse(f"SELECT a INTO {target} FROM m")
    assert parse(statement.render()) == tree
    assert parse(format(statement.render())) == tree


def test_children_come_in_order():
    (statement,) = parse("SELECT a, b FROM c WHERE d = 1")
    names = [str(child) for child in statement.children()]
    assert names == ["a", "b", "c", "d = 1", "fill(null)"]


def test_canonical_text_of_a_fill_is_gos():
    (statement,) = parse("SELECT a FROM b fill(3.0)")
    assert str(statement) == "SELECT a FROM b fill(3)"
    assert parse(render(statement)) == (statement,)
    assert str(nodes.Fill("number", 1e-7)) == "fill(1e-07)"


@pytest.mark.slow
def test_a_tree_of_any_depth_can_be_pickled_and_copied():
    text = " AND ".join(f"(a{index} = {index} OR f(x, {index}.5) =~ /y/)" for index in range(5000))
    for tree in (
        parse_expression(text),
        parse("SELECT mean(a), /b/ FROM c, (SELECT d FROM e) GROUP BY time(5m), * fill(1)")[0],
        parse("SHOW TAG VALUES FROM a WITH KEY IN (b, c) WHERE d = 1.5", dialect="1.6")[0],
    ):
        again = pickle.loads(pickle.dumps(tree))
        assert again == tree
        assert str(again) == str(tree)
        assert copy.deepcopy(tree) is tree
        assert copy.copy(tree) is tree


def test_queries_operands_and_errors_can_be_pickled():
    made = query("a").from_("b").where(tag("c") == "d", e=1)
    for each in (made, tag("c") == "d", field("a") + 1, time, func.mean):
        assert str(pickle.loads(pickle.dumps(each))) == str(each)
    with pytest.raises(DurationError) as caught:
        parse_duration("1y")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.reason) == (str(caught.value), "invalid duration")
