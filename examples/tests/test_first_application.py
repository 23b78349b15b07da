"""The steps of docs/tutorial/first-application.md, executed in order."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from influx_query import field, func, query
from influx_testing import serve

pytestmark = pytest.mark.slow  # each test starts a program

ROOT = Path(__file__).parents[2]
TUTORIAL = (ROOT / "docs/tutorial/first-application.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent
SLOW_START = "start_timeout=280"  # Asphalt gives an application 10 s to start


def blocks(language: str) -> list[str]:
    """The blocks of code in one language, in their order."""
    return re.findall(rf"^```{language}\n(.*?)^```", TUTORIAL, re.MULTILINE | re.DOTALL)


POINT, MANY, BUCKETS, HANDLER, TEST = blocks("python")
POINT_SHOWN, MANY_SHOWN, HANDLER_SHOWN = blocks("text")


@pytest.fixture
def url() -> Iterator[str]:
    with serve() as server:
        yield server.url


def run(directory: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / program, *arguments],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        timeout=300,
    )


def application(directory: Path, source: str, url: str) -> subprocess.CompletedProcess[str]:
    (directory / "watch.py").write_text(source)
    (directory / "config.yaml").write_text(blocks("yaml")[0])
    server = f"component.components.influxdb.base_urls={url}"
    return run(directory, "asphalt", "run", "config.yaml", "--set", server, "--set", SLOW_START)


def shape(text: str) -> set[str]:
    """The different lines, whatever their numbers."""
    return {re.sub(r"\d+(\.\d+)?", "0", line) for line in text.splitlines()}


def test_a_point_is_written_and_read(tmp_path: Path, url: str) -> None:
    for runs in (1, 2):
        finished = application(tmp_path, POINT, url)
        assert (finished.returncode, finished.stderr) == (0, "")
        assert shape(finished.stdout) == shape(POINT_SHOWN)
        assert len(finished.stdout.splitlines()) == runs


def test_many_points_are_written_and_summed_up(tmp_path: Path, url: str) -> None:
    finished = application(tmp_path, MANY, url)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert shape(finished.stdout) == shape(MANY_SHOWN)


def test_the_query_of_the_last_minute_is_valid() -> None:
    names: dict[str, Any] = {"__name__": "watch"}
    exec(MANY + BUCKETS, names)
    assert str(names["select"]).endswith('GROUP BY "cpu",time(10s)')


def test_the_text_of_the_summary_is_the_one_quoted() -> None:
    load = field("load")
    select = query(func.mean(load).as_("mean"), func.count(load).as_("samples"))
    assert f"`{select.from_('cpu').group_by('cpu')}`" in TUTORIAL


def test_a_server_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    finished = application(tmp_path, MANY + HANDLER, "http://127.0.0.1:1")
    assert finished.returncode == 1
    (line,) = finished.stderr.splitlines()
    assert line.startswith(HANDLER_SHOWN.partition("http")[0])


async def test_the_test_of_the_tutorial_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "watch.py").write_text(MANY)
    monkeypatch.syspath_prepend(tmp_path)
    names: dict[str, Any] = {}
    exec(TEST, names)
    await names["test_every_cpu_is_in_the_summary"]()
