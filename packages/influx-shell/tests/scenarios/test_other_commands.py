"""The smaller commands, exit codes, and where credentials may stand."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from influx_shell._cli.command_table import COMMANDS
from influx_shell._cli.exit_codes import ExitCode


def test_ping_prints_version_and_api(iql, server):
    done = iql("ping", *server)
    assert done.code == ExitCode.OK
    assert done.out.startswith("1.6.7  api v1  ")


def test_no_server_is_exit_code_3(iql):
    done = iql("ping", "--url", "http://127.0.0.1:9")
    assert (done.code, done.out) == (ExitCode.UNREACHABLE, "")
    assert "no server could be reached" in done.err


def test_schema_lists_databases_or_measurements(iql, filled, db):
    assert db in iql("schema", *filled[:2]).out.splitlines()
    assert iql("schema", *filled).out.splitlines() == [
        "cpu",
        "  host  tag",
        "  load  float",
        "  n  integer",
        "  s  string",
    ]
    assert json.loads(iql("schema", "cpu", "-f", "json", *filled).out) == [
        {
            "name": "cpu",
            "tags": ["host"],
            "fields": {"load": "float", "n": "integer", "s": "string"},
        }
    ]


def test_schema_lists_the_fields_of_all_retention_policies_with_all_types(iql, filled, db):
    made = iql("query", f"CREATE RETENTION POLICY week ON {db} DURATION INF REPLICATION 1", *filled)
    assert made.code == ExitCode.OK
    week = (*filled, "--rp", "week")
    assert iql("write", "cpu,host=a load=1i,only=true 1600000000000000000", *week).code == 0
    listed = "cpu\n  host  tag\n  load  {}\n  n  integer\n{}  s  string\n"
    assert iql("schema", "cpu", *filled).out == listed.format("float, integer", "  only  boolean\n")
    assert iql("schema", "cpu", *week).out == (
        "cpu\n  host  tag\n  load  integer\n  only  boolean\n"
    )


def test_schema_of_what_is_not_there_is_an_error(iql, filled):
    done = iql("schema", "nope", *filled)
    assert (done.code, done.out) == (ExitCode.FAILED, "")
    assert "has no measurement 'nope'" in done.err
    done = iql("schema", *filled, "--db", "nope")
    assert (done.code, done.out) == (ExitCode.FAILED, "")
    assert "there is no database 'nope'" in done.err


def test_fmt_formats_what_it_is_given(iql):
    assert (
        iql("fmt", stdin="select * from cpu where x=1").out == "SELECT *\nFROM cpu\nWHERE x = 1\n"
    )
    flux = iql("fmt", stdin='from(bucket:"x")|>range(start:-1h)')
    assert flux.out == 'from(bucket: "x") |> range(start: -1h)\n'


def test_fmt_checks_and_changes_files(iql, tmp_path):
    path = tmp_path / "q.influxql"
    path.write_text("select a from b")
    assert iql("fmt", "--check", str(path)).code == ExitCode.FAILED
    assert iql("fmt", "-w", str(path)).code == ExitCode.OK
    assert path.read_text() == "SELECT a\nFROM b\n"
    assert iql("fmt", "--check", str(path)).code == ExitCode.OK


def test_check_prints_the_place_of_each_error(iql, tmp_path):
    lines = tmp_path / "p.lp"
    lines.write_bytes(b"cpu f=1\ncpu f=x\n")
    done = iql("check", str(lines))
    assert (done.code, done.out) == (
        ExitCode.FAILED,
        f"{lines}:2:7: field 'f' has no valid value\n",
    )
    done = iql("check", stdin="SELECT *\nFRM cpu")
    assert done.out == "stdin:2:1: found FRM, expected FROM at line 2, char 1\n"
    assert "undefined identifier rang" in iql("check", "-l", "flux", stdin="rang()").out
    assert iql("check", stdin="SELECT a FROM b").code == ExitCode.OK


def test_write_reads_standard_input_and_can_only_check(iql, filled):
    assert iql("write", *filled, stdin="m f=1 1\n").err == "written: 1\n"
    done = iql("write", "--dry-run", "m f=x", *filled)
    assert (done.code, done.out) == (
        ExitCode.FAILED,
        "arguments:1:5: field 'f' has no valid value\n",
    )
    assert iql("write", *filled, stdin="\n# nothing\n").code == ExitCode.USAGE


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_has_help(iql, command):
    if not command.forwards and command.is_installed():
        done = iql(command.name, "--help")
        assert done.code == ExitCode.OK


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["qery", "x"], "did you mean query?"),
        (["query"], "the following arguments are required: TEXT"),
        (["query", "x", "--frmat", "csv"], "unrecognized arguments: --frmat"),
        (["--url", "x"], "--url stands before a command"),
        (["query", " "], "the query is empty"),
        (["query", "x", "--url", "http://u:s3cret@h"], "the URL holds a password"),
        (["query", "x", "--token-file", "/nonexistent"], "the secret in /nonexistent"),
        (["query", "x", "--profile", "p"], "there is no profile 'p'"),
        (["query", "x", "--ask"], "nobody can be asked"),
        (["import", "/nonexistent"], "/nonexistent cannot be opened"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_says_what_to_do(iql, arguments, said):
    done = iql(*arguments)
    assert (done.code, done.out) == (ExitCode.USAGE, "")
    assert said in done.err
    assert "s3cret" not in done.err


def test_a_profile_holds_a_server(iql, filled, db):
    url = filled[1]
    assert iql("profile", "set", "home", "--url", url, "--db", db).code == ExitCode.OK
    assert iql("profile", "default", "home").code == ExitCode.OK
    assert iql("profile", "list").out == "home (default)\n"
    assert iql("query", "SELECT n FROM cpu", "--profile", "home").out.endswith(",3\n")
    assert iql("query", "SELECT n FROM cpu").out.endswith(",3\n")
    iql("profile", "remove", "home")
    assert iql("profile", "list").out == ""


def test_a_profile_holds_no_secret(iql, tmp_path):
    (tmp_path / "profiles.toml").write_text('[profiles.p]\nurl = "http://h"\ntoken = "s3cret"\n')
    done = iql("profile", "list")
    assert done.code == ExitCode.USAGE
    assert "holds a token in the clear" in done.err
    assert "s3cret" not in done.err


def test_names_and_values_of_a_profile_may_be_any_text(iql):
    for name in ("a b", 'q"\\', "\U0001f600"):
        iql("profile", "set", name, "--url", "http://h", "--db", f"{name}\x7f")
        assert iql("profile", "show", name).out == f"url = http://h\ndb = {name}\x7f\n"


def test_the_environment_names_a_server(iql, filled, db):
    env = {"INFLUX_URL": filled[1], "INFLUX_DB": db}
    assert iql("query", "SELECT n FROM cpu", env=env).out.endswith(",3\n")


@pytest.mark.parametrize("program", ["bash", "zsh", "tcsh", "fish"])
def test_completion_knows_commands_and_options(iql, program):
    done = iql("completion", program)
    assert done.code == ExitCode.OK
    assert "import" in done.out
    assert "rejects" in done.out


def loaded_by(*arguments: str) -> set[str]:
    """The modules that a command loads; a plugin of the tests, which loads aiohttp, is left out."""
    script = "import sys; from influx_shell import main; main(sys.argv[1:]); print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "INFLUX_BLOCK_PLUGINS": "parrot"},
    )
    return set(run.stdout.split())


def test_help_loads_nothing_that_is_slow():
    loaded = loaded_by("--help")
    slow = {"aiohttp", "asyncio", "importlib.metadata", "influx_query", "msgspec"}
    assert not slow & loaded
    assert not {"platformdirs", "rich"} & loaded
    assert not any(name.startswith("influx_core._client") for name in loaded)


def test_a_query_loads_no_library_that_it_does_not_need():
    loaded = loaded_by("query", "SELECT 1", "--url", "http://127.0.0.1:9")
    assert "influx_core._client.client" in loaded
    assert not {"aiohttp", "prompt_toolkit", "rich", "keyring", "tomllib"} & loaded
    assert not {"ctypes", "difflib", "email", "importlib.metadata", "zoneinfo"} & loaded
    assert not {"influx_copy", "influx_dataframe", "influx_flux"} & loaded
    assert not {"html", "influx_query._text.regex", "influx_core._api.v2_resources"} & loaded
    assert not {"influx_core._api.select_columns", "influx_core._results.html"} & loaded
    unneeded = (
        "influx_query._statements",
        "influx_core._batch",
        "influx_core._annotated_csv.response_parser",
        "influx_core._http.auth",
        "influx_core._lineprotocol.decode",
        "influx_core._lineprotocol.encode",
        "influx_testing._server",
    )
    assert not [name for name in loaded if name.startswith(unneeded)]


def test_an_export_loads_no_statements_of_influx_query(filled, tmp_path):
    output = str(tmp_path / "all.csv")
    loaded = loaded_by("export", *filled, "--format", "csv", "--output", output)
    assert "influx_shell._export.select_all" in loaded
    assert not [name for name in loaded if name.startswith("influx_query._statements")]
    assert "aiohttp" not in loaded


def test_tls_and_many_requests_use_the_transport_of_the_client():
    assert "aiohttp" in loaded_by("query", "SELECT 1", "--url", "https://127.0.0.1:9")


def test_a_reader_that_has_enough_is_no_error():
    script = "import sys; from influx_shell import main; sys.exit(main(['--help']))"
    program = f'{sys.executable} -c "{script}" | true; exit ${{PIPESTATUS[0]}}'
    run = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize(
    "arguments",
    [
        ["ping", "--url", "http://[::1"],
        ["export", "--url", "http://[::1"],
        ["profile", "set", "home", "--url", "http://[::1"],
        ["copy", "http://[::1/db", "out.lp", "--plan", "copy.plan"],
    ],
)
def test_a_url_that_cannot_be_read_is_wrong_usage(iql, arguments):
    done = iql(*arguments)
    assert (done.code, done.out) == (ExitCode.USAGE, "")
    assert "the server's URL cannot be read: it needs the form http://localhost:8086" in done.err


def test_a_url_of_the_environment_that_cannot_be_read_is_wrong_usage(iql):
    done = iql("export", env={"INFLUX_URL": "http://[::1"})
    assert done.code == ExitCode.USAGE
    assert "URL cannot be read" in done.err


@pytest.mark.parametrize("url", ["x", "http://user:sec/ret@h:8086", "ftp://h"])
def test_a_profile_keeps_no_url_that_a_client_refuses(iql, url):
    done = iql("profile", "set", "home", "--url", url)
    assert done.code == ExitCode.USAGE
    assert "sec/ret" not in done.err
    assert iql("profile", "list").out == ""


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["write", "m f=1"], "database is required; name it with --db or INFLUX_DB"),
        (["query", "SELECT f FROM m"], "name it with --db or INFLUX_DB"),
    ],
)
def test_a_missing_name_is_told_with_its_option(iql, fake_url, arguments, hint):
    done = iql(*arguments, "--url", fake_url)
    assert done.code == ExitCode.FAILED
    assert hint in done.err


@pytest.mark.parametrize("command", ["fake", "explore"])
def test_a_port_out_of_range_is_wrong_usage(iql, capsys, command):
    done = iql(command, "--port", "99999")
    assert done.code == ExitCode.USAGE
    assert "'99999' is not a port from 0 to 65535" in done.err + capsys.readouterr().err


def test_a_forwarded_command_calls_itself_by_its_name(iql, capsys):
    for command in ("fake", "spool"):
        assert iql(command, "--help").code == ExitCode.OK
        assert capsys.readouterr().out.startswith(f"usage: iql {command} ")


def test_fmt_says_where_a_text_comes_from(iql):
    done = iql("fmt", "SELECT f FROM m")
    assert done.code == ExitCode.USAGE
    assert "cannot be read: No such file or directory; a text comes from standard input" in done.err


@pytest.mark.parametrize("closed", ["0", "2"])
def test_a_closed_stream_of_no_use_does_not_matter(closed):
    command = f"{sys.executable} -m influx_shell --version {closed}>&-"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout[:4]) == (ExitCode.OK, "iql ")


def test_a_closed_standard_output_is_told():
    command = f"{sys.executable} -m influx_shell --version >&-"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == ExitCode.USAGE
    assert done.stderr == "iql: standard output is closed: nothing can be printed\n"


def test_an_import_loads_no_part_of_a_copy_but_the_reading_of_lines(tmp_path):
    lines = tmp_path / "one.lp"
    lines.write_text("m f=1 1\n")
    loaded = loaded_by("import", str(lines), "--dry-run")
    assert "influx_copy.line_files" in loaded
    assert not {"influx_copy.interfaces", "influx_copy.limits", "aiohttp", "rich"} & loaded
