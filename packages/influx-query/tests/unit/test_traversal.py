from dataclasses import replace

from influx_query import parse, parse_expression, transform, walk
from influx_query.nodes import IntegerLiteral, Measurement, VarRef


def test_a_walk_goes_from_left_to_right():
    names = [node.name for node in walk(parse_expression("a + b * c")) if isinstance(node, VarRef)]
    assert names == ["a", "b", "c"]


def test_a_transformation_makes_a_copy():
    (statement,) = parse("SELECT a FROM b WHERE c = 1 AND d = 2")

    def rename(node):
        return replace(node, name="x") if isinstance(node, Measurement | VarRef) else node

    assert str(transform(statement, rename)) == "SELECT x FROM x WHERE x = 1 AND x = 2"
    assert str(statement) == "SELECT a FROM b WHERE c = 1 AND d = 2"


def test_what_does_not_change_is_the_same_object():
    (statement,) = parse("SELECT a FROM b")
    assert transform(statement, lambda node: node) is statement


def test_a_long_chain_is_transformed_without_recursion():
    chain = parse_expression(" AND ".join(["a = 1"] * 5000))
    changed = transform(
        chain, lambda node: IntegerLiteral(2) if isinstance(node, IntegerLiteral) else node
    )
    assert str(changed) == " AND ".join(["a = 2"] * 5000)
