import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from influx_query import (
    SelectQuery,
    ValidationError,
    field,
    func,
    manage,
    measurement,
    now,
    param,
    parse,
    query,
    show,
    tag,
    time,
)


class Client:
    def __init__(self):
        self.calls = []

    async def execute(self, query, *, http_verb=None, **query_params):
        self.calls.append((query, http_verb, query_params))
        return "answer"


@pytest.fixture
def simple():
    return SelectQuery(Client(), ["key1", "key2"], ["m1", "m2"])


def test_raw_fields_stay_raw_and_measurements_are_quoted(simple):
    assert str(simple) == 'SELECT key1,key2 FROM "m1","m2"'
    assert str(SelectQuery(None, "key1,key2", '"m1","m2"')) == str(simple)


def test_every_clause_of_the_constructor_is_written_in_order():
    made = SelectQuery(
        None, "a", "m", "t", "b = 1", '"c"', descending=True, limit=1, offset=2, slimit=3, soffset=4
    )
    assert str(made) == (
        'SELECT a INTO "t" FROM "m" WHERE b = 1 GROUP BY "c" ORDER BY time DESC '
        "LIMIT 1 OFFSET 2 SLIMIT 3 SOFFSET 4"
    )


def test_a_query_never_changes(simple):
    before = str(simple)
    simple.select("c").where("d = 1").group_by("e").limit(1).into("f").descending()
    assert str(simple) == before


def test_fields_are_added_and_reset(simple):
    assert str(simple.select("key3")).startswith("SELECT key1,key2,key3 FROM")
    assert str(simple.select().select("a")).startswith("SELECT a FROM")


def test_conditions_are_joined_and_reset(simple):
    filtered = simple.where("a = 1", b="x").where("c = 2")
    assert str(filtered).endswith("""WHERE a = 1 AND "b" = 'x' AND c = 2""")
    assert "WHERE" not in str(filtered.where())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5, '"key" = 5'),
        (1.5, '"key" = 1.5'),
        (Decimal("2.5"), '"key" = 2.5'),
        (True, '"key" = TRUE'),
        ("it's", r""""key" = 'it\'s'"""),
        (datetime(2020, 1, 1, tzinfo=UTC), """"key" = '2020-01-01T00:00:00Z'"""),
        (re.compile("a/b"), r'"key" =~ /a\/b/'),
        (["a", "b"], """("key" = 'a' OR "key" = 'b')"""),
    ],
)
def test_a_value_is_written_as_its_literal(simple, value, text):
    assert str(simple.where(key=value)).endswith(f"WHERE {text}")


@pytest.mark.parametrize("value", [None, [], object(), float("nan"), datetime(2020, 1, 1)])
def test_a_value_influxql_cannot_say_is_refused(simple, value):
    with pytest.raises((TypeError, ValueError)):
        simple.where(key=value)


def test_a_raw_or_is_put_in_parentheses(simple):
    assert str(simple.where("a = 1 or b = 2", "c = 3")).endswith("(a = 1 or b = 2) AND c = 3")
    assert str(simple.where("(a = 1 OR b = 2)")).endswith("WHERE (a = 1 OR b = 2)")
    assert str(simple.where("a = ' OR '")).endswith("WHERE a = ' OR '")


def test_a_star_takes_the_place_of_tags(simple):
    assert str(simple.group_by("a", "b")).endswith('GROUP BY "a","b"')
    assert str(simple.group_by("a").group_by("*").group_by("b")).endswith("GROUP BY *")
    assert str(simple.group_by(time("5m"), "a").group_by("*")).endswith("GROUP BY time(5m),*")
    assert "GROUP" not in str(simple.group_by("a").group_by())


def test_limits_are_set_and_unset(simple):
    assert str(simple.limit(0)).endswith("LIMIT 0")
    assert str(simple.limit(5).limit()) == str(simple)
    assert str(simple.descending(True).descending(False)) == str(simple)


@pytest.mark.parametrize("number", [-1, 1.5, True, "1", 2**63])
def test_a_limit_is_a_whole_number(simple, number):
    with pytest.raises((TypeError, ValueError), match="limit"):
        simple.limit(number)


def test_typed_operands_build_the_same_language():
    made = (
        query(func.mean(field("value")).as_("load"))
        .from_(measurement("cpu", retention_policy="week"))
        .where((tag("host") == "a") & (field("value") > 3.5))
        .where(time >= now() - timedelta(hours=1))
        .group_by(time(timedelta(minutes=5)), tag("host"))
        .fill("previous")
    )
    assert str(made) == (
        'SELECT mean(value) AS load FROM "week"."cpu" '
        "WHERE host = 'a' AND value > 3.5 AND time >= now() - 1h "
        'GROUP BY time(5m),"host" fill(previous)'
    )
    assert (made.statement(),) == parse(str(made))


def test_a_typed_or_is_put_in_parentheses():
    made = query("a").from_("m").where((tag("b") == "c") | (tag("d") == "e"), f=1)
    assert str(made).endswith("""WHERE (b = 'c' OR d = 'e') AND "f" = 1""")


def test_a_query_reads_from_a_query():
    inner = query(func.max("usage")).from_("cpu").group_by("host")
    made = query("mean(max)").from_(inner)
    assert str(made) == 'SELECT mean(max) FROM (SELECT max(usage) FROM "cpu" GROUP BY "host")'


def test_values_can_travel_beside_the_query():
    made = query("a").from_("m").where(time > now() - timedelta(hours=1), host="it's")
    text, params = made.bound()
    assert text == 'SELECT a FROM "m" WHERE time > now() - $p0 AND "host" = $p1'
    assert params == {"p0": {"duration": "1h"}, "p1": "it's"}
    assert parse(text, params) == parse(str(made))


async def test_execute_asks_by_get_unless_it_writes(simple):
    assert await simple.params(db="x").execute() == "answer"
    await simple.into("t").execute()
    (_, first, params), (_, second, _) = simple._client.calls
    assert (first, second, params) == ("GET", "POST", {"db": "x"})


async def test_execute_says_what_is_missing(simple):
    with pytest.raises(RuntimeError, match="no client"):
        await query("a").from_("m").execute()
    with pytest.raises(ValueError, match=r"needs select\(\.\.\.\)"):
        await simple.select().execute()


def test_a_raw_expression_cannot_add_a_statement_to_the_tree():
    with pytest.raises(ValueError, match="2 statements"):
        query("a FROM b; SELECT c").from_("d").statement()


def test_what_cannot_be_grouped_by_is_refused():
    with pytest.raises(ValueError, match="width of buckets"):
        query("a").from_("m").group_by(time)
    with pytest.raises(ValueError, match="only tags"):
        query("a").from_("m").group_by(field("a") + 1)


def test_a_fill_is_a_number_or_one_of_four_words():
    made = query("mean(a)").from_("m")
    assert str(made.fill(1.5)).endswith("fill(1.5)")
    assert str(made.fill("none").fill(None)) == str(made)
    with pytest.raises(ValueError, match="previous, linear"):
        made.fill("max")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ((func.mean(field("a")), field("b")), "mixing aggregate and non-aggregate queries"),
        ((func.top(field("a"), 1), func.mean(field("b"))), "selector function top"),
    ],
)
def test_fields_that_do_not_mix_are_refused_with_the_reason_of_the_server(fields, reason):
    wrong = query(*fields).from_("cpu").where(field("a") > param("least"))
    with pytest.raises(ValidationError, match=reason):
        wrong.check()


def test_raw_fields_are_left_to_the_server_to_judge():
    raw = query("mean(a), b").from_("cpu")
    assert raw.check() is raw
    assert query(func.mean(field("a"))).from_(raw).check()


def test_a_regex_behind_a_comma_has_a_blank_before_it():
    pattern = measurement(re.compile("^b"))
    made = query("a").from_("a", pattern, "c", pattern)
    assert str(made).endswith('FROM "a", /^b/,"c", /^b/')
    assert len(made.statement().sources) == 4


def test_a_query_with_parameters_in_its_source_is_left_to_the_server_to_judge():
    inner = query(func.max(field("a"))).from_("m").where(tag("host") == param("host"))
    outer = query(func.mean(field("max"))).from_(inner)
    assert outer.check() is outer


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"a": 1}, "no literal for {'a': 1}"),
        (datetime(2020, 1, 1), "has no time zone"),
        (float("inf"), "only finite numbers"),
    ],
)
def test_a_refused_value_is_named_by_its_keyword(simple, value, reason):
    with pytest.raises((TypeError, ValueError), match=rf"where\(load=...\): .*{re.escape(reason)}"):
        simple.where(load=value)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda made: made.fill([1]), "takes a number, null, none"),
        (lambda made: made.fill(2**63), "doesn't fit an int64"),
        (lambda made: made.fill(float("nan")), "only finite numbers"),
        (lambda made: made.fill(True), "can't fill with True"),
        (lambda made: made.descending("no"), "takes True or False"),
        (lambda made: made.tz("Mars"), "no such time zone"),
        (lambda made: made.tz(5), "is text, not 5"),
        (lambda made: made.where(time=1.5e18), "lost the last digits"),
        (lambda made: made.where(time > 1577836800.25), "a number counts whole nanoseconds"),
        (lambda made: made.where(time > Decimal("1.5")), "a number counts whole nanoseconds"),
        (lambda made: made.where(time > Decimal("inf")), "only finite numbers"),
        (lambda made: made.where(time > Decimal("nan")), "only finite numbers"),
        (lambda made: made.where(time="yesterday"), "'yesterday' is no time"),
        (lambda made: made.where(time=["2020-01-01", "2020-01-02"]), "ask in several queries"),
        (lambda made: made.where(field("a") + "1h" > 5), "not with the text '1h'"),
        (lambda made: made.where(time > now() - "1y"), "the unit 'y' is unknown"),
        (lambda made: made.where(time > "1h"), "is no time"),
        (lambda made: made.where(time > True), "a time is a datetime"),
        (lambda made: made.select(field("a").as_(5)), "takes a name"),
        (lambda made: made.group_by(time("1y")), "with w, d, h, m, s, ms, u, ns"),
        (lambda made: made.where(tag("a")), "is no condition"),
        (lambda made: made.where(""), "where('') is empty"),
        (lambda made: made.select(" "), "select(' ') is empty"),
        (lambda made: made.where(tag("a").in_("abc")), "takes a list of values, not one text"),
        (lambda made: made.select(-tag("a")), "a is a tag, which is text"),
        (lambda made: made.select(1 + tag("a")), "a is a tag, which is text"),
        (lambda made: made.group_by(time("5m", field("a"))), "an offset is a duration"),
        (lambda made: manage.create_continuous_query("a", "b", made.clauses), "is no query"),
        (lambda made: show.series(on=5), "the name of a database is text, not 5"),
        (lambda made: show.measurements(5), "a name or a compiled pattern, not 5"),
    ],
)
def test_what_the_server_would_not_read_is_refused_with_a_way_out(simple, change, reason):
    with pytest.raises((TypeError, ValueError), match=re.escape(reason)):
        change(simple)


def test_several_values_are_any_of_them_in_every_collection(simple):
    for values in (["a", "b"], ("a", "b")):
        assert str(simple.where(key=values)).endswith("""WHERE ("key" = 'a' OR "key" = 'b')""")
    assert str(simple.where(key={"a"})).endswith("""WHERE "key" = 'a'""")


def test_a_query_shows_what_it_has_while_it_is_built():
    assert repr(query("a")) == "<SelectQuery SELECT a FROM >"


def test_text_beside_a_time_is_a_duration():
    assert str(now() - "1h30m") == "now() - 90m"
    assert str("1d" + now()) == "1d + now()"
    assert str(time - "1w" > "2020-01-01") == "time - 1w > '2020-01-01'"


def test_a_decimal_time_keeps_its_digits():
    assert str(time > Decimal(1577836800123456789)) == "time > 1577836800123456789"
