from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core import ConfigError, DecodeError
from influx_core._parsers.csv.csv_parser import CSVDeserializer
from influx_core._parsers.csv.csv_records import LONGEST_RECORD
from influx_core._results.query_result import merge_results

ANSWER = (
    b"name,tags,time,f,s\n"
    b'"a,b","host=a\\,b,up=c\\=d\\e",1,0.5,"x\n""y"""\n'
    b'"a,b","host=a\\,b,up=c\\=d\\e",2,,\n'
    b"a,,3,2,z\n"
    b"\n"
    b"name,tags,key\n"
    b"b,,k\n"
)


def read(data: bytes, size: int | None = None, **options):
    feed = CSVDeserializer(**options).start()
    size = size or len(data) or 1
    pieces = [p for i in range(0, len(data), size) for p in feed.feed(data[i : i + size])]
    return merge_results([*pieces, *feed.finish()])


def test_an_answer_is_read():
    first, second = read(ANSWER)
    one, other = first.series
    assert (one.name, dict(one.tags), one.rows) == (
        "a,b",
        {"host": "a,b", "up": "c=d\\e"},
        [[1, 0.5, 'x\n"y"'], [2, None, None]],
    )
    assert (other.name, other.rows) == ("a", [[3, 2, "z"]])
    assert second.series[0].rows == [["k"]]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_it_does_not_matter_how_the_bytes_are_cut(size):
    def plain(result):
        return [(s.name, dict(s.tags), list(map(list, s.rows)), s.partial) for s in result.series]

    assert plain(read(ANSWER, size)) == plain(read(ANSWER))


def test_only_the_last_piece_of_a_series_is_not_partial():
    feed = CSVDeserializer().start()
    given = [feed.feed(part) for part in (b"name,tags,time\na,,1\n", b"a,,2\n", b"b,,3\n")]
    given.append(feed.finish())
    flags = [[(r.partial, r.series[0].partial) for r in results] for results in given]
    assert flags == [[], [(True, True)], [(False, False)], [(False, False)]]


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["1", "-2", ""], [1, -2, None]),
        (["1", "2.5"], [1.0, 2.5]),
        (["true", "", "false"], [True, None, False]),
        (["1", "x"], ["1", "x"]),
        (["true", "1"], ["true", "1"]),
        (["nan", "inf"], ["nan", "inf"]),
        (['"1\n2"', "3"], ["1\n2", "3"]),
        (["1_000", " 7"], ["1_000", " 7"]),
        (["", ""], [None, None]),
    ],
)
def test_a_column_becomes_what_all_its_values_look_like(texts, values):
    body = "name,tags,f\n" + "".join(f"m,,{text}\n" for text in texts)
    assert [row[0] for row in read(body.encode())[0].series[0].rows] == values


def test_values_stay_text_where_that_was_asked_for():
    assert read(b"name,tags,time,f\nm,,5,1\n", values="text")[0].series[0].rows == [[5, "1"]]
    with pytest.raises(ConfigError, match="neither 'guess' nor 'text'"):
        CSVDeserializer(values="typed")  # type: ignore[arg-type]


@pytest.mark.parametrize("columnar", [False, True])
def test_a_row_without_a_time_has_none(columnar):
    deserializer = CSVDeserializer()
    parser = deserializer.start_columns() if columnar else deserializer.start()
    (result,) = [*parser.feed(b"name,tags,time,v\nm,,,1\n"), *parser.finish()]
    assert result.series[0].rows == [[None, 1]]


@pytest.mark.parametrize("text", ["x" * 200_000, 'say "hi", ' * 20_000, "é\n" * 100_000])
def test_a_long_text_is_read_whatever_stands_in_it(text):
    quoted = text.replace('"', '""')
    (series,) = read(f'name,tags,s\nm,,"{quoted}"\nm,,b\n'.encode()).series
    assert series.rows == [[text], ["b"]]


def test_an_error_of_the_whole_answer_is_told():
    assert read(b'error\n"no, sir"\n')[0].error == "no, sir"


@pytest.mark.parametrize("size", range(1, 20))
def test_an_error_is_told_whole_however_its_bytes_are_cut(size):
    assert read(b'error\n"no, sir"\nno\n', size)[0].error == "no, sir; no"
    first, second = read(b"name,tags,k\nm,,1\n\nerror\nno\n\n", size)
    assert (first.series[0].rows, second.error) == ([[1]], "no")


def test_an_error_without_an_end_is_not_waited_for_endlessly():
    feed = CSVDeserializer().start()
    feed.feed(b"error\n")
    line = b"x" * (LONGEST_RECORD // 2) + b"\n"
    feed.feed(line)
    with pytest.raises(DecodeError, match="an error without an end"):
        feed.feed(line)


def test_nothing_is_an_empty_answer():
    assert len(read(b"")) == 0


@pytest.mark.parametrize(
    "junk",
    [
        b"<html>\n",
        b"name,tags,time\nm,,1,2\n",
        b"name,tags,time\nm,,1",
        b'name,tags,time\nm,,"1',
        b"name,tags,time\nm,,soon\n",
        b"name,tags,\xff\n",
        b'name,tags,time\nm,,"1"2\n',
        b'name,tags,time,s\nm,,1,"' + b"x" * 200_000 + b'"2\n',
    ],
)
def test_junk_and_cut_answers_are_refused(junk):
    with pytest.raises(DecodeError):
        read(junk)


def test_a_line_without_an_end_is_not_waited_for_endlessly():
    feed = CSVDeserializer().start()
    with pytest.raises(DecodeError, match="without an end"):
        feed.feed(b"name,tags," + b"x" * LONGEST_RECORD)


CELL = st.text("a1.-é ", max_size=4) | st.sampled_from(["", "true", "1.5", "-3", "007", "1e5"])
ROW = st.tuples(st.sampled_from("mn"), st.sampled_from(["", "h=a", "h=b"]), CELL, CELL)


@given(st.lists(ROW, max_size=12), st.integers(1, 60))
def test_rows_without_quotes_are_read_as_those_with_quotes(rows, size):
    texts = []
    for form in ("{}", '"{}"'):
        lines = [
            ",".join([form.format(name), form.format(tags), str(i), *map(form.format, cells)])
            for i, (name, tags, *cells) in enumerate(rows)
        ]
        texts.append("".join(f"{line}\n" for line in ["name,tags,time,x,y", *lines]).encode())
    plain, quoted = ([(s, s.rows) for s in read(text).series] for text in texts)
    assert plain == quoted
    feed = CSVDeserializer(values="text").start_columns()
    pieces = [feed.feed(texts[0][i : i + size]) for i in range(0, len(texts[0]), size)]
    found = merge_results([p for given in [*pieces, feed.finish()] for p in given]).series
    assert [s.rows for s in found] == [s.rows for s in read(texts[1], values="text").series]
    assert sum(map(len, found)) == len(rows)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("string", "007", "007"),
        ("string", "", None),
        ("float", "1", 1.0),
        ("integer", "-3", -3),
        ("unsigned", "18446744073709551615", 2**64 - 1),
        ("boolean", "true", True),
    ],
)
def test_a_column_has_the_kind_it_is_said_to_have(kind, text, value):
    answer = f"name,tags,time,x,y\nm,,1,{text},5\n".encode()
    (series,) = read(answer, values={"x": kind}).series
    assert series.rows == [[1, value, 5]]
    assert type(series.rows[0][1]) is type(value)


def test_a_column_that_has_not_the_kind_it_is_said_to_have_is_refused():
    with pytest.raises(DecodeError, match=r"column 'x' is said to be float, and is not: .*'abc'"):
        read(b"name,tags,time,x\nm,,1,abc\n", values={"x": "float"})
    with pytest.raises(ConfigError, match="'x' cannot be 'int', it is one of float"):
        CSVDeserializer(values={"x": "int"})
