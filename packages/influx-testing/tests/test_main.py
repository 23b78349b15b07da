from __future__ import annotations

import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from influx_testing.__main__ import main


def test_a_process_says_where_it_listens_and_saves_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "in.lp").write_bytes(b"m v=1 1\n")
    arguments = ["--port", "0", "--data", tmp_path / "in.lp", "--save", tmp_path / "out.lp"]
    command = [sys.executable, "-m", "influx_testing", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("listening on http://127.0.0.1:")
        url = line.split()[-1]
        text = urllib.parse.quote("SELECT v FROM m")
        with urllib.request.urlopen(f"{url}/query?db=data&epoch=ns&q={text}") as response:
            assert b"[[1,1]]" in response.read()
        process.terminate()
        assert process.wait(10) == 0
    assert b"m v=1.0 1\n" in (tmp_path / "out.lp").read_bytes()


def test_a_setting_nobody_knows_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "0", "--config", "nosuch=1"]) == 1
    assert capsys.readouterr().err.startswith("influx_testing: no setting 'nosuch'; known: ")
