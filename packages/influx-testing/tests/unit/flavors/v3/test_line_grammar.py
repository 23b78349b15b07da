"""The lines that 3.x accepts, and the words with which it refuses others."""

from __future__ import annotations

import pytest

from influx_core import Unsigned

BACKSLASH = "Measurements, tag keys and values, and field keys may not end with a backslash"
NO_FIELDS = "No fields were provided"
NO_SPACE = "Expected at least one space character, got "


def left(text: str) -> str:
    return f"Could not parse entire line. Found trailing content: `{text}`"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("m", f"{NO_SPACE}end of input"),
        ("m,t=a", f"{NO_SPACE}end of input"),
        ("\r", f"{NO_SPACE}end of input"),
        ("m\tv=1", f"{NO_SPACE}`\tv=1`"),
        ("m,t=a\tv=1 1", f"{NO_SPACE}`\tv=1 1`"),
        (",t=a v=1", "Invalid measurement was provided"),
        ("m,", "Expected tag key, got end of input"),
        ("m,=a v=1", "Expected tag key, got `=a v=1`"),
        ("m,t v=1", "Tag set malformed: could not find equals sign in `t v=1`"),
        ("m,a=1,tttttttt v=1", "Tag set malformed: could not find equals sign in `a=1,tttttt...`"),
        ("m,t=", "Expected tag value, got end of input"),
        ("m,t= value=1", "Expected tag value, got ` value=1`"),
        ("m,t=,u=12345678 v=1", "Expected tag value, got `,u=1234567...`"),
        ("m,t=a,t=b v=1", "invalid line protocol - multiple instances of 't' tag found"),
        (r"m\\ v=1", BACKSLASH),
        (r"m,t\\=a v=1", BACKSLASH),
        (r"m,t=a\\ v=1", BACKSLASH),
        (r"m v\\=1", BACKSLASH),
        ("m v", NO_FIELDS),
        ("m v=", NO_FIELDS),
        ("m =1", NO_FIELDS),
        ("m v=.5", NO_FIELDS),
        ("m v=+5", NO_FIELDS),
        ("m v=NaN", NO_FIELDS),
        ('m v="open', NO_FIELDS),
        ("m v=1,v=2", "invalid line protocol - multiple instances of 'v' field found"),
        ("m v=5.", left(".")),
        ("m v=1e", left("e")),
        ("m v=tRUE", left("RUE")),
        ("m v=-1u", left("u")),
        ('m v="a"b', left("b")),
        ("m v=1,w", left("w")),
        ("m v=1,w=2,x", left(",x")),
        ("m v=1 ", left(" ")),
        ("m v=1 now", left(" now")),
        ("m v=1 1 2", left("2")),
        ("m v=1 1.5", left(".5")),
        ("m v=1 1\r", left("\r")),
        ("m v=1 a longer rest", left(" a longer ...")),
        ("m v=9223372036854775808i", "Unable to parse integer value `9223372036854775808`"),
        (
            "m v=18446744073709551616u",
            "Unable to parse unsigned integer value `18446744073709551616`",
        ),
        ("m v=1 9223372036854775808", "Unable to parse timestamp value `9223372036854775808`"),
        ("m time=1", "'time' is a reserved column"),
        ("m,time=a v=1", "'time' is a reserved column"),
        (
            "m,x=a x=1i",
            (
                "invalid column type for column 'x', expected iox::column_type::tag, "
                "got iox::column_type::field::integer"
            ),
        ),
    ],
)
def test_an_invalid_line_is_refused_with_the_words_of_the_server(ask, line, reason):
    answer = ask.write(line.encode())
    assert answer.status == 400
    assert [report["error_message"] for report in answer.json["data"]] == [reason]


def test_a_column_of_time_conflicts_in_a_table_that_exists(ask):
    assert ask.write(b"m v=1 1").status == 204
    (report,) = ask.write(b"m time=1 2").json["data"]
    assert report["error_message"] == (
        "invalid column type for column 'time', expected iox::column_type::timestamp, "
        "got iox::column_type::field::float"
    )


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("\t m   v=1   5  ", {"v": 1.0}),
        ("m v=1, 5", {"v": 1.0}),
        ("m v=t,w=False,x=TRUE 5", {"v": True, "w": False, "x": True}),
        ("m v=-1.5e-3,w=1e3,x=-0.0 5", {"v": -0.0015, "w": 1000.0, "x": -0.0}),
        ("m v=-9223372036854775808i 5", {"v": -(2**63)}),
        ("m v=18446744073709551615u 5", {"v": Unsigned(2**64 - 1)}),
        (r"m,t\,\=\ =a\,\=\ b v\,\=\ =1 5", {"t,= ": "a,= b", "v,= ": 1.0}),
        ("m,a,b=x c,d=1 5", {"a,b": "x", "c,d": 1.0}),
        ("m,t=a=b v=1 5", {"t": "a=b", "v": 1.0}),
        (r'm v="a \"quoted\" \\ \n" 5', {"v": 'a "quoted" \\ \\n'}),
        ('m v="two\nlines, a = b" 5', {"v": "two\nlines, a = b"}),
        ('m "v"="x" 5', {'"v"': "x"}),
        ("m v=1e999 5", {"v": None}),
    ],
)
def test_a_valid_line_is_stored_with_its_types(ask, line, row):
    assert ask.write(line.encode()).status == 204
    time = "1970-01-01T00:00:00.000000005"
    assert ask.influxql("SELECT * FROM m").json == [{"iox::measurement": "m", "time": time} | row]


def test_a_line_may_follow_a_comment_with_a_quote(ask):
    answer = ask.write(b'# a="comment\nm v=1 1\n  # another\nm v=2 2\n')
    assert answer.status == 204
    assert len(ask.influxql("SELECT v FROM m").json) == 2


def test_the_ends_of_time_are_times(ask):
    body = f"m v=1 {-(2**63)}\nm v=2 {2**63 - 1}".encode()
    assert ask.write(body).status == 204
