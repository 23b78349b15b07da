"""A VictoriaMetrics for tests (Debian: victoria-metrics)."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

START_SECONDS = 120


@contextmanager
def victoria_metrics(home: Path, *flags: str) -> Iterator[str]:
    """Start one on a free port; skip the test where it is not installed."""
    program = shutil.which("victoria-metrics")
    if program is None and "INFLUX_REQUIRE_VICTORIAMETRICS" not in os.environ:
        pytest.skip("victoria-metrics is not installed (Debian: apt-get install victoria-metrics)")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
    arguments = [
        str(program),
        f"-httpListenAddr={address}",
        f"-storageDataPath={home}",
        "-loggerLevel=ERROR",
        *flags,
    ]
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://{address}/health")
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(60)


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(url).close()
        except OSError:
            assert time.monotonic() < deadline, "VictoriaMetrics did not start"
            time.sleep(0.05)
        else:
            return
