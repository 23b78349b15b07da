"""`iql query` prints results in each format, and says why a query failed."""

from __future__ import annotations

import csv
import io
import json

import pytest

from influx_shell._cli.exit_codes import ExitCode

BY_HOST = "SELECT * FROM cpu GROUP BY host"


def test_csv_has_the_measurement_and_the_tags_as_columns(iql, filled):
    done = iql("query", BY_HOST, *filled)
    assert done.code == ExitCode.OK
    assert done.out.splitlines() == [
        "_measurement,host,time,load,n,s",
        "cpu,a,2020-09-13T12:26:40Z,0.5,3,x y",
        'cpu,b,2020-09-13T12:26:41Z,2.0,,""',
    ]


def test_csv_tells_floats_from_integers(iql, filled):
    done = iql("query", "SELECT load * 4, n * 4, n / 3 FROM cpu", "-f", "csv", *filled)
    assert [line.split(",")[2:] for line in done.out.splitlines()[1:]] == [
        ["2.0", "12", "1.0"],
        ["8.0", "", ""],
    ]


def test_diagnostics_that_a_server_cannot_write_with_types_are_printed(iql, filled):
    done = iql("query", "SHOW DIAGNOSTICS", "-f", "csv", *filled)
    assert (done.code, done.err) == (ExitCode.OK, "")
    assert done.out


@pytest.mark.parametrize(
    ("form", "shown"),
    [("csv", "diagnostics,1970-01-01T00:00:00.000000001Z,2.0"), ("lp", "diagnostics load=2.0 1")],
)
def test_types_of_a_measurement_called_diagnostics_are_exact(iql, filled, form, shown):
    iql("write", "diagnostics load=2 1", *filled)
    done = iql("query", 'SELECT load FROM "diagnostics"', "-f", form, *filled)
    assert done.out.splitlines()[-1] == shown


def test_a_table_is_aligned(iql, filled):
    done = iql("query", "SELECT load, s FROM cpu", "-f", "table", *filled)
    assert done.out.splitlines() == [
        "cpu",
        "time                  load  s",
        "--------------------  ----  ---",
        "2020-09-13T12:26:40Z   0.5  x y",
        "2020-09-13T12:26:41Z     2",
    ]


def test_json_is_one_array_of_objects(iql, filled):
    done = iql("query", BY_HOST, "-f", "json", *filled)
    assert json.loads(done.out) == [
        {
            "_measurement": "cpu",
            "host": "a",
            "time": "2020-09-13T12:26:40Z",
            "load": 0.5,
            "n": 3,
            "s": "x y",
        },
        {
            "_measurement": "cpu",
            "host": "b",
            "time": "2020-09-13T12:26:41Z",
            "load": 2,
            "n": None,
            "s": "",
        },
    ]


def test_json_lines_are_an_object_a_line_with_times_as_asked(iql, filled):
    done = iql("query", "SELECT n FROM cpu", "-f", "jsonl", "--epoch", "ms", *filled)
    assert [json.loads(line) for line in done.out.splitlines()] == [
        {"_measurement": "cpu", "time": 1600000000000, "n": 3}
    ]


def test_line_protocol_has_exact_types(iql, filled):
    done = iql("query", BY_HOST, "-f", "lp", *filled)
    assert done.out.splitlines() == [
        'cpu,host=a load=0.5,n=3i,s="x y" 1600000000000000000',
        'cpu,host=b load=2.0,s="" 1600000001000000000',
    ]


@pytest.mark.parametrize("name", ["csv", "json", "jsonl", "table"])
def test_a_result_without_rows_is_valid(iql, filled, name):
    done = iql("query", "SELECT * FROM nothing", "-f", name, *filled)
    assert done.code == ExitCode.OK
    assert done.out == ("[]\n" if name == "json" else "")


@pytest.mark.parametrize("name", ["parquet", "arrow"])
def test_frames_are_written_whole(iql, filled, tmp_path, name):
    pytest.importorskip("pyarrow")
    from pyarrow import ipc, parquet

    path = tmp_path / "out"
    done = iql("query", "SELECT load, n FROM cpu", "-f", name, "-o", str(path), *filled)
    assert done.code == ExitCode.OK, done.err
    table = parquet.read_table(path) if name == "parquet" else ipc.open_stream(path).read_all()
    assert table.column("load").to_pylist() == [0.5, 2.0]
    assert table.column("n").to_pylist() == [3, None]
    assert list(tmp_path.iterdir()) == [path]


def test_the_output_is_a_file_if_asked(iql, filled, tmp_path):
    path = tmp_path / "rows.csv"
    assert iql("query", "SELECT n FROM cpu", "-o", str(path), *filled).out == ""
    with path.open(newline="") as file:
        assert list(csv.reader(file))[1] == ["cpu", "2020-09-13T12:26:40Z", "3"]


def test_a_failed_query_leaves_no_file(iql, filled, tmp_path):
    path = tmp_path / "rows.csv"
    assert iql("query", "SELECT nope(", "-o", str(path), *filled).code == ExitCode.FAILED
    assert list(tmp_path.glob("rows*")) == []


def test_a_refused_query_fails_with_the_words_of_the_server(iql, filled):
    done = iql("query", "SELECT * FRO cpu", *filled)
    assert (done.code, done.out) == (ExitCode.FAILED, "")
    assert "found FRO, expected FROM at line 1, char 10" in done.err


def test_parameters_are_bound_and_not_pasted(iql, filled):
    done = iql("query", "SELECT n FROM cpu WHERE host = $h", "-p", "h=a' OR 1=1", *filled)
    assert (done.code, done.out) == (ExitCode.OK, "")
    done = iql("query", "SELECT load FROM cpu WHERE load > $l", "-p", "l=1", *filled)
    assert len(done.out.splitlines()) == 2


def test_a_chart_is_drawn(iql, filled):
    pytest.importorskip("influx_dataframe")
    done = iql("query", "SELECT load FROM cpu", "--chart", *filled)
    assert done.out.startswith("load  cpu\n")


def test_text_of_the_data_cannot_command_the_terminal(iql, filled):
    iql("write", 'evil s="\x1b[2Jx\ny" 1', *filled)
    done = iql("query", "SELECT s FROM evil", "-f", "table", *filled)
    assert "\\x1b[2Jx\\ny" in done.out
    assert "\x1b" not in done.out


def test_csv_can_be_read_again_whatever_the_text(iql, filled):
    iql("write", 'evil s="a,\\"b\\"\nc",t="" 1', *filled)
    done = iql("query", "SELECT s, t FROM evil", *filled)
    assert list(csv.reader(io.StringIO(done.out)))[1][2:] == ['a,"b"\nc', ""]


def test_a_query_is_read_from_standard_input(iql, filled):
    assert "3" in iql("query", "-", *filled, stdin="SELECT n\nFROM cpu").out
