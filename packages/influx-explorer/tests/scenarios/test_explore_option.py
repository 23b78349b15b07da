"""`pytest --influx-explore`: the server of a failing test stays open while a person looks at it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

pty = pytest.importorskip("pty", reason="a terminal needs a Unix")

pytestmark = pytest.mark.slow

SECONDS = 60.0
FAILING = """
def test_it(influx_server):
    influx_server.client()
    assert 1 == 2, "as it should be"
"""


def pytest_run(folder: Path, stdin: int) -> subprocess.Popen[str]:
    """Run a failing test in a process of its own, with the option."""
    (folder / "test_failing.py").write_text(FAILING)
    (folder / "pytest.ini").write_text("[pytest]\n")
    arguments = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--influx-explore"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    return subprocess.Popen(
        arguments,
        cwd=folder,
        env=environment,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_the_page_of_a_failed_test_answers_until_enter(tmp_path: Path) -> None:
    terminal, stdin = pty.openpty()
    run = pytest_run(tmp_path, stdin)
    os.close(stdin)
    try:
        assert run.stdout is not None
        printed: list[str] = []
        for line in run.stdout:
            printed.append(line)
            if line.startswith("Enter continues"):
                break
        assert any("as it should be" in line for line in printed)
        (url,) = [line.split()[-1] for line in printed if line.startswith("explore its server at")]
        with urlopen(url, timeout=SECONDS) as page:
            assert b"<html" in page.read()
        assert run.poll() is None
        os.write(terminal, b"\n")
        rest = run.communicate(timeout=SECONDS)[0]
        assert "1 failed" in rest
        with pytest.raises(URLError):
            urlopen(url, timeout=SECONDS)
    finally:
        run.kill()
        run.communicate()
        os.close(terminal)


def test_a_run_that_nobody_can_answer_is_refused(tmp_path: Path) -> None:
    with pytest_run(tmp_path, subprocess.DEVNULL) as run:
        assert "standard input is none" in run.communicate(timeout=SECONDS)[0]
        assert run.returncode == pytest.ExitCode.USAGE_ERROR
