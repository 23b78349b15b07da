"""Annotated CSV: what is read from texts as servers and people write them."""

from __future__ import annotations

import math
import pickle
from datetime import UTC, datetime

import pytest

from influx_core import ConfigError, DecodeError, QueryError
from influx_core.annotated_csv import (
    AnnotatedCSVDeserializer,
    Dialect,
    FluxColumn,
    FluxTable,
    decode,
    encode,
    encode_error,
)
from influx_core.columns import merge_results

HEAD = (
    "#datatype,string,long,dateTime:RFC3339,double,string\n"
    "#group,false,false,false,false,true\n"
    "#default,_result,,,,\n"
    ",result,table,_time,_value,host\n"
)
T0 = 1_577_836_800_000_000_000
TYPED = (
    FluxColumn("_time", "dateTime:RFC3339"),
    FluxColumn("_value", "double"),
    FluxColumn("host", "string", in_group_key=True),
)


def table(*rows: tuple[int | None, float | None], host: str | None = "a", result: str = "_result"):
    times, values = zip(*rows, strict=True) if rows else ((), ())
    return FluxTable.of_values(
        TYPED, {"_time": times, "_value": values}, {"host": host}, result=result
    )


def test_a_table_is_a_series_whose_tags_are_the_group_key():
    [found] = decode(f"{HEAD},,0,2020-01-01T00:00:00.000000001Z,1,a\n".encode())
    assert (found.name, found.result, found.tags) == ("_result", "_result", {"host": "a"})
    assert found.columns == ("_time", "_value")
    assert found[0].time_ns == T0 + 1
    assert found[0].time == found[0]["_time"] == datetime(2020, 1, 1, tzinfo=UTC)
    assert found.rows == [[T0 + 1, 1.0]]


def test_a_table_has_the_name_of_its_measurement():
    key = {"_measurement": "cpu", "_start": T0}
    schema = [
        FluxColumn("_measurement", "string", True),
        FluxColumn("_start", "dateTime:RFC3339", True),
        FluxColumn("_stop", "dateTime:RFC3339"),
    ]
    made = FluxTable.of_values(schema, {"_stop": [T0]}, key)
    assert made.name == "cpu"
    assert made.tags == {"_measurement": "cpu", "_start": "2020-01-01T00:00:00Z"}
    assert made.group_key["_start"] == T0
    assert made[0]["_stop"] == datetime(2020, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("datatype", "cell", "value"),
    [
        ("string", "a b", "a b"),
        ("string", '"a,""b"""', 'a,"b"'),
        ("string", '"a\r\nb"', "a\nb"),
        ("string", "", None),
        ("string", '""', ""),
        ("double", "1", 1.0),
        ("double", "-0", -0.0),
        ("double", "100000000000000000000000", 1e23),
        ("double", "1.5e3", 1500.0),
        ("double", "+Inf", math.inf),
        ("double", "-Inf", -math.inf),
        ("double", "", None),
        ("long", "-9223372036854775808", -(2**63)),
        ("long", "007", 7),
        ("unsignedLong", "18446744073709551615", 2**64 - 1),
        ("boolean", "true", True),
        ("boolean", "false", False),
        ("dateTime:RFC3339", "2020-01-01T00:00:00Z", T0),
        ("dateTime:RFC3339", "2020-01-01T02:00:00.5+02:00", T0 + 500_000_000),
        ("dateTime:RFC3339Nano", "2020-01-01T00:00:00.123456789Z", T0 + 123_456_789),
        ("dateTime", "1677-09-21T00:12:43.145224193Z", -(2**63) + 1),
        ("duration", "3600000000000", 3_600_000_000_000),
        ("base64Binary", "AP8=", b"\x00\xff"),
    ],
)
def test_a_cell_has_the_value_of_its_type(datatype: str, cell: str, value: object):
    text = f"#datatype,string,long,{datatype}\n,result,table,x\n,,0,{cell}\n"
    [found] = decode(text.encode())
    assert found.rows == [[value]]
    assert type(found.rows[0][0]) is type(value)


def test_not_a_number_is_a_float():
    [found] = decode(b"#datatype,string,long,double\n,result,table,x\n,,0,NaN\n")
    assert math.isnan(found.rows[0][0])


@pytest.mark.parametrize(
    ("datatype", "cell"),
    [
        ("double", "1_0"),
        ("double", " 1"),
        ("double", "1e999"),
        ("long", "1.0"),
        ("long", "9223372036854775808"),
        ("long", "\u0661"),
        ("unsignedLong", "-1"),
        ("boolean", "yes"),
        ("dateTime:RFC3339", "yesterday"),
        ("dateTime:RFC3339", "2020-01-01T00:00:60Z"),
        ("dateTime:RFC3339", "2020-13-01T00:00:00Z"),
        ("dateTime:RFC3339", "2020-W01-1T00:00:00Z"),
        ("base64Binary", "*"),
    ],
)
def test_a_value_of_another_type_is_refused_with_its_column(datatype: str, cell: str):
    text = f"#datatype,string,long,{datatype}\n,result,table,x\n,,0,{cell}\n"
    with pytest.raises(DecodeError, match=f"'x' is of type {datatype}"):
        decode(text.encode())


def test_a_default_stands_for_an_empty_cell():
    text = (
        "#datatype,string,long,string,long\n#default,mean,,none,7\n,result,table,s,n\n"
        ',,0,,\n,other,0,"",1\n'
    )
    first, second = decode(text.encode())
    assert (first.result, first.rows) == ("mean", [["none", 7]])
    assert (second.result, second.rows) == ("other", [["", 1]])


def test_an_empty_table_has_its_key_in_the_defaults():
    text = (
        "#datatype,string,long,double,string\r\n#group,false,false,false,true\r\n"
        "#default,_result,0,,a\r\n,result,table,_value,host\r\n"
    )
    [found] = decode(text.encode())
    assert (len(found), found.group_key, found.columns) == (0, {"host": "a"}, ("_value",))
    assert [column.kind for column in found.data] == ["float"]
    assert b"".join(encode([found])) == text.encode() + b"\r\n"


def test_schemas_may_change_in_the_middle():
    second = HEAD.replace("double", "long").replace("host", "region")
    text = f"{HEAD},,0,,1.5,a\n\n{second},,1,,2,b\n,,2,,3,c\n"
    found = decode(text.encode())
    assert [one.tags for one in found] == [{"host": "a"}, {"region": "b"}, {"region": "c"}]
    assert [one.rows for one in found] == [[[None, 1.5]], [[None, 2]], [[None, 3]]]


def test_rows_may_have_blank_lines_and_comments_between_them():
    text = f"# made by hand\n{HEAD},,0,,1,a\n\n# more\n,,0,,2,a\n\r\n\n,,1,,3,b\n"
    assert [one.rows for one in decode(text.encode())] == [
        [[None, 1.0], [None, 2.0]],
        [[None, 3.0]],
    ]


def test_a_header_may_be_repeated_without_its_annotations():
    text = f"{HEAD},,0,,1,a\n\n,result,table,_time,_value,server\n,,0,,2,a\n"
    assert [one.tags for one in decode(text.encode())] == [{"host": "a"}, {"server": "a"}]


def test_results_are_statements_with_the_names_of_their_yields():
    text = b"".join(encode([table((1, 1.0), result="x"), table((2, 2.0), result="y")]))
    parser = AnnotatedCSVDeserializer().start()
    found = merge_results([*parser.feed(text), *parser.finish()])
    assert [(one.statement_id, one.name) for one in found] == [(0, "x"), (1, "y")]
    assert found[1].series[0].rows == [[2, 2.0]]


@pytest.mark.parametrize(
    "error",
    [
        "\n#datatype,string,string\n#group,true,true\n#default,,\n,error,reference\n,no luck,897\n",
        "\r\n,error,reference\r\n,no luck,897\r\n",
        "error,reference\nno luck,897\n",
        ",error,reference\n,no luck,897\n",
    ],
)
@pytest.mark.parametrize("before", ["", f"{HEAD},,0,,1,a\n"])
def test_an_error_in_a_response_comes_after_the_tables_before_it(before: str, error: str):
    parser = AnnotatedCSVDeserializer().start()
    results = [*parser.feed((before + error).encode()), *parser.finish()]
    assert sum(len(one.series) for one in results) == (1 if before else 0)
    assert (results[-1].error, results[-1].reference) == ("no luck", 897)
    with pytest.raises(QueryError, match="no luck") as caught:
        decode((before + error).encode())
    assert caught.value.reference == 897


def test_an_error_is_read_as_it_was_written():
    for message in ("a", 'with "quotes",\nlines', "x" * 300):
        text = b"".join(encode([table((1, 1.0))])).removesuffix(b"\r\n") + encode_error(message)
        with pytest.raises(QueryError) as caught:
            decode(text)
        assert (caught.value.message, caught.value.reference) == (message, None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (",result,table,x\n,,0,1\n", "it has no row #datatype"),
        ("#datatype,string,long,double\n,,0,1\n", "have no names: .* request a header"),
        ("#datatype,string,long,money\n,result,table,x\n", "no type 'money'"),
        ("#datatype,string,long\n,result,table,x\n", "#datatype has 3 cells, and the header 4"),
        (f"{HEAD},,0,1\n", "a row is not 6 cells"),
        (f"{HEAD}x,,0,,1,a\n", "the first is empty"),
        (f"{HEAD},,0,,1,a\n,,0,,2,b\n", "'host' is in the group key, and has two values"),
        (f'{HEAD},,0,,1,a"b\n"', "quote"),
        (f'{HEAD},,0,,1,"a" \n', "a quote is out of place"),
        ('{"results": []}', "begins with annotations such as #datatype"),
        ("plain text", "begins with annotations"),
    ],
)
def test_what_is_no_annotated_csv_is_refused_with_the_reason(text: str, reason: str):
    with pytest.raises(DecodeError, match=reason):
        decode(text.encode())


def test_a_misplaced_quote_is_found_in_one_pass():
    long = "a" * 2_000_000  # two passes for each sign would take hours
    with pytest.raises(DecodeError, match="a quote is out of place"):
        decode(f'{HEAD},,0,,1,{long}"b"\n'.encode())


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(DecodeError):
        decode(HEAD.encode() + b",,0,,1,\xff\n")


def test_a_response_that_was_cut_is_refused():
    parser = AnnotatedCSVDeserializer().start()
    parser.feed(f"{HEAD},,0,,1,a".encode())
    with pytest.raises(DecodeError, match="incomplete"):
        parser.finish()


def test_an_empty_response_has_no_results():
    for text in (b"", b"\r\n", b"\r\n\r\n"):
        assert decode(text) == []


def test_a_response_without_a_body_has_no_results():
    assert AnnotatedCSVDeserializer().start().finish() == []


def test_text_may_be_cut_at_any_byte(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("influx_core._annotated_csv.response_parser.PIECE_SIZE", 1)
    second = HEAD.replace("double", "string")
    empty = HEAD.replace("_result,,,,", "other,0,,,d")
    text = (
        f"# comment\n{HEAD},,0,,1,a\n,,0,,2,a\n# more\n,,0,,3,a\n\n,,1,,4,b\n\r\n"
        f'{second},,2,,"#\n",c\n,,2,,"\n\n",c\n{empty}\n,error,reference\n,"a\nb",7\n'
    ).encode()
    whole = AnnotatedCSVDeserializer().start()
    expected = [*whole.feed(text), *whole.finish()]
    assert (expected[-1].error, expected[-1].reference) == ("a\nb", 7)
    assert [len(one) for one in merge_results(expected).series] == [3, 1, 2, 0]
    for cut in range(len(text) + 1):
        parser = AnnotatedCSVDeserializer().start()
        found = [*parser.feed(text[:cut]), *parser.feed(text[cut:]), *parser.finish()]
        assert merge_results(found).series == merge_results(expected).series
        assert found[-1] == expected[-1]
    parser = AnnotatedCSVDeserializer().start()
    bytewise = [one for at in range(len(text)) for one in parser.feed(text[at : at + 1])]
    assert merge_results([*bytewise, *parser.finish()]).series == merge_results(expected).series


def test_a_group_key_that_changes_between_two_pieces_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("influx_core._annotated_csv.response_parser.PIECE_SIZE", 1)
    parser = AnnotatedCSVDeserializer().start()
    parser.feed(f"{HEAD},,0,,1,a\n".encode())
    with pytest.raises(DecodeError, match="the group key of table 0 changes"):
        parser.feed(b",,0,,1,b\n")


def test_text_as_the_server_writes_it_has_no_quoted_empty_strings():
    schema = [FluxColumn("s", "string")]
    made = FluxTable.of_values(schema, {"s": ["", None, "a\rb\n"]})
    rows = b"".join(encode([made], exact=False)).split(b",result,table,s\r\n")[1]
    assert rows == b',,0,\r\n,,0,\r\n,,0,"ab\r\n"\r\n\r\n'


def test_the_name_of_a_result_stands_in_the_rows_without_the_default():
    dialect = Dialect(annotations=("datatype",), delimiter=";")
    text = b"".join(encode([table((T0, 1.0), result="x;y")], dialect))
    assert text.splitlines()[-2] == b';"x;y";0;2020-01-01T00:00:00Z;1;a'
    [found] = decode(text, delimiter=";")
    assert (found.result, found.tags, found.columns[-1]) == ("x;y", {}, "host")


def test_text_may_lack_annotations_and_header():
    dialect = Dialect(header=False, annotations=())
    assert b"".join(encode([table((T0, 1.0))], dialect)) == (
        b",_result,0,2020-01-01T00:00:00Z,1,a\r\n\r\n"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"delimiter": ""},
        {"delimiter": ",,"},
        {"delimiter": '"'},
        {"delimiter": "1"},
        {"delimiter": "é"},
        {"annotations": ["type"]},
        {"annotations": ["group", "group"]},
        {"comment_prefix": "//"},
        {"date_time_format": "unix"},
        {"header": 1},
        {"heading": True},
        "csv",
    ],
)
def test_a_dialect_that_servers_refuse_is_refused(wrong: object):
    with pytest.raises(ConfigError, match="dialect"):
        Dialect.of(wrong)


def test_columns_with_the_wrong_values_are_refused():
    with pytest.raises(ValueError, match="group key has the columns"):
        FluxTable.of_values(TYPED, {"_time": [1], "_value": [1.0]})
    with pytest.raises(ValueError, match="lengths"):
        FluxTable.of_values(TYPED, {"_time": [1], "_value": []}, {"host": "a"})


def test_a_table_survives_pickling_slicing_and_joining():
    made = table((1, 1.0), (2, None), (3, 3.0))
    assert pickle.loads(pickle.dumps(made)) == made
    first, rest = made.slice(0, 1), made.slice(1, 3)
    assert first.partial
    assert rest.continues(first)
    assert first.followed_by([rest]) == made
    assert isinstance(first.followed_by([rest]), FluxTable)


def test_times_are_shown_in_the_requested_unit():
    made = table((T0, 1.0))
    assert made.with_epoch("s").values == [[T0 // 10**9, 1.0]]
    assert made.with_epoch(None).values == [["2020-01-01T00:00:00Z", 1.0]]
    assert "2020-01-01T00:00:00Z" in made._repr_html_()


def test_all_columns_have_the_order_of_the_server_and_the_key_repeated():
    columns = table((1, 1.0), (2, 2.0), host=None).all_columns()
    assert list(columns) == ["_time", "_value", "host"]
    assert columns["host"].to_list() == [None, None]
    assert table((1, 1.0)).all_columns()["host"].to_list() == ["a"]


def test_a_table_of_key_columns_alone_keeps_its_rows():
    text = (
        b"#datatype,string,long,string\r\n#group,false,false,true\r\n#default,_result,,\r\n"
        b",result,table,host\r\n,,0,a\r\n,,0,a\r\n,,1,b\r\n\r\n"
    )
    tables = decode(text)
    assert [len(table) for table in tables] == [2, 1]
    assert [len(table.rows) for table in tables] == [2, 1]
    assert [list(row) for row in tables[0]] == [[], []]
    assert b"".join(encode(tables)) == text
    assert len(pickle.loads(pickle.dumps(tables[0]))) == 2
