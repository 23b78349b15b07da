"""Whatever text a builder takes as a name or a value is that name or value again when parsed."""

import enum
import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_query import (
    field,
    func,
    manage,
    measurement,
    param,
    parse,
    query,
    quote_ident,
    render,
    show,
    tag,
    time,
    walk,
)
from influx_query import nodes as n

pytestmark = pytest.mark.slow

ANY = st.one_of(
    st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=12),
    st.lists(
        st.sampled_from(
            [*"'\"\\/;*$.:,()=~%", "--", "/*", "*/", "\n", " OR ", "a", "$p", "time", "ALL", "INF"]
        ),
        max_size=8,
    ).map("".join),
)
NAMES = ANY.filter(bool)
NOT_TIME = NAMES.filter(lambda name: name.lower() != "time")  # that name is no tag in a condition

MANAGE = {
    "alter_retention_policy": lambda a, b, c: manage.alter_retention_policy(a, b, duration="1d"),
    "create_continuous_query": lambda a, b, c: manage.create_continuous_query(
        a, b, query(func.mean(c)).from_(a).into(b).group_by(time("1m"), c)
    ),
    "create_database": lambda a, b, c: manage.create_database(a, retention_policy=b),
    "create_retention_policy": lambda a, b, c: manage.create_retention_policy(a, b, "1d"),
    "create_subscription": lambda a, b, c: manage.create_subscription(a, b, c, [a, b]),
    "create_user": lambda a, b, c: manage.create_user(a, b, admin=True),
    "delete": lambda a, b, c: manage.delete([a, b], where=tag(b) == c),
    "drop_continuous_query": lambda a, b, c: manage.drop_continuous_query(a, b),
    "drop_database": lambda a, b, c: manage.drop_database(a),
    "drop_measurement": lambda a, b, c: manage.drop_measurement(a),
    "drop_retention_policy": lambda a, b, c: manage.drop_retention_policy(a, b),
    "drop_series": lambda a, b, c: manage.drop_series(a, where=field(b) != c),
    "drop_shard": lambda a, b, c: manage.drop_shard(3),
    "drop_subscription": lambda a, b, c: manage.drop_subscription(a, b, c),
    "drop_user": lambda a, b, c: manage.drop_user(a),
    "grant": lambda a, b, c: manage.grant("all", a, on=b),
    "kill_query": lambda a, b, c: manage.kill_query(3),
    "revoke": lambda a, b, c: manage.revoke("read", a, on=b),
    "set_password": lambda a, b, c: manage.set_password(a, b),
}
SHOW = {
    "cardinality": lambda a, b, c: show.cardinality("series", from_=a, on=b, where=tag(a) == c),
    "continuous_queries": lambda a, b, c: show.continuous_queries(),
    "databases": lambda a, b, c: show.databases(),
    "diagnostics": lambda a, b, c: show.diagnostics(a),
    "field_keys": lambda a, b, c: show.field_keys([a, b], on=c),
    "grants": lambda a, b, c: show.grants(a),
    "measurements": lambda a, b, c: show.measurements(
        a, on=b if b != "*" else "", where=tag(b) == c
    ),
    "queries": lambda a, b, c: show.queries(),
    "retention_policies": lambda a, b, c: show.retention_policies(a),
    "series": lambda a, b, c: show.series([a, b], on=c, where=tag(b) == c),
    "shard_groups": lambda a, b, c: show.shard_groups(),
    "shards": lambda a, b, c: show.shards(),
    "stats": lambda a, b, c: show.stats(a),
    "subscriptions": lambda a, b, c: show.subscriptions(),
    "tag_keys": lambda a, b, c: show.tag_keys(a, on=b, where=tag(b) != c),
    "tag_values": lambda a, b, c: show.tag_values([a, b], from_=c, on=a, where=tag(b) == c),
    "tag_values_cardinality": lambda a, b, c: show.tag_values_cardinality(a, from_=b, on=c),
    "users": lambda a, b, c: show.users(),
}


def functions_of(module):
    return {name for name in module.__all__ if inspect.isfunction(getattr(module, name))}


def test_every_builder_is_tried():
    assert set(MANAGE) == functions_of(manage)
    assert set(SHOW) == functions_of(show)


@pytest.mark.parametrize("builder", [*MANAGE.items(), *SHOW.items()], ids=lambda each: each[0])
@given(NOT_TIME, NOT_TIME, NOT_TIME)
def test_a_built_statement_parses_to_itself(builder, first, second, third):
    statement = builder[1](first, second, third)
    assert parse(render(statement)) == (statement,)


@given(NOT_TIME, NOT_TIME, NOT_TIME, ANY)
def test_a_built_query_has_each_name_and_value_as_it_was_given(a, b, c, value):
    made = (
        query(field(a).as_(b), func.mean(field(c)))
        .from_(measurement(a, database=b, retention_policy=c))
        .into(measurement(b, database=c, retention_policy=a))
        .where(tag(a) == value, (field(b) == value) | (field(c) != value), **{c: value})
        .where(field(b).in_([value, a]))
        .group_by(time("5m"), tag(b), "x")
        .tz("UTC")
    )
    statement = made.statement()
    assert statement.fields == (
        n.Field(n.VarRef(a), b),
        n.Field(n.Call("mean", (n.VarRef(c),))),
    )
    assert statement.sources == (n.Measurement(a, b, c),)
    assert statement.target == n.Target(b, c, a)
    strings = {node.value for node in walk(statement) if isinstance(node, n.StringLiteral)}
    assert strings <= {value, a}
    text, params = made.bound()
    assert parse(text, params) == (statement,)


@given(NAMES)
def test_a_name_that_is_a_star_or_a_keyword_stays_a_name(name):
    for each in (name, "*", "time", "select", "db.rp.name"):
        (found,) = query(field(each)).from_(each).statement().sources
        assert found == n.Measurement(each)
    assert query(field("*")).from_("m").statement().fields == (n.Field(n.VarRef("*")),)
    assert query("a").from_("m").group_by(tag("*")).statement().dimensions == (
        n.Dimension(n.VarRef("*")),
    )


@given(NAMES, st.text(st.characters(categories=["Lu", "Ll"]), min_size=1, max_size=3))
def test_names_in_the_texts_of_a_constructor_stay_names(name, other):
    from influx_query import SelectQuery

    given_quoted = f"{quote_ident(name)},{quote_ident(other)}"
    made = SelectQuery(None, "a", given_quoted, group_by=given_quoted).statement()
    assert made.sources == (n.Measurement(name), n.Measurement(other))
    assert [each.expr for each in made.dimensions] == [n.VarRef(name), n.VarRef(other)]


def test_a_star_keeps_the_buckets_of_a_constructor():
    from influx_query import SelectQuery

    made = SelectQuery(None, "mean(a)", "m", group_by='time(5m), "host"')
    assert str(made.group_by("*")).endswith("GROUP BY time(5m),*")


@given(st.text(st.characters(categories=["Ll"]), min_size=1, max_size=4))
def test_a_parameter_of_the_query_keeps_its_own_value(name):
    made = query("a").from_("m").where("c = $p1", tag("b") == param("p0"), d=name, e=1)
    text, params = made.bound()
    assert params == {"p2": name, "p3": 1}
    assert text.endswith('c = $p1 AND b = $p0 AND "d" = $p2 AND "e" = $p3')


class Color(str, enum.Enum):  # noqa: UP042 - a text whose str() is another text
    RED = "red"


class Level(int, enum.Enum):
    HIGH = 3


@pytest.mark.parametrize(
    ("given_value", "text"),
    [
        (Color.RED, "'red'"),
        (Level.HIGH, "3"),
        (np.int64(3), "3"),
        (np.uint64(2**63), "9223372036854775808"),
        (np.float64(1.5), "1.5"),
        (np.float32(0.5), "0.5"),
        (np.bool_(True), "true"),
        (np.str_("it's"), r"'it\'s'"),
    ],
    ids=repr,
)
def test_a_value_that_stands_for_a_plain_one_is_written_as_that(given_value, text):
    assert str(field("a") == given_value) == f"a = {text}"
    wanted = text.upper() if text == "true" else text
    assert str(query("a").from_("m").where(b=given_value)).endswith(f'"b" = {wanted}')
    assert str(query("a").from_("m").where(b=[given_value])).endswith(f'"b" = {wanted}')
    (statement,) = parse("SELECT a FROM m WHERE b = $p", {"p": given_value})
    assert str(statement).endswith(f"b = {text}")


def test_an_enumeration_can_name_things():
    assert render(manage.drop_database(Color.RED)) == "DROP DATABASE red"
    assert str(query(field(Color.RED)).from_(measurement(Color.RED))) == 'SELECT red FROM "red"'
    assert str(query("a").from_(Color.RED).limit(Level.HIGH)) == 'SELECT a FROM "red" LIMIT 3'


COUNTED = {
    "limit": query("a").from_("m").limit,
    "offset": query("a").from_("m").offset,
    "slimit": query("a").from_("m").slimit,
    "soffset": query("a").from_("m").soffset,
    "measurements limit": lambda value: show.measurements(limit=value),
    "measurements offset": lambda value: show.measurements(offset=value),
    "field keys limit": lambda value: show.field_keys(limit=value),
    "field keys offset": lambda value: show.field_keys(offset=value),
    "tag keys limit": lambda value: show.tag_keys(limit=value),
    "tag keys offset": lambda value: show.tag_keys(offset=value),
    "tag values limit": lambda value: show.tag_values("a", limit=value),
    "tag values offset": lambda value: show.tag_values("a", offset=value),
    "series limit": lambda value: show.series(limit=value),
    "series offset": lambda value: show.series(offset=value),
    "replication": lambda value: manage.create_retention_policy("a", "b", "1d", replication=value),
    "first replication": lambda value: manage.create_database("a", replication=value),
    "altered replication": lambda value: manage.alter_retention_policy("a", "b", replication=value),
    "shard": manage.drop_shard,
    "query": manage.kill_query,
}


@pytest.mark.parametrize("wrong", [-1, 2**64, 1.5, "1", True, [1], 1.0, np.float64(1)], ids=repr)
@pytest.mark.parametrize("builder", COUNTED)
def test_a_number_the_server_refuses_is_refused(builder, wrong):
    with pytest.raises((TypeError, ValueError), match=r"number|1 to"):
        COUNTED[builder](wrong)


@pytest.mark.parametrize("builder", COUNTED)
def test_a_number_of_numpy_is_taken(builder):
    made = COUNTED[builder](np.int64(3))
    assert str(made) == str(COUNTED[builder](3))
    assert "3" in str(made)
