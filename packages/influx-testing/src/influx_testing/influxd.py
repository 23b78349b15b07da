"""Starts and stops a real InfluxDB 1.x server, for tests that compare with it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from influx_testing._go.scheduler import GOMAXPROCS

__all__ = ["Influxd", "InfluxdFailed", "find_influxd", "influxd"]

START_SECONDS = 30
STOP_SECONDS = 10

_LISTENING = re.compile(r"Listening on HTTP.*?addr=(\S+)\s")
"""The space behind the address shows that it was read to its end."""


class InfluxdFailed(RuntimeError):
    """influxd did not start; the message ends with the last lines of its log."""


def find_influxd() -> str | None:
    """The path of influxd 1.x on this machine; None if it is not installed."""
    return shutil.which("influxd")


class Influxd:
    """An influxd in its own directory, which can be stopped, killed and started again.

    It takes two processors, as the fake does, unless `GOMAXPROCS` is in the environment: which of
    several equal points a query selects depends on it.

    Args:
        home: the directory, which must exist; its data survives a restart.
        settings: settings of the server by path, such as `{"http.auth-enabled": "true"}`, with
            values as in its configuration file.

    Attributes:
        url: the URL of the server, empty before the first start; a restarted server keeps it.

    Raises:
        InfluxdFailed: influxd is not installed.
    """

    def __init__(self, home: Path, settings: Mapping[str, str] | None = None) -> None:
        program = find_influxd()
        if program is None:
            raise InfluxdFailed("influxd is not installed; on Debian: apt-get install influxdb")
        self.url = ""
        self._log = home / "influxd.log"
        self._command = [program, "-config", str(home / "influxdb.conf")]
        self._environment = {
            "GOMAXPROCS": str(GOMAXPROCS),
            **os.environ,
            **_environment(settings or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None
        (home / "influxdb.conf").write_text(_configuration(home))

    def start(self) -> None:
        """Start the server and wait until it listens.

        Raises:
            InfluxdFailed: the server is not ready within 30 s.
        """
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(
                self._command, stdout=output, stderr=subprocess.STDOUT, env=self._environment
            )
        address = _address(self._process, self._log)
        self.url = f"http://{address}"
        self._environment |= _environment({"http.bind-address": address})

    def stop(self) -> None:
        """Terminate the server; kill it after 10 s."""
        if self._process is not None:
            _stop(self._process)

    def kill(self) -> None:
        """Kill the server."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@contextmanager
def influxd(settings: Mapping[str, str] | None = None) -> Generator[str]:
    """Run influxd on a free loopback port with a temporary directory; yields its URL.

    Args:
        settings: as for `Influxd`.

    Raises:
        InfluxdFailed: influxd is not installed, or not ready within 30 s.
    """
    with TemporaryDirectory(prefix="influxd-", ignore_cleanup_errors=True) as directory:
        server = Influxd(Path(directory), settings)
        try:
            server.start()
            yield server.url
        finally:
            server.stop()


def _configuration(home: Path) -> str:
    # Port 0 lets the kernel choose: two servers never race for one.
    return f"""
reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
dir = "{home}/meta"
[data]
dir = "{home}/data"
wal-dir = "{home}/wal"
query-log-enabled = false
[http]
bind-address = "127.0.0.1:0"
log-enabled = false
[monitor]
store-enabled = false
"""


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    return {
        "INFLUXDB_" + path.upper().replace(".", "_").replace("-", "_"): value
        for path, value in settings.items()
    }


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if found := _LISTENING.search(log.read_text(errors="replace")):
            return found[1]
        time.sleep(0.02)
    raise InfluxdFailed(f"influxd did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
