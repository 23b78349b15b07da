"""A real VictoriaMetrics for the tests of several distributions (Debian: victoria-metrics)."""

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
ATTEMPTS = 5


@contextmanager
def victoria_metrics(home: Path, *flags: str) -> Iterator[str]:
    """Start one on a free port, yield its URL; skip the test where it is not installed."""
    program = shutil.which("victoria-metrics")
    if program is None and "INFLUX_REQUIRE_VICTORIAMETRICS" not in os.environ:
        pytest.skip("victoria-metrics is not installed (Debian: apt-get install victoria-metrics)")
    process, url = _started([str(program), f"-storageDataPath={home}", *flags])
    try:
        yield url
    finally:
        process.terminate()
        process.wait(60)


def _started(command: list[str]) -> tuple[subprocess.Popen[bytes], str]:
    """Start it, on another port if the first one was taken meanwhile, and wait until it is well."""
    for _ in range(ATTEMPTS):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
        process = subprocess.Popen(
            [*command, f"-httpListenAddr={address}", "-loggerLevel=ERROR"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if _is_well(process, f"http://{address}"):
            return process, f"http://{address}"
    pytest.fail(f"VictoriaMetrics ended {ATTEMPTS} times when it was started")


def _is_well(process: subprocess.Popen[bytes], url: str) -> bool:
    """Wait until it responds; False if it has ended."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/health").close()
        except OSError:
            if time.monotonic() > deadline:
                process.kill()
                pytest.fail(f"VictoriaMetrics did not start within {START_SECONDS} s")
            time.sleep(0.05)
        else:
            return process.poll() is None
    return False
