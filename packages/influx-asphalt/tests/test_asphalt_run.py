"""The component as `asphalt run` starts it, from a configuration file with Asphalt's own tags."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

APP = """
from asphalt.core import CLIApplicationComponent


class App(CLIApplicationComponent):
    async def run(self, ctx):
        await ctx.influxdb.create_database("run")
        await ctx.influxdb.write("started", {}, {"count": 1})
        print(await ctx.influxdb.measurements())
"""

CONFIG = """
start_timeout: 280
component:
  type: app:App
  components:
    influxdb:
      base_urls: !Env APP_INFLUX_URL
      db: run
      username: reporter
      password: !TextFile secret.txt
      validate_connection: true
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "secret.txt").write_text("hunter2")
    return tmp_path


def asphalt_run(project: Path, url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("asphalt"), "run", "config.yaml"],
        cwd=project,
        env={**os.environ, "APP_INFLUX_URL": url, "PYTHONPATH": str(project)},
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.slow
def test_tags_of_asphalt_work_and_credentials_stay_out_of_the_log(project, fake_url):
    ended = asphalt_run(project, fake_url)
    assert (ended.returncode, ended.stdout) == (0, "['started']\n")
    assert "InfluxDB client (default) reached a server of version 1." in ended.stderr
    assert "hunter2" not in ended.stderr


@pytest.mark.slow
def test_a_server_that_is_not_there_fails_the_start_with_a_useful_line(project):
    ended = asphalt_run(project, "http://127.0.0.1:1")
    assert ended.returncode == 1
    assert "no server could be reached: http://127.0.0.1:1" in ended.stderr
    assert "validate_connection of InfluxDB client 'default' failed" in ended.stderr
    assert "hunter2" not in ended.stderr
