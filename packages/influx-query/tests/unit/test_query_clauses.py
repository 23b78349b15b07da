import pytest

from influx_query import SelectQuery


@pytest.mark.parametrize(
    "name", ["*", "5m", ",", ".", "a,b", 'a"', '"a" "b"', "time(5m)", "(", "-"]
)
def test_a_text_that_is_no_quoted_name_is_one_name(name):
    made = SelectQuery(None, "x", name)
    assert made.statement().sources[0].name == name


@pytest.mark.parametrize("text", ['"a"', '"a","b"', '"db"."rp"."a"', '"db".."a" , "b"', r'"a\"b"'])
def test_quoted_names_stay_as_they_are(text):
    assert str(SelectQuery(None, "x", text)) == f"SELECT x FROM {text}"


@pytest.mark.parametrize("text", ["*", '"a"', '"a",time(5m)', "time(5m, -1m),*"])
def test_dimensions_that_are_ready_stay_as_they_are(text):
    assert str(SelectQuery(None, "x", "m", group_by=text)).endswith(f"GROUP BY {text}")


@pytest.mark.parametrize("name", ["host", "a,b", "time(5m); DROP", "now()"])
def test_any_other_text_is_one_tag(name):
    assert str(SelectQuery(None, "x", "m", group_by=name)).endswith(f'GROUP BY "{name}"')


def test_the_constructor_takes_a_raw_condition():
    made = SelectQuery(None, "x", "m", where="a = 1 OR b = 2").where("c = 3")
    assert str(made).endswith("WHERE (a = 1 OR b = 2) AND c = 3")
